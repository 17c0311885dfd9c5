"""
`make mutation`: changes our own code in thousands of ways, and counts which changes the tests notice.

The code is copied to a folder of its own first. Texts for people are left out of the count: no test reads
them word for word. What mypy refuses is counted as noticed, since `make lint` runs it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.mutation.evidence import DIRECTORY, THINNED, record_everything
from tests.mutation.explanations import Change, change_of, explained, stale
from tests.mutation.generating import CodeMutant, mutate

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("conformance", "schemas", "tests", "pyproject.toml", "chatlio_pytest")
TESTS: dict[str, tuple[str, ...]] = {
    "ingestion": ("tests/unit/test_ingestion*.py", "tests/unit/test_destinations.py"),
    "judge": (
        "tests/unit/test_judge*.py",
        "tests/unit/test_baseline.py",
        "tests/unit/test_hearing.py",
        "tests/unit/test_destinations.py",
    ),
    "checks": ("tests/unit/test_checks*.py", "tests/unit/test_traps.py"),
}
"""The unit tests of each room. The judge and the checks are also held to the recorded evidence."""

LEFT_OUT = ("tests/unit/test_ingestion_properties.py",)
"""Tests of generated input, which take long and add little; so does a test of an endless body."""

ORACLE = "tests/mutation/oracle.py"
EVIDENCE = {"ingestion": 0, "judge": 6, "checks": 1}
"""Of how many records one is judged, for each room; 0 for none."""

MUTMUTS = frozenset({"ignore-without-code", "unused-ignore", "no-redef"})
"""What mypy objects to in how mutmut writes mutants down."""

QUICK = 300
LEFT = frozenset({"survived", "untested"})


def main() -> int:
    """
    Mutates, prints the score of each room and every survivor without an explanation, and gives 1 for those.
    """
    options = _options()
    with tempfile.TemporaryDirectory(prefix="chatlio-mutation-") as name:
        folder = Path(name)
        evidence = options.evidence or folder / "evidence"
        record_everything(evidence, options.jobs)
        verdicts = [_judged(folder / room, room, evidence.resolve(), options) for room in options.rooms]
    return max(verdicts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument(
        "rooms", nargs="*", default=list(TESTS), metavar="ROOM", help=f"of {', '.join(TESTS)}"
    )
    sample = f"so many mutants of each room ({QUICK} if not said), chosen by lot"
    parser.add_argument("--quick", type=int, nargs="?", default=0, const=QUICK, metavar="N", help=sample)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--evidence", type=Path, help="where records are, or shall be kept for the next time")
    parser.add_argument("--only", default="", help="mutants whose function this expression finds")
    return parser.parse_args()


def _judged(folder: Path, room: str, evidence: Path, options: argparse.Namespace) -> int:
    """
    Mutates one room, tells how it went, and gives 1 when that is worse than it may be.
    """
    began, reasons = time.monotonic(), explained(room)
    _copy(folder)
    found = [
        mutant
        for mutant in mutate(folder, room)
        if not mutant.prose and re.search(options.only, mutant.function)
    ]
    chosen = random.Random(0).sample(found, options.quick) if 0 < options.quick < len(found) else found
    fates = _fates(folder, room, chosen, evidence, options.jobs)
    left = [mutant for mutant in chosen if fates[mutant.key] in LEFT]
    refused = _refused(folder, room) & {mutant.key for mutant in left} if left else set()
    left = [mutant for mutant in left if mutant.key not in refused]
    noticed = [mutant for mutant in chosen if fates[mutant.key] == "killed" or mutant.key in refused]
    unexplained = [mutant for mutant in left if change_of(mutant) not in reasons]
    outdated = stale(reasons, noticed, left)
    _tell(unexplained, outdated)
    imported = Counter(fates.values())["imported"]
    print(
        f"\n{room}: {len(chosen)} of {len(found)} mutants, {len(noticed)} noticed"
        f" ({len(noticed) / max(1, len(chosen) - imported):.1%}; {len(refused)} of them by mypy alone),"
        f" {len(left) - len(unexplained)} explained, {len(unexplained)} unexplained,"
        f" {imported} in code that runs on import; {(time.monotonic() - began) / 60:.1f} minutes",
        flush=True,
    )
    return int(bool(outdated or unexplained))


def _tell(unexplained: list[CodeMutant], outdated: list[Change]) -> None:
    """
    Prints what somebody has to read, as it would stand in the room's file in `survivors/`.
    """
    for mutant in unexplained:
        print(f"\n[[survivor]]\nfunction = {json.dumps(mutant.function)}")
        print(f"was = {json.dumps(mutant.was)}\nbecomes = {json.dumps(mutant.becomes)}")
    for function, was, becomes in outdated:
        print(f"\nStale: {function}: {was!r} -> {becomes!r} is noticed now; take it out of survivors/.")


def _copy(folder: Path) -> None:
    folder.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "node_modules", ".hypothesis")
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy(source, folder / name)
    (folder / "setup.cfg").write_text("[mutmut]\nsource_paths = conformance\n", encoding="utf-8")


def _fates(folder: Path, room: str, mutants: list[CodeMutant], evidence: Path, jobs: int) -> dict[str, str]:
    """
    What became of each mutant.
    """
    places, results = folder / "places.json", folder / "fates.json"
    places.write_text(json.dumps({mutant.key: mutant.place for mutant in mutants}), encoding="utf-8")
    tests = sorted(str(path.relative_to(folder)) for name in TESTS[room] for path in folder.glob(name))
    tests = [name for name in tests if name not in LEFT_OUT] + ["-k", "not endless"]
    step = EVIDENCE[room]
    oracle = [ORACLE] if step else []
    command = [sys.executable, "-m", "tests.mutation.forking", str(places), str(results), str(jobs)]
    environment = {
        **os.environ,
        "CI": "true",
        DIRECTORY: str(evidence),
        THINNED: str(step),
        "PYTHONPATH": str(folder),
    }
    done = subprocess.run(
        [*command, *tests, *oracle],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"The tests could not be run in {folder}:\n{done.stdout[-6000:]}")
    fates: dict[str, str] = json.loads(results.read_text(encoding="utf-8"))
    return fates


def _refused(folder: Path, room: str) -> set[str]:
    """
    The mutants that mypy finds a mistake in.
    """
    command = [
        sys.executable,
        "-m",
        "mypy",
        f"conformance/{room}",
        "--no-error-summary",
        "--show-absolute-path",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    refused = set()
    spans: dict[str, list[tuple[int, str]]] = {}
    for path, line, code in re.findall(r"^(.+?\.py):(\d+): error: .*\[(.+)\]$", done.stdout, flags=re.M):
        if code in MUTMUTS:
            continue
        if path not in spans:
            text = Path(path).read_text(encoding="utf-8").splitlines()
            spans[path] = [
                (number, named[1])
                for number, row in enumerate(text, 1)
                if (named := re.match(r"\s*def (\S+?)\(", row))
            ]
        before = [name for number, name in spans[path] if number <= int(line)]
        if before and before[-1].endswith("__mutmut_orig"):
            raise SystemExit(f"mypy refuses {before[-1]} before anything is changed in it.")
        if before and re.search(r"__mutmut_\d+$", before[-1]):
            refused.add(f"conformance.{room}.{Path(path).stem}.{before[-1]}")
    return refused


if __name__ == "__main__":
    sys.exit(main())
