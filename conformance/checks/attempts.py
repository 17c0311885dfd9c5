"""
What became of an event's attempts: the requests that carried it, and how Segment answered them.
"""

from __future__ import annotations

from conformance.checks.correspondence import Pair
from conformance.checks.evidence import Evidence
from conformance.model import Exchange, Message


def by_library(message: Message) -> str:
    """
    The library that a call says it was sent by: what an SDK is known to miss is told with its name.
    """
    context = message.call.get("context")
    library = context.get("library") if isinstance(context, dict) else None
    if not isinstance(library, dict) or not isinstance(library.get("name"), str):
        return ""
    version = library.get("version")
    return f" by {library['name']} {version if isinstance(version, str) else ''}".rstrip()[:100]


def messages_of(pair: Pair) -> list[Message]:
    """
    Every attempt to send the event, or a copy of it.
    """
    return [message for seen in (pair.observed, *pair.copies) for message in seen.messages]


def exchanges_of(evidence: Evidence, pair: Pair) -> list[Exchange]:
    """
    The requests that carried the event, in the order of arrival.
    """
    sequences = sorted({message.exchange for message in messages_of(pair)})
    found = (evidence.exchange_by_sequence.get(sequence) for sequence in sequences)
    return [exchange for exchange in found if exchange is not None]


def failed(exchange: Exchange) -> bool:
    """
    Whether a request met a fault, and was not answered with success, or not taken in.
    """
    status = exchange.reply.status
    return exchange.fault is not None and (status is None or status >= 300 or not exchange.kept)


def is_accepted(pair: Pair) -> bool:
    """
    Whether Segment kept the event.
    """
    return any(seen.accepted for seen in (pair.observed, *pair.copies))
