"""
The reports a configuration asks for: named, checked before any work is done, and written at the end.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from conformance.errors import UsageError
from conformance.model import Judgement
from conformance.reporting import Format, format_named


@frozen(kw_only=True)
class Report:
    """
    One report that was asked for; `path` None means standard output.
    """

    format: Format
    path: Path | None


def requested(words: Iterable[str]) -> tuple[Report, ...]:
    """
    The reports that words of the form FORMAT[=PATH] ask for.

    Raises UsageError for a format nobody knows, naming the nearest, and for a path nothing can be written to.
    """
    reports = tuple(_report(word) for word in words)
    for report in reports:
        if report.path is not None:
            check_writable(report.path)
    return reports


def check_writable(path: Path) -> None:
    """
    Makes the folders that are missing, and raises UsageError unless a file can be written there.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder, and a file is to be written there.", cure="Name a file in it.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        what = f"{path} cannot be written: its folder cannot be made ({fault.strerror})."
        raise UsageError(what, cure="Name another place.") from fault
    if not all(os.access(place, os.W_OK) for place in (path.parent, path) if place.exists()):
        raise UsageError(f"{path} cannot be written.", cure="Name another place, or change its permissions.")


def write_reports(
    judgement: Judgement, reports: Iterable[Report]
) -> tuple[tuple[tuple[str, Path], ...], tuple[str, ...]]:
    """
    Renders each report and writes it; gives what was written, and the texts meant for standard output.
    """
    written, printed = [], []
    for report in reports:
        text = report.format.render(judgement)
        if report.path is None:
            printed.append(text)
        else:
            _write(report.path, text)
            written.append((report.format.name, report.path))
    return tuple(written), tuple(printed)


def _report(word: str) -> Report:
    name, equals, place = word.partition("=")
    chosen = format_named(name.strip())
    place = place if equals else chosen.path or "-"
    if not place:
        cure = f"Write {name}=PATH, or {name} alone for {chosen.path or 'standard output'}."
        raise UsageError(f"The report {word!r} names no file.", cure=cure)
    return Report(format=chosen, path=None if place == "-" else Path(place))


def _write(path: Path, text: str) -> None:
    """
    Writes the file whole or not at all, so that no reader meets half a report.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(path)
    except OSError as fault:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise UsageError(
            f"{path} cannot be written: {fault.strerror}.", cure="Name another place."
        ) from fault
