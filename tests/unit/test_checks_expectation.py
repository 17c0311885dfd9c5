"""
What Segment must see for what was said: which events, when, about whom.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from conformance.chat import Script
from conformance.checks.expectation import ConnectionFacts, Expected, connections_of, expected_events
from conformance.errors import RegionUnsupported, Unsupported
from conformance.model import ActivityType, Scenario
from conformance.record import Answer, Method, ScenarioRecord, Step
from tests.unit.toys import ordinary, played, talk


def expected(scenario: Scenario) -> list[Expected]:
    """
    The events of all connections of a scenario.
    """
    return expected_in(played(scenario))


def expected_in(record: ScenarioRecord) -> list[Expected]:
    """
    The events that a record calls for.
    """
    return [event for connection in connections_of(record) for event in expected_events(connection)]


def words(events: list[Expected]) -> list[str]:
    """
    The last word of each event's name.
    """
    return [event.kind.value.split()[-1] for event in events]


def changed(record: ScenarioRecord, change: Callable[[Step], Step | None]) -> ScenarioRecord:
    """
    The record with each step changed, or left out where there is None.
    """
    steps = (change(step) for step in record.steps)
    return attrs.evolve(record, steps=tuple(step for step in steps if step is not None))


# --- which events


def test_talk_calls_for_events_and_nothing_else_does() -> None:
    """
    The first customer message starts the conversation; looking on, typing, joining and notes call for none.
    """
    chat, conversation, peter = talk()
    conversation.types()
    conversation.joins(peter)
    conversation.hears(peter, "May I help?")
    conversation.says("Hello?")
    conversation.notes(peter, "He lost his stapler.")
    conversation.says("Hello??")
    conversation.ends(by="agent")
    events = expected(chat.scenario("All that can happen, for a test."))
    assert words(events) == ["Received", "Started", "Sent", "Sent", "Ended"]
    assert [event.duration for event in events] == [0.0, 0.0, 0.0, 8.4, 12.6]


def test_an_activity_told_twice_calls_for_its_events_once() -> None:
    """
    Though it was delivered twice.
    """
    chat, conversation, _ = talk()
    chat.again(conversation.says("Hello?"))
    (connection,) = connections_of(played(chat.scenario("Twice, for a test.")))
    assert words(list(expected_events(connection))) == ["Started", "Sent"]
    assert connection.deliveries == ("toy-0001", "toy-0001")


@pytest.mark.parametrize(
    ("answer", "code", "called_for"),
    [
        (Answer.TAKEN, 0, ["Started", "Sent", "Received", "Sent", "Ended"]),
        (Answer.REFUSED, Unsupported.code, ["Started", "Sent", "Sent", "Ended"]),
        (Answer.REFUSED, RegionUnsupported.code, ["Started", "Sent", "Received", "Sent", "Ended"]),
        (Answer.FAILED, Unsupported.code, ["Started", "Sent", "Received", "Sent", "Ended"]),
    ],
)
def test_only_what_is_declared_unsupported_calls_for_nothing(
    answer: Answer, code: int, called_for: list[str]
) -> None:
    """
    Any other answer is no excuse.
    """

    def answered(step: Step) -> Step:
        agents = step.activity is not None and step.activity.type is ActivityType.AGENT_MESSAGE
        return attrs.evolve(step, answer=answer, code=code) if agents else step

    assert words(expected_in(changed(played(ordinary()), answered))) == called_for


def test_a_connection_that_is_declared_unsupported_calls_for_nothing() -> None:
    """
    Nor does one for another region, or without a write key.
    """

    def refused(step: Step) -> Step:
        opening = step.method is Method.INITIALIZE
        return attrs.evolve(step, answer=Answer.REFUSED, code=Unsupported.code) if opening else step

    assert expected_in(changed(played(ordinary()), refused)) == []
    for settings in ({"region": "eu"}, {"write_key": False}):
        chat, conversation, _ = talk()
        conversation.says("Hello?")
        chat.connection(**settings)
        (connection,) = connections_of(played(chat.scenario("Silence, for a test.")))
        assert connection.silent
        assert list(expected_events(connection)) == []


# --- since when, and about whom


def test_each_conversation_has_a_clock_of_its_own() -> None:
    """
    That begins with its visitor's first message.
    """
    chat = Script("clocks")
    visitors = [chat.visitor(), chat.visitor()]
    ann, bob = (chat.conversation(visitor) for visitor in visitors)
    ann.says("Hello?")
    bob.says("Hello?")
    ann.says("Hello??")
    events = expected(chat.scenario("Two conversations, for a test."))
    assert [event.duration for event in events] == [0.0, 0.0, 0.0, 0.0, 8.4]
    assert [event.visitor.id for event in events[1:3]] == [visitor.id for visitor in visitors]
    assert [event.conversation_id for event in events] == [ann.id, ann.id, bob.id, bob.id, ann.id]


def test_the_sites_users_are_known_from_then_on_latest_first() -> None:
    """
    One that comes back is the latest again, and told once more only where it changes.
    """
    chat = Script("users")
    visitor = chat.visitor()
    conversation = chat.conversation(visitor)
    conversation.says("Who am I?")
    for user in ("u-1", "u-2", "u-1"):
        chat.identifies(visitor, user)
        conversation.says(f"I am {user}.")
        conversation.says("I said so.")
    events = expected(chat.scenario("A visitor of two users, for a test."))
    assert [event.user_ids for event in events] == [
        (),
        (),
        ("u-1",),
        ("u-1",),
        ("u-2", "u-1"),
        ("u-2", "u-1"),
        ("u-1", "u-2", "u-1"),
        ("u-1", "u-2", "u-1"),
    ]


# --- connections


def connections(*flushed: bool) -> tuple[ConnectionFacts, ...]:
    """
    So many connections, in each of which something is said, and a flush asked for or not.
    """
    chat = Script("connections")
    for flush in flushed:
        chat.conversation(chat.visitor()).says("Hello?")
        chat.connection(flush=flush)
    return connections_of(played(chat.scenario("Several connections, for a test.")))


def test_each_connection_has_what_was_said_under_it() -> None:
    """
    With its number, its settings, and whether a flush came last.
    """
    facts = connections(True, False, True)
    assert [(each.number, each.flushed, len(each.activities)) for each in facts] == [
        (1, True, 1),
        (2, False, 1),
        (3, True, 1),
    ]
    assert [each.settings.workspace.slug[-1] for each in facts] == ["1", "2", "3"]
    assert len({each.activities[0].id for each in facts}) == 3


def test_a_flush_counts_where_it_comes_last() -> None:
    """
    What is said after it is still in the buffer; where nothing is said it counts too.
    """
    record = played(ordinary())
    flush = next(step for step in record.steps if step.method is Method.FLUSH)
    (opening, *said) = (step for step in record.steps if step is not flush)
    early = attrs.evolve(record, steps=(opening, *said[:-2], flush, *said[-2:]))
    nothing = attrs.evolve(record, steps=(opening, flush, said[-1]))
    never = attrs.evolve(record, steps=(opening, said[-1]))
    assert [connections_of(each)[0].flushed for each in (record, early, nothing, never)] == [
        True,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("answer", "flushed"), [(Answer.TAKEN, True), (Answer.REFUSED, False), (Answer.FAILED, False)]
)
def test_a_flush_counts_where_it_was_done(answer: Answer, flushed: bool) -> None:
    """
    One that was refused, or failed, leaves the buffer as it was.
    """

    def answered(step: Step) -> Step:
        return attrs.evolve(step, answer=answer) if step.method is Method.FLUSH else step

    assert connections_of(changed(played(ordinary()), answered))[0].flushed is flushed
