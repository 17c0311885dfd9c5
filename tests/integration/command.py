"""
The command as a user runs it: a process of its own, its output captured, its exit code kept.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
REFERENCE = "python:conformance.reference:Reference"
POOR = f"stdio:{sys.executable} {REPOSITORY / 'tests' / 'implementations' / 'poor_bridge.py'}"
TIMEOUT = 120

Done = subprocess.CompletedProcess[str]


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """
    The environment without anything that sets us, or colours.
    """
    ours = ("CHATLIO_", "NO_COLOR", "FORCE_COLOR", "PYTEST_", "COLUMNS")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | dict(more or {})


def words(*arguments: str | Path) -> list[str]:
    """
    The command line that runs the command with these arguments.
    """
    return [sys.executable, "-m", "conformance", *map(str, arguments)]


def command(*arguments: str | Path, folder: Path, more: Mapping[str, str] | None = None) -> Done:
    """
    Runs the command in the folder, with its standard input at its end.
    """
    return subprocess.run(
        words(*arguments),
        cwd=folder,
        env=environment(more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
