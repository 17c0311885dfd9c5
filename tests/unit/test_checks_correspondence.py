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
from conformance.model import Scenario, format_time
from conformance.reference import ENDED, RECEIVED, SENT, STARTED
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


# --- what belongs to nothing, or to something else


def replaced(name: str, *instead: Call) -> list[Call]:
    """
    The reference's calls, with others in the place of the last of a name.
    """
    calls = reference_calls()
    at = max(index for index, call in enumerate(calls) if call["event"] == name)
    return [*calls[:at], *instead, *calls[at + 1 :]]


def last(name: str) -> Call:
    """
    The last event of a name, which is Ann's: the conversation that ends last.
    """
    return [call for call in reference_calls() if call["event"] == name][-1]


def again(call: Call, change: Change = lambda call: call) -> Call:
    """
    The same event under another `messageId`, changed or not.
    """
    return {**change(call), "messageId": f"again-{call['messageId']}"}


def strays(found: Correspondence) -> list[tuple[object, str | None]]:
    """
    The `messageId` of each stray, and the activity that it reports.
    """
    return [
        (stray.observed.first.message_id, stray.origin.id if stray.origin else None) for stray in found.strays
    ]


@pytest.mark.parametrize("name", [STARTED, SENT, RECEIVED, ENDED])
@pytest.mark.parametrize(
    "change",
    [members(), without("message_id"), without("conversation_id"), NOBODY],
    ids=["alike", "no message_id", "no conversation_id", "nobody"],
)
def test_the_same_event_twice_is_a_copy(name: str, change: Change) -> None:
    """
    Of the event that reports the same, and no stray.
    """
    found = pairing([*reference_calls(), again(last(name), change)])
    copied = [(pair.observed.first.message_id, len(pair.copies)) for pair in found.pairs if pair.copies]
    assert (copied, found.strays, found.missing) == ([(last(name)["messageId"], 1)], (), ())


def test_a_copy_is_known_by_its_message_id_alone() -> None:
    """
    Where nothing else about it is right.
    """
    torn = all_of(members(timestamp=None), NOBODY, having(message_id="m-0", conversation_id="c-0"))
    found = pairing([*reference_calls(), torn(last(SENT))])
    assert [len(pair.copies) for pair in found.pairs if pair.copies] == [1]
    assert strays(pairing([*reference_calls(), again(last(SENT), torn)])) == [
        (f"again-{last(SENT)['messageId']}", None)
    ]


def test_an_event_of_the_other_direction_stands_for_nothing() -> None:
    """
    A Sent for what the agent said reports that, and is not taken for a Sent that is missing.
    """
    wrong = again(last(RECEIVED), members(event=SENT))
    found = pairing(replaced(SENT, wrong))
    assert [wanted.message_id for wanted in found.missing] == [last(SENT)["properties"]["message_id"]]
    ((name, origin),) = strays(found)
    assert (name, origin) == (wrong["messageId"], "two-0008")


@pytest.mark.parametrize(("name", "moment"), [(STARTED, "two-0003"), (ENDED, "two-0008")])
@pytest.mark.parametrize(
    "change", [members(), without("conversation_id")], ids=["alike", "no conversation_id"]
)
def test_a_start_or_an_end_at_another_moment_is_displaced(name: str, moment: str, change: Change) -> None:
    """
    It is the conversation's, set off by something else that was said in it.
    """
    said = {activity.id: activity for activity in two_visitors().connections[0].activities}[moment]
    first = next(call for call in reference_calls() if call["event"] == STARTED)
    own = first if name == STARTED else last(ENDED)
    early = all_of(members(timestamp=format_time(said.at)), without("message_id"), change)(own)
    calls = [early if call["messageId"] == own["messageId"] else call for call in reference_calls()]
    found = pairing(calls)
    displaced = [(pair.observed.first.message_id, pair.moment.id) for pair in found.pairs if pair.moment]
    assert (displaced, found.missing, found.strays) == ([(own["messageId"], moment)], (), ())


def test_a_message_is_never_displaced() -> None:
    """
    A Sent at the moment of another message reports that one twice, and its own not at all.
    """
    other = next(call for call in reference_calls() if call["event"] == SENT)
    wrong = again(last(SENT), all_of(members(timestamp=other["timestamp"]), without("message_id")))
    found = pairing(replaced(SENT, wrong))
    assert [wanted.message_id for wanted in found.missing] == [last(SENT)["properties"]["message_id"]]
    assert [pair.observed.first.message_id for pair in found.pairs if pair.copies] == [other["messageId"]]


def test_an_event_of_one_conversation_never_answers_for_another() -> None:
    """
    Even where it says nothing else, and the other conversation lacks one.
    """
    bobs = next(call for call in reference_calls() if call["event"] == ENDED)
    odd = again(bobs, all_of(members(timestamp=None), members(anonymousId=last(ENDED)["anonymousId"])))
    found = pairing(replaced(ENDED, odd))
    assert [wanted.activity.id for wanted in found.missing] == ["two-0010"]
    assert strays(found) == [(odd["messageId"], None)]


@pytest.mark.parametrize("name", [STARTED, SENT, RECEIVED, ENDED])
@pytest.mark.parametrize(
    "change",
    [members(), without("message_id"), without("conversation_id"), without("message_id", "conversation_id")],
    ids=["all but the name", "no message_id", "no conversation_id", "neither"],
)
def test_a_foreign_name_may_stand_for_a_missing_event(name: str, change: Change) -> None:
    """
    Where everything but the name is in its place; and only where one is missing.
    """
    foreign = all_of(STRANGE_NAME, change)(last(name))
    found = pairing(replaced(name, foreign))
    assert [seen.first.message_id for seen in found.adopted] == [foreign["messageId"]]
    assert (len(found.pairs), found.missing, found.strays) == (len(reference_calls()), (), ())
    beside = pairing([*reference_calls(), again(last(name), all_of(STRANGE_NAME, change))])
    assert (beside.adopted, beside.strays) == (frozenset(), ())


@pytest.mark.parametrize(("type_", "adopted"), [("track", 1), (None, 1), ("page", 0), ("identify", 0)])
def test_only_a_track_call_may_stand_for_an_event(type_: str | None, adopted: int) -> None:
    """
    Or one that does not say what it is.
    """
    foreign = all_of(STRANGE_NAME, members(type=type_))(last(SENT))
    assert len(pairing(replaced(SENT, foreign)).adopted) == adopted


def test_of_two_for_one_the_first_answers() -> None:
    """
    And a chat in which nothing was said is answered by nothing.
    """
    found = pairing([again(last(SENT)), *reference_calls()])
    (pair,) = (pair for pair in found.pairs if pair.copies)
    assert pair.observed.first.message_id == f"again-{last(SENT)['messageId']}"
    assert pairing([]).pairs == ()
    assert len(pairing([]).missing) == len(reference_calls())
