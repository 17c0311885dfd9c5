"""
The named scenarios: what every one of them keeps to, and what they exercise together.
"""

import datetime as dt
import itertools
from collections import Counter

import pytest

from conformance.chat import SCENARIOS, for_budget, scenario
from conformance.chat.fault_scenarios import FAULT_SCENARIOS, rate_limited_date
from conformance.errors import UsageError
from conformance.model import Activity, ActivityType, Scenario, activity_from_json, activity_to_json
from conformance.spec import validator

ALL = SCENARIOS


def activities(played: Scenario) -> list[Activity]:
    """
    Everything that is said in a scenario, repetitions included.
    """
    return [activity for connection in played.connections for activity in connection.activities]


@pytest.mark.parametrize("played", ALL, ids=lambda played: played.name)
def test_every_activity_is_one_of_the_driver_protocol(played: Scenario) -> None:
    """
    Each satisfies the schema, and survives the way through JSON.
    """
    schema = validator("chat/activity")
    for activity in activities(played):
        assert schema.is_valid(activity_to_json(activity))
        assert activity_from_json(activity_to_json(activity)) == activity


@pytest.mark.parametrize("played", ALL, ids=lambda played: played.name)
def test_the_clock_never_runs_back(played: Scenario) -> None:
    """
    Apart from what is delivered again, time goes forward.
    """
    once = list(dict.fromkeys(activity.id for activity in activities(played)))
    times = {activity.id: activity.at for activity in activities(played)}
    assert all(times[one] < times[next_] for one, next_ in itertools.pairwise(once))


@pytest.mark.parametrize("played", ALL, ids=lambda played: played.name)
def test_nothing_unspecified_is_asked(played: Scenario) -> None:
    """
    No agent speaks or ends before the customer has spoken, and nobody speaks after the end.
    """
    begun: set[str | None] = set()
    ended: set[str | None] = set()
    for activity in {each.id: each for each in activities(played)}.values():
        begins = activity.type is ActivityType.VISITOR_MESSAGE
        follows = activity.type in {ActivityType.AGENT_MESSAGE, ActivityType.CONVERSATION_ENDED}
        assert not follows or activity.conversation_id in begun
        assert not (begins or follows) or activity.conversation_id not in ended
        if begins:
            begun.add(activity.conversation_id)
        if activity.type is ActivityType.CONVERSATION_ENDED:
            ended.add(activity.conversation_id)


def test_names_and_ids_are_nobody_elses() -> None:
    """
    Two scenarios share no name, no activity, no conversation, no message and no visitor.
    """
    assert len({played.name for played in ALL}) == len(ALL)
    seen: Counter[str] = Counter()
    for played in ALL:
        seen.update({each.id for each in activities(played)})
        seen.update({each.conversation_id for each in activities(played) if each.conversation_id})
        seen.update({each.message.id for each in activities(played) if each.message})
        seen.update({each.visitor.id for each in activities(played) if each.visitor})
    assert seen.most_common(1)[0][1] == 1


def test_every_purpose_is_a_sentence() -> None:
    """
    A reader of a report learns from it what a scenario is for.
    """
    assert all(played.purpose.endswith(".") and len(played.purpose) > 30 for played in ALL)


def test_every_kind_of_activity_occurs_in_two_conversations() -> None:
    """
    No requirement hangs on one conversation alone.
    """
    found: dict[ActivityType, set[str]] = {kind: set() for kind in ActivityType}
    for played in SCENARIOS:
        for activity in activities(played):
            found[activity.type].add(f"{played.name}/{activity.conversation_id}")
    assert {kind: len(places) >= 2 for kind, places in found.items()} == dict.fromkeys(ActivityType, True)


def test_the_settings_that_forbid_sending_occur() -> None:
    """
    The EU, a region nobody knows, and a missing write key.
    """
    connections = [connection for played in SCENARIOS for connection in played.connections]
    assert {connection.region for connection in connections} == {"us", "eu", "ap-southeast-9"}
    assert any(not connection.write_key for connection in connections)
    assert any(not connection.flush for connection in connections)


def test_a_scenario_is_found_by_its_name() -> None:
    """
    `scenario` gives the one of that name.
    """
    assert scenario("burst").name == "burst"
    assert len(activities(scenario("burst"))) == 301


def test_an_unknown_scenario_names_the_nearest() -> None:
    """
    A slip of the finger is answered with what was meant.
    """
    with pytest.raises(UsageError, match="full-conversation"):
        scenario("full-conversatoin")


def test_quick_leaves_out_what_waits() -> None:
    """
    The budget `quick` has the scenarios that need not wait; the others have all.
    """
    assert for_budget("standard") == for_budget("exhaustive") == SCENARIOS
    assert for_budget("quick") == tuple(played for played in SCENARIOS if not played.waits)
    with pytest.raises(UsageError, match="standard"):
        for_budget("standart")


def test_every_fault_scenario_says_that_it_waits() -> None:
    """
    Each has a fault, and is left out of `quick`.
    """
    assert all(played.faults and played.waits for played in FAULT_SCENARIOS)


def test_a_date_in_a_fault_is_filled_in_when_the_reply_is_given() -> None:
    """
    Scenarios are the same every day; the HTTP date that a fault answers with is not.
    """
    replied = dt.datetime(2026, 11, 22, 10, 0, 58, tzinfo=dt.UTC)
    (fault,) = rate_limited_date().faults
    assert fault.headers_at(replied) == (("Retry-After", "Sun, 22 Nov 2026 10:01:03 GMT"),)
