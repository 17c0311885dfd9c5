"""
What answers no moment of the chat by itself: copies, strays, events at the wrong moment, and foreign names.
"""

from __future__ import annotations

import pytest

from conformance.chat import Script
from conformance.checks import Evidence
from conformance.checks.correspondence import Correspondence
from conformance.model import format_time
from conformance.reference import ENDED, RECEIVED, SENT, STARTED
from tests.unit import toys
from tests.unit.pairings import (
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
    two_visitors,
    without,
)
from tests.unit.toys import played


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


def test_two_events_without_a_message_id_have_none_in_common() -> None:
    """
    A stray is no copy of an event for that.
    """
    nameless = members(messageId=None)
    torn = all_of(members(timestamp=None), NOBODY, having(message_id="m-0", conversation_id="c-0"), nameless)
    found = pairing([*(nameless(call) for call in reference_calls()), torn(last(SENT))])
    assert strays(found) == [(None, None)]


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
    by_then = having(conversation_duration=0 if name == STARTED else 29)
    early = all_of(members(timestamp=format_time(said.at)), without("message_id"), by_then, change)(own)
    calls = [early if call["messageId"] == own["messageId"] else call for call in reference_calls()]
    found = pairing(calls)
    displaced = [(pair.observed.first.message_id, pair.moment.id) for pair in found.pairs if pair.moment]
    assert (displaced, found.missing, found.strays) == ([(own["messageId"], moment)], (), ())


@pytest.mark.parametrize(
    ("moment", "duration", "mistimed"),
    [
        ("two-0008", 37, True),
        ("two-0008", 38.8, True),
        ("two-0008", 36.8, True),
        ("two-0008", 38.9, False),
        ("two-0008", 36.7, False),
        ("two-0008", 29, False),
        ("two-0008", "37", False),
        ("two-0008", True, False),
        ("two-0008", None, False),
        ("two-0001", 37, True),
        ("two-0010", 37, False),
    ],
)
def test_an_end_that_knows_how_long_it_took_has_the_wrong_time(
    moment: str, duration: object, mistimed: bool
) -> None:
    """
    Nobody knows that earlier: its time is wrong, and not its place. Give or take the second of a duration.
    """
    said = {activity.id: activity for activity in two_visitors().connections[0].activities}[moment]
    early = all_of(members(timestamp=format_time(said.at)), having(conversation_duration=duration))
    found = pairing(replaced(ENDED, early(last(ENDED))))
    (end,) = (pair for pair in found.pairs if pair.expected.activity.id == "two-0010")
    assert end.displaced is (not mistimed and moment != "two-0010")
    assert (found.missing, found.strays) == ((), ())


@pytest.mark.parametrize(
    ("before", "after", "duration", "displaced"),
    [(0.0, 0.8, 0, True), (0.0, 1.5, 1, True), (0.0, 1.6, 1.1, False), (37.0, 0.8, 37, True)],
)
def test_a_wrong_time_is_that_of_a_moment_long_before(
    before: float, after: float, duration: float, displaced: bool
) -> None:
    """
    Of two moments within the tolerance a duration tells neither, wherever in the conversation they are.
    """
    chat = Script("brisk", beat=0.0)
    conversation = chat.conversation(chat.visitor())
    conversation.says("Hello?")
    chat.wait(before)
    said = conversation.types() if before else chat.activities[0]
    chat.wait(after)
    conversation.ends(by="visitor")
    scenario = chat.scenario("Over soon, for a test.")
    started, sent, end = toys.sent(scenario)[0]
    early = all_of(members(timestamp=format_time(said.at)), having(conversation_duration=duration))(end)
    found = Evidence(scenario=played(scenario, [[started, sent, early]])).correspondence
    assert [pair.displaced for pair in found.pairs] == [False, False, displaced]


def test_only_an_end_that_is_missing_is_looked_for() -> None:
    """
    A second one with the time of another moment is one more, whatever it knows.
    """
    said = two_visitors().connections[0].activities[7]
    more = again(last(ENDED), members(timestamp=format_time(said.at)))
    found = pairing([*reference_calls(), more])
    assert strays(found) == [(more["messageId"], said.id)]
    start = again(reference_calls()[0], members(timestamp=format_time(said.at)))
    assert strays(pairing([*reference_calls(), all_of(without("message_id"))(start)])) == [
        (start["messageId"], said.id)
    ]


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
