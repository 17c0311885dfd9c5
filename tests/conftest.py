"""
What every test may ask for.

Tests use real programs (Node.js, Chromium, PostgreSQL, curl). A developer may lack one; .ci/run
may not: there ``CHATLIO_REQUIRE_ALL=1`` makes each such skip a failure, so green never means less was run.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import settings

from tests.postgresql import Server, running_server

# Two busy cores make single examples slow without anything being wrong, so there is no deadline per example.
settings.register_profile("chatlio", deadline=None)
settings.register_profile("chatlio-ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile("chatlio-ci" if os.environ.get("CI") else "chatlio")


class Tool(Protocol):
    """
    Find a program by name, or end the test with the reason.
    """

    def __call__(self, name: str, *, why: str) -> Path: ...


def search_path() -> str:
    """
    The folders programs are looked for in: ``PATH``, then where Debian keeps PostgreSQL's server programs.

    Debian leaves ``initdb`` and ``postgres`` off the path, as versions may live side by side; newest first.
    """
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: -float(found.parent.name))
    return os.pathsep.join([os.environ.get("PATH", os.defpath), *map(str, versions)])


def tool_or_outcome(name: str, why: str, *, absent: Callable[[str], object]) -> Path:
    """
    The path of the program *name*; without it *absent* is called with the reason, and must not return.
    """
    found = shutil.which(name, path=search_path())
    if found is None:
        absent(f"'{name}' is not installed, and is needed to {why}")
        raise AssertionError("an absent tool must end the test")
    return Path(found)


@pytest.fixture(scope="session")
def tool() -> Tool:
    """
    ``tool("node", why="run the Node.js bridge")`` gives the program's path.

    Without the program the test is skipped with that reason, or fails under ``CHATLIO_REQUIRE_ALL=1``.
    """

    def find(name: str, *, why: str) -> Path:
        required = os.environ.get("CHATLIO_REQUIRE_ALL") == "1"
        return tool_or_outcome(name, why, absent=pytest.fail if required else pytest.skip)

    return find


@pytest.fixture(scope="session")
def repository() -> Path:
    """
    The checkout this suite lies in; tests read from it and never write to it.
    """
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def postgresql_server(tool: Tool) -> Iterator[Server]:
    """
    A PostgreSQL server on loopback, one for each process of the tests, stopped at their end.
    """
    why = "load the warehouse's tables into PostgreSQL"
    with running_server(tool("initdb", why=why), tool("pg_ctl", why=why)) as server:
        yield server


@pytest.fixture
def postgresql(postgresql_server: Server) -> str:
    """
    The address of a new, empty PostgreSQL database.
    """
    return postgresql_server.new_database()
