"""
What the documented properties hold, and what is said where they hold something else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from conformance.model import Finding, Scenario
from conformance.reference import ENDED, RECEIVED, SENT, STARTED
from tests.unit import toys
from tests.unit.toys import Call, judged, ordinary, played, talk, verdict

Told = tuple[str, str, str | None]


def found(
    requirement: str, change: Callable[[Call], Call], scenario: Scenario | None = None, **criteria: Any
) -> tuple[Finding, ...]:
    """
    What is found against a requirement when every call is changed.
    """
    return verdict(judged(played(scenario or ordinary(), change=change), **criteria), requirement).findings


def told(*findings: Finding) -> list[Told]:
    """
    Expected, observed, and where.
    """
    return [(each.expected, each.observed, each.pointer) for each in findings]


def on(event: str, *without: str, **properties: Any) -> Callable[[Call], Call]:
    """
    Sets properties on the events of one name, and leaves others out.
    """

    def change(call: Call) -> Call:
        if call["event"] != event:
            return call
        kept = {name: value for name, value in call["properties"].items() if name not in without}
        return {**call, "properties": {**kept, **properties}}

    return change


# --- types


@pytest.mark.parametrize(
    ("value", "observed"),
    [
        (5, "5 (number)"),
        (5.5, "5.5 (number)"),
        (True, "true (boolean)"),
        (None, "null (null)"),
        ({}, "{} (object)"),
        ([], "[] (array)"),
    ],
)
def test_a_wrong_type_is_told_with_the_value(value: object, observed: str) -> None:
    """
    As JSON calls it.
    """
    assert told(*found("PROPERTY-05", on(ENDED, conversation_id=value))) == [
        ("`conversation_id` is a string", observed, "/properties/conversation_id")
    ]


@pytest.mark.parametrize(
    ("profile", "value", "finding"),
    [
        ("chatlio", 45.0, None),
        ("chatlio", 45.5, ("an integer", "45.5 (number)")),
        ("chatlio", "45", ("an integer", '"45" (string)')),
        ("chatlio", True, ("an integer", "true (boolean)")),
        ("live-chat", 45.5, None),
        ("live-chat", "45", ("a number", '"45" (string)')),
        ("live-chat", False, ("a number", "false (boolean)")),
    ],
)
def test_a_duration_is_a_number_of_its_profile(
    profile: str, value: object, finding: tuple[str, str] | None
) -> None:
    """
    A whole one for Chatlio, any for the live-chat specification.
    """
    pointer = "/properties/conversation_duration"
    assert told(*found("PROPERTY-04", on(ENDED, conversation_duration=value), profile=profile)) == (
        [(f"`conversation_duration` is {finding[0]}", finding[1], pointer)] if finding else []
    )


# --- the chat's own ids


def test_an_id_is_the_chats_own() -> None:
    """
    It is told which, and what stood there instead.
    """
    own = toys.sent(ordinary())[0]
    conversation, message = own[1]["properties"]["conversation_id"], own[1]["properties"]["message_id"]
    here = "/properties/conversation_id"
    first = on(STARTED, conversation_id="c-0")
    assert told(*found("PROPERTY-07", first)) == [(f'`conversation_id` "{conversation}"', '"c-0"', here)]
    assert told(*found("PROPERTY-07", on(STARTED, "conversation_id"))) == [
        (f'`conversation_id` "{conversation}"', "no such property", "/properties")
    ]
    assert told(*found("PROPERTY-08", on(STARTED, message_id="m-0"))) == [
        (f'`message_id` "{message}"', '"m-0"', "/properties/message_id")
    ]
    assert found("PROPERTY-08", on(STARTED, "message_id")) == ()
    assert told(*found("PROPERTY-08", on(RECEIVED, "message_id"))) == [
        (f'`message_id` "{own[2]["properties"]["message_id"]}"', "no such property", "/properties")
    ]


def test_an_id_of_another_type_is_told_by_its_type_alone() -> None:
    """
    One fault, one requirement.
    """
    assert found("PROPERTY-07", on(STARTED, conversation_id=5)) == ()
    assert found("PROPERTY-08", on(RECEIVED, message_id=None)) == ()


def test_of_an_event_of_its_own_an_id_has_to_be_there() -> None:
    """
    Whose it is nobody knows; but an empty one is none.
    """
    (calls,) = toys.sent(ordinary())
    alone = [{**call, "timestamp": None} for call in calls[1:2]]

    def seen(**properties: object) -> list[Told]:
        record = played(ordinary(), [[{**alone[0], "properties": properties}]], steps=())
        judgement = judged(record)
        found = (verdict(judgement, name).findings for name in ("PROPERTY-07", "PROPERTY-08"))
        return [each for findings in found for each in told(*findings)]

    expected = f'on "{SENT}"'
    assert seen() == [
        (f"`conversation_id` {expected}", "no such property", "/properties"),
        (f"`message_id` {expected}", "no such property", "/properties"),
    ]
    assert seen(conversation_id="", message_id="") == [
        (f"`conversation_id` {expected}", '""', "/properties/conversation_id"),
        (f"`message_id` {expected}", '""', "/properties/message_id"),
    ]
    assert seen(conversation_id="c", message_id="m") == []


@pytest.mark.parametrize(
    ("event", "properties", "exercised"),
    [
        (SENT, {}, 1),
        (RECEIVED, {}, 1),
        (STARTED, {}, 0),
        (STARTED, {"message_id": "m"}, 1),
        (ENDED, {"message_id": "m"}, 0),
    ],
)
def test_a_message_is_looked_for_on_messages_and_on_a_start_that_names_one(
    event: str, properties: dict[str, str], exercised: int
) -> None:
    """
    An end has none.
    """
    call = {**toys.sent(ordinary())[0][0], "event": event, "properties": properties}
    record = played(ordinary(), [[call]], steps=())
    assert verdict(judged(record), "PROPERTY-08").exercised == exercised


def test_a_body_is_what_was_said() -> None:
    """
    Where it is sent at all.
    """
    assert told(*found("PROPERTY-16", on(RECEIVED, message_body="Hello?"))) == [
        ('the message\'s text: "Hello!"', '"Hello?"', "/properties/message_body")
    ]
    assert found("PROPERTY-16", on(RECEIVED, message_body="Hello!")) == ()


# --- agents


def answered() -> tuple[Scenario, dict[str, str]]:
    """
    A conversation that an agent joins, and the agent's properties.
    """
    chat, conversation, peter = talk()
    conversation.says("Hello?")
    conversation.joins(peter)
    conversation.hears(peter, "Hello!")
    conversation.ends(by="visitor")
    own = {"agent_id": peter.id, "agent_name": peter.name, "agent_username": peter.username}
    return chat.scenario("An agent answers, for a test."), own


@pytest.mark.parametrize(("event", "requirement"), [(RECEIVED, "PROPERTY-09"), (ENDED, "PROPERTY-10")])
def test_an_agents_properties_are_their_own(event: str, requirement: str) -> None:
    """
    What is taken from another of them is told so.
    """
    scenario, own = answered()
    for name, value in own.items():
        here = f"/properties/{name}"
        wrong = found(requirement, on(event, **{name: "nobody"}), scenario)
        assert told(*wrong) == [(f'`{name}` "{value}"', '"nobody"', here)]
        absent = found(requirement, on(event, name), scenario)
        assert told(*absent) == [(f'`{name}` "{value}"', "no such property", "/properties")]
        assert found(requirement, on(event, **{name: 5}), scenario) == ()
        for other in own.keys() - {name}:
            swapped = found(requirement, on(event, **{name: own[other]}), scenario)
            observed = f'"{own[other]}", which is the `{other}`'
            assert told(*swapped) == [(f'`{name}` "{value}"', observed, here)]


def test_where_nobody_is_assigned_there_is_no_agent() -> None:
    """
    None of the three, not even an empty one; what is no text is told by its type.
    """
    scenario, own = answered()
    for name in own:
        early = found("PROPERTY-10", on(SENT, **{name: ""}), scenario)
        assert told(*early) == [(f"no `{name}`: nobody is assigned yet", '""', f"/properties/{name}")]
        assert found("PROPERTY-10", on(SENT, **{name: None}), scenario) == ()


# --- the duration


@pytest.mark.parametrize(
    ("event", "value", "observed"),
    [
        (STARTED, 0, None),
        (STARTED, 0.0, None),
        (STARTED, 1, "1"),
        (ENDED, 13, None),
        (ENDED, 13.6, None),
        (ENDED, 13.7, "13.7"),
        (ENDED, 11.6, None),
        (ENDED, 11.5, "11.5"),
        (ENDED, 12600, "12600, which is the duration in milliseconds"),
        (ENDED, 13600, "13600, which is the duration in milliseconds"),
        (ENDED, 11600, "11600, which is the duration in milliseconds"),
        (ENDED, 13601, "13601"),
        (ENDED, -1, "-1"),
        (STARTED, -0.5, "-0.5"),
        (STARTED, 1000, "1000"),
    ],
)
def test_a_duration_may_be_a_second_off(event: str, value: float, observed: str | None) -> None:
    """
    But for the start, which is nought; milliseconds are known as such. The chat took 12.6 seconds.
    """
    due = 0 if event == STARTED else 13
    findings = told(*found("PROPERTY-11", on(event, conversation_duration=value)))
    assert findings == (
        [
            (
                f"`conversation_duration` {due}: seconds since the conversation began",
                observed,
                "/properties/conversation_duration",
            )
        ]
        if observed
        else []
    )


def test_milliseconds_are_known_from_the_first_second_on() -> None:
    """
    Half a second after the start is 500 of them.
    """
    chat, conversation, peter = talk()
    conversation.says("Hello?")
    chat.wait(-3.7)
    conversation.hears(peter, "Hello!")
    scenario = chat.scenario("Two within a second, for a test.")
    (finding,) = found("PROPERTY-11", on(RECEIVED, conversation_duration=500), scenario)
    assert finding.observed == "500, which is the duration in milliseconds"


def test_a_duration_never_falls() -> None:
    """
    Not even within what it may be off; in its own conversation.
    """
    chat, conversation, peter = talk()
    conversation.says("Hello?")
    chat.wait(-4.0)
    conversation.hears(peter, "Hello!")
    scenario = chat.scenario("Two within a second, for a test.")

    def falling(call: Call) -> Call:
        return on(RECEIVED, conversation_duration=0)(on(SENT, conversation_duration=1)(call))

    assert told(*found("PROPERTY-11", falling, scenario)) == [
        (
            "`conversation_duration` of at least 1, as on the event before it",
            "0",
            "/properties/conversation_duration",
        )
    ]
    rising = on(RECEIVED, conversation_duration=1)
    assert found("PROPERTY-11", rising, scenario) == ()


def test_a_lack_of_the_duration_is_told_by_the_event() -> None:
    """
    For the end it is a fault of its own.
    """
    for event, requirement in ((STARTED, "PROPERTY-13"), (SENT, "PROPERTY-13"), (ENDED, "PROPERTY-12")):
        (finding,) = found(requirement, on(event, "conversation_duration"))
        assert told(finding) == [(f'`conversation_duration` on "{event}"', "no such property", "/properties")]
    assert found("PROPERTY-12", on(STARTED, "conversation_duration")) == ()
    assert found("PROPERTY-13", on(ENDED, "conversation_duration")) == ()


def test_what_is_no_number_has_no_duration_to_compare() -> None:
    """
    Nor is a truth value a number.
    """
    for value in (True, "13", None):
        record = played(ordinary(), change=on(ENDED, conversation_duration=value))
        assert verdict(judged(record), "PROPERTY-11").exercised == 4
    assert verdict(judged(attrs.evolve(played(ordinary()), steps=())), "PROPERTY-11").exercised == 0
