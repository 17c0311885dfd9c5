"""
Whose host was dialled, and whether it can have learned anything of the chat there.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterator
from urllib.parse import unquote_plus

from conformance.checks.evidence import Arrival, Evidence
from conformance.ingestion import ENDPOINTS
from conformance.model import Activity

_DOMAINS = ("segment.io", "segment.com", "segmentapis.com")
"""Where all of Segment's hosts are: also those that hand out settings or tokens, which are not imitated."""

_TELLING = 6
"""Characters from which a text is unlikely to stand in a request by chance."""


def is_segments(host: str) -> bool:
    """
    Whether an exchange's endpoint is one of Segment's, or any other host of theirs.
    """
    return host in ENDPOINTS or is_within(host, _DOMAINS)


def is_within(host: str, domains: Collection[str]) -> bool:
    """
    Whether the host is one of the domains, or in one.
    """
    return any(host == domain or host.endswith(f".{domain}") for domain in map(str.lower, domains))


def is_own_machine(host: str) -> bool:
    """
    Whether the host is the machine itself, which nothing leaves by being said to it.
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return is_within(host, ("localhost",))


def can_carry_chat(evidence: Evidence, arrival: Arrival) -> bool:
    """
    Whether a request to a stranger can have carried chat data, as far as anybody can see.

    Before the first activity there was none to carry. Of a tunnel, a body cut short or an encoded one nobody
    can see what is in it; of a plain request it can be seen.
    """
    exchange = arrival.exchange
    said = [step for step in evidence.scenario.steps if step.activity]
    if not said or exchange.at < said[0].at:
        return False
    if exchange.method == "CONNECT" or not exchange.complete or exchange.header("content-encoding"):
        return True
    seen = f"{exchange.target}\n{exchange.body.decode(errors='replace')}"
    seen = f"{seen}\n{unquote_plus(seen)}"
    return any(word in seen for step in said if step.activity for word in _words_of(step.activity))


def _words_of(activity: Activity) -> Iterator[str]:
    """
    What tells that an activity is spoken of: ids, names and texts that are long enough to be no coincidence.
    """
    agent, visitor, message = activity.agent, activity.visitor, activity.message
    words = [activity.conversation_id]
    words += [agent.id, agent.name, agent.username] if agent else []
    words += [visitor.id, visitor.user_id] if visitor else []
    words += [message.id, message.text] if message else []
    return (word for word in words if word and len(word) >= _TELLING)
