"""
The survivors that somebody has read: each stands in `survivors/` with the reason why no test can kill it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.mutation.generating import CodeMutant

FOLDER = Path(__file__).parent / "survivors"

Change = tuple[str, str, str]


def explained(room: str, folder: Path = FOLDER) -> Mapping[Change, str]:
    """
    The reasons of a room's survivors, by change.
    """
    entries = tomllib.loads((folder / f"{room}.toml").read_text(encoding="utf-8"))["survivor"]
    return {(entry["function"], entry["was"], entry["becomes"]): entry["reason"] for entry in entries}


def change_of(mutant: CodeMutant) -> Change:
    """
    What a survivor is known by, whatever number mutmut gives it.
    """
    return (mutant.function, mutant.was, mutant.becomes)


def stale(
    reasons: Mapping[Change, str], noticed: Iterable[CodeMutant], left: Iterable[CodeMutant]
) -> list[Change]:
    """
    The explained survivors that are none any more; one that reads the same elsewhere may still be one.
    """
    noticed_now = {change_of(mutant) for mutant in noticed} - {change_of(mutant) for mutant in left}
    return sorted(set(reasons) & noticed_now)
