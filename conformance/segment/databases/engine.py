"""
What the two engines have in common: as much as a load needs of either, in one dialect of SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Engine(Protocol):
    """
    An open connection to a database. Parameters are written `$1`, `$2` in both engines.

    Every method raises UsageError, in one line and without the password, when the database objects.
    """

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """
        Runs one statement and gives its rows, none for a statement that has none.
        """

    def transaction(self) -> AbstractContextManager[None]:
        """
        A transaction: kept when the block ends, undone when it raises.
        """

    def claim(self, schema: str) -> None:
        """
        Keeps other loads out of a schema until the transaction ends.
        """

    def close(self) -> None:
        """
        Closes the connection; what was not committed is undone.
        """
