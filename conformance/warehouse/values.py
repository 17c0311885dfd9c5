"""
Tables, columns and losses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import frozen

ColumnType = Literal["timestamp", "integer", "float", "boolean", "varchar"]


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

    `sent` is the value, and `reason` one of these:

    - `cut`: a string over 512 characters;
    - `character`: one that no database stores, U+0000 or half a surrogate pair; U+FFFD stands in its place;
    - `precision`: a fraction in an integer column;
    - `type`: no value of the column's type;
    - `range`: a number beyond 64 bits;
    - `reserved`: a column of that name is the warehouse's, or the database's own;
    - `collision`: two properties of one call have one column name; the first is kept;
    - `long_name`: a name over 63 characters, which is cut there;
    - `no_column_name` or `no_table_name`: nothing of the name is left, as of `名前`; `column` or `table` is
      then empty;
    - `reserved_table`: an event named like a table of Segment's own;
    - `too_many_columns`: the table has 300 columns already.
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
    losses: tuple[Loss, ...] = ()
