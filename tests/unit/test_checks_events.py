"""
What is said of events that are missing, too many, or out of place: expected this, observed that, there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conformance.model import ActivityType, Finding, Scenario, Status, format_time
from conformance.reference import ENDED, RECEIVED, SENT, STARTED
from tests.unit import toys
from tests.unit.toys import Call, failing, judged, ordinary, played, talk, verdict

WORDS = {
    STARTED: "activity toy-0001 (visitor message)",
    RECEIVED: "activity toy-0002 (agent message)",
    ENDED: "activity toy-0004 (conversation ended)",
}
REQUIREMENTS = {STARTED: "EVENT-03", ENDED: "EVENT-04", RECEIVED: "EVENT-07"}
PLACES = {STARTED: 0, RECEIVED: 2, ENDED: 4}

Told = tuple[str, str, str | None, int | None]


def told(
    requirement: str, change: Callable[[list[Call]], list[Call]], scenario: Scenario | None = None
) -> list[Told]:
    """
    What is found against a requirement: expected, observed, the activity, and the place in the batch.
    """
    chosen = scenario or ordinary()
    record = played(chosen, [change(batch) for batch in toys.sent(chosen)])
    found = verdict(judged(record), requirement).findings
    assert all(finding.times == 1 for finding in found)
    return [(each.expected, each.observed, each.activity, each.message) for each in found]


def again(call: Call, **members: Any) -> Call:
    """
    A call like this one under a `messageId` of its own.
    """
    return {**call, "messageId": f"other-{call['messageId']}", **members}


def bare(call: Call, **members: Any) -> Call:
    """
    A call like this one that says nothing of a message.
    """
    properties = {name: value for name, value in call["properties"].items() if name != "message_id"}
    return again(call, properties=properties, **members)


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_a_missing_event_is_told_by_what_calls_for_it(name: str) -> None:
    """
    There is nothing else to point at.
    """
    found = told(REQUIREMENTS[name], lambda calls: [call for call in calls if call["event"] != name])
    assert found == [(f'exactly one "{name}" for {WORDS[name]}', "none", WORDS[name].split()[1], None)]


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_an_event_sent_twice_is_told_where_the_second_stands(name: str) -> None:
    """
    With how many there are.
    """
    found = told(REQUIREMENTS[name], lambda calls: [*calls, again(calls[PLACES[name]]), again(calls[0])][:6])
    observed = "2 events with different messageIds"
    assert found == [(f'exactly one "{name}" for {WORDS[name]}', observed, WORDS[name].split()[1], 5)]


def test_a_start_at_the_wrong_moment_is_told_with_that_moment() -> None:
    """
    It was set off by something else that was said.
    """

    def late(calls: list[Call]) -> list[Call]:
        return [bare(calls[0], timestamp=calls[2]["timestamp"]), *calls[1:]]

    observed = f"none then, but one for {WORDS[RECEIVED]}"
    assert told("EVENT-03", late) == [
        (f'exactly one "{STARTED}" for {WORDS[STARTED]}', observed, "toy-0001", 0)
    ]


def test_one_event_more_is_told_with_what_it_reports() -> None:
    """
    Where that is plain: here a second start for a later message, and one for nothing at all.
    """
    expected = f'exactly one "{STARTED}" for {WORDS[STARTED]}'
    later = told("EVENT-03", lambda calls: [*calls, bare(calls[0], timestamp=calls[2]["timestamp"])])
    assert later == [(expected, f"one more for {WORDS[RECEIVED]}", "toy-0002", 5)]
    never = told("EVENT-03", lambda calls: [*calls, bare(calls[0], timestamp="2026-03-02T00:00:00Z")])
    assert never == [(expected, "one more", None, 5)]


def open_one() -> Scenario:
    """
    A conversation that nobody ends.
    """
    chat, conversation, peter = talk("open")
    conversation.says("Hello?")
    conversation.hears(peter, "Hello!")
    return chat.scenario("A conversation that nobody ends, for a test.")


def test_an_end_that_nobody_asked_for_is_told_with_the_last_word() -> None:
    """
    And with what set it off, where that is plain.
    """
    expected = f'no "{ENDED}" after activity open-0002 (agent message): nobody ended it'

    def ended(calls: list[Call]) -> list[Call]:
        return [*calls, bare(calls[-1], event=ENDED)]

    observed = "one for activity open-0002 (agent message)"
    assert told("EVENT-05", ended, open_one()) == [(expected, observed, "open-0002", 3)]

    def timed_out(calls: list[Call]) -> list[Call]:
        return [*calls, bare(calls[-1], event=ENDED, timestamp="2026-03-02T00:00:00Z")]

    assert told("EVENT-05", timed_out, open_one()) == [(expected, "one", None, 3)]


@pytest.mark.parametrize(
    ("place", "wrong", "right", "activity"),
    [
        (1, RECEIVED, SENT, "activity toy-0001 (visitor message)"),
        (2, SENT, RECEIVED, "activity toy-0002 (agent message)"),
    ],
)
def test_a_wrong_direction_is_told_with_the_right_one(
    place: int, wrong: str, right: str, activity: str
) -> None:
    """
    The direction is the customer's.
    """
    found = told("EVENT-08", lambda calls: [*calls, again(calls[place], event=wrong)])
    expected = f'"{right}" for {activity}: the direction is the customer\'s'
    assert found == [(expected, f'"{wrong}"', activity.split()[1], 5)]


def test_an_event_for_what_calls_for_none_is_told_once() -> None:
    """
    Beside what it reports.
    """
    chat, conversation, _ = talk("typing")
    typed = conversation.types()
    conversation.says("Hello?")
    scenario = chat.scenario("Typing before a word, for a test.")

    def overheard(calls: list[Call]) -> list[Call]:
        return [*calls, bare(calls[-1], timestamp=format_time(typed.at))]

    expected = "no live-chat event for activity typing-0001 (visitor typing)"
    assert told("EVENT-09", overheard, scenario) == [(expected, f'"{SENT}"', "typing-0001", 2)]


@pytest.mark.parametrize(
    ("requirement", "failed", "exercised"),
    [
        ("EVENT-08", (), 2),
        ("EVENT-08", (ActivityType.VISITOR_MESSAGE,), 1),
        ("EVENT-09", (), 2),
        ("EVENT-09", (ActivityType.VISITOR_TYPING,), 1),
        ("EVENT-09", (ActivityType.VISITOR_TYPING, ActivityType.AGENT_JOINED), 0),
    ],
)
def test_silence_after_an_error_proves_nothing(
    requirement: str, failed: tuple[ActivityType, ...], exercised: int
) -> None:
    """
    What was never taken may be what nothing is said of.
    """
    chat, conversation, peter = talk("stumbling")
    conversation.types()
    conversation.says("Hello?")
    conversation.joins(peter)
    conversation.hears(peter, "Hello!")
    record = played(chat.scenario("All but an end, for a test."))
    assert verdict(judged(failing(record, *failed)), requirement).exercised == exercised


def test_an_event_for_what_was_answered_with_an_error_is_told() -> None:
    """
    Then the error does not matter.
    """
    chat, conversation, _ = talk("typing")
    typed = conversation.types()
    conversation.says("Hello?")
    scenario = chat.scenario("Typing before a word, for a test.")
    calls = toys.sent(scenario)[0]
    record = played(scenario, [[*calls, bare(calls[-1], timestamp=format_time(typed.at))]])
    found = verdict(judged(failing(record, ActivityType.VISITOR_TYPING)), "EVENT-09")
    assert [finding.activity for finding in found.findings] == [typed.id]


def test_an_event_for_nothing_is_told_once() -> None:
    """
    Whether it reports what never took place, or an end as a message where there is no such message at all.
    """
    chat, conversation, _ = talk("single")
    conversation.says("Hello?")
    conversation.ends(by="visitor")
    scenario = chat.scenario("One message, for a test.")
    expected = "no live-chat event for what did not take place"

    def invented(calls: list[Call]) -> list[Call]:
        properties = {"conversation_id": "c-0", "message_id": "m-0"}
        odd = again(calls[1], event=RECEIVED, timestamp="2026-03-02T00:00:00Z", properties=properties)
        return [*calls, odd]

    assert told("EVENT-09", invented, scenario) == [(expected, f'"{RECEIVED}"', None, 3)]

    def farewell(calls: list[Call]) -> list[Call]:
        return [*calls, again(calls[2], event=RECEIVED)]

    assert told("EVENT-09", farewell, scenario) == [(expected, f'"{RECEIVED}"', "single-0002", 3)]


# --- names, types and times


def test_a_foreign_event_is_told_by_its_name() -> None:
    """
    And one of another type by its name and its type.
    """
    planned = told("EVENT-11", lambda calls: [*calls, again(calls[1], event="Page Left", timestamp=None)])
    expected = "no Track event beside the four live-chat events"
    assert planned == [(expected, 'a Track event named "Page Left"', None, 5)]
    typed = told("EVENT-02", lambda calls: [{**calls[0], "type": "page"}, *calls[1:]])
    assert typed == [(f'a call of type "track" for "{STARTED}"', 'a call of type "page"', "toy-0001", 0)]


@pytest.mark.parametrize(("type_", "exercised"), [("track", 6), ("identify", 5)])
def test_a_track_call_without_a_name_is_looked_at(type_: str, exercised: int) -> None:
    """
    A call of another type needs none.
    """
    record = played(
        ordinary(), [[*toys.sent(ordinary())[0], {"type": type_, "messageId": "m", "userId": "u"}]]
    )
    assert verdict(judged(record), "EVENT-01").exercised == exercised


def test_an_event_before_the_one_before_it_is_told_by_how_much() -> None:
    """
    With both names, and with the time that it says.
    """

    def early(calls: list[Call]) -> list[Call]:
        return [*calls[:4], {**calls[4], "timestamp": "2026-03-01T10:00:06.9Z"}]

    observed = '"2026-03-01T10:00:06.9Z", 1.5 s earlier'
    assert told("EVENT-10", early) == [
        (f'"{ENDED}" no earlier than the "{SENT}" before it', observed, "toy-0004", 4)
    ]


def test_messages_keep_the_order_of_the_chat() -> None:
    """
    Where there is one, every event has its place in it.
    """

    def early(calls: list[Call]) -> list[Call]:
        return [*calls[:2], {**calls[2], "timestamp": "2026-03-01T09:59:59Z"}, *calls[3:]]

    assert told("EVENT-10", early) == [
        (
            f'"{RECEIVED}" no earlier than the "{SENT}" before it',
            '"2026-03-01T09:59:59Z", 1 s earlier',
            "toy-0002",
            2,
        )
    ]


def course(*events: tuple[str, float | None], conversation: str | None = "c-1") -> list[str]:
    """
    What EVENT-10 finds in traffic that came without a chat: events of one conversation in the order of
    arrival, each with the second it says it happened in.
    """
    properties = {"conversation_id": conversation} if conversation else {}
    calls = [
        {
            "type": "track",
            "event": name,
            "messageId": f"m-{number}",
            "properties": properties,
            **({} if second is None else {"timestamp": f"2026-03-01T10:00:{second:04.1f}Z"}),
        }
        for number, (name, second) in enumerate(events)
    ]
    (_, exercised, findings) = _judged_alone(calls)
    assert exercised == int(len(events) > 1 and conversation is not None)
    return [f"{finding.message}: {finding.observed}" for finding in findings]


def _judged_alone(calls: list[Call]) -> tuple[Status, int, tuple[Finding, ...]]:
    found = verdict(judged(played(ordinary(), [calls], steps=())), "EVENT-10")
    return found.status, found.exercised, found.findings


def test_without_a_chat_a_start_comes_first_and_an_end_last() -> None:
    """
    Messages may have been delivered in any order; who knows.
    """
    assert course((STARTED, 1), (SENT, 1), (RECEIVED, 2), (ENDED, 3)) == []
    assert course((STARTED, 2), (SENT, 1)) == ['1: "2026-03-01T10:00:01.0Z", 1 s earlier']
    assert course((SENT, 2), (ENDED, 1)) == ['1: "2026-03-01T10:00:01.0Z", 1 s earlier']
    assert course((STARTED, 2), (ENDED, 1)) == ['1: "2026-03-01T10:00:01.0Z", 1 s earlier']
    assert course((SENT, 2), (RECEIVED, 1)) == []
    assert course((SENT, 3), (SENT, 2), (ENDED, 1)) == ['2: "2026-03-01T10:00:01.0Z", 1 s earlier']


def test_without_a_chat_and_a_conversation_nothing_has_an_order() -> None:
    """
    Nor has a single event.
    """
    assert course((STARTED, 2), (SENT, 1), conversation=None) == []
    assert course((STARTED, 2)) == []


def test_a_time_is_compared_with_one_of_the_same_clock() -> None:
    """
    Where only one of two events says when it happened, neither is before the other.
    """
    assert course((STARTED, None), (SENT, 1)) == []
    assert course((STARTED, 59), (SENT, None)) == []
    assert course((STARTED, None), (SENT, None)) == []


def arrived_late(*, started: bool, sent: bool) -> list[str]:
    """
    What EVENT-10 finds where Started comes a second after Sent, and either says when it happened or not.
    """
    calls = toys.sent(ordinary())[0]
    times = {STARTED: started, SENT: sent}
    kept = [
        {name: value for name, value in call.items() if name != "timestamp" or times.get(call["event"], True)}
        for call in calls[:2]
    ]
    exchanges = (
        toys.exchange({"batch": [kept[1]]}, sequence=1, key=f"{toys.KEY[:-2]}01"),
        toys.exchange({"batch": [kept[0]]}, sequence=2, key=f"{toys.KEY[:-2]}01"),
    )
    found = verdict(judged(played(ordinary(), exchanges=exchanges)), "EVENT-10").findings
    return [finding.observed for finding in found]


def test_the_order_of_arrival_counts_where_nothing_else_is_said() -> None:
    """
    Segment takes the time of arrival then; but it does not stand against a time that was said.
    """
    assert arrived_late(started=False, sent=False) == ["no `timestamp`, and arrived 1 s earlier"]
    assert arrived_late(started=True, sent=False) == []
    assert arrived_late(started=False, sent=True) == []
    assert arrived_late(started=True, sent=True) == []
