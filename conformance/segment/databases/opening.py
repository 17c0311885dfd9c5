"""
A database from its address.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from conformance.segment.databases.addresses import scheme_of
from conformance.segment.databases.database import Database
from conformance.segment.databases.engine import Engine


@contextlib.contextmanager
def open_database(url: str) -> Iterator[Database]:
    """
    The database at `duckdb:FILE`, `duckdb::memory:` or `postgresql://…`, open while the block lasts.

    Raises UsageError for an address nobody knows, a driver that is not installed, or a database that refuses;
    a password in the address is in no message.
    """
    engine = _engine(url)
    try:
        yield Database(engine)
    finally:
        engine.close()


def _engine(url: str) -> Engine:
    if scheme_of(url) == "duckdb":
        from conformance.segment.databases.duck import DuckDB

        return DuckDB(url)
    from conformance.segment.databases.postgres import PostgreSQL

    return PostgreSQL(url)
