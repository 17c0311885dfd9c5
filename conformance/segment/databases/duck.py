"""
DuckDB, embedded: the database is a file, or lives in memory.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from conformance.errors import UsageError
from conformance.segment.databases.addresses import file_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_OFFLINE: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": False}
"""Nothing is fetched from anywhere."""


class DuckDB:
    """
    A connection to a DuckDB file. Only one process at a time may have it open.
    """

    def __init__(self, url: str) -> None:
        """
        Opens the database, making it if need be. Raises UsageError when it cannot be opened.
        """
        try:
            import duckdb

            # DuckDB needs it to hand out times with a zone, and says so only then.
            importlib.import_module("pytz")
        except ImportError as missing:
            what = f"DuckDB's driver is not complete: there is no module {missing.name}."
            cure = "Run pip install 'chatlio-conformance[warehouse]'."
            raise UsageError(what, cure=cure) from missing
        self._errors = duckdb.Error
        file = file_of(url)
        try:
            self._connection: DuckDBPyConnection = duckdb.connect(file, config=_OFFLINE)
        except duckdb.Error as fault:
            raise UsageError(f"The database {file} cannot be opened: {_told(fault)}.", cure=_CURE) from fault
        self.rows("SET TimeZone = 'UTC'")

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """
        As `Engine.rows` says.
        """
        with self._wrapped():
            cursor = self._connection.execute(sql, list(parameters))
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """
        As `Engine.transaction` says.
        """
        with self._wrapped():
            self._connection.begin()
        try:
            yield
        except BaseException:
            with contextlib.suppress(self._errors):
                self._connection.rollback()
            raise
        with self._wrapped():
            self._connection.commit()

    def claim(self, schema: str) -> None:
        """
        Does nothing: no other process can have the file open.
        """

    def close(self) -> None:
        """
        As `Engine.close` says.
        """
        self._connection.close()

    @contextlib.contextmanager
    def _wrapped(self) -> Iterator[None]:
        try:
            yield
        except self._errors as fault:
            raise UsageError(f"DuckDB objects: {_told(fault)}.", cure=_CURE_OF_QUERIES) from fault


_CURE = "Name a DuckDB file, or one that is not there yet; close any other program that has it open."
_CURE_OF_QUERIES = "Look at the statement, or load into a database of its own."


def _told(fault: Exception) -> str:
    """
    The database's own words up to where it begins to quote the statement, on one line.
    """
    return " ".join(str(fault).partition("\n\nLINE")[0].split()).rstrip(".!")
