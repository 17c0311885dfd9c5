"""
What pytest loads at every start: options, ini keys, one marker and the fixtures, with nothing behind them.

It stands beside the package and not in it for two reasons. It is loaded in every project that has the toolkit
installed, so it imports nothing but pytest until something of ours is asked for. And a project may have a
package `conformance` of its own: then pytest still starts, and whoever asks for the suite or a fixture is
told.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from chatlio_pytest.settings import SETTINGS

if TYPE_CHECKING:
    from conformance.chat import Script
    from conformance.drivers import Driver
    from conformance.model import Settings
    from conformance.pytest_plugin.listening import OpenSegmentServer
    from conformance.pytest_plugin.server import SegmentServer
    from conformance.pytest_plugin.tables import SegmentWarehouse

MARKER = (
    "chatlio(region='us', profile=None, select=(), fail_on=None, faults=()): how `segment_server` behaves in "
    "this test, and what its judge() looks at."
)


LATE: pytest.StashKey[list[str]] = pytest.StashKey()
"""Where the session keeps what is told at its end of requests that came after their test."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """
    Registers an option and an ini key for each setting, and the option that lists the requirements.
    """
    group = parser.getgroup("chatlio", "chat reported to Segment (chatlio-conformance)")
    for name, word, kind, shown, told in SETTINGS:
        group.addoption(f"--chatlio-{word}", dest=f"chatlio_{name}", help=told, **_shape(kind, shown))
        if kind == "flag":
            negative = f"--chatlio-no-{word}"
            group.addoption(negative, dest=f"chatlio_{name}", action="store_false", help="Not so, after all.")
        parser.addini(f"chatlio_{name}", told, type=_ini_type(kind), default=None)
    group.addoption("--chatlio-list", action="store_true", help="List the requirements, and run nothing.")


def pytest_configure(config: pytest.Config) -> None:
    """
    Registers the marker and, only where a target is named, the suite.
    """
    config.addinivalue_line("markers", MARKER)
    if _names_a_target(config):
        _part("suite").register(config)


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """
    Lists the requirements in place of running anything, where that is asked for.
    """
    if not config.getoption("chatlio_list"):
        return None
    print(_part("listing").listing(config), end="")
    return int(pytest.ExitCode.OK)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """
    Refuses a `chatlio` marker with an argument nobody knows, also on a test that asks for no fixture of ours.
    """
    if item.get_closest_marker("chatlio") is not None:
        _part("marker").marked(item)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """
    Tells of requests to the mock Segment that came when their test was over.
    """
    for line in config.stash.get(LATE, []):
        terminalreporter.write_line(f"chatlio: {line}")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """
    Takes over what a worker of pytest-xdist has to tell.
    """
    told = getattr(node, "workeroutput", {}).get("chatlio_late", [])
    node.config.stash.setdefault(LATE, []).extend(told)


@pytest.fixture(scope="session")
def chatlio_listen_address() -> tuple[str, int, int]:
    """
    Where the mock Segment listens: a host, and the ports of the US and the EU endpoint. 0 is any free port.

    Override it when what you test cannot be told another address. Fixed ports are for one test at a time.
    """
    return "127.0.0.1", 0, 0


@pytest.fixture(scope="session")
def open_segment_server(
    request: pytest.FixtureRequest, chatlio_listen_address: tuple[str, int, int]
) -> Iterator[OpenSegmentServer]:
    """
    A function that opens a mock Segment: `with open_segment_server() as segment_server:`.

    It lives as long as the session, so that a test under `@given` may open one for each example.
    """
    with _part("listening").listening(request.config, chatlio_listen_address) as opened:
        yield opened


@pytest.fixture
def segment_server(
    request: pytest.FixtureRequest, open_segment_server: OpenSegmentServer
) -> Iterator[SegmentServer]:
    """
    A mock Segment with a workspace and a write key of this test's own.

    `.url`, `.eu_url` and `.write_key` are for the sender; `.wait_for(4)` waits for events, `.events`,
    `.messages` and `.exchanges` hold what came, and `.judge()` fails the test for what should not have come.
    """
    with open_segment_server(**_part("marker").marked(request.node), name=request.node.nodeid) as server:
        yield server


@pytest.fixture
def segment_warehouse(segment_server: SegmentServer) -> Iterator[SegmentWarehouse]:
    """
    The tables that the events of this test become: `.query("select event from chatlio.tracks")`.

    It takes the extra `warehouse`.
    """
    with _part("tables").warehouse(segment_server) as tables:
        yield tables


@pytest.fixture
def chatlio_settings(segment_server: SegmentServer) -> Settings:
    """
    What the implementation is told to connect with. Override it to tell it something else.
    """
    return segment_server.settings


@pytest.fixture
def chatlio_implementation(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """
    The object under test, with the methods `initialize`, `activity`, `flush` and `shutdown`.

    Override it in conftest.py to hand over your own. By itself it is the configured target, if there is one.
    """
    with _part("implementation").configured(request.config) as implementation:
        yield implementation


@pytest.fixture
def chatlio_chat(
    segment_server: SegmentServer, chatlio_implementation: Driver, chatlio_settings: Settings
) -> Iterator[Script]:
    """
    A chat that `chatlio_implementation` hears as it is spoken: `chatlio_chat.conversation(ann).says("Hi")`.
    """
    with segment_server.chat(chatlio_implementation, chatlio_settings) as chat:
        yield chat


def _shape(kind: str, shown: str) -> dict[str, Any]:
    if kind == "flag":
        return {"action": "store_true", "default": None}
    if kind == "words":
        return {"action": "append", "metavar": shown}
    if kind == "choice":
        return {"choices": shown.strip("{}").split(",")}
    numbers: dict[str, Any] = {"integer": {"type": int}, "number": {"type": float}}
    return {**numbers.get(kind, {}), "metavar": shown or "N"}


def _ini_type(kind: str) -> Any:
    """
    The name of the ini type. Before pytest 8.4 numbers were written as text.
    """
    numeric = {"integer": "int", "number": "float"} if pytest.version_tuple >= (8, 4) else {}
    return {"flag": "bool", "words": "args", **numeric}.get(kind, "string")


def _names_a_target(config: pytest.Config) -> bool:
    """
    Whether there may be a target; that is made sure of where loading the configuration costs nobody anything.
    """
    option: str | None = config.getoption("chatlio_target")
    if option is not None:
        return bool(option)
    return bool(
        os.environ.get("CHATLIO_TARGET") or config.getini("chatlio_target") or _has_table(config.rootpath)
    )


def _has_table(folder: Path) -> bool:
    """
    Whether a pyproject.toml that holds our table may be in reach.
    """
    files = (place / "pyproject.toml" for place in (folder, *folder.parents))
    return any(b"chatlio-conformance]" in file.read_bytes() for file in files if file.is_file())


def _part(name: str) -> Any:
    """
    A module of `conformance.pytest_plugin`. Raises pytest.UsageError where another `conformance` is loaded.
    """
    home = Path(__file__).parent.parent
    with _first_on_the_path(str(home)):
        package = importlib.import_module("conformance")
    found = getattr(package, "__file__", None) or "a folder of that name"
    if Path(found).parent.parent != home:
        raise pytest.UsageError(
            f"chatlio-conformance cannot be used here: another package `conformance` is loaded, {found}. "
            "Rename that one, or run the command chatlio-conformance in another folder."
        )
    return importlib.import_module(f"conformance.pytest_plugin.{name}")


@contextlib.contextmanager
def _first_on_the_path(folder: str) -> Iterator[None]:
    """
    Looks for modules in our own folder first: the one under test may hold another package of our name.
    """
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
