"""
WAREHOUSE: what the tables hold once the events are loaded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from attrs import frozen

from conformance.checks.check import Check, Difference
from conformance.checks.evidence import Evidence
from conformance.checks.observation import Observed
from conformance.checks.recognition import PROPERTY_NAMES, Kind
from conformance.ingestion import message_id_of
from conformance.warehouse import VARCHAR_LENGTH, Loss, snake_case, stored_text

TRACKS = "tracks"
CUSTOMERS_TEXT = "message_body"
"""The one column whose length is the customer's to choose: its text has to be whole (PROPERTY-16)."""


@frozen(kw_only=True, eq=False)
class Placed:
    """
    An accepted live-chat event, and the table that holds, or should hold, its row.
    """

    event: Observed
    kind: Kind
    table: str


@frozen(kw_only=True, eq=False)
class TypedColumn:
    """
    A documented property's column in an event's table.

    `type` is what the table has, `own` what the scenario's own first value would have given it: they differ
    where a database had the column before.
    """

    table: str
    name: str
    type: str
    own: str


@frozen(kw_only=True, eq=False)
class TableLosses:
    """
    A table, and the values in it that were cut.
    """

    table: str
    cut: tuple[Loss, ...]


def accepted_events(evidence: Evidence) -> Iterator[Placed]:
    """
    The live-chat events that Segment accepted, each with the documented table for its kind.
    """
    for event in evidence.events:
        pair = evidence.pair_of.get(event)
        kind = pair.expected.kind if pair else event.kind
        if kind is not None and event.accepted:
            yield Placed(event=event, kind=kind, table=snake_case(kind.value))


def event_has_row(evidence: Evidence, placed: Placed) -> Iterator[Difference]:
    """
    WAREHOUSE-01: each kind of event has its own table, with a row for each accepted event.
    """
    if placed.table not in evidence.rows.get(_row_id(placed.event), ()):
        yield Difference(
            expected=f"a row in the table `{placed.table}`",
            observed=_whereabouts(evidence, placed),
            exchange=placed.event.first.exchange or None,
            message=placed.event.first.index,
        )


def event_is_in_tracks(evidence: Evidence, placed: Placed) -> Iterator[Difference]:
    """
    WAREHOUSE-02: `tracks` has a row for every one of them.
    """
    if TRACKS not in evidence.rows.get(_row_id(placed.event), ()):
        yield Difference(
            expected=f"a row in the table `{TRACKS}`",
            observed="none",
            exchange=placed.event.first.exchange or None,
            message=placed.event.first.index,
        )


def _row_id(event: Observed) -> str:
    kept = next(message for message in event.messages if message.drop is None)
    return stored_text(message_id_of(kept))


def _whereabouts(evidence: Evidence, placed: Placed) -> str:
    row = _row_id(placed.event)
    found = [table for table in evidence.rows.get(row, ()) if table != TRACKS]
    if not found:
        return "none"
    stands_in_the_way = placed.table in evidence.modelled_rows.get(row, ())
    earlier = ", loaded before under the same `messageId`" if stands_in_the_way else ""
    return f"a row in `{found[0]}`{earlier}"


def property_columns(evidence: Evidence) -> Iterator[TypedColumn]:
    """
    The columns of the documented properties that were sent, in the tables of the four events.
    """
    for name in (snake_case(kind.value) for kind in Kind):
        held, modelled = (tables.tables.get(name) for tables in (evidence.tables, evidence.modelled))
        for column in PROPERTY_NAMES:
            kind, own = (table.type_of(column) if table else None for table in (held, modelled))
            if kind is not None and own is not None:
                yield TypedColumn(table=name, name=column, type=kind, own=own)


def column_type_is_documented(evidence: Evidence, column: TypedColumn) -> Iterator[Difference]:
    """
    WAREHOUSE-03: the columns have the documented types, which their first values decide.
    """
    allowed = {"varchar"}
    if column.name == "conversation_duration":
        allowed = {"integer", "float"} if evidence.live_chat else {"integer"}
    wanted = f"`{column.table}.{column.name}` of type {' or '.join(sorted(allowed))}"
    if column.own not in allowed:
        yield Difference(expected=wanted, observed=f"type {column.own}, from the first value that arrived")
    elif column.type not in allowed:
        yield Difference(
            expected=wanted, observed=f"type {column.type}, which the column had in the database before"
        )


def tables_of_events(evidence: Evidence) -> Iterator[TableLosses]:
    """
    The tables of the four events that have rows, with the values that were cut.
    """
    by_table: dict[str, list[Loss]] = {}
    for loss in evidence.tables.losses:
        if loss.reason == "cut" and loss.column != CUSTOMERS_TEXT:
            by_table.setdefault(loss.table, []).append(loss)
    for kind in Kind:
        name = snake_case(kind.value)
        if name in evidence.tables.tables:
            yield TableLosses(table=name, cut=tuple(by_table.get(name, ())))


def nothing_is_cut(_evidence: Evidence, losses: TableLosses) -> Iterator[Difference]:
    """
    WAREHOUSE-04: no column value is longer than a varchar column takes.
    """
    for column, count in Counter(loss.column for loss in losses.cut).items():
        yield Difference(
            expected=f"at most {VARCHAR_LENGTH} characters in `{losses.table}.{column}`",
            observed=f"{count} longer {'value' if count == 1 else 'values'}, cut there",
        )


NOTHING = "no live-chat event was accepted"

CHECKS = (
    Check(requirement="WAREHOUSE-01", over=accepted_events, find=event_has_row, unexercised=NOTHING),
    Check(requirement="WAREHOUSE-02", over=accepted_events, find=event_is_in_tracks, unexercised=NOTHING),
    Check(
        requirement="WAREHOUSE-03",
        over=property_columns,
        find=column_type_is_documented,
        unexercised="no documented property reached a table",
    ),
    Check(requirement="WAREHOUSE-04", over=tables_of_events, find=nothing_is_cut, unexercised=NOTHING),
)
