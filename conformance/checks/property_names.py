"""
PROPERTY: how the six documented properties are spelled, and what stands beside them.
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks.check import NO_EVENT, Check, Difference, every_event, shown
from conformance.checks.correspondence import Pair
from conformance.checks.evidence import Evidence
from conformance.checks.observation import Observed
from conformance.checks.personal import personal_data
from conformance.model.pointers import pointer_to
from conformance.warehouse import RESERVED_COLUMNS, snake_case

BODY = "message_body"


def names_are_documented(_evidence: Evidence, event: Observed) -> Iterator[Difference]:
    """
    PROPERTY-14: the six names are spelled as in the table.
    """
    for found in event.properties.values():
        if found.spelling != found.name:
            yield Difference(
                expected=f"the property name `{found.name}`",
                observed=f"`{shown(found.spelling)[1:-1]}`",
                pointer=found.pointer,
            )


def columns_are_free(_evidence: Evidence, event: Observed) -> Iterator[Difference]:
    """
    PROPERTY-15: no property lands in a column that Segment keeps for itself, where it would be dropped.
    """
    for name in event.first.properties:
        column = snake_case(name)
        if column in RESERVED_COLUMNS:
            yield Difference(
                expected="no property whose column is reserved",
                observed=f"`{shown(name)[1:-1]}`, whose column is `{column}`",
                pointer=pointer_to("properties", name),
            )


def message_bodies(evidence: Evidence) -> Iterator[Pair]:
    """
    The events that carry a `message_body`, and whose message in the chat is known.
    """
    return (
        pair
        for pair in evidence.pairs
        if BODY in pair.observed.first.properties and pair.expected.activity.message is not None
    )


def body_is_text(_evidence: Evidence, pair: Pair) -> Iterator[Difference]:
    """
    PROPERTY-16: a `message_body`, if there is one, is the message's text.
    """
    message, body = pair.expected.activity.message, pair.observed.first.properties[BODY]
    if message is not None and body != message.text:
        yield Difference(
            expected=f"the message's text: {shown(message.text)}",
            observed=shown(body),
            pointer=f"/properties/{BODY}",
        )


def nothing_added(_evidence: Evidence, event: Observed) -> Iterator[Difference]:
    """
    PROPERTY-17: no properties beyond the six and `message_body`; personal data are named as such.
    """
    known = {found.spelling for found in event.properties.values()} | {BODY}
    for name, value in event.first.properties.items():
        if name not in known:
            personal = personal_data(name, value)
            yield Difference(
                expected="no property beyond the six and `message_body`",
                observed=f"{shown(name)}: {shown(value)}"
                + (f", personal data ({personal})" if personal else ""),
                pointer=pointer_to("properties", name),
            )


CHECKS = (
    Check(
        requirement="PROPERTY-14",
        over=every_event,
        find=names_are_documented,
        unexercised=NO_EVENT,
    ),
    Check(
        requirement="PROPERTY-15",
        over=every_event,
        find=columns_are_free,
        unexercised=NO_EVENT,
    ),
    Check(
        requirement="PROPERTY-16",
        over=message_bodies,
        find=body_is_text,
        unexercised="no event carried a `message_body`, which is optional",
        optional=True,
    ),
    Check(
        requirement="PROPERTY-17",
        over=every_event,
        find=nothing_added,
        unexercised=NO_EVENT,
    ),
)
