"""
PostgreSQL, over the network or a socket.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from conformance.errors import UsageError
from conformance.segment.databases.addresses import PASSWORD, shown

if TYPE_CHECKING:
    from psycopg import Connection

PATIENCE = 10
"""Seconds to wait for a server that does not answer; `connect_timeout` in the address overrides it."""


class PostgreSQL:
    """
    A connection to a PostgreSQL server, in UTC and UTF-8.
    """

    def __init__(self, url: str) -> None:
        """
        Connects. Raises UsageError when the address is wrong or the server refuses.
        """
        try:
            import psycopg
        except ImportError as missing:
            what = "PostgreSQL's driver psycopg is not installed."
            cure = "Run pip install 'chatlio-conformance[postgres]'."
            raise UsageError(what, cure=cure) from missing
        self._errors = psycopg.Error
        self._address = shown(url)
        parameters = _parameters(url)
        self._password = str(parameters.get("password") or "")
        try:
            self._connection: Connection[dict[str, Any]] = psycopg.connect(
                **{"connect_timeout": PATIENCE, **parameters},
                autocommit=True,
                row_factory=psycopg.rows.dict_row,
                cursor_factory=psycopg.RawCursor,
                prepare_threshold=None,
                client_encoding="UTF8",
            )
        except psycopg.Error as fault:
            what = f"The database {self._address} refuses the connection: {self._told(fault)}."
            cure = "See whether the server runs, and whether user, password and database are right."
            raise UsageError(what, cure=cure) from fault
        self.rows("SET TIME ZONE 'UTC'")

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """
        As `Engine.rows` says.
        """
        with self._wrapped():
            cursor = self._connection.execute(sql.encode("utf-8"), parameters or None)
            return cursor.fetchall() if cursor.description else []

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """
        As `Engine.transaction` says.
        """
        with self._wrapped(), self._connection.transaction():
            yield

    def claim(self, schema: str) -> None:
        """
        Waits for other loads into the schema to end, and keeps new ones out until the transaction does.
        """
        self.rows("SELECT pg_advisory_xact_lock(hashtext($1::text))", [f"chatlio-conformance {schema}"])

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
            what = f"The database {self._address} objects: {self._told(fault)}."
            cure = "Look at the statement and the user's rights, or load into a database of its own."
            raise UsageError(what, cure=cure) from fault

    def _told(self, fault: Exception) -> str:
        """
        The database's own words, their first line, without the password.
        """
        words = str(fault).strip().partition("\n")[0].strip().rstrip(".")
        return words.replace(self._password, PASSWORD) if self._password else words


def _parameters(url: str) -> Mapping[str, Any]:
    """
    What the address says. The driver's own words on a wrong one would quote it, password and all.
    """
    import psycopg.conninfo

    try:
        return psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        pass
    raise UsageError(
        f"The address {shown(url)} cannot be read.",
        cure="Write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with %40 for an @ in the password.",
    )
