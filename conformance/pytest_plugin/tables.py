"""
`segment_warehouse`: what a test's events become in a warehouse, to be asked in SQL.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from conformance.checks import Evidence
from conformance.pytest_plugin.server import SegmentServer
from conformance.pytest_plugin.settings import usage_errors
from conformance.segment.databases import SCHEMA, Database, open_database


class SegmentWarehouse:
    """
    A warehouse of one test's own, embedded and in memory, with the schema `chatlio`.
    """

    def __init__(self, database: Database, server: SegmentServer) -> None:
        self._database, self._server = database, server

    def query(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        """
        The rows of a statement such as `select event from chatlio.tracks`, once all that came is loaded.

        Parameters are written `$1`, `$2` and so on.
        """
        self._database.load(Evidence(scenario=self._server.record()).accepted, schema=SCHEMA)
        return self._database.query(sql, *parameters)


@contextlib.contextmanager
def warehouse(server: SegmentServer) -> Iterator[SegmentWarehouse]:
    """
    The warehouse behind a server, for as long as the block lasts.

    Raises pytest.UsageError where DuckDB is not installed: `pip install chatlio-conformance[warehouse]`.
    """
    with contextlib.ExitStack() as stack:
        with usage_errors():
            database = stack.enter_context(open_database("duckdb::memory:"))
        yield SegmentWarehouse(database, server)
