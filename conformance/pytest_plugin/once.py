"""
The run behind the suite: made when a requirement first asks for it, once for all processes of the session.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from attrs import frozen

from conformance.assessment import assess
from conformance.configuration import Configuration
from conformance.errors import ConformanceError, ToolkitError
from conformance.model import Judgement
from conformance.reporting.json import judgement_from_json, judgement_to_json
from conformance.runner import Progress

LONGEST = 3_600.0
"""Seconds a process waits for another's run. One that dies lets go at once, so this is for the absurd."""


@frozen(kw_only=True)
class Run:
    """
    What the run came to: a judgement, or in its place the error that kept it from being made.

    `written` says where reports are, `printed` holds those for the terminal.
    """

    judgement: Judgement | None = None
    error: str = ""
    written: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()


def assessed(configuration: Configuration, *, progress: Callable[[Progress], None] | None = None) -> Run:
    """
    Plays and judges as the configuration says; an error of the toolkit's own kind becomes part of the run.
    `progress` is told of each scenario.

    A warning in an implementation is shown and is no error, whatever the session's filters say: the command
    would not make it one either.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            assessment = assess(configuration, progress=progress)
    except ConformanceError as error:
        return Run(error=str(error))
    return Run(
        judgement=assessment.judgement,
        written=tuple(f"{name}: {path}" for name, path in assessment.written),
        printed=assessment.printed,
    )


def once(folder: Path, make: Callable[[], Run]) -> Run:
    """
    The run that `make` makes in the first process to come; those after it are given the same.

    Raises ToolkitError when another process has been at it for longer than an hour.
    """
    with _alone(folder):
        found = made(folder)
        if found is None:
            found = make()
            _keep(folder, found)
    return found


def made(folder: Path) -> Run | None:
    """
    The run, if it has been made by now.
    """
    try:
        members = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    judgement = members["judgement"]
    return Run(
        judgement=None if judgement is None else judgement_from_json(judgement),
        error=members["error"],
        written=tuple(members["written"]),
        printed=tuple(members["printed"]),
    )


def _keep(folder: Path, run: Run) -> None:
    members: dict[str, Any] = {
        "judgement": None if run.judgement is None else judgement_to_json(run.judgement),
        "error": run.error,
        "written": run.written,
        "printed": run.printed,
    }
    beside = folder / "run.json.new"
    beside.write_text(json.dumps(members), encoding="utf-8")
    beside.replace(folder / "run.json")


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """
    Keeps all other processes out. A transaction of SQLite's does it on every system, has a deadline, and ends
    with its process, however that ends.
    """
    with contextlib.closing(sqlite3.connect(folder / "lock", timeout=LONGEST, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as fault:
            cure = "Run the suite without pytest-xdist, or see what the target is waiting for."
            raise ToolkitError(f"Another process has run the suite for {LONGEST:g} s.", cure=cure) from fault
        yield
