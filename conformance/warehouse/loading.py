"""
What tables calls become, one call after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import define, field

from conformance.warehouse.fitting import as_json, fit, literal_type, stored_text
from conformance.warehouse.names import (
    EVENT_COLUMNS,
    FIXED_COLUMNS,
    NAME_LENGTH,
    is_reserved,
    snake_case,
)
from conformance.warehouse.values import Column, ColumnType, Loss, Table, Tables

COLUMN_LIMIT = 300
"""
Columns of a table. PostgreSQL keeps a row's short values in one page of 8 kB: with 24 bytes each, 300 always
fit, and 400 may not.
"""

_Columns = Mapping[str, ColumnType]
_CALLS: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "track": ("tracks", "", {}),
    "identify": ("identifies", "traits", {}),
    "page": ("pages", "properties", {"name": "name", "category": "category"}),
    "screen": ("screens", "properties", {"name": "name", "category": "category"}),
    "group": ("groups", "traits", {"groupId": "group_id"}),
    "alias": ("aliases", "", {"previousId": "previous_id"}),
}
_SHARED: Mapping[str, str] = {
    "messageId": "id",
    "receivedAt": "received_at",
    "sentAt": "sent_at",
    "originalTimestamp": "original_timestamp",
    "timestamp": "timestamp",
    "anonymousId": "anonymous_id",
    "userId": "user_id",
}
_TABLE_NAMES = frozenset(table for table, _, _ in _CALLS.values()) | {"users"}


def load(calls: Iterable[Mapping[str, Any]], *, before: Tables | None = None) -> Tables:
    """
    The tables that calls make, loaded in the order given; the calls are as `ingestion.ingested` gives them.

    Of several calls with one `messageId` the first is kept. `users` is the exception: a row for each user
    id, each column with the last value sent. `before` is what the schema holds already: its columns keep
    their types, a call whose row it has is passed over, and only the rows that come to it are given.
    """
    schema = _Schema()
    for table in before.tables.values() if before else ():
        schema.continue_with(table)
    for call in calls:
        kind = call.get("type")
        if isinstance(kind, str) and kind in _CALLS:
            _load_one(schema, call)
    tables = {name: draft.table(name) for name, draft in schema.drafts.items() if draft.rows}
    return Tables(tables=tables, losses=tuple(schema.losses))


@define
class _Draft:
    """
    A table being made: column types and rows as far as they are known, and the ids of the rows it had.
    """

    columns: dict[str, ColumnType]
    had: frozenset[str] = frozenset()
    rows: dict[str, dict[str, Any]] = field(factory=dict)

    def table(self, name: str) -> Table:
        columns = tuple(Column(name=column, type=kind) for column, kind in self.columns.items())
        return Table(name=name, columns=columns, rows=tuple(self.rows.values()))

    def refusal(self, column: str, taken: Mapping[str, Any]) -> str | None:
        """
        Why a value cannot go into this column at all, None when it can.
        """
        if not column:
            return "no_column_name"
        if column in taken:
            return "collision"
        full = column not in self.columns and len(self.columns) >= COLUMN_LIMIT
        return "too_many_columns" if full else None


@define
class _Schema:
    """
    The tables being made, and what was lost so far.
    """

    drafts: dict[str, _Draft] = field(factory=dict)
    losses: list[Loss] = field(factory=list)

    def continue_with(self, table: Table) -> None:
        had = frozenset(row["id"] for row in table.rows if table.name != "users")
        self.drafts[table.name] = _Draft({column.name: column.type for column in table.columns}, had)

    def holds(self, table: str, row: str) -> bool:
        draft = self.drafts.get(table)
        return draft is not None and (row in draft.rows or row in draft.had)

    def insert(self, table: str, row: str, values: Iterable[tuple[str, Any]], fixed: _Columns) -> None:
        draft = self._draft(table, fixed)
        draft.rows[row] = self._typed(draft, table, row, values)

    def upsert(self, table: str, row: str, values: Iterable[tuple[str, Any]], fixed: _Columns) -> None:
        draft = self._draft(table, fixed)
        draft.rows[row] = {**draft.rows.get(row, {}), **self._typed(draft, table, row, values)}

    def lose(self, table: str, column: str, row: str, *, reason: str, sent: Any) -> None:
        self.losses.append(Loss(table=table, column=column, row=row, reason=reason, sent=sent))

    def _draft(self, table: str, fixed: _Columns) -> _Draft:
        draft = self.drafts.get(table) or self.drafts.setdefault(table, _Draft(dict(fixed)))
        for column in fixed if fixed.keys() - draft.columns.keys() else ():
            draft.columns.setdefault(column, fixed[column])
        return draft

    def _typed(
        self, draft: _Draft, table: str, row: str, values: Iterable[tuple[str, Any]]
    ) -> dict[str, Any]:
        typed: dict[str, Any] = {}
        for name, value in values:
            column = name[:NAME_LENGTH]
            refusal = draft.refusal(column, typed)
            if refusal:
                self.lose(table, column, row, reason=refusal, sent=value)
                continue
            kind = draft.columns.get(column) or draft.columns.setdefault(column, literal_type(value))
            stored, loss = fit(value, kind)
            for reason in (loss, "long_name" if name != column else None):
                if reason:
                    self.lose(table, column, row, reason=reason, sent=value)
            if stored is not None:
                typed[column] = stored
        return typed


def _load_one(schema: _Schema, call: Mapping[str, Any]) -> None:
    """
    Puts a call into the tables of its type.
    """
    table, extras, named = _CALLS[call["type"]]
    row, shared = stored_text(call["messageId"]), list(_shared(call))
    if schema.holds(table, row):
        return
    if call["type"] == "track":
        _load_track(schema, call, row, shared)
        return
    own = list(_present(call, named))
    traits = list(_properties(schema, table, row, call.get(extras), taken=set(named.values())))
    schema.insert(table, row, [*shared, *own, *traits], FIXED_COLUMNS)
    if call["type"] == "identify" and isinstance(call.get("userId"), str) and call["userId"]:
        _upsert_user(schema, call["userId"], [*shared, *traits])


def _load_track(schema: _Schema, call: Mapping[str, Any], row: str, shared: list[tuple[str, Any]]) -> None:
    whole_name = snake_case(str(call["event"]))
    name = whole_name[:NAME_LENGTH]
    event = [*shared, ("event", name), ("event_text", call["event"])]
    columns = {**FIXED_COLUMNS, **EVENT_COLUMNS}
    schema.insert("tracks", row, event, columns)
    if name != whole_name:
        schema.lose(name, "", row, reason="long_name", sent=call["event"])
    if not name or name in _TABLE_NAMES:
        reason = "reserved_table" if name else "no_table_name"
        schema.lose(name, "", row, reason=reason, sent=call["event"])
        return
    properties = _properties(schema, name, row, call.get("properties"), taken=set())
    schema.insert(name, row, [*event, *properties], columns)


def _upsert_user(schema: _Schema, user_id: str, values: list[tuple[str, Any]]) -> None:
    left_out = {"id", "anonymous_id", "user_id", "sent_at", "original_timestamp", "timestamp"}
    columns: _Columns = {"id": "varchar", "received_at": "timestamp", "uuid_ts": "timestamp"}
    kept = [(column, value) for column, value in values if column not in left_out]
    schema.upsert("users", stored_text(user_id), [("id", user_id), *kept], columns)


def _shared(call: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """
    The columns that every kind of call fills; the loader's own `uuid_ts` is the time of arrival here.
    """
    yield from _present(call, _SHARED)
    yield "uuid_ts", call["receivedAt"]
    if isinstance(call.get("context"), Mapping):
        yield from _flat(call["context"], "context_")


def _present(call: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    return ((column, call[name]) for name, column in names.items() if call.get(name) is not None)


def _properties(
    schema: _Schema, table: str, row: str, members: Any, *, taken: set[str]
) -> Iterator[tuple[str, Any]]:
    """
    The columns that a call's own properties or traits fill. A reserved name is a loss.
    """
    if not isinstance(members, Mapping):
        return
    for column, value in _flat(members):
        if not is_reserved(column) and column not in taken:
            yield column, value
        else:
            schema.lose(table, column, row, reason="reserved", sent=value)


def _flat(members: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """
    The members as columns: objects flatten with `_`, arrays become JSON text, nulls make no column.
    """
    for name, value in members.items():
        word = snake_case(name)
        column = f"{prefix}{word}" if word else ""
        if isinstance(value, dict):
            yield from _flat(value, f"{column}_" if column else prefix)
        elif isinstance(value, list):
            yield column, as_json(value)
        elif value is not None:
            yield column, value
