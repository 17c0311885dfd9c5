"""
PROPERTY: the six documented properties, their types, and whose values they are.
"""

from __future__ import annotations

import functools
from collections.abc import Container, Iterator

from attrs import frozen

from conformance.checks.check import MESSAGES, NO_EVENT, Check, Difference, every_event, place_of, shown
from conformance.checks.correspondence import TOLERANCE, Pair
from conformance.checks.evidence import Evidence
from conformance.checks.observation import Observed
from conformance.checks.recognition import PROPERTY_NAMES, Kind, NamedProperty
from conformance.checks.strays import TALK
from conformance.model import ActivityType, Agent

DURATION = "conversation_duration"


@frozen(kw_only=True, eq=False)
class Carried:
    """
    A documented property on a live-chat event.
    """

    event: Observed
    property: NamedProperty


def answered(kinds: Container[Kind], evidence: Evidence) -> Iterator[Pair]:
    """
    The pairs of these kinds: events whose cause in the chat is known.
    """
    return (pair for pair in evidence.pairs if pair.expected.kind in kinds)


# --- PROPERTY-01 … 06: types


def carriers(name: str, evidence: Evidence) -> Iterator[Carried]:
    """
    The events that carry the property, under whatever spelling.
    """
    for event in evidence.events:
        if name in event.properties:
            yield Carried(event=event, property=event.properties[name])


def is_string(_evidence: Evidence, carried: Carried) -> Iterator[Difference]:
    """
    PROPERTY-01, 02, 03, 05, 06: the property is a string; null is none.
    """
    if not isinstance(carried.property.value, str):
        yield _type_difference(carried, "a string")


def is_integer(evidence: Evidence, carried: Carried) -> Iterator[Difference]:
    """
    PROPERTY-04: the duration is an integer, `45.0` among them; under `live-chat` it may be any number.
    """
    value = carried.property.value
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not (evidence.live_chat or float(value).is_integer()):
        yield _type_difference(carried, "a number" if evidence.live_chat else "an integer")


def _type_difference(carried: Carried, expected: str) -> Difference:
    return Difference(
        expected=f"`{carried.property.name}` is {expected}",
        observed=f"{shown(carried.property.value)} ({_json_type(carried.property.value)})",
        pointer=carried.property.pointer,
        **place_of(carried.event),
    )


def _json_type(value: object) -> str:
    names = {bool: "boolean", int: "number", float: "number", str: "string", dict: "object", list: "array"}
    return names.get(type(value), "null")


# --- PROPERTY-07, 08: the chat's own ids


def conversation_is_own(evidence: Evidence, event: Observed) -> Iterator[Difference]:
    """
    PROPERTY-07: `conversation_id` is there, and is the conversation's own.
    """
    pair = evidence.pair_of.get(event)
    own = pair.expected.conversation_id if pair else None
    yield from _own_id(event, "conversation_id", own, required=True)


def message_is_own(evidence: Evidence, event: Observed) -> Iterator[Difference]:
    """
    PROPERTY-08: `message_id` is there on Sent and Received, and is the message's own; on Started the first
    one's. An event that reports no message at all is named elsewhere.
    """
    pair = evidence.pair_of.get(event)
    own = pair.expected.message_id if pair and not pair.displaced else None
    origin = evidence.origin_of_stray.get(event)
    reports_message = origin is None or origin.message is not None
    required = _kind_of(evidence, event) is not Kind.STARTED and reports_message
    yield from _own_id(event, "message_id", own, required=required)


def message_events(evidence: Evidence) -> Iterator[Observed]:
    """
    Sent and Received events, and the Started events that carry a `message_id`.
    """
    for event in evidence.events:
        kind = _kind_of(evidence, event)
        carries = "message_id" in event.properties
        if kind in {Kind.SENT, Kind.RECEIVED} or (kind is Kind.STARTED and carries):
            yield event


def _kind_of(evidence: Evidence, event: Observed) -> Kind | None:
    pair = evidence.pair_of.get(event)
    return pair.expected.kind if pair else event.kind


def _own_id(event: Observed, name: str, own: str | None, *, required: bool) -> Iterator[Difference]:
    """
    The differences of an id: absent where it is required, or not the chat's own. Its type is judged
    elsewhere.
    """
    expected = f"`{name}` {shown(own)}" if own else f"`{name}` on {shown(event.name)}"
    found = event.properties.get(name)
    if found is None:
        if required:
            yield Difference(expected=expected, observed="no such property", pointer="/properties")
    elif isinstance(found.value, str) and (found.value == "" or (own is not None and found.value != own)):
        yield Difference(expected=expected, observed=shown(found.value), pointer=found.pointer)


# --- PROPERTY-09, 10: agents


def agent_is_author(_evidence: Evidence, pair: Pair) -> Iterator[Difference]:
    """
    PROPERTY-09: on Received all three agent properties are those of the agent who wrote.
    """
    author = pair.expected.activity.agent
    if author is not None:
        yield from _unlike(author, pair.observed)


def agent_is_assigned(_evidence: Evidence, pair: Pair) -> Iterator[Difference]:
    """
    PROPERTY-10: on the other events they are those of the assigned agent, and absent where nobody is
    assigned.
    """
    agent = pair.expected.activity.agent
    if agent is not None:
        yield from _unlike(agent, pair.observed)
        return
    for name in PROPERTY_NAMES[:3]:
        found = pair.observed.properties.get(name)
        if found is not None and isinstance(found.value, str):
            yield Difference(
                expected=f"no `{name}`: nobody is assigned yet",
                observed=shown(found.value),
                pointer=found.pointer,
            )


def _unlike(agent: Agent, event: Observed) -> Iterator[Difference]:
    """
    What an event has else than this agent's properties. Their types are judged elsewhere.
    """
    own = {"agent_id": agent.id, "agent_name": agent.name, "agent_username": agent.username}
    for name, value in own.items():
        expected = f"`{name}` {shown(value)}"
        found = event.properties.get(name)
        if found is None:
            yield Difference(expected=expected, observed="no such property", pointer="/properties")
        elif isinstance(found.value, str) and found.value != value:
            other = next((known for known, theirs in own.items() if theirs == found.value), None)
            swapped = f", which is the `{other}`" if other else ""
            yield Difference(
                expected=expected, observed=f"{shown(found.value)}{swapped}", pointer=found.pointer
            )


# --- PROPERTY-11, 12, 13: the duration


def durations(evidence: Evidence) -> Iterator[Pair]:
    """
    The events that carry a number as their duration, and whose cause in the chat is known.
    """
    return (pair for pair in evidence.pairs if pair.observed.duration is not None)


def duration_counts_seconds(evidence: Evidence, pair: Pair) -> Iterator[Difference]:
    """
    PROPERTY-11: seconds since the conversation began, give or take one: 0 at Started, never negative or
    falling.
    """
    value, due, before = pair.observed.duration, pair.expected.duration, _right_before(evidence, pair)
    if value is None:
        return
    pointer = pair.observed.properties[DURATION].pointer
    if _is_off(pair):
        milliseconds = due > 0 and abs(value - due * 1000) <= 1000 * TOLERANCE
        note = ", which is the duration in milliseconds" if milliseconds else ""
        expected = f"`{DURATION}` {round(due)}: seconds since the conversation began"
        yield Difference(expected=expected, observed=f"{value:.15g}{note}", pointer=pointer)
    elif before is not None and value < before:
        expected = f"`{DURATION}` of at least {before:.15g}, as on the event before it"
        yield Difference(expected=expected, observed=f"{value:.15g}", pointer=pointer)


def _is_off(pair: Pair) -> bool:
    """
    Whether an event's duration is not that of its moment.
    """
    value, due = pair.observed.duration, pair.expected.duration
    allowed = 0.0 if pair.expected.kind is Kind.STARTED else TOLERANCE
    return value is not None and (value < 0 or abs(value - due) > allowed)


def _right_before(evidence: Evidence, pair: Pair) -> float | None:
    """
    The duration on the event before this one in its conversation, if it was right: else it is named itself.
    """
    earlier = evidence.previous_pair.get(pair)
    return None if earlier is None or _is_off(earlier) else earlier.observed.duration


def has_duration(_evidence: Evidence, event: Observed) -> Iterator[Difference]:
    """
    PROPERTY-12, 13: the duration is there.
    """
    if DURATION not in event.properties:
        yield Difference(
            expected=f"`{DURATION}` on {shown(event.name)}",
            observed="no such property",
            pointer="/properties",
        )


def of_kinds(kinds: Container[Kind | None], evidence: Evidence) -> Iterator[Observed]:
    """
    The live-chat events of these kinds.
    """
    return (event for event in evidence.events if _kind_of(evidence, event) in kinds)


_TYPES = tuple(
    Check(
        requirement=f"PROPERTY-{number:02d}",
        over=functools.partial(carriers, name),
        find=is_integer if name == DURATION else is_string,
        unexercised=f"no live-chat event carried `{name}`",
        occasions=MESSAGES if name == "message_id" else TALK,
    )
    for number, name in enumerate(PROPERTY_NAMES, start=1)
)

CHECKS = (
    *_TYPES,
    Check(requirement="PROPERTY-07", over=every_event, find=conversation_is_own, unexercised=NO_EVENT),
    Check(
        requirement="PROPERTY-08",
        over=message_events,
        find=message_is_own,
        unexercised="no Sent or Received event was seen",
        occasions=MESSAGES,
    ),
    Check(
        requirement="PROPERTY-09",
        over=functools.partial(answered, {Kind.RECEIVED}),
        find=agent_is_author,
        unexercised="no Received event could be told to a message in the chat",
        occasions=frozenset({ActivityType.AGENT_MESSAGE}),
    ),
    Check(
        requirement="PROPERTY-10",
        over=functools.partial(answered, {Kind.STARTED, Kind.SENT, Kind.ENDED}),
        find=agent_is_assigned,
        unexercised="no Started, Sent or Ended event could be told to its cause in the chat",
        occasions=frozenset({ActivityType.VISITOR_MESSAGE, ActivityType.CONVERSATION_ENDED}),
    ),
    Check(
        requirement="PROPERTY-11",
        over=durations,
        find=duration_counts_seconds,
        unexercised="no event with a duration could be told to its cause in the chat",
    ),
    Check(
        requirement="PROPERTY-12",
        over=functools.partial(of_kinds, {Kind.ENDED}),
        find=has_duration,
        unexercised="no Ended event was seen",
        occasions=frozenset({ActivityType.CONVERSATION_ENDED}),
    ),
    Check(
        requirement="PROPERTY-13",
        over=functools.partial(of_kinds, {Kind.STARTED, Kind.SENT, Kind.RECEIVED}),
        find=has_duration,
        unexercised="no Started, Sent or Received event was seen",
        occasions=MESSAGES,
    ),
)
