"""
What the plugin costs a project that has it installed and does not use it.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PAIRS = 15
MODULES, TESTS = 20, 25


def plugin_start_up(folder: Path) -> Iterator[tuple[str, str]]:
    """
    `pytest --co` in an unrelated repository with and without the plugin: medians of pairs, in turns.

    Both runs of a pair follow each other, and every other pair is turned around, so that a machine that grows
    slower or faster meanwhile weighs on both alike.
    """
    repository = folder / "unrelated"
    write_repository(repository)
    collected(repository, "-pno:chatlio"), collected(repository)
    ratios, added = [], []
    for number in range(PAIRS):
        order = ((), ("-pno:chatlio",)) if number % 2 else (("-pno:chatlio",), ())
        seconds = {words: collected(repository, *words) for words in order}
        ratios.append(seconds[()] / seconds["-pno:chatlio",])
        added.append(seconds[()] - seconds["-pno:chatlio",])
    yield (
        f"pytest --co with the plugin, {MODULES * TESTS} unrelated tests",
        f"{statistics.median(ratios):.3f} × without it, {statistics.median(added) * 1000:+.0f} ms",
    )


def write_repository(folder: Path) -> None:
    """
    A repository that has nothing to do with chats.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    tests = "\n".join(f"def test_{number}(): pass\n" for number in range(TESTS))
    for number in range(MODULES):
        (folder / f"test_module_{number}.py").write_text(tests, encoding="utf-8")


def collected(folder: Path, *words: str) -> float:
    """
    The seconds that collecting takes in a fresh process.
    """
    command = [sys.executable, "-m", "pytest", "--co", "-q", "-pno:cacheprovider", *words]
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - began
