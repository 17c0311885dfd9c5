"""
What the checks make of odd chats and odd calls: each fault is named once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from conformance.chat import Script
from conformance.model import Fault, FaultKind, Judgement, Scenario, Status, format_time
from conformance.record import ScenarioRecord
from conformance.reference import ENDED, RECEIVED, SENT, STARTED
from tests.unit import toys
from tests.unit.toys import Call, judged, ordinary, played, talk, verdict


def failed(judgement: Judgement) -> set[str]:
    """
    The requirements that failed.
    """
    return {each.requirement for each in judgement.verdicts if each.status is Status.FAILED}


def with_calls(change: Callable[[list[Call]], list[Call]], scenario: Scenario | None = None) -> Judgement:
    """
    The judgement of a scenario whose reference calls were changed as a whole.
    """
    chosen = scenario or ordinary()
    return judged(played(chosen, [change(batch) for batch in toys.sent(chosen)]))


def again(call: Call, **members: Any) -> Call:
    """
    A call like this one under a `messageId` of its own.
    """
    return {**call, "messageId": f"other-{call['messageId']}", **members}


def test_the_reference_calls_pass_by_hand_too() -> None:
    """
    What the toys are made of has no fault of its own.
    """
    assert failed(with_calls(list)) == set()


# --- strays: each has one requirement


@pytest.mark.parametrize(
    ("kind", "requirement"),
    [(STARTED, "EVENT-03"), (ENDED, "EVENT-04"), (SENT, "EVENT-06"), (RECEIVED, "EVENT-07")],
)
def test_one_event_too_many_is_named_by_its_kind(kind: str, requirement: str) -> None:
    """
    The same event under another id is a second one.
    """
    assert failed(
        with_calls(lambda calls: [*calls, again(next(c for c in calls if c["event"] == kind))])
    ) == {requirement}


@pytest.mark.parametrize(
    ("kind", "requirement"),
    [(STARTED, "EVENT-03"), (ENDED, "EVENT-04"), (RECEIVED, "EVENT-07")],
)
def test_one_event_too_few_is_named_by_its_kind(kind: str, requirement: str) -> None:
    """
    A missing event is missing, and nothing else is.
    """
    assert failed(with_calls(lambda calls: [call for call in calls if call["event"] != kind])) == {
        requirement
    }


def test_an_end_of_an_open_conversation_is_no_end() -> None:
    """
    An Ended that nobody asked for is EVENT-05's, even if it names no moment of the chat.
    """
    chat, conversation, peter = talk("open")
    conversation.says("Hello?")
    conversation.hears(peter, "Hello!")
    late = format_time(dt.datetime(2026, 3, 1, 11, tzinfo=dt.UTC))

    def timed_out(calls: list[Call]) -> list[Call]:
        return [*calls, again(calls[-1], event=ENDED, timestamp=late)]

    scenario = chat.scenario("A conversation that nobody ends, for a test.")
    assert failed(with_calls(timed_out, scenario)) == {"EVENT-05"}


def test_an_event_for_what_never_took_place_is_none_of_the_four() -> None:
    """
    An event of no conversation and no moment, where nothing of its kind is called for, is EVENT-09's.
    """
    chat, conversation, _ = talk("single")
    conversation.says("Hello?")

    def invented(calls: list[Call]) -> list[Call]:
        properties = {**calls[-1]["properties"], "conversation_id": "c-0", "message_id": "m-0"}
        return [
            *calls,
            again(calls[-1], event=RECEIVED, timestamp="2026-03-01T09:00:00Z", properties=properties),
        ]

    assert "EVENT-09" in failed(with_calls(invented, chat.scenario("One message, for a test.")))


def test_typing_reported_as_a_message_is_named_once() -> None:
    """
    An event for a keystroke has no message to name, so only EVENT-09 names it.
    """
    chat, conversation, _ = talk("typing")
    typed = conversation.types()
    conversation.says("Hello?")

    def overheard(calls: list[Call]) -> list[Call]:
        properties = {name: v for name, v in calls[-1]["properties"].items() if name != "message_id"}
        return [*calls, again(calls[-1], timestamp=format_time(typed.at), properties=properties)]

    assert failed(with_calls(overheard, chat.scenario("Typing before a word, for a test."))) == {"EVENT-09"}


# --- what is delivered twice


def twice() -> Scenario:
    """
    A scenario in which a message comes a second time.
    """
    chat, conversation, peter = talk("twice")
    first = conversation.says("Hello?")
    conversation.hears(peter, "Hello!")
    conversation.ends(by="visitor")
    chat.again(first)
    return chat.scenario("A message delivered twice, for a test.")


def test_an_activity_told_again_may_be_told_anew() -> None:
    """
    The same `messageId` for the same event is right, also when its content has changed meanwhile.
    """

    def later(calls: list[Call]) -> list[Call]:
        sent = next(call for call in calls if call["event"] == SENT)
        return [*calls, {**sent, "userId": "u-7", "timestamp": "2026-03-01T10:00:00Z"}]

    assert failed(with_calls(later, twice())) <= {"IDENTITY-05"}
    assert "ENVELOPE-03" not in failed(with_calls(later, twice()))


def test_a_second_event_for_a_second_delivery_is_harm() -> None:
    """
    Under another `messageId` Segment keeps both.
    """

    def doubled(calls: list[Call]) -> list[Call]:
        return [*calls, again(next(call for call in calls if call["event"] == SENT))]

    assert failed(with_calls(doubled, twice())) == {"DELIVERY-07"}


def test_one_id_for_two_events_is_named_once() -> None:
    """
    The event that Segment drops as a duplicate is ENVELOPE-03's, and no table is blamed.
    """

    def shared(calls: list[Call]) -> list[Call]:
        return [{**call, "messageId": "same"} if call["event"] in (STARTED, SENT) else call for call in calls]

    assert failed(with_calls(shared)) == {"ENVELOPE-03"}


# --- the buffer at the shutdown


def unflushed() -> Scenario:
    """
    A scenario that ends without a flush.
    """
    chat, conversation, peter = talk("unflushed")
    conversation.says("Hello?")
    conversation.hears(peter, "Hello!")
    conversation.says("Good.")
    conversation.ends(by="visitor")
    chat.connection(flush=False)
    return chat.scenario("A shutdown with a full buffer, for a test.")


def lost(*kept: int) -> ScenarioRecord:
    """
    The scenario without a flush, with only some of its calls.
    """
    (calls,) = toys.sent(unflushed())
    return played(unflushed(), [[calls[index] for index in kept]])


def test_a_lost_tail_is_the_shutdowns() -> None:
    """
    What is missing at the end was left in the buffer.
    """
    assert failed(judged(played(ordinary()), lost(0, 1))) == {"DELIVERY-05"}


def test_each_connection_has_a_buffer_of_its_own() -> None:
    """
    What the first one lost is the shutdown's, though the second lost nothing.
    """
    chat = Script("buffers")
    for _ in range(2):
        conversation = chat.conversation(chat.visitor())
        conversation.says("Hello?")
        conversation.ends(by="visitor")
        chat.connection(flush=False)
    scenario = chat.scenario("Two full buffers, for a test.")
    first, second = toys.sent(scenario)
    judgement = judged(played(ordinary()), played(scenario, [first[:2], second]))
    assert failed(judgement) == {"DELIVERY-05"}
    assert [f.activity for f in verdict(judgement, "DELIVERY-05").findings] == ["buffers-0002"]


def test_a_lost_middle_is_not_the_shutdowns() -> None:
    """
    Where later events came, the buffer was delivered: what is missing was never sent.
    """
    assert failed(judged(played(ordinary()), lost(0, 1, 3, 4))) == {"EVENT-07"}


def test_what_is_never_sent_is_not_the_shutdowns() -> None:
    """
    A kind of event that never comes was not lost in the buffer.
    """
    endless = played(ordinary(), [[call for call in toys.sent(ordinary())[0] if call["event"] != ENDED]])
    assert failed(judged(endless, lost(0, 1, 2, 3))) == {"EVENT-04"}


# --- settings that change


def rotated(*keys: int) -> Judgement:
    """
    Two connections with two write keys, whose requests present the keys of these numbers.
    """
    chat, first, peter = talk("rotated")
    first.says("Before.")
    first.hears(peter, "Yes.")
    first.ends(by="agent")
    chat.connection()
    second = chat.conversation(chat.visitor())
    second.says("After.")
    second.ends(by="visitor")
    chat.connection()
    record = played(chat.scenario("A write key that changes, for a test."))
    exchanges = tuple(
        attrs.evolve(
            exchange, headers=toys.exchange({}, key=f"{toys.KEY[:-2]}{key:02d}").headers, at=exchange.at
        )
        for exchange, key in zip(record.exchanges, keys, strict=True)
    )
    return judged(attrs.evolve(record, exchanges=exchanges), select=("SETUP-03", "SETUP-01", "EVENT-01"))


@pytest.mark.parametrize(("keys", "status"), [((1, 2), Status.PASSED), ((1, 1), Status.FAILED)])
def test_an_old_key_is_found_even_if_the_new_one_is_never_used(keys: tuple[int, int], status: Status) -> None:
    """
    Whoever goes on with the old key alone fails, and does not stay inconclusive.
    """
    assert verdict(rotated(*keys), "SETUP-03").status is status


def test_a_key_of_a_stranger_is_not_the_configured_one() -> None:
    """
    A key that no connection was given is SETUP-01's.
    """
    assert failed(rotated(1, 9)) == {"SETUP-01"}


# --- identities


def test_an_agent_in_two_chats_is_no_merged_visitor() -> None:
    """
    The agent's id as that of two visitors is IDENTITY-04's alone.
    """
    chat, ann, peter = talk("merged")
    bob = chat.conversation(chat.visitor())
    for conversation in (ann, bob):
        conversation.says("Hello?")
        conversation.hears(peter, "Hello!")
        conversation.ends(by="visitor")

    def by_agent(calls: list[Call]) -> list[Call]:
        return [{**call, "userId": peter.id} if call["event"] == RECEIVED else call for call in calls]

    assert failed(with_calls(by_agent, chat.scenario("Two visitors, for a test."))) == {"IDENTITY-04"}


def test_two_visitors_of_one_user_may_share_that_user() -> None:
    """
    The site itself may know two visitors as one person.
    """
    chat = Script("one-user")
    for number in (1, 2):
        conversation = chat.conversation(chat.visitor(user_id="u-5"))
        conversation.says(f"From device {number}.")
        conversation.ends(by="visitor")
    assert failed(with_calls(list, chat.scenario("Two devices of one user, for a test."))) == set()


# --- properties


def test_an_added_property_is_told_with_what_it_gives_away() -> None:
    """
    By its value or its name; what gives nothing away is told as it is.
    """
    added = {"contact": "milton@initech.example", "ip": "unknown", "page_url": "/prices"}

    def richer(call: Call) -> Call:
        return {**call, "properties": {**call["properties"], **added}} if call["event"] == STARTED else call

    found = verdict(judged(played(ordinary(), change=richer)), "PROPERTY-17").findings
    assert [finding.observed for finding in found] == [
        '"contact": "milton@initech.example", personal data (an e-mail address)',
        '"ip": "unknown", personal data (an IP address)',
        '"page_url": "/prices"',
    ]


# --- refusals


def test_what_the_chat_says_twice_is_no_storm() -> None:
    """
    A refused event that the chat itself brought about again is not sent again and again.
    """
    chat, conversation, _ = talk("refused")
    first = conversation.says("Hello?")
    for _ in range(3):
        chat.again(first)
    fault = Fault(kind=FaultKind.STATUS, status=400, requests=4)
    scenario = chat.scenario("Refused, for a test.", faults=(fault,), waits=True)
    (calls,) = toys.sent(attrs.evolve(scenario))
    refused = {"reply": attrs.evolve(toys.exchange({}).reply, status=400), "kept": False, "fault": "status"}
    exchanges = tuple(
        toys.exchange({"batch": calls}, sequence=number, key=f"{toys.KEY[:-2]}01", **refused)
        for number in range(1, 5)
    )
    judgement = judged(played(scenario, exchanges=exchanges))
    assert verdict(judgement, "DELIVERY-04").status is not Status.FAILED


def test_a_request_that_nobody_read_shows_no_lack_of_a_key() -> None:
    """
    Where the connection broke before the body came, a key in the body could not be seen.
    """
    (calls,) = toys.sent(ordinary())
    body = {"batch": calls, "writeKey": f"{toys.KEY[:-2]}01"}
    headers = (("Content-Type", "application/json"),)
    cut = attrs.evolve(
        toys.exchange(b"", headers=headers), size=900, complete=False, kept=False, fault="reset_before_read"
    )
    record = played(ordinary(), exchanges=(cut, toys.exchange(body, sequence=2, headers=headers)))
    assert failed(judged(record)) == set()
