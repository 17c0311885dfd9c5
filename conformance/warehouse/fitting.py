"""
Which type a first value gives its column, and what a column makes of a value.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from conformance.model import read_time
from conformance.warehouse.values import ColumnType

VARCHAR_LENGTH = 512
"""Characters that a string column holds, as on Redshift."""

_BIGINT = range(-(2**63), 2**63)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def literal_type(value: Any) -> ColumnType:
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


def fit(value: Any, kind: ColumnType) -> tuple[Any, str | None]:
    """
    The value as a column of this type holds it, None for null; and the reason if that loses something.
    """
    if kind == "varchar":
        return _text(value if isinstance(value, str) else as_json(value))
    if kind == "timestamp":
        moment = read_time(value)
        return moment, None if moment else "type"
    if kind == "boolean":
        return (value, None) if isinstance(value, bool) else (None, "type")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None, "type"
    return _float(value) if kind == "float" else _integer(value)


def stored_text(text: str) -> str:
    """
    The text as a string column holds it.
    """
    stored, _ = _text(text)
    return stored


def as_json(value: Any) -> str:
    """
    A value that has to be written into a string column.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _text(text: str) -> tuple[str, str | None]:
    stored = text[:VARCHAR_LENGTH]
    if not stored.isprintable():
        stored = _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", stored)
    if len(text) > VARCHAR_LENGTH:
        return stored, "cut"
    return stored, None if stored == text else "character"


def _float(value: float) -> tuple[float | None, str | None]:
    try:
        stored = float(value)
    except OverflowError:
        return None, "range"
    return (stored, None) if math.isfinite(stored) else (None, "range")


def _integer(value: int | float) -> tuple[int | None, str | None]:
    if isinstance(value, float) and not math.isfinite(value):
        return None, "range"
    whole = int(value)
    if whole not in _BIGINT:
        return None, "range"
    return whole, None if whole == value else "precision"
