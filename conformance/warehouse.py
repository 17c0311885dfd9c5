"""
The tables that Segment's warehouse loading makes of calls, as values (SPEC §6). Nothing is stored.

What a warehouse loses on the way in is part of the answer: strings cut short, properties that hide behind a
reserved column, values that do not fit the type their column got from its first value, and events whose
name leaves no table name. Each is a `Loss`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import orjson
from attrs import define, field, frozen

from conformance.model.time import read_time

ColumnType = Literal["timestamp", "integer", "float", "boolean", "varchar"]

FIXED_COLUMNS: Mapping[str, ColumnType] = {
    "id": "varchar",
    "received_at": "timestamp",
    "sent_at": "timestamp",
    "original_timestamp": "timestamp",
    "timestamp": "timestamp",
    "uuid_ts": "timestamp",
    "anonymous_id": "varchar",
    "user_id": "varchar",
}
"""Columns that every table has from the start, in their order; only `users` does with fewer."""

EVENT_COLUMNS: Mapping[str, ColumnType] = {"event": "varchar", "event_text": "varchar"}
"""Columns that `tracks` and the events' own tables have besides."""

RESERVED_COLUMNS = frozenset(FIXED_COLUMNS) | frozenset(EVENT_COLUMNS)
"""Column names that no property can have; the names that begin with `context_` are taken, too."""

VARCHAR_LENGTH = 512
"""Characters that a string column holds, as on Redshift."""

_Columns = Mapping[str, ColumnType]
_BIGINT = range(-(2**63), 2**63)
_SNAKE = re.compile(rb"(?:[a-z0-9]|(?<=.)_(?=[a-z0-9]))*+", re.DOTALL)
_WORD = re.compile(rb"[A-Z0-9]*+[a-z0-9]*+")
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


@frozen(kw_only=True)
class Column:
    """
    A column and the type that its first value gave it.
    """

    name: str
    type: ColumnType


@frozen(kw_only=True)
class Table:
    """
    A table: its columns in the order they appeared, and its rows, one an `id`.

    A row maps columns to values and leaves out what is null. Timestamps are aware and in UTC.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]

    def type_of(self, column: str) -> ColumnType | None:
        """
        The type of a column, None when the table has no such column.
        """
        return next((found.type for found in self.columns if found.name == column), None)


@frozen(kw_only=True)
class Loss:
    """
    Something sent that the warehouse does not hold as it was sent, in the row with the id `row`.

    `reason` is `cut` (a string over 512 characters), `reserved` (a column of that name is the warehouse's),
    `collision` (two properties of one call have one column name; the first is kept), `precision` (a fraction
    in an integer column), `type` (no value of the column's type), `range` (an integer beyond 64 bits),
    `no_column_name` or `no_table_name` (nothing of the name is left, as of `名前`; `column` or `table` is
    then empty), or `reserved_table` (an event named like a table of Segment's own). `sent` is the value.
    """

    table: str
    column: str
    row: str
    reason: str
    sent: Any


@frozen(kw_only=True)
class Tables:
    """
    A schema's tables by their names, and what was lost on the way in. An empty table does not exist.
    """

    tables: Mapping[str, Table]
    losses: tuple[Loss, ...]


def snake_case(name: str) -> str:
    """
    The name of the table or column that a name becomes; empty when nothing is left of it.

    The rule sees bytes and knows ASCII only. A name in snake case stays as it is; else each run of capitals
    and digits with the small letters and digits after it is a word. Where a name begins in snake case and
    goes on with a capital, that capital carries on the last word if no small letter has been in it yet.
    """
    text = name.encode("utf-8", "replace")
    start = _SNAKE.match(text)
    done = start[0] if start else b""
    rest = text[len(done) :]
    last_word = done.rpartition(b"_")[2]
    if rest[:1].isupper() and not re.search(rb"[a-z]", last_word):
        carried = _WORD.match(rest)
        done += carried[0] if carried else b""
        rest = text[len(done) :]
    words = [done, *_WORD.findall(rest)]
    return b"_".join(word for word in words if word).lower().decode("ascii")


def is_reserved(column: str) -> bool:
    """
    Whether a property of this column name would be discarded.
    """
    return column in RESERVED_COLUMNS or column.startswith("context_")


def load(calls: Iterable[Mapping[str, Any]]) -> Tables:
    """
    The tables that calls make, loaded in the order given; the calls are as `ingestion.ingested` gives them.

    Of several calls with one `messageId` the first is kept. `users` is the exception: a row for each user
    id, each column with the last value sent.
    """
    schema = _Schema()
    for call in calls:
        kind = call.get("type")
        if isinstance(kind, str) and kind in _CALLS:
            _load_one(schema, call)
    tables = {name: draft.table(name) for name, draft in schema.drafts.items() if draft.rows}
    return Tables(tables=tables, losses=tuple(schema.losses))


@define
class _Draft:
    """
    A table being made: column types and rows as far as they are known.
    """

    columns: dict[str, ColumnType]
    rows: dict[str, dict[str, Any]] = field(factory=dict)

    def table(self, name: str) -> Table:
        columns = tuple(Column(name=column, type=kind) for column, kind in self.columns.items())
        return Table(name=name, columns=columns, rows=tuple(self.rows.values()))


@define
class _Schema:
    """
    The tables being made, and what was lost so far.
    """

    drafts: dict[str, _Draft] = field(factory=dict)
    losses: list[Loss] = field(factory=list)

    def holds(self, table: str, row: str) -> bool:
        return table in self.drafts and row in self.drafts[table].rows

    def insert(self, table: str, row: str, values: Iterable[tuple[str, Any]], fixed: _Columns) -> None:
        draft = self.drafts.setdefault(table, _Draft(dict(fixed)))
        draft.rows[row] = self._typed(draft, table, row, values)

    def upsert(self, table: str, row: str, values: Iterable[tuple[str, Any]], fixed: _Columns) -> None:
        draft = self.drafts.setdefault(table, _Draft(dict(fixed)))
        draft.rows[row] = {**draft.rows.get(row, {}), **self._typed(draft, table, row, values)}

    def lose(self, table: str, column: str, row: str, *, reason: str, sent: Any) -> None:
        self.losses.append(Loss(table=table, column=column, row=row, reason=reason, sent=sent))

    def _typed(
        self, draft: _Draft, table: str, row: str, values: Iterable[tuple[str, Any]]
    ) -> dict[str, Any]:
        typed: dict[str, Any] = {}
        for column, value in values:
            if column in typed or not column:
                reason = "collision" if column else "no_column_name"
                self.lose(table, column, row, reason=reason, sent=value)
                continue
            kind = draft.columns.setdefault(column, _literal_type(value))
            stored, loss = _fit(value, kind)
            if loss:
                self.lose(table, column, row, reason=loss, sent=value)
            if stored is not None:
                typed[column] = stored
        return typed


def _load_one(schema: _Schema, call: Mapping[str, Any]) -> None:
    """
    Puts a call into the tables of its type.
    """
    table, extras, named = _CALLS[call["type"]]
    row, shared = call["messageId"], list(_shared(call))
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
    name = snake_case(str(call["event"]))
    event = [*shared, ("event", name), ("event_text", call["event"])]
    columns = {**FIXED_COLUMNS, **EVENT_COLUMNS}
    schema.insert("tracks", row, event, columns)
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
    schema.upsert("users", user_id, [("id", user_id), *kept], columns)


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
            yield from _flat(value, f"{column}_" if column else "")
        elif isinstance(value, list):
            yield column, orjson.dumps(value).decode("utf-8")
        elif value is not None:
            yield column, value


def _literal_type(value: Any) -> ColumnType:
    """
    The type that a column gets when this is its first value, by how the JSON literal is written.
    """
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer" if value in _BIGINT else "float"
    if isinstance(value, float):
        return "float"
    return "varchar" if read_time(value) is None else "timestamp"


def _fit(value: Any, kind: ColumnType) -> tuple[Any, str | None]:
    """
    The value as a column of this type holds it, None for null; and the reason if that loses something.
    """
    if kind == "varchar":
        text = value if isinstance(value, str) else orjson.dumps(value).decode("utf-8")
        return text[:VARCHAR_LENGTH], "cut" if len(text) > VARCHAR_LENGTH else None
    if kind == "timestamp":
        moment = read_time(value)
        return moment, None if moment else "type"
    if kind == "boolean":
        return (value, None) if isinstance(value, bool) else (None, "type")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None, "type"
    return (float(value), None) if kind == "float" else _integer(value)


def _integer(value: float) -> tuple[int | None, str | None]:
    whole = int(value)
    if whole not in _BIGINT:
        return None, "range"
    return whole, None if whole == value else "precision"
