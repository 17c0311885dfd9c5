"""
Baselines on disk: read with every mistake named, and written anew with as little difference as may be.

A file is TOML: one table `[[known]]` for each requirement that an implementation is known to fail. Writing
keeps every entry that stays to the letter, comments included; only what is new or gone makes a difference.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from conformance.errors import UsageError
from conformance.judge.baseline import Baseline, KnownFailure, day_of
from conformance.model import Judgement, Status
from conformance.spec import catalogue
from conformance.spec.names import unknown

DAYS = 90
"""How long a failure stays known once it is taken in, unless somebody writes another date."""

UNEXPLAINED = "not yet explained"

_KEYS = tuple(field.name for field in attrs.fields(KnownFailure))
_ENTRY = re.compile(r"^(?:#.*\n)*\[\[known\]\]", re.MULTILINE)

_OPENING = """\
# Failures that are known, each with its reason, where it is followed up, and until when it may stay.
# They are still played and judged. An entry that is no longer true fails the run.
"""


def read_baseline(path: Path) -> Baseline:
    """
    The baseline in the file. Raises UsageError when it is not there, or is not as a baseline has to be.
    """
    try:
        text = _text_of(path)
    except OSError as fault:
        cure = "Check its name, or have it written by --update-baseline."
        raise UsageError(f"The baseline {path} cannot be read: {fault.strerror}.", cure=cure) from fault
    return parse_baseline(text, str(path))


def parse_baseline(text: str, name: str) -> Baseline:
    """
    The baseline that the text stands for; `name` is what messages call it. Raises UsageError.
    """
    try:
        document = tomllib.loads(text)
    except ValueError as fault:
        raise UsageError(f"The baseline {name} is not TOML: {fault}.", cure="Mend the line.") from fault
    rows = document.pop("known", [])
    if document or not isinstance(rows, list):
        word = next(iter(document), "known")
        raise unknown("table", word, ("known",), where=f"In the baseline {name} write [[known]].")
    entries = tuple(_entry(row, f"{name}, entry {number}") for number, row in enumerate(rows, start=1))
    _refuse_twins(entries, name)
    return Baseline(name=name, known=entries)


def write_baseline(path: Path, baseline: Baseline) -> None:
    """
    Writes the baseline, whole or not at all; a file that would not change is left alone. Raises UsageError.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        before = _text_of(path) if path.exists() else _OPENING
        text = baseline_text(baseline, before)
        if path.exists() and text == before:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(text.encode())
        beside.replace(path)
    except OSError as fault:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise UsageError(
            f"The baseline {path} cannot be written: {fault.strerror}.", cure="Name another place."
        ) from fault


def baseline_text(baseline: Baseline, before: str) -> str:
    """
    The baseline as TOML; entries that are in the text `before` are taken over as they stand there.
    """
    opening, blocks = _blocks(before)
    written = {_place(entry): block for entry, block in blocks if entry in baseline.known}
    entries = sorted(baseline.known, key=_place)
    parts = [opening.strip(), *(written.get(_place(entry)) or _rendered(entry) for entry in entries)]
    return "\n\n".join(part for part in parts if part) + "\n"


def updated(baseline: Baseline, judgement: Judgement, failing: Collection[str]) -> Baseline:
    """
    The baseline that hides exactly what fails now; what other implementations fail is left as it is.

    `failing` are the requirements to take in. Entries that are there keep their reason and issue, and their
    date unless it has passed. One whose requirement was not judged this time stays; one that names no
    requirement goes.
    """
    name, today = judgement.implementation.name, day_of(judgement)
    entries = baseline.of(name)
    others = [each for each in baseline.known if each.implementation != name]
    kept = [_renewed(entry, today) for entry in entries.values() if _stays(entry, judgement)]
    new = [_new(requirement, name, today) for requirement in set(failing) - entries.keys()]
    return attrs.evolve(baseline, known=tuple(sorted([*others, *kept, *new], key=_place)))


def _text_of(path: Path) -> str:
    """
    What stands in the file, with line feeds. Raises OSError, and UsageError where it is not UTF-8.
    """
    try:
        return path.read_bytes().decode().replace("\r\n", "\n")
    except UnicodeDecodeError as fault:
        what = f"The baseline {path} is not UTF-8: {fault.reason} at byte {fault.start}."
        raise UsageError(what, cure="Save it as UTF-8.") from fault


def _entry(row: object, where: str) -> KnownFailure:
    if not isinstance(row, dict):
        raise UsageError(f"{where}: it is no table.", cure="Write [[known]] above each entry.")
    for word in row:
        if word not in _KEYS:
            raise unknown("key", word, _KEYS, where=f"It stands in {where}. The keys are {', '.join(_KEYS)}.")
    missing = [key for key in _KEYS if key not in row]
    if missing:
        cure = "Known failures have a reason, an issue and an end."
        raise UsageError(f"{where} lacks {', '.join(missing)}.", cure=cure)
    return KnownFailure(**{key: _value(key, row[key], where) for key in _KEYS})


def _value(key: str, value: Any, where: str) -> Any:
    expected = dt.date if key == "expires" else str
    if not isinstance(value, expected) or isinstance(value, dt.datetime):
        shape = "a date, as in 2026-12-31 without quotes" if key == "expires" else "a text"
        raise UsageError(f"{where}: {key} is {shape}, not {value!r}.", cure="Mend the line.")
    return value


def _refuse_twins(entries: Sequence[KnownFailure], name: str) -> None:
    places = [_place(entry) for entry in entries]
    twin = next((place for place in places if places.count(place) > 1), None)
    if twin is not None:
        what = f"{name} has two entries for {twin[1]} of {twin[0]}."
        raise UsageError(what, cure="Keep one of them.")


def _blocks(text: str) -> tuple[str, list[tuple[KnownFailure, str]]]:
    """
    The comments before the first entry, and each entry with its lines and the comment right above it.

    There are none where they cannot be told apart.
    """
    starts = [found.start() for found in _ENTRY.finditer(text)]
    before = text[: starts[0]] if starts else text
    opening = "\n".join(line for line in before.split("\n") if line.startswith("#") or not line.strip())
    blocks = [text[at:until].rstrip() for at, until in itertools.pairwise([*starts, len(text)])]
    try:
        return opening, [(_only_entry(block), block) for block in blocks]
    except (UsageError, ValueError):
        return opening, []


def _only_entry(block: str) -> KnownFailure:
    """
    The entry that the lines stand for. Raises ValueError or UsageError where they are not one.
    """
    (row,) = tomllib.loads(block)["known"]
    return _entry(row, "")


def _rendered(entry: KnownFailure) -> str:
    lines = [f"{key} = {_quoted(getattr(entry, key))}" for key in _KEYS if key != "expires"]
    return "\n".join(["[[known]]", *lines, f"expires = {entry.expires.isoformat()}"])


_ESCAPES: Mapping[int, str] = str.maketrans(
    {"\\": "\\\\", '"': '\\"'} | {code: f"\\u{code:04x}" for code in (*range(32), 127)}
)


def _quoted(text: str) -> str:
    """
    The text as a basic string of TOML.
    """
    return f'"{text.translate(_ESCAPES)}"'


def _stays(entry: KnownFailure, judgement: Judgement) -> bool:
    known = any(requirement.id == entry.requirement for requirement in catalogue().requirements)
    verdicts = {verdict.requirement: verdict.status for verdict in judgement.verdicts}
    return known and verdicts.get(entry.requirement) is not Status.PASSED


def _new(requirement: str, implementation: str, today: dt.date) -> KnownFailure:
    return KnownFailure(
        requirement=requirement,
        implementation=implementation,
        reason=UNEXPLAINED,
        issue="",
        expires=today + dt.timedelta(days=DAYS),
    )


def _renewed(entry: KnownFailure, today: dt.date) -> KnownFailure:
    expired = entry.expires < today
    return attrs.evolve(entry, expires=today + dt.timedelta(days=DAYS)) if expired else entry


def _place(entry: KnownFailure) -> tuple[str, str]:
    return entry.implementation, entry.requirement
