"""
Which event answers which moment of the chat: whatever is wrong with it, it is recognised by what is right.
"""

from __future__ import annotations

import functools
from typing import Any

import pytest

from conformance.chat import Script
from conformance.chat.script import BEAT
from conformance.checks import Evidence
from conformance.checks.correspondence import Correspondence
from conformance.model import Scenario
from conformance.reference import RECEIVED, SENT, STARTED
from tests.unit import toys
from tests.unit.pairings import (
    LATE,
    NOBODY,
    STRANGE_NAME,
    Change,
    again,
    all_of,
    having,
    last,
    members,
    pairing,
    reference_calls,
    replaced,
    without,
)
from tests.unit.toys import Call, played


def answers(found: Correspondence) -> list[object]:
    """
    The `messageId` of what answers each expected event, in the order of the chat.
    """
    return [pair.observed.first.message_id for pair in found.pairs]


def first_of(name: str) -> Any:
    """
    The value of a property on the very first event: a real one, that is wrong on nearly all others.
    """
    return reference_calls()[0]["properties"][name]


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
@pytest.mark.parametrize("apart", [False, True], ids=["together", "apart"])
def test_events_that_say_little_are_known_by_their_order(fault: str, apart: bool) -> None:
    """
    The first of a kind answers the first, the second the second: of their conversation, or of their visitor,
    also where the conversations arrive one after the other; of all where nothing else is known.
    """
    calls = reference_calls()
    arriving = sorted(calls, key=lambda call: str(call["anonymousId"])) if apart else calls
    found = pairing([IN_ORDER[fault](call) for call in arriving])
    known = not (apart and fault == "no time, no id, nobody")
    assert (answers(found) == [call["messageId"] for call in calls]) is known
    assert (found.missing, found.strays) == ((), ())


def exchanged(one: int, other: int, *names: str) -> list[Call]:
    """
    The reference's calls, two of which have these members of each other.
    """
    calls = reference_calls()
    first, second = calls[one], calls[other]
    calls[one] = {**first, **{name: second[name] for name in names}}
    calls[other] = {**second, **{name: first[name] for name in names}}
    return calls


def test_a_message_tells_more_than_a_time() -> None:
    """
    Two messages of one conversation with each other's times are what their ids say.
    """
    sent = [at for at, call in enumerate(reference_calls()) if call["event"] == SENT]
    calls = exchanged(sent[1], sent[2], "timestamp")
    assert answers(pairing(calls)) == [call["messageId"] for call in reference_calls()]


def test_a_conversation_tells_more_than_a_wrong_message_id() -> None:
    """
    Of two events with one message's id, the one in the message's conversation answers for it.
    """
    calls = [LATE(call) for call in reference_calls()]
    anns, bobs = (
        next(c for c in calls if c["event"] == SENT and c["anonymousId"] == name) for name in people()
    )
    wrong = {**bobs, "properties": {**bobs["properties"], "message_id": anns["properties"]["message_id"]}}
    others = [call for call in calls if call["messageId"] != bobs["messageId"]]
    found = pairing([wrong, *others])
    (pair,) = (pair for pair in found.pairs if pair.copies)
    assert pair.observed.first.message_id == anns["messageId"]
    assert [copy.first.message_id for copy in pair.copies] == [bobs["messageId"]]


def people() -> tuple[str, str]:
    """
    The ids of the two visitors, in the order in which they speak first.
    """
    names = dict.fromkeys(str(call["anonymousId"]) for call in reference_calls())
    ann, bob = names
    return ann, bob


def test_a_message_answers_before_a_place() -> None:
    """
    Of two that report the same, one by its id and the other by place and time, the id is surer.
    """
    by_place = again(last(SENT), without("message_id"))
    by_message = having(conversation_id="c-0")(last(SENT))
    found = pairing(replaced(SENT, by_place, by_message))
    (pair,) = (pair for pair in found.pairs if pair.copies)
    assert pair.observed.first.message_id == by_message["messageId"]


@functools.cache
def at_once() -> Scenario:
    """
    Two visitors who each say one thing, at the same moment.
    """
    chat = Script("at-once")
    for _ in range(2):
        chat.conversation(chat.visitor()).says("Hello?")
        chat.wait(-BEAT)
    return chat.scenario("Two visitors at once, for a test of the pairing.")


@pytest.mark.parametrize("change", [members(), STRANGE_NAME], ids=["named", "nameless"])
def test_a_conversation_tells_more_than_a_visitor(change: Change) -> None:
    """
    Two events of one moment with each other's visitors are of the conversations that they name.
    """
    (calls,) = toys.sent(at_once())
    sent = [without("message_id")(call) for call in calls if call["event"] == SENT]
    ann, bob = (str(call["anonymousId"]) for call in sent)
    swapped = [change({**sent[0], "anonymousId": bob}), change({**sent[1], "anonymousId": ann})]
    starts = [call for call in calls if call["event"] == STARTED]
    found = Evidence(scenario=played(at_once(), [[*starts, *swapped[::-1]]])).correspondence
    told = [pair.observed.first.message_id for pair in found.pairs if pair.expected.kind.value == SENT]
    assert told == [call["messageId"] for call in sent]


def test_a_moment_tells_more_than_a_visitor() -> None:
    """
    Two events without a conversation, with each other's visitors, are of their moments.
    """
    calls = [without("message_id", "conversation_id")(call) for call in exchanged(1, 3, "anonymousId")]
    assert answers(pairing(calls)) == [call["messageId"] for call in reference_calls()]


def test_an_event_that_names_its_conversation_is_not_taken_by_a_moment_of_another() -> None:
    """
    Though nothing else about it is right.
    """
    calls = reference_calls()
    anns = max(at for at, call in enumerate(calls) if call["event"] == RECEIVED)
    bobs = max(at for at, call in enumerate(calls[:anns]) if call["event"] == RECEIVED)
    odd = all_of(NOBODY, members(timestamp=calls[bobs]["timestamp"]), without("message_id"))(calls[anns])
    left = [call for at, call in enumerate(calls) if at not in (anns, bobs)]
    found = pairing([*left, odd])
    assert calls[anns]["messageId"] in answers(found)
    assert [wanted.message_id for wanted in found.missing] == [calls[bobs]["properties"]["message_id"]]


def test_a_foreign_name_is_known_by_any_of_its_places() -> None:
    """
    The message in its conversation, though late; the conversation at the moment, though nobody's.
    """
    for change in (all_of(STRANGE_NAME, LATE), all_of(STRANGE_NAME, NOBODY, without("message_id"))):
        found = pairing(replaced(SENT, change(last(SENT))))
        assert [seen.first.message_id for seen in found.adopted] == [last(SENT)["messageId"]]


def test_of_foreign_names_too_a_message_tells_more_than_a_time() -> None:
    """
    Two of them with each other's times are what their ids say.
    """
    sent = [at for at, call in enumerate(reference_calls()) if call["event"] == SENT]
    calls = exchanged(sent[1], sent[2], "timestamp")
    for at in sent[1:3]:
        calls[at] = STRANGE_NAME(calls[at])
    assert answers(pairing(calls)) == [call["messageId"] for call in reference_calls()]
