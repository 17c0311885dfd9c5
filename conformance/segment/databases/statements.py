"""
The SQL of a load, in the words that both engines understand. Names are always quoted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from conformance.errors import UsageError
from conformance.warehouse import Column, ColumnType

_SQL_TYPES: dict[ColumnType, str] = {
    "timestamp": "timestamptz",
    "integer": "bigint",
    "float": "double precision",
    "boolean": "boolean",
    "varchar": "text",
}

_TOLD_TYPES: dict[str, ColumnType] = {
    "timestamp with time zone": "timestamp",
    "bigint": "integer",
    "double": "float",
    "double precision": "float",
    "boolean": "boolean",
    "text": "varchar",
    "varchar": "varchar",
    "character varying": "varchar",
}

assert set(_SQL_TYPES) == set(get_args(ColumnType))

SCHEMA_EXISTS = "SELECT 1 AS found FROM pg_catalog.pg_namespace WHERE nspname = $1"

COLUMNS = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_catalog = current_database() AND table_schema = $1
    ORDER BY table_name, ordinal_position
"""
"""Every column of a schema, table by table, in order."""


def quoted(name: str) -> str:
    """
    A name as an identifier, whatever it holds.
    """
    return '"' + name.replace('"', '""') + '"'


def place(schema: str, table: str) -> str:
    """
    A table's full name.
    """
    return f"{quoted(schema)}.{quoted(table)}"


def create_schema(schema: str) -> str:
    """
    Makes a schema unless it is there.
    """
    return f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}"


def create_table(schema: str, table: str, columns: Iterable[Column]) -> str:
    """
    Makes a table whose rows are told apart by `id`.
    """
    defined = ", ".join(f"{_defined(column)}{_key(column)}" for column in columns)
    return f"CREATE TABLE {place(schema, table)} ({defined})"


def add_column(schema: str, table: str, column: Column) -> str:
    """
    Adds a column to a table.
    """
    return f"ALTER TABLE {place(schema, table)} ADD COLUMN {_defined(column)}"


def insert(schema: str, table: str, columns: Sequence[Column], *, update: bool) -> str:
    """
    Inserts rows given column by column, each column an array. With `update` a row that is there already takes
    over every value that is not null.
    """
    names = ", ".join(quoted(column.name) for column in columns)
    arrays = ", ".join(
        f"unnest(${number}::{_SQL_TYPES[column.type]}[])" for number, column in enumerate(columns, start=1)
    )
    statement = f"INSERT INTO {place(schema, table)} AS kept ({names}) SELECT {arrays}"
    if not update:
        return statement
    taken = ", ".join(
        f"{name} = coalesce(excluded.{name}, kept.{name})"
        for name in (quoted(column.name) for column in columns if column.name != "id")
    )
    return f'{statement} ON CONFLICT ("id") DO UPDATE SET {taken}'


def ids_among(schema: str, table: str) -> str:
    """
    Which of the given ids the table has rows for.
    """
    return f'SELECT "id" FROM {place(schema, table)} WHERE "id" IN (SELECT unnest($1::text[])) ORDER BY "id"'


def all_rows(schema: str, table: str) -> str:
    """
    Everything in a table.
    """
    return f"SELECT * FROM {place(schema, table)}"


def column_of(table: str, name: str, told: str) -> Column:
    """
    A column as the database tells of it. Raises UsageError for a type that no load gives a column.
    """
    kind = _TOLD_TYPES.get(told.lower())
    if kind is None:
        raise UsageError(
            f"The column {table}.{name} is of type {told}, which no load has made.",
            cure="Load into a database of its own, or drop that table.",
        )
    return Column(name=name, type=kind)


def _defined(column: Column) -> str:
    return f"{quoted(column.name)} {_SQL_TYPES[column.type]}"


def _key(column: Column) -> str:
    return " PRIMARY KEY" if column.name == "id" else ""
