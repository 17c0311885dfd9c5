"""
Which requirement names an event that nothing calls for. Each stray has exactly one.
"""

from __future__ import annotations

from collections.abc import Mapping

from conformance.checks.correspondence import Stray
from conformance.checks.evidence import Evidence
from conformance.checks.expectation import Expected
from conformance.checks.recognition import Kind
from conformance.model import ActivityType

TALK = frozenset({ActivityType.VISITOR_MESSAGE, ActivityType.AGENT_MESSAGE, ActivityType.CONVERSATION_ENDED})
"""The activities that call for an event; all others call for none."""

ONCE = {Kind.STARTED: "EVENT-03", Kind.ENDED: "EVENT-04", Kind.SENT: "EVENT-06", Kind.RECEIVED: "EVENT-07"}
"""The requirement that wants exactly one event of each kind."""

_AGAINST = {ActivityType.VISITOR_MESSAGE: Kind.RECEIVED, ActivityType.AGENT_MESSAGE: Kind.SENT}
"""What a message would be if it went the other way."""


def strays_by_requirement(evidence: Evidence) -> Mapping[str, tuple[Stray, ...]]:
    """
    The strays of a scenario under the requirement that each offends, those of silent connections left out.

    Those belong to REGION-03 and SETUP-02, which look at all that such a connection sent.
    """
    named: dict[str, list[Stray]] = {}
    for stray in evidence.correspondence.strays:
        if not in_silent_connection(evidence, stray):
            named.setdefault(_requirement(evidence, stray), []).append(stray)
    return {requirement: tuple(strays) for requirement, strays in named.items()}


def in_silent_connection(evidence: Evidence, stray: Stray) -> bool:
    """
    Whether the event reports something said under a connection that may send nothing.
    """
    if stray.origin is not None:
        return evidence.connection_of_activity[stray.origin.id].silent
    return all(connection.silent for connection in evidence.connections)


def conversation_of(evidence: Evidence, stray: Stray) -> str | None:
    """
    The conversation that the event speaks of, None where it names none that took place.
    """
    named = stray.observed.text("conversation_id")
    if named in evidence.conversations:
        return named
    return stray.origin.conversation_id if stray.origin else None


def host_of(evidence: Evidence, stray: Stray) -> Expected | None:
    """
    The expected event beside which a stray is reported: its conversation's first of the kind, else the
    first at all.
    """
    kind = stray.observed.kind
    own = evidence.first_expected.get((kind, conversation_of(evidence, stray)))
    return own or evidence.first_expected.get((kind, None))


def _requirement(evidence: Evidence, stray: Stray) -> str:
    kind, origin = stray.observed.kind, stray.origin
    conversation = conversation_of(evidence, stray)
    if kind is Kind.ENDED and conversation in evidence.open_conversations:
        return "EVENT-05"
    called_for = conversation is not None and (kind, conversation) in evidence.first_expected
    if called_for and kind in {Kind.STARTED, Kind.ENDED}:
        return ONCE[Kind(kind)]
    if origin is not None and kind is _AGAINST.get(origin.type):
        return "EVENT-08"
    if origin is not None and origin.type not in TALK:
        return "EVENT-09"
    if kind is Kind.ENDED and evidence.open_conversations:
        return "EVENT-05"
    return ONCE[Kind(kind)] if kind is not None and host_of(evidence, stray) is not None else "EVENT-09"
