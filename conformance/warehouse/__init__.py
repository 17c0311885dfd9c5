"""
The tables that Segment's warehouse loading makes of calls, as values. Nothing is stored here.

What a warehouse loses on the way in is part of the answer: strings cut short, properties that hide behind a
reserved column, values that do not fit the type their column got from its first value, and events whose
name leaves no table name. Each is a `Loss`.
"""

from conformance.warehouse.fitting import VARCHAR_LENGTH, stored_text
from conformance.warehouse.loading import COLUMN_LIMIT, load
from conformance.warehouse.names import (
    EVENT_COLUMNS,
    FIXED_COLUMNS,
    NAME_LENGTH,
    RESERVED_COLUMNS,
    is_reserved,
    snake_case,
)
from conformance.warehouse.values import Column, ColumnType, Loss, Table, Tables

__all__ = [
    "COLUMN_LIMIT",
    "EVENT_COLUMNS",
    "FIXED_COLUMNS",
    "NAME_LENGTH",
    "RESERVED_COLUMNS",
    "VARCHAR_LENGTH",
    "Column",
    "ColumnType",
    "Loss",
    "Table",
    "Tables",
    "is_reserved",
    "load",
    "snake_case",
    "stored_text",
]
