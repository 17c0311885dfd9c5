"""
The fan-out: which destinations get a call, and what a judgement tells of it and of the warehouse.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
import pytest

from conformance.checks import Evidence, routing
from conformance.checks.warehousing import CHECKS
from conformance.ingestion import deliveries, named_in
from conformance.judge.downstream import MOST_NAMES, OTHERS, Deliveries, Loads
from conformance.model import Message
from conformance.record import ScenarioRecord
from conformance.reporting import render
from conformance.warehouse import Column, Table, Tables, load
from tests.unit import judgements

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
NOT_THERE = object()
SENT = "live_chat_message_sent"


def a_call(row: str, event: str = "Live Chat Message Sent", /, **members: Any) -> dict[str, Any]:
    """
    An archived Track call.
    """
    return {
        "type": "track",
        "event": event,
        "messageId": row,
        "userId": "u-1",
        "receivedAt": "2026-03-01T12:00:00.000Z",
        "properties": {},
        **members,
    }


def archive(*calls: dict[str, Any], warehouse: Tables | None = None) -> Evidence:
    """
    The evidence of an archive that holds these calls.
    """
    record = ScenarioRecord(name="archive", purpose="", started_at=NOON, archived=calls, warehouse=warehouse)
    return Evidence(scenario=record)


def message(integrations: Any = NOT_THERE, *, drop: str | None = None) -> Message:
    """
    A message that says this of integrations, or nothing.
    """
    call = a_call("m-1") if integrations is NOT_THERE else a_call("m-1", integrations=integrations)
    (found,) = archive(call).messages
    return attrs.evolve(found, drop=drop)


@pytest.mark.parametrize(
    ("integrations", "received"),
    [
        (NOT_THERE, ("Mixpanel", "Webhooks")),
        (None, ("Mixpanel", "Webhooks")),
        ({}, ("Mixpanel", "Webhooks")),
        ("none", ("Mixpanel", "Webhooks")),
        ({"All": True}, ("Mixpanel", "Webhooks")),
        ({"All": False}, ()),
        ({"All": False, "Mixpanel": True}, ("Mixpanel",)),
        ({"All": False, "Mixpanel": {"callType": "track"}}, ("Mixpanel",)),
        ({"All": False, "Mixpanel": {}}, ("Mixpanel",)),
        ({"Mixpanel": False}, ("Webhooks",)),
        ({"Mixpanel": None}, ("Webhooks",)),
        ({"mixpanel": False}, ("Mixpanel", "Webhooks")),
        ({"all": False}, ("Mixpanel", "Webhooks")),
        ({"Salesforce": True}, ("Mixpanel", "Salesforce", "Webhooks")),
        ({"All": True, "Salesforce": False}, ("Mixpanel", "Webhooks")),
        ({"Warehouses": False, "Segment.io": False}, ("Mixpanel", "Webhooks")),
    ],
)
def test_integrations_say_who_receives_a_call(integrations: Any, received: tuple[str, ...]) -> None:
    """
    A destination's own entry goes before `All`, letter for letter, and Salesforce has to be asked for.
    """
    assert deliveries(message(integrations), ("Mixpanel", "Salesforce", "Webhooks")) == received


def test_a_dropped_call_goes_nowhere() -> None:
    """
    What Segment does not take in it does not hand on.
    """
    assert deliveries(message(drop="duplicate"), ("Mixpanel",)) == ()


def test_only_destinations_count_as_named() -> None:
    """
    `All`, `Warehouses` and Segment itself are none.
    """
    assert named_in(message({"All": False, "Warehouses": {}, "Segment.io": True, "Braze": False})) == (
        "Braze",
    )
    assert named_in(message(["Braze"])) == ()


def test_what_each_destination_received_is_counted_by_event() -> None:
    """
    A destination that a call is the first to name has received what was let through before.
    """
    counted = Deliveries()
    counted.add(
        archive(
            a_call("m-1"),
            a_call("m-2", integrations={"All": False}),
            a_call("m-3", "Other", integrations={"Braze": False, "Salesforce": True}),
            a_call("i-1", type="identify"),
        )
    )
    found = {
        view.name: [(count.event, count.received, count.withheld) for count in view.events]
        for view in counted.views(str)
    }
    assert list(found) == ["Amplitude", "Mixpanel", "Webhooks", "Braze", "Salesforce"]
    assert found["Mixpanel"] == [("Live Chat Message Sent", 1, 1), ("Other", 1, 0), ("identify", 1, 0)]
    assert found["Braze"] == [("Live Chat Message Sent", 1, 1), ("Other", 0, 1), ("identify", 1, 0)]
    assert found["Salesforce"] == [("Live Chat Message Sent", 0, 2), ("Other", 1, 0), ("identify", 0, 1)]


def test_nothing_is_told_where_nothing_was_accepted() -> None:
    """
    Rows of noughts say nothing.
    """
    assert Deliveries().views(str) == ()
    assert Loads().views(str) == ()


def test_made_up_names_do_not_fill_the_report() -> None:
    """
    However many events, destinations and columns there are, the judgement stays small, and keys stay masked.
    """
    evidence = archive(
        *(a_call(f"m-{n}", f"Event {n} key", integrations={f"D{n}": True}) for n in range(100)),
        a_call("wide", properties={f"p{n}": "x" * 600 for n in range(100)}),
    )
    deliveries_, loads = Deliveries(), Loads()
    deliveries_.add(evidence)
    loads.add(evidence)
    views, tables = deliveries_.views(lambda text: text.replace("key", "*")), loads.views(str)
    assert len(views) == MOST_NAMES
    assert len(views[0].events) == MOST_NAMES + 1
    assert views[0].events[0].event == "Event 0 *"
    assert sum(count.received for count in views[0].events) == 101
    assert len(tables) == MOST_NAMES + 1
    lost = next(table for table in tables if table.losses).losses
    assert len(lost) == MOST_NAMES + 1
    assert sum(loss.values for loss in lost) == 100
    assert OTHERS in {loss.column for loss in lost}


def test_the_terminal_tells_what_was_kept_back_and_what_was_lost() -> None:
    """
    And nothing of the kind where every destination received everything and the warehouse holds it.
    """
    loads = Loads()
    loads.add(archive(a_call("m-1", properties={"agentName": "x" * 513, "id": 1}), a_call("m-2", "名前")))
    deliveries_ = Deliveries()
    deliveries_.add(archive(a_call("m-1", integrations={"Mixpanel": False})))
    told = render(
        attrs.evolve(judgements.passing(), destinations=deliveries_.views(str), warehouse=loads.views(str)),
        "text",
    )
    text = " ".join(told.split())
    assert "`integrations` keeps 1 of 1 calls from the destination Mixpanel." in text
    assert f"`{SENT}.agent_name`: 1 value cut at 512 characters" in text
    assert f"`{SENT}.id`: 1 value dropped, as the column is the warehouse's own" in text
    assert "1 row without a table of its own" in text
    assert "destination" not in render(judgements.passing(), "text")


@pytest.mark.parametrize(
    ("integrations", "pointers"),
    [
        (NOT_THERE, []),
        ({}, []),
        ({"All": True, "Mixpanel": False, "Salesforce": False}, []),
        ({"Warehouses": {"warehouseIds": ["w-1"]}}, []),
        ({"All": False}, ["/integrations/All"]),
        ({"All": False, "Mixpanel": True}, ["/integrations/All"]),
        ({"Warehouses": False}, ["/integrations/Warehouses"]),
        ({"Warehouses": {"all": False}}, ["/integrations/Warehouses"]),
        ({"Amplitude": False, "Mixpanel": False, "Webhooks": False}, ["/integrations"]),
    ],
)
def test_routing_01_finds_what_switches_everything_off(integrations: Any, pointers: list[str]) -> None:
    """
    By one word, or by naming each destination of the workspace; a few of them off is its own choice.
    """
    (check,) = routing.CHECKS
    members = {} if integrations is NOT_THERE else {"integrations": integrations}
    exercised, findings = check.judge(archive(a_call("m-1", **members)))
    assert exercised == 1
    assert [finding.pointer for finding in findings] == pointers


def judged(evidence: Evidence, requirement: str) -> tuple[int, list[str]]:
    """
    How often the check of a requirement found something to compare, and what it observed.
    """
    (check,) = (check for check in CHECKS if check.requirement == requirement)
    exercised, findings = check.judge(evidence)
    return exercised, [finding.observed for finding in findings]


def test_the_database_is_what_the_checks_look_at() -> None:
    """
    A row that it does not hold is missing, whatever the pure model says.
    """
    calls = (a_call("m-1"), a_call("m-2"))
    whole = load(archive(*calls).accepted)
    held = {name: attrs.evolve(table, rows=table.rows[:1]) for name, table in whole.tables.items()}
    assert judged(archive(*calls), "WAREHOUSE-01") == (2, [])
    assert judged(archive(*calls, warehouse=whole), "WAREHOUSE-02") == (2, [])
    lacking = archive(*calls, warehouse=Tables(tables=held))
    assert judged(lacking, "WAREHOUSE-01") == (2, ["none"])
    assert judged(lacking, "WAREHOUSE-02") == (2, ["none"])


def test_a_row_of_an_earlier_load_is_told_as_such() -> None:
    """
    The first row with an id stays, so what a poorer run loaded under it stands in the way of a better one.
    """
    evidence = archive(a_call("m-1"), warehouse=load(archive(a_call("m-1", "Message")).accepted))
    assert judged(evidence, "WAREHOUSE-01") == (
        1,
        ["a row in `message`, loaded before under the same `messageId`"],
    )
    assert judged(archive(a_call("m-1", "Live Chat Mesage Sent")), "WAREHOUSE-01")[1] == [
        "a row in `live_chat_mesage_sent`"
    ]


@pytest.mark.parametrize(
    ("held", "sent", "observed"),
    [
        ("integer", 3, []),
        ("float", 3, ["type float, which the column had in the database before"]),
        ("integer", 0.5, ["type float, from the first value that arrived"]),
        ("float", 0.5, ["type float, from the first value that arrived"]),
    ],
)
def test_a_column_is_wrong_by_its_first_value_here_or_by_what_came_before(
    held: Any, sent: float, observed: list[str]
) -> None:
    """
    WAREHOUSE-03 says which of the two it is: a poisoned column stays so for every later run.
    """
    columns = (Column(name="id", type="varchar"), Column(name="conversation_duration", type=held))
    tables = Tables(tables={SENT: Table(name=SENT, columns=columns, rows=({"id": "m-1"},))})
    call = a_call("m-1", properties={"conversation_duration": sent})
    assert judged(archive(call, warehouse=tables), "WAREHOUSE-03") == (1, observed)


def test_a_column_that_was_not_sent_is_not_judged() -> None:
    """
    It may be there from another scenario.
    """
    columns = (Column(name="id", type="varchar"), Column(name="conversation_duration", type="float"))
    tables = Tables(tables={SENT: Table(name=SENT, columns=columns, rows=({"id": "m-1"},))})
    assert judged(archive(a_call("m-1"), warehouse=tables), "WAREHOUSE-03") == (0, [])


def test_an_id_too_long_for_its_column_is_found_again() -> None:
    """
    The row is there under what the column holds of it; that the id is too long is ENVELOPE-02's to say.
    """
    assert judged(archive(a_call("x" * 600)), "WAREHOUSE-01") == (1, [])
