"""
How far the run behind the suite has come, told on pytest's terminal while its first item waits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pytest

from conformance.runner import Progress

_EVERY = 10
"""On what is no terminal, each so many scenarios have a line."""


class Terminal(Protocol):
    """
    What pytest's terminal reporter offers, as far as it matters here; pytest 8.0 does not yet name its class.
    """

    isatty: bool

    def ensure_newline(self) -> None: ...
    def write_line(self, line: str) -> None: ...
    def rewrite(self, line: str, *, erase: bool) -> None: ...


def teller(config: pytest.Config) -> Callable[[Progress], None] | None:
    """
    A function that tells of each scenario: in one line that is written over again, or in a few plain lines.

    None where nobody would read it: under `-q`, or without pytest's terminal reporter. It may only be called
    while pytest captures nothing.
    """
    reporter: Terminal | None = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or config.get_verbosity() < 0:
        return None
    return _over_again(reporter) if reporter.isatty else _in_lines(reporter)


def _over_again(reporter: Terminal) -> Callable[[Progress], None]:
    reporter.ensure_newline()

    def tell(progress: Progress) -> None:
        last = progress.done == progress.total
        reporter.rewrite("" if last else _words(progress), erase=True)

    return tell


def _in_lines(reporter: Terminal) -> Callable[[Progress], None]:
    reporter.ensure_newline()

    def tell(progress: Progress) -> None:
        if progress.done == progress.total or progress.done % _EVERY == 0:
            reporter.write_line(_words(progress))

    return tell


def _words(progress: Progress) -> str:
    return f"chatlio: {progress.done} of {progress.total} played, {progress.name}"
