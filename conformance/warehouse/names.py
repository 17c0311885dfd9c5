"""
What tables and columns are called.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from conformance.warehouse.values import ColumnType

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

SYSTEM_COLUMNS = frozenset({"cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"})
"""Names that PostgreSQL has in every table for its own purposes, and lets no column have."""

NAME_LENGTH = 63
"""Characters of a name that count, as in PostgreSQL, which would cut a longer one in silence."""

_SNAKE = re.compile(rb"(?:[a-z0-9]|(?<=.)_(?=[a-z0-9]))*+", re.DOTALL)
_WORD = re.compile(rb"[A-Z0-9]*+[a-z0-9]*+")


@functools.lru_cache(maxsize=4096)
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
    return column in RESERVED_COLUMNS or column in SYSTEM_COLUMNS or column.startswith("context_")
