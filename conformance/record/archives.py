"""
Segment's raw archives, read as evidence: one call a line, in a file or a folder of them, gzipped or not.

An archive (`segment-logs/SOURCE/DAY/….gz`) tells what was tracked and nothing of the chat behind it or of the
requests it came in. It is read a few thousand calls at a time, so that it need not fit in memory.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import itertools
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from conformance.errors import EvidenceError
from conformance.model import read_time
from conformance.record.values import ScenarioRecord

LARGEST_PART = 5_000
"""Calls that are judged at once. What spans two parts, such as a duplicate id, is still seen."""

_PURPOSE = "Calls from a raw Segment archive: nothing is known of the chat behind them."
_EPOCH = dt.datetime.fromtimestamp(0, dt.UTC)


class Archive:
    """
    One file or folder of archived calls, which can be gone through once.

    `calls` and `malformed` count the lines that hold a call and those that do not, a file that breaks off
    being one of these; both grow while it is gone through.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.calls = 0
        self.malformed = 0

    def __iter__(self) -> Iterator[ScenarioRecord]:
        """
        Yields the calls in parts of at most 5,000. Raises EvidenceError for a file that cannot be read.
        """
        for file in files_of(self._path):
            name = file.relative_to(self._path).as_posix() if file != self._path else file.name
            calls = self._calls(file)
            for number in itertools.count(1):
                part = tuple(itertools.islice(calls, LARGEST_PART))
                if not part:
                    break
                yield _part(name if number == 1 else f"{name}, part {number}", part)

    def first_line(self) -> Mapping[str, Any] | None:
        """
        The first line as a JSON object; None when it is none. Takes nothing away from what is gone through.
        """
        with contextlib.suppress(EOFError, gzip.BadGzipFile, zlib.error):
            return next((_parsed(line) for line in _lines(files_of(self._path)[0])), None)
        return None

    def _calls(self, file: Path) -> Iterator[Mapping[str, Any]]:
        try:
            for line in _lines(file):
                call = _parsed(line)
                self.calls += call is not None
                self.malformed += call is None and bool(line.strip())
                if call is not None:
                    yield call
        except (EOFError, gzip.BadGzipFile, zlib.error):
            self.malformed += 1


def files_of(path: Path) -> list[Path]:
    """
    The file, or the archive's files in the folder, sorted by name. Raises EvidenceError when there is none.
    """
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
    if not found:
        raise EvidenceError(f"The folder {path} holds no file.", cure="Name the folder of an archive.")
    return found


def _part(name: str, archived: tuple[Mapping[str, Any], ...]) -> ScenarioRecord:
    times = (read_time(call.get("receivedAt")) for call in archived)
    started_at = min((time for time in times if time is not None), default=_EPOCH)
    return ScenarioRecord(name=name, purpose=_PURPOSE, started_at=started_at, archived=archived)


def _parsed(line: bytes) -> Mapping[str, Any] | None:
    try:
        call = orjson.loads(line)
    except ValueError:
        return None
    return call if isinstance(call, dict) else None


def _lines(file: Path) -> Iterator[bytes]:
    try:
        opened = file.open("rb")
    except OSError as fault:
        what = f"The archive {file} cannot be opened: {fault.strerror}."
        raise EvidenceError(what, cure="Check its name and its permissions.") from fault
    with opened:
        packed = opened.peek(2)[:2] == b"\x1f\x8b"
        yield from gzip.GzipFile(fileobj=opened) if packed else opened
