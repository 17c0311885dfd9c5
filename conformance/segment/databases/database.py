"""
A database that holds the warehouse's tables: loading calls into it, and reading back what it holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from conformance.segment.databases import statements
from conformance.segment.databases.engine import Engine
from conformance.warehouse import Column, Loss, Table, Tables, load, stored_text

CHUNK = 5_000
"""Rows written by one statement."""

USERS = "users"
"""The one table whose rows change: a row a user, with what was last sent."""


@frozen(kw_only=True)
class LoadReport:
    """
    What one load came to: new or changed rows by table, and what the warehouse does not hold as it was sent.
    """

    rows: Mapping[str, int]
    losses: tuple[Loss, ...]


class Database:
    """
    An open database. `open_database` makes one.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def load(self, calls: Iterable[Mapping[str, Any]], *, schema: str) -> LoadReport:
        """
        Loads calls, as `ingestion.ingested` gives them, into a schema, in one transaction.

        Tables and columns are added as they appear; a column that is there keeps its type, and what does not
        fit it is a loss. Rows are told apart by `id`, so loading again changes nothing.
        """
        calls = list(calls)
        with self._engine.transaction():
            self._engine.claim(schema)
            if not self._engine.rows(statements.SCHEMA_EXISTS, [schema]):
                self._engine.rows(statements.create_schema(schema))
            before = self.holding(schema, ids_of(calls))
            made = load(calls, before=before)
            for table in made.tables.values():
                self._write(schema, table, before.tables.get(table.name))
        rows = {table.name: len(table.rows) for table in made.tables.values()}
        return LoadReport(rows=rows, losses=made.losses)

    def query(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        """
        The rows of one statement, in which parameters are written `$1`, `$2` and so on; times are in UTC.
        """
        return self._engine.rows(sql, parameters)

    def tables(self, schema: str) -> Tables:
        """
        The tables of a schema as the database holds them, rows sorted by `id`; all of it is read into memory.
        """
        columns = self._columns(schema)
        rows = {name: self._engine.rows(statements.all_rows(schema, name)) for name in columns}
        return _tables(columns, {name: list(map(_without_nulls, found)) for name, found in rows.items()})

    def holding(self, schema: str, ids: Sequence[str]) -> Tables:
        """
        The tables of a schema with their columns, and which of these ids each has a row for: nothing more.

        `users` is not asked, as its ids are those of users.
        """
        columns = self._columns(schema)
        rows = {
            name: self._engine.rows(statements.ids_among(schema, name), [list(ids)])
            for name in columns
            if ids and name != USERS
        }
        return _tables(columns, rows)

    def _columns(self, schema: str) -> dict[str, list[Column]]:
        found: dict[str, list[Column]] = {}
        for told in self._engine.rows(statements.COLUMNS, [schema]):
            table, name = told["table_name"], told["column_name"]
            found.setdefault(table, []).append(statements.column_of(table, name, told["data_type"]))
        return found

    def _write(self, schema: str, table: Table, before: Table | None) -> None:
        """
        Brings a table to its columns, and puts the rows in.
        """
        if before is None:
            self._engine.rows(statements.create_table(schema, table.name, table.columns))
        else:
            for column in table.columns[len(before.columns) :]:
                self._engine.rows(statements.add_column(schema, table.name, column))
        for start in range(0, len(table.rows), CHUNK):
            self._insert(schema, table, table.rows[start : start + CHUNK])

    def _insert(self, schema: str, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        used = frozenset().union(*rows)
        columns = [column for column in table.columns if column.name in used]
        statement = statements.insert(schema, table.name, columns, update=table.name == USERS)
        self._engine.rows(statement, [[row.get(column.name) for row in rows] for column in columns])


def ids_of(calls: Iterable[Mapping[str, Any]]) -> list[str]:
    """
    The ids of the rows that calls make.
    """
    return [stored_text(call["messageId"]) for call in calls if isinstance(call.get("messageId"), str)]


def _tables(
    columns: Mapping[str, Sequence[Column]], rows: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Tables:
    return Tables(
        tables={
            name: Table(name=name, columns=tuple(found), rows=tuple(sorted(rows.get(name, ()), key=_id_of)))
            for name, found in columns.items()
        }
    )


def _id_of(row: Mapping[str, Any]) -> str:
    return str(row.get("id"))


def _without_nulls(row: Mapping[str, Any]) -> dict[str, Any]:
    return dict(_present(row))


def _present(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, dt.datetime):
            yield name, value.astimezone(dt.UTC)
        elif value is not None:
            yield name, value
