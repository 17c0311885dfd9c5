"""
What is said of tables that do not hold what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from conformance.checks import Evidence
from conformance.model import Finding, Status
from conformance.record import ScenarioRecord
from conformance.reference import ENDED, SENT, STARTED
from conformance.warehouse import Table, Tables
from tests.unit import toys
from tests.unit.toys import Call, judged, ordinary, played, verdict

TABLES = {
    STARTED: "live_chat_conversation_started",
    SENT: "live_chat_message_sent",
    ENDED: "live_chat_conversation_ended",
}


def found(requirement: str, record: ScenarioRecord, **criteria: Any) -> tuple[Finding, ...]:
    """
    What is found against a requirement.
    """
    return verdict(judged(record, **criteria), requirement).findings


def told(requirement: str, record: ScenarioRecord, **criteria: Any) -> list[tuple[str, str, int | None]]:
    """
    Expected, observed, and the place in the batch.
    """
    return [(each.expected, each.observed, each.message) for each in found(requirement, record, **criteria)]


def loaded(record: ScenarioRecord, **tables: Table | None) -> ScenarioRecord:
    """
    The record as loaded into a database, in which some tables are others, or None at all.
    """
    held: Mapping[str, Table | None] = {**Evidence(scenario=record).modelled.tables, **tables}
    kept = {name: table for name, table in held.items() if table is not None}
    return attrs.evolve(record, warehouse=Tables(tables=kept))


def table_of(record: ScenarioRecord, name: str) -> Table:
    """
    A table that the calls of the record make.
    """
    return Evidence(scenario=record).modelled.tables[name]


# --- WAREHOUSE-01, 02: rows


def test_every_event_has_its_rows() -> None:
    """
    In the table of its kind and in `tracks`, as the calls by themselves make them, or as a database has it.
    """
    for record in (played(ordinary()), loaded(played(ordinary()))):
        for requirement in ("WAREHOUSE-01", "WAREHOUSE-02"):
            judgement = verdict(judged(record), requirement)
            assert (judgement.status, judgement.exercised) == (Status.PASSED, 5)


def test_a_row_that_is_missing_is_told_by_its_event() -> None:
    """
    In the one table or in the other.
    """
    record = played(ordinary())
    ended = TABLES[ENDED]
    assert told("WAREHOUSE-01", loaded(record, **{ended: None})) == [
        (f"a row in the table `{ended}`", "none", 4)
    ]
    tracks = table_of(record, "tracks")
    short = attrs.evolve(tracks, rows=tracks.rows[:-1])
    assert told("WAREHOUSE-02", loaded(record, tracks=short)) == [("a row in the table `tracks`", "none", 4)]
    assert found("WAREHOUSE-01", loaded(record, tracks=short)) == ()


def test_a_row_in_another_table_is_told_with_that() -> None:
    """
    Under a name that is not the event's own.
    """

    def renamed(call: Call) -> Call:
        return {**call, "event": "Live-Chat Conversation Endedd"} if call["event"] == ENDED else call

    observed = "a row in `live_chat_conversation_endedd`"
    expected = f"a row in the table `{TABLES[ENDED]}`"
    assert told("WAREHOUSE-01", played(ordinary(), change=renamed)) == [(expected, observed, 4)]


def test_a_row_that_was_there_before_is_told_so() -> None:
    """
    A database keeps the first row of a `messageId`, whichever table it went to.
    """
    record = played(ordinary())
    ended, started = (table_of(record, TABLES[name]) for name in (ENDED, STARTED))
    older = attrs.evolve(started, rows=(*started.rows, *ended.rows))
    observed = f"a row in `{started.name}`, loaded before under the same `messageId`"
    elsewhere = loaded(record, **{ended.name: None, started.name: older})
    assert told("WAREHOUSE-01", elsewhere) == [(f"a row in the table `{ended.name}`", observed, 4)]


def test_what_segment_dropped_needs_no_row() -> None:
    """
    Nor does an event that means none of the four.
    """

    def odd(call: Call) -> Call:
        return {**call, "event": "Page Left"} if call["event"] == ENDED else call

    assert verdict(judged(played(ordinary(), change=odd)), "WAREHOUSE-01").exercised == 5
    refused = played(ordinary(), change=lambda call: {**call, "anonymousId": None, "userId": None})
    assert verdict(judged(refused), "WAREHOUSE-01").exercised == 0


def test_a_row_is_that_of_the_attempt_that_was_kept() -> None:
    """
    A call without a `messageId` gets one from Segment when it is taken in, not before.
    """
    calls = [{**call, "messageId": None} for call in toys.sent(ordinary())[0]]
    own = f"{toys.KEY[:-2]}01"
    refused = toys.exchange({"batch": calls}, key=own, kept=False, fault="status")
    taken = toys.exchange({"batch": calls}, key=own, sequence=2)
    judgement = verdict(judged(played(ordinary(), exchanges=(refused, taken))), "WAREHOUSE-01")
    assert (judgement.status, judgement.exercised) == (Status.PASSED, 5)


# --- WAREHOUSE-03: types


@pytest.mark.parametrize(
    ("profile", "value", "observed"),
    [
        ("chatlio", 12, None),
        ("chatlio", 12.5, "float"),
        ("chatlio", "12", "varchar"),
        ("live-chat", 12.5, None),
        ("live-chat", 12, None),
        ("live-chat", True, "boolean"),
    ],
)
def test_a_durations_column_is_numeric(profile: str, value: object, observed: str | None) -> None:
    """
    An integer for Chatlio, any number for the live-chat specification.
    """

    def changed(call: Call) -> Call:
        properties = {**call["properties"], "conversation_duration": value}
        return {**call, "properties": properties} if call["event"] == ENDED else call

    wanted = "float or integer" if profile == "live-chat" else "integer"
    assert told("WAREHOUSE-03", played(ordinary(), change=changed), profile=profile) == (
        [
            (
                f"`{TABLES[ENDED]}.conversation_duration` of type {wanted}",
                f"type {observed}, from the first value that arrived",
                None,
            )
        ]
        if observed
        else []
    )


def test_a_text_column_is_a_varchar() -> None:
    """
    Whatever the profile.
    """

    def changed(call: Call) -> Call:
        properties = {**call["properties"], "conversation_id": 5}
        return {**call, "properties": properties} if call["event"] == ENDED else call

    assert told("WAREHOUSE-03", played(ordinary(), change=changed)) == [
        (
            f"`{TABLES[ENDED]}.conversation_id` of type varchar",
            "type integer, from the first value that arrived",
            None,
        )
    ]


def test_a_type_that_the_database_had_is_told_so() -> None:
    """
    It is not what was sent now that made it; where that is wrong too, that is told.
    """
    record = played(ordinary())
    ended = table_of(record, TABLES[ENDED])
    columns = tuple(
        attrs.evolve(column, type="varchar") if column.name == "conversation_duration" else column
        for column in ended.columns
    )
    older = loaded(record, **{ended.name: attrs.evolve(ended, columns=columns)})
    expected = f"`{ended.name}.conversation_duration` of type integer"
    observed = "type varchar, which the column had in the database before"
    assert told("WAREHOUSE-03", older) == [(expected, observed, None)]


def test_only_columns_that_were_sent_are_looked_at() -> None:
    """
    In tables that there are.
    """
    record = played(ordinary())
    judgement = verdict(judged(record), "WAREHOUSE-03")
    sent = {(call["event"], name) for call in toys.sent(ordinary())[0] for name in call["properties"]}
    assert judgement.exercised == len(sent)
    without = loaded(record, **{TABLES[ENDED]: None})
    ended = {name for event, name in sent if event == ENDED}
    assert verdict(judged(without), "WAREHOUSE-03").exercised == len(sent) - len(ended)


# --- WAREHOUSE-04: lengths


def test_values_that_are_cut_are_counted_by_column() -> None:
    """
    Exactly 512 characters are whole. A customer's own text may be as long as it likes.
    """

    def longer(length: int, *events: str, name: str = "conversation_id") -> ScenarioRecord:
        def change(call: Call) -> Call:
            properties = {**call["properties"], name: "x" * length}
            return {**call, "properties": properties} if call["event"] in events else call

        return played(ordinary(), change=change)

    assert found("WAREHOUSE-04", longer(512, ENDED, SENT)) == ()
    assert told("WAREHOUSE-04", longer(513, ENDED)) == [
        (f"at most 512 characters in `{TABLES[ENDED]}.conversation_id`", "1 longer value, cut there", None)
    ]
    assert told("WAREHOUSE-04", longer(513, SENT)) == [
        (f"at most 512 characters in `{TABLES[SENT]}.conversation_id`", "2 longer values, cut there", None)
    ]
    assert found("WAREHOUSE-04", longer(513, SENT, name="message_body")) == ()
    assert verdict(judged(longer(512, ENDED)), "WAREHOUSE-04").exercised == 4


def test_another_loss_is_no_cut() -> None:
    """
    It is told under the requirement that it breaks.
    """

    def odd(call: Call) -> Call:
        return {**call, "properties": {**call["properties"], "received_at": "x", "名前": "x"}}

    assert found("WAREHOUSE-04", played(ordinary(), change=odd)) == ()
