"""
Strategies: what they generate is legal, is what it says it is, and reaches every edge soon.
"""

from __future__ import annotations

import datetime as dt
import itertools
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from conformance.chat import strategies
from conformance.errors import UsageError
from conformance.ingestion import BATCH_EVENTS, EVENT_LIMIT
from conformance.model import (
    Activity,
    ActivityType,
    Fault,
    FaultKind,
    Scenario,
    activity_to_json,
    settings_to_json,
)
from conformance.spec import catalogue, validator

Value = TypeVar("Value")
FEW = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])


def drawn(strategy: SearchStrategy[Value], count: int = 200) -> list[Value]:
    """
    So many values of a strategy, the same every time.
    """
    values: list[Value] = []

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def keep(value: Value) -> None:
        values.append(value)

    keep()
    return values


def said(scenarios: list[Scenario]) -> Iterator[Activity]:
    """
    All activities of some scenarios.
    """
    for scenario in scenarios:
        for connection in scenario.connections:
            yield from connection.activities


# --- what is generated is legal


@FEW
@given(strategies.activities())
def test_every_activity_is_legal(activity: Activity) -> None:
    """
    The schema of the driver protocol takes every generated activity.
    """
    assert not validator("chat/activity").explain(activity_to_json(activity))


@FEW
@given(strategies.conversations() | strategies.chats())
def test_every_chat_is_legal_and_names_things_once(activities: tuple[Activity, ...]) -> None:
    """
    Chats are made of legal activities; only an activity delivered twice has the id of another.
    """
    assert activities
    assert all(validator("chat/activity").is_valid(activity_to_json(activity)) for activity in activities)
    assert len({activity.id for activity in activities}) == len(set(map(repr, activities)))


@FEW
@given(strategies.conversations())
def test_a_conversation_is_one_visitors_and_ends_at_most_once(activities: tuple[Activity, ...]) -> None:
    """
    `conversations()` begins with the visitor's first message, and nothing follows its end.
    """
    assert activities[0].type is ActivityType.VISITOR_MESSAGE
    assert len({activity.visitor.id for activity in activities if activity.visitor}) == 1
    assert len({activity.conversation_id for activity in activities if activity.conversation_id}) == 1
    ends = [number for number, each in enumerate(activities) if each.type is ActivityType.CONVERSATION_ENDED]
    assert ends in ([], [len(activities) - 1])


@FEW
@given(strategies.scenarios())
def test_every_scenario_leaves_no_doubt(scenario: Scenario) -> None:
    """
    What nobody specifies is never played: no agent speaks first, and only the last connection ends unflushed.
    """
    for connection in scenario.connections:
        begun: set[str | None] = set()
        for activity in connection.activities:
            if activity.type is ActivityType.VISITOR_MESSAGE:
                begun.add(activity.conversation_id)
            elif activity.type in {ActivityType.AGENT_MESSAGE, ActivityType.CONVERSATION_ENDED}:
                assert activity.conversation_id in begun
    assert all(connection.flush for connection in scenario.connections[:-1])
    assert all(connection.write_key or connection.region == "us" for connection in scenario.connections)
    assert sum(fault.requests or 0 for fault in scenario.faults) <= 2


@FEW
@given(strategies.settings())
def test_every_setting_is_legal(given_settings: Any) -> None:
    """
    The schema of `initialize` takes all settings.
    """
    assert not validator("driver/initialize").explain(settings_to_json(given_settings))


@FEW
@given(strategies.events())
def test_every_event_is_compliant(event: dict[str, Any]) -> None:
    """
    No check finds anything in a generated event, and the schemas of its kind and of the profile take it.
    """
    assert strategies.offences_of_event(event) == frozenset()
    assert validator("segment/track-call").is_valid(event)
    assert validator("profiles/chatlio").is_valid(event)


@FEW
@given(strategies.calls())
def test_every_call_is_compliant(call: dict[str, Any]) -> None:
    """
    Calls of every type are legal, and no check finds anything in them.
    """
    assert validator("segment/call").is_valid(call)
    assert strategies.offences_of_event(call) == frozenset()


@settings(FEW, max_examples=15)
@given(strategies.batches())
def test_every_batch_is_compliant(batch: dict[str, Any]) -> None:
    """
    Batches are legal, also those as full as may be.
    """
    assert validator("segment/batch").is_valid(batch)
    assert strategies.offences_of_batch(batch) == frozenset()


# --- what is invalid is so by the verdict of the checks


@pytest.mark.parametrize("requirement", strategies.INVALID_EVENTS)
def test_invalid_events_offend_what_they_are_labelled_with(requirement: str) -> None:
    """
    Each is judged anew: it offends its requirement, and beside it at most what goes along with that.
    """
    catalogue().requirement(requirement)
    along = {
        "EVENT-02": {"WAREHOUSE-01", "WAREHOUSE-02"},
        "PROPERTY-15": {"PROPERTY-17"},
        **{f"PROPERTY-0{number}": {"WAREHOUSE-03"} for number in range(1, 7)},
    }
    found = drawn(strategies.invalid_events(requirement=requirement), 12)
    assert found
    for invalid in found:
        assert invalid.requirement == requirement
        assert strategies.offences_of_event(invalid.value) == {requirement, *invalid.also}
        assert invalid.also <= along.get(requirement, set())


@pytest.mark.parametrize("requirement", strategies.INVALID_BATCHES)
def test_invalid_batches_offend_what_they_are_labelled_with(requirement: str) -> None:
    """
    So does each invalid batch.
    """
    found = drawn(strategies.invalid_batches(requirement=requirement), 10)
    assert found
    for invalid in found:
        assert strategies.offences_of_batch(invalid.value) == {requirement, *invalid.also}


def test_without_a_name_every_kind_of_fault_is_generated() -> None:
    """
    `invalid_events()` goes through all the requirements that an event can offend.
    """
    found = {invalid.requirement for invalid in drawn(strategies.invalid_events(), 200)}
    assert len(found) > 0.6 * len(strategies.INVALID_EVENTS)


@pytest.mark.parametrize("make", [strategies.invalid_events, strategies.invalid_batches])
def test_an_unknown_requirement_is_refused(make: Callable[..., object]) -> None:
    """
    A requirement that cannot be offended so is refused, with what can.
    """
    with pytest.raises(UsageError, match=r"EVENT-99.*Generated are"):
        make(requirement="EVENT-99")


# --- every edge is reached soon


def test_chats_reach_every_kind_of_moment() -> None:
    """
    Within three hundred scenarios: every activity, faults of either region, every sort of setting.
    """
    scenarios = drawn(strategies.scenarios(), 300)
    activities = list(said(scenarios))
    assert {activity.type for activity in activities} == set(ActivityType)
    assert {activity.ended_by for activity in activities} == {None, "visitor", "agent"}
    assert {fault.region for fault in faults(scenarios)} == {"us", None}
    connections = [connection for scenario in scenarios for connection in scenario.connections]
    assert {connection.region for connection in connections} >= {"us", "eu", "mars"}
    assert {connection.write_key for connection in connections} == {True, False}
    assert {connection.flush for connection in connections} == {True, False}
    assert {len(scenario.connections) for scenario in scenarios} == {1, 2, 3}


def test_fault_schedules_reach_every_fault() -> None:
    """
    Every way in which Segment may falter comes in a few hundred schedules: as often as once or twice.
    """
    found = [fault for schedule in drawn(strategies.fault_schedules(), 600) for fault in schedule]
    assert {fault.kind for fault in found} == set(FaultKind)
    assert {fault.status for fault in found} >= {302, 400, 408, 429, 500, 502, 503, 504}
    assert {fault.requests for fault in found} == {1, 2}
    assert {fault.kept for fault in found} == {True, False}


def faults(scenarios: list[Scenario]) -> list[Fault]:
    """
    All faults of some scenarios.
    """
    return [fault for scenario in scenarios for fault in scenario.faults]


def test_chats_reach_the_situations_that_need_a_history() -> None:
    """
    Visitors return, conversations interleave, agents hand over, activities come twice, the site learns names.
    """
    reached: Counter[str] = Counter()
    for activities in drawn(strategies.chats(), 200):
        talks: dict[str, set[str]] = {}
        agents: dict[str, set[str]] = {}
        for activity in activities:
            if activity.visitor and activity.conversation_id:
                talks.setdefault(activity.visitor.id, set()).add(activity.conversation_id)
            if activity.agent and activity.conversation_id:
                agents.setdefault(activity.conversation_id, set()).add(activity.agent.id)
        reached["returned"] += any(len(each) > 1 for each in talks.values())
        reached["interleaved"] += len(talks) > 1
        reached["handed over"] += any(len(each) > 1 for each in agents.values())
        reached["twice"] += len({activity.id for activity in activities}) < len(activities)
        reached["identified"] += any(each.visitor and each.visitor.user_id for each in activities)
        reached["long"] += len(activities) >= 25
    assert all(reached[name] >= 3 for name in ("returned", "interleaved", "handed over", "twice"))
    assert all(reached[name] >= 3 for name in ("identified", "long"))


def test_chats_reach_the_edges_of_clocks_and_texts() -> None:
    """
    No pause and one of days, changes of the clock, leap days; texts almost empty, and 100 and 101 long.
    """
    chats = drawn(strategies.chats(), 300)
    pairs = [pair for activities in chats for pair in itertools.pairwise(activities)]
    pauses = {later.at - earlier.at for earlier, later in pairs}
    assert pauses >= {dt.timedelta(milliseconds=each) for each in (0, 1, 999, 1_000, 86_400_000)}
    days = {activity.at.date() for activities in chats for activity in activities}
    assert days >= {dt.date(2026, 3, 29), dt.date(2026, 11, 1), dt.date(2028, 2, 29), dt.date(2026, 12, 31)}
    texts = {activity.message.text for activities in chats for activity in activities if activity.message}
    assert {len(text) for text in texts} >= {1, 100, 101, 512, 513}
    assert texts >= {" ", "0", "\x00", "\u200b"}


def test_events_reach_every_property_and_limit() -> None:
    """
    All four events, all seven properties, each shape of identity, 32 KB to the byte, 100 characters.
    """
    events = drawn(strategies.events(), 400)
    assert len({event["event"] for event in events}) == 4
    names = {name for event in events for name in event["properties"]}
    assert len(names) == 7
    identities = {
        (bool(event.get("anonymousId")), bool(event.get("userId")), "userId" in event) for event in events
    }
    assert len(identities) >= 4
    sizes = {len(orjson.dumps(event)) for event in events}
    assert sizes >= {EVENT_LIMIT, EVENT_LIMIT - 1}
    assert {len(event["messageId"]) for event in events} >= {1, 36, 100}
    assert {event["properties"].get("conversation_duration") for event in events} >= {0, 1, 86_400}
    ids = {event["properties"]["conversation_id"] for event in events}
    assert {len(each) for each in ids} >= {100, 101}


def test_batches_reach_their_limit_and_one_beyond() -> None:
    """
    2,500 members are compliant, 2,501 are not; and an event of 32 KB and one byte is not.
    """
    assert BATCH_EVENTS in {len(batch["batch"]) for batch in drawn(strategies.batches(), 60)}
    invalid = drawn(strategies.invalid_batches(requirement="TRANSPORT-06"), 40)
    assert BATCH_EVENTS + 1 in {len(each.value["batch"]) for each in invalid}
    sizes = {len(orjson.dumps(member)) for each in invalid for member in each.value["batch"]}
    assert EVENT_LIMIT + 1 in sizes


def test_hypothesis_is_not_loaded_before_it_is_needed() -> None:
    """
    Neither the package, nor its plugin, nor the room of generated runs loads Hypothesis when it is imported.
    """
    program = (
        "import conformance, conformance.chat, conformance.generation, conformance.assessment, sys;"
        "sys.exit('hypothesis' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
