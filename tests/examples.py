"""
The committed example reports: `python -m tests.examples` makes them from real runs, `--rebuild` from records.

A record under `reports/examples/` is what really happened once; the pages beside it are made from it, and a
test holds that they still are, byte for byte.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from conformance.assessment import assess, judge_files
from conformance.configuration import Configuration

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "reports" / "examples"

TARGETS = {
    "reference": "python:conformance.reference:Reference",
    "poor-bridge": "stdio:python3 tests/implementations/poor_bridge.py",
}


def record_of(name: str, folder: Path = FOLDER) -> Path:
    """
    Where the record of an example lies.
    """
    return folder / f"{name}.ndjson.gz"


def play(name: str, folder: Path) -> Path:
    """
    Runs an example's target, from the root of the repository, and gives the record.
    """
    os.chdir(ROOT)
    record = record_of(name, folder)
    assess(Configuration(target=TARGETS[name], record=record, workers=8))
    return record


def rebuild(name: str, folder: Path, *, record: Path | None = None) -> tuple[Path, ...]:
    """
    Makes an example's pages from its record, and gives their paths.
    """
    pages = tuple(folder / f"{name}.{format_name}" for format_name in ("html", "json"))
    reports = tuple(f"{page.suffix[1:]}={page}" for page in pages)
    judge_files([record or record_of(name)], Configuration(reports=reports))
    return pages


def main() -> None:
    """
    Makes every example anew.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rebuild", action="store_true", help="leave the records as they are")
    chosen = parser.parse_args()
    for name in TARGETS:
        if not chosen.rebuild:
            play(name, FOLDER)
        for page in rebuild(name, FOLDER):
            print(page.relative_to(ROOT))


if __name__ == "__main__":
    main()
