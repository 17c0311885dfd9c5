"""
Ctrl-C during a run: what was played is kept and can be judged, and nothing is left running.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conformance.record import read_record
from tests.integration.command import REPOSITORY, command, environment, words

DEADLINE = 20.0


def breakable(folder: Path) -> str:
    """
    A target that notes the number of each of its processes.
    """
    program = shlex.quote(str(REPOSITORY / "tests" / "implementations" / "poor_bridge.py"))
    script = (
        f"echo $$ >> {shlex.quote(str(folder / 'numbers'))}; exec {shlex.quote(sys.executable)} {program}"
    )
    return f"stdio:sh -c {shlex.quote(script)}"


def alive(number: int) -> bool:
    """
    Whether there is a process of this number.
    """
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def interrupted(folder: Path, *more: str) -> tuple[int, str]:
    """
    A run that got Ctrl-C once the third scenario was told of: its exit code, and what it said.
    """
    run = words("run", breakable(folder), "--budget", "quick", "--workers", "2", *more)
    with subprocess.Popen(
        run, cwd=folder, env=environment({"TMPDIR": str(folder)}), stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("[ 3/"):
                break
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        return process.wait(DEADLINE), rest


@pytest.mark.parametrize("named", [True, False])
def test_what_was_played_is_kept_and_nothing_runs_on(named: bool, tmp_path: Path) -> None:
    """
    Exit 130; the record that is named can be judged, and no process of the target is left.
    """
    code, said = interrupted(tmp_path, *(["--record", "kept.ndjson.gz"] if named else []))
    assert code == 130, said
    assert "Traceback" not in said
    record = tmp_path / shlex.split(said.splitlines()[-1])[-1]
    assert len(read_record(record).scenarios) >= 2
    judged = command("judge", record, folder=tmp_path)
    assert judged.returncode == 1, judged.stderr
    assert "has no footer" in " ".join(judged.stdout.split())
    numbers = [int(line) for line in (tmp_path / "numbers").read_text().split()]
    until = time.monotonic() + DEADLINE
    while any(map(alive, numbers)) and time.monotonic() < until:
        os.sched_yield()
    assert [number for number in numbers if alive(number)] == []
