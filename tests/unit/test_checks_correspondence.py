"""
Which event answers which moment of the chat: whatever is wrong with it, it is recognised by what is right.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from conformance.checks import Evidence
from conformance.checks.correspondence import Correspondence
from conformance.model import Scenario
from tests.unit import toys
from tests.unit.toys import Call, played

NOW = "2026-11-22T12:00:00Z"

Change = Callable[[Call], Call]


@functools.cache
def two_visitors() -> Scenario:
    """
    Two conversations that go on side by side, each with every kind of event, and with two of most.
    """
    chat, ann, peter = toys.talk("two")
    bob = chat.conversation(chat.visitor())
    ann.says("Is anybody there?")
    bob.says("Good morning.")
    ann.hears(peter, "I am.")
    bob.hears(peter, "Good morning to you.")
    bob.says("I have a question.")
    ann.says("I have one, too.")
    bob.hears(peter, "Ask it.")
    ann.hears(peter, "So ask.")
    bob.ends(by="visitor")
    ann.ends(by="agent")
    return chat.scenario("Two conversations at once, for a test of the pairing.")


def reference_calls() -> list[Call]:
    """
    What the reference sends for them, in the order of the chat.
    """
    (calls,) = toys.sent(two_visitors())
    return calls


def pairing(calls: Sequence[Call]) -> Correspondence:
    """
    How the calls, in this order of arrival, answer the chat.
    """
    return Evidence(scenario=played(two_visitors(), [calls])).correspondence


def answers(found: Correspondence) -> list[object]:
    """
    The `messageId` of what answers each expected event, in the order of the chat.
    """
    return [pair.observed.first.message_id for pair in found.pairs]


def without(*names: str) -> Change:
    """
    Leaves out these properties.
    """
    return lambda call: {
        **call, "properties": {name: value for name, value in call["properties"].items() if name not in names}
    }  # fmt: skip


def having(**properties: Any) -> Change:
    """
    Sets properties on every event, whatever they were.
    """
    return lambda call: {**call, "properties": {**call["properties"], **properties}}


def members(**values: Any) -> Change:
    """
    Sets members of every call; None leaves one out.
    """
    return lambda call: {name: value for name, value in {**call, **values}.items() if value is not None}


def all_of(*changes: Change) -> Change:
    """
    One change after the other.
    """
    return lambda call: functools.reduce(lambda changed, change: change(changed), changes, call)


def first_of(name: str) -> Any:
    """
    The value of a property on the very first event: a real one, that is wrong on nearly all others.
    """
    return reference_calls()[0]["properties"][name]


STRANGE_NAME = members(event="chat.event")
LATE = members(timestamp=NOW)
NOBODY = members(anonymousId="nobody", userId=None)

SURE: dict[str, Change] = {
    "nothing wrong": members(),
    "no message_id": without("message_id"),
    "an unknown message_id": having(message_id="m-0"),
    "the message_id of another message": having(message_id=first_of("message_id")),
    "no conversation_id": without("conversation_id"),
    "an unknown conversation_id": having(conversation_id="c-0"),
    "no identity": NOBODY,
    "neither id, but the visitor's and the time": without("message_id", "conversation_id"),
    "an unknown conversation_id and no message_id": all_of(
        without("message_id"), having(conversation_id="c-0")
    ),
    "no message_id and nobody's identity": all_of(without("message_id"), NOBODY),
    "no conversation_id and nobody's identity": all_of(without("conversation_id"), NOBODY),
}
"""Faults on every event at once that leave enough to tell each by itself, in whatever order they arrive."""

IN_ORDER: dict[str, Change] = {
    "sent late, no message_id": all_of(LATE, without("message_id")),
    "sent late, neither id": all_of(LATE, without("message_id", "conversation_id")),
    "no time, no message_id": all_of(members(timestamp=None), without("message_id")),
    "no time, neither id": all_of(members(timestamp=None), without("message_id", "conversation_id")),
    "no time, no id, nobody": all_of(
        members(timestamp=None), without("message_id", "conversation_id"), NOBODY
    ),
}
"""Faults after which only the order of events in a conversation, of a visitor, or of all tells them apart."""


@pytest.mark.parametrize("fault", SURE)
@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
def test_each_event_is_known_by_what_is_right_about_it(fault: str, backwards: bool) -> None:
    """
    In whatever order they arrive.
    """
    calls = [SURE[fault](call) for call in reference_calls()]
    found = pairing(calls[::-1] if backwards else calls)
    assert answers(found) == [call["messageId"] for call in calls]
    assert (found.missing, found.strays) == ((), ())
    assert not any(pair.displaced or pair.copies for pair in found.pairs)


@pytest.mark.parametrize("fault", IN_ORDER)
def test_events_that_say_little_are_known_by_their_order(fault: str) -> None:
    """
    The first of a kind answers the first, the second the second.
    """
    calls = [IN_ORDER[fault](call) for call in reference_calls()]
    found = pairing(calls)
    assert answers(found) == [call["messageId"] for call in calls]
    assert (found.missing, found.strays) == ((), ())
