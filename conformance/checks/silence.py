"""
What was sent under a connection that may send nothing, and what the implementation said about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.checks.evidence import Evidence
from conformance.checks.expectation import ConnectionFacts
from conformance.ingestion import ENDPOINTS
from conformance.masking import MASK
from conformance.model import Exchange
from conformance.record import Answer, Step

_SAYS_NO = re.compile(
    r"\b(not|no|only|nothing|never|cannot|can't|won't|unsupported|refus\w*|declin\w*|reject\w*|disabled"
    r"|without|missing|empty|absent|unset|required)\b",
    re.IGNORECASE,
)

_WRITE_KEY = re.compile(r"(write|segment)[ _-]?key", re.IGNORECASE)


def exchanges_under(evidence: Evidence, connection: ConnectionFacts) -> Iterator[Exchange]:
    """
    The exchanges with Segment that belong to a connection: by its write key, by what they report, or for want
    of any other. What only asks whether Segment is there sends nothing.
    """
    key = connection.settings.source.write_key
    reporting = {
        message.exchange
        for stray in evidence.correspondence.strays
        if stray.origin and evidence.connection_of_activity[stray.origin.id] is connection
        for message in stray.observed.messages
    }
    alone = len(evidence.connections) == 1
    for arrival in evidence.arrivals:
        exchange = arrival.exchange
        own = bool(key) and any(credential.key == key for credential in arrival.intake.credentials)
        belongs = alone or own or exchange.sequence in reporting
        if exchange.endpoint in ENDPOINTS and belongs and not exchange.is_probe:
            yield exchange


def answer_under(evidence: Evidence, connection: ConnectionFacts) -> Step:
    """
    How a connection was answered: its first refusal, be it of `initialize` or of an activity, as a service
    driven by webhook refuses; without any, the answer to `initialize`.
    """
    own = (step for step in evidence.scenario.steps if step.connection == connection.number)
    return next((step for step in own if step.answer is Answer.REFUSED), connection.opening)


def region_refused(log: str, region: str) -> bool:
    """
    Whether a line of the log names the region and says no to it.

    A service that hears the chat by webhook may take what it hears, send nothing, and say so there alone.
    """
    return _refused(log, re.compile(rf"(?<![^\W_]){re.escape(region)}(?![^\W_])", re.IGNORECASE))


def missing_key_told(log: str) -> bool:
    """
    Whether a line of the log speaks of the write key and says that there is none. A key itself says nothing.
    """
    return _refused(log.replace(MASK, ""), _WRITE_KEY)


def _refused(log: str, named: re.Pattern[str]) -> bool:
    return any(named.search(line) and _SAYS_NO.search(line) for line in log.splitlines())


def reported(answer: Step) -> str:
    """
    How a connection was answered (`answer_under`), in words.
    """
    if answer.answer is Answer.TAKEN:
        return "no refusal: the connection was accepted"
    return f"an answer with code {answer.code}: {answer.message[:200]!r}"
