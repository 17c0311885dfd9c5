"""
`--baseline` and `--update-baseline` of the command: what is known is hidden, counted, and no longer fails.
"""

import subprocess
import sys
from pathlib import Path

import pytest

BRIDGE = """
from conformance.reference import Reference

class Endless(Reference):
    def events(self, activity):
        return tuple(event for event in super().events(activity) if not event.endswith("Ended"))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bridge.py").write_text(BRIDGE)
    return tmp_path


def command(folder: Path, verb: str, *words: str) -> subprocess.CompletedProcess[str]:
    """
    Runs the command there, with a baseline and without the reports a run writes by itself.
    """
    options = ("--select", "EVENT-03", "--select", "EVENT-04", "--baseline", "known.toml", "--report", "text")
    return subprocess.run(
        [sys.executable, "-m", "conformance", verb, *words, *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


RUN = ("run", "python:bridge:Endless", "--scenario", "full-conversation", "--record", "run.ndjson")


def test_the_command_and_its_baseline(folder: Path) -> None:
    """
    Without its file it is refused; updated, the run is green; a record is judged against it just the same.
    """
    assert command(folder, *RUN).returncode == 2
    updated = command(folder, *RUN, "--update-baseline")
    assert updated.returncode == 0, updated.stdout + updated.stderr
    assert updated.stdout.startswith("CONFORMANT, 1 finding is hidden by a baseline\n")
    again = command(folder, "judge", "run.ndjson")
    assert (again.returncode, again.stdout.splitlines()[0]) == (0, updated.stdout.splitlines()[0])


def test_a_stale_entry_exits_with_1(folder: Path) -> None:
    """
    An entry whose requirement passes fails the run, and the report says which it is.
    """
    command(folder, *RUN, "--update-baseline")
    known = folder / "known.toml"
    known.write_text(known.read_text().replace("EVENT-04", "EVENT-03"))
    done = command(folder, *RUN)
    assert done.returncode == 1
    assert "EVENT-03 is in known.toml and passes now." in " ".join(done.stdout.split())
