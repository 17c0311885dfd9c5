"""
What Segment hands on, added up over a run: rows and losses by table, and who received what.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from conformance.checks import Evidence
from conformance.judge.downstream import MOST_NAMES, OTHERS, Deliveries, Loads
from conformance.record import ScenarioRecord

SENT = "Live Chat Message Sent"
LONG = "x" * 513


def archive(*calls: dict[str, Any]) -> Evidence:
    """
    The evidence of an archive that holds Track calls with these members.
    """
    plain = {"type": "track", "event": SENT, "userId": "u-1", "receivedAt": "2026-03-01T12:00:00.000Z"}
    archived = tuple({**plain, "messageId": f"m-{number}", **call} for number, call in enumerate(calls))
    started_at = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    return Evidence(
        scenario=ScenarioRecord(name="archive", purpose="", started_at=started_at, archived=archived)
    )


def loaded(*scenarios: Evidence) -> dict[str, tuple[int, list[tuple[str, str, int]]]]:
    """
    The rows of each table, and the losses of each of its columns, with the reason.
    """
    loads = Loads()
    for evidence in scenarios:
        loads.add(evidence)
    return {
        table.name: (table.rows, [(loss.column, loss.reason, loss.values) for loss in table.losses])
        for table in loads.views(str)
    }


def test_rows_and_losses_add_up_over_the_scenarios() -> None:
    """
    In the table of all events and in each event's own; what has no table is counted under no name.
    """
    cut = {"properties": {"message_id": LONG}}
    found = loaded(archive({}, cut), archive(cut, {"event": "名前"}), archive({}))
    assert found == {
        "": (0, [("", "no_table_name", 1)]),
        "live_chat_message_sent": (4, [("message_id", "cut", 2)]),
        "tracks": (5, []),
    }


def test_a_column_that_was_told_apart_stays_so() -> None:
    """
    However many other columns come after it, and before it turns up again.
    """
    crowd = {"properties": {f"p{number}": LONG for number in range(MOST_NAMES)}}
    late = {"properties": {"p0": LONG, "late": LONG, "later": LONG}}
    _, losses = loaded(archive(crowd), archive(late))["live_chat_message_sent"]
    assert len(losses) == MOST_NAMES + 1
    assert ("p0", "cut", 2) in losses
    assert ("p1", "cut", 1) in losses
    assert (OTHERS, "cut", 2) in losses


def test_a_destination_has_received_what_was_let_through_before_anybody_named_it() -> None:
    """
    Whatever was said of others by name; only a no to all of them kept a call back.
    """
    deliveries = Deliveries()
    said = [{"Mixpanel": False}, "none", {"All": True}, {"All": False}, {"All": False, "": True}]
    deliveries.add(archive(*({"integrations": integrations} for integrations in said)))
    deliveries.add(archive({"integrations": {"Braze": False}}))
    (braze,) = (view for view in deliveries.views(str) if view.name == "Braze")
    assert [(count.event, count.received, count.withheld) for count in braze.events] == [(SENT, 3, 3)]
