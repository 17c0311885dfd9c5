"""
Records on disk: NDJSON, gzipped or not, written and read one scenario at a time.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from conformance.errors import EvidenceError
from conformance.record.lines import header_from_json, header_to_json, scenario_from_lines, scenario_lines
from conformance.record.values import FORMAT, Header, Record, ScenarioRecord


class RecordWriter:
    """
    Writes a record as it comes to be, one scenario at a time; leaving it normally writes the footer.
    """

    def __init__(self, path: Path, header: Header) -> None:
        self._path = path
        self._header = header
        self._count = 0

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file: io.BufferedIOBase = _open_to_write(self._path)
        self._write(header_to_json(self._header))
        return self

    def add(self, scenario: ScenarioRecord) -> None:
        """
        Appends a scenario, and sees it to the disk, so that a broken-off run loses none before it.
        """
        for line in scenario_lines(scenario):
            self._write(line)
        self._file.flush()
        self._count += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._write({"kind": "footer", "scenarios": self._count})
        self._file.close()

    def _write(self, line: Mapping[str, Any]) -> None:
        self._file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


class RecordReader:
    """
    Reads a record scenario by scenario, holding one at a time. `complete` is known once all were read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.complete = False

    def __enter__(self) -> Self:
        self._file = _open_to_read(self._path)
        try:
            self._lines = _parsed(self._file, self._path)
            self.header = _header(next(self._lines, {}), self._path)
        except BaseException:
            self._file.close()
            raise
        return self

    def __iter__(self) -> Iterator[ScenarioRecord]:
        """
        Yields the scenarios in order; raises EvidenceError for a line that is none of a record's.
        """
        gathered: list[Mapping[str, Any]] = []
        for line in self._lines:
            kind = line.get("kind")
            if kind == "footer":
                self.complete = True
                return
            gathered.append(line)
            if kind == "end":
                yield self._scenario(gathered)
                gathered = []
        if gathered:
            yield self._scenario([*gathered, {"kind": "end", "unusable": "the record breaks off here"}])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _scenario(self, lines: list[Mapping[str, Any]]) -> ScenarioRecord:
        try:
            return scenario_from_lines(lines)
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise EvidenceError(
                f"{self._path} holds a scenario that cannot be read ({type(fault).__name__}: {fault}).",
                cure="Make the record again with `chatlio-conformance run TARGET --record FILE`.",
            ) from fault


def write_record(path: Path, record: Record) -> None:
    """
    Writes a whole record; gzipped when the name ends in `.gz`. Without a footer if it is not complete.
    """
    writer = RecordWriter(path, record.header)
    with writer:
        for scenario in record.scenarios:
            writer.add(scenario)


def read_record(path: Path) -> Record:
    """
    The whole record in memory. Raises EvidenceError when the file is no record of ours.
    """
    with RecordReader(path) as reader:
        scenarios = tuple(reader)
        return Record(header=reader.header, scenarios=scenarios, complete=reader.complete)


def _open_to_write(path: Path) -> io.BufferedIOBase:
    return gzip.open(path, "wb") if path.suffix == ".gz" else path.open("wb")


def _open_to_read(path: Path) -> io.BufferedIOBase:
    try:
        with path.open("rb") as file:
            start = file.read(2)
        return gzip.open(path, "rb") if start == b"\x1f\x8b" else path.open("rb")
    except OSError as fault:
        raise EvidenceError(
            f"The record {path} cannot be opened: {fault.strerror}.",
            cure="Check its name and its permissions.",
        ) from fault


def _parsed(file: io.BufferedIOBase, path: Path) -> Iterator[Mapping[str, Any]]:
    """
    The lines as JSON objects; a last line that breaks off in the middle counts as not written.
    """
    for number, line in enumerate(_unbroken(file), start=1):
        try:
            parsed = orjson.loads(line)
        except ValueError as fault:
            raise _unreadable(path, number, str(fault)) from fault
        if not isinstance(parsed, dict):
            raise _unreadable(path, number, "it is no JSON object")
        yield parsed


def _unbroken(file: io.BufferedIOBase) -> Iterator[bytes]:
    try:
        for line in file:
            if line.endswith(b"\n"):
                yield line
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return  # Ctrl-C may come in the middle of a write: what was whole before it has been read


def _unreadable(path: Path, number: int, why: str) -> EvidenceError:
    return EvidenceError(
        f"{path} cannot be read as a record: line {number} is not as written ({why}).",
        cure="A record is NDJSON, gzipped or not; copy the file again or make it anew.",
    )


def _header(members: Mapping[str, Any], path: Path) -> Header:
    if members.get("kind") != "header" or members.get("format") != FORMAT:
        raise EvidenceError(
            f"{path} is not a record of format {FORMAT}: its first line is no such header.",
            cure="Give a file that `chatlio-conformance run --record FILE` wrote.",
        )
    return header_from_json(members)
