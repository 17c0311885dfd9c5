"""
`make fuzz SECONDS=600`: the properties of this folder under fire for as long as one likes.

Half of the time goes to ingestion in process, where atheris steers by the branches that an input reaches; it
begins with the captured requests. Where atheris is not to be had, Hypothesis takes its place. An eighth goes
to the judge and the rest to the mock over real sockets: Hypothesis makes the requests, and shrinks findings.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from conformance.segment import MockSegment
from tests.fuzz.evidence import bent_records
from tests.fuzz.properties import (
    READ_TIMEOUT,
    SOURCES,
    ingestion_understands,
    judge_understands,
    mock_survives,
    no_loss_is_passed_over,
)
from tests.fuzz.requests import KEY, TOKENS, captured_requests, requests

T = TypeVar("T")

ROUND = settings(
    max_examples=200,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


def main() -> int:
    """
    Fuzzes, prints how much was executed and what was found, and gives 1 when that was anything.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("seconds", type=float, nargs="?", default=60.0, help="how long to go on, in all")
    seconds: float = parser.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="chatlio-fuzz-") as folder:
        findings = _ingestion(seconds / 2, Path(folder))
    several = st.lists(requests(), min_size=1, max_size=4)
    findings += _rounds("records of one to four requests", several, judge_understands, seconds / 16)
    findings += _rounds("records of conversations", bent_records(), no_loss_is_passed_over, seconds / 16)
    findings += _rounds("one to four requests to the mock", several, _a_mock_survives, seconds * 3 / 8)
    print("No findings." if not findings else f"{findings} findings: see above.")
    return min(findings, 1)


def _ingestion(seconds: float, folder: Path) -> int:
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed here; Hypothesis makes the requests instead.")
        return _rounds("ingestion in process", requests(), ingestion_understands, seconds)
    corpus, words = folder / "corpus", folder / "words"
    corpus.mkdir()
    for number, raw in enumerate(captured_requests()):
        (corpus / f"captured-{number}").write_bytes(raw)
    words.write_text("".join(f'"{_escaped(token)}"\n' for token in TOKENS if len(token) < 60))
    options = [
        f"-max_total_time={max(1, int(seconds))}",
        "-timeout=10",
        "-rss_limit_mb=1500",
        "-max_len=65536",
    ]
    command = [sys.executable, "-m", "tests.fuzz.steered", *options, f"-dict={words}", str(corpus)]
    command.append(f"-artifact_prefix={folder}/")
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    executed = re.search(r"Done (\d+) runs", done.stdout)
    if executed:
        branches = re.findall(r"cov: (\d+)", done.stdout)[-1]
        kept = len(list(corpus.iterdir()))
        print(f"ingestion in process: {executed[1]} executions, {branches} branches, {kept} inputs kept")
        return 0
    print(done.stdout[-4000:])
    for finding in folder.glob("*-*"):
        print(f"{finding.name}: {finding.read_bytes()!r}")
    return 1


def _escaped(token: bytes) -> str:
    """
    A word of libFuzzer's dictionary.
    """
    return "".join(f"\\x{byte:02x}" for byte in token)


def _rounds(what: str, given_any: st.SearchStrategy[T], hold: Callable[[T], None], seconds: float) -> int:
    """
    Rounds of examples until the time is up or one fails, each with a seed of its own; failures are printed.
    """
    deadline, executions, number = time.monotonic() + seconds, 0, time.time_ns()

    @given(given_any)
    @settings(ROUND)
    def examples(example: T) -> None:
        nonlocal executions
        executions += 1
        hold(example)

    findings = 0
    while time.monotonic() < deadline and not findings:
        number += 1
        try:
            seed(number)(examples)()
        except Exception as finding:  # any error at all is a finding: it is printed, and the run goes on
            findings = 1
            print(f"{what}, seed {number}: {type(finding).__name__}: {finding}")
            print("\n".join(getattr(finding, "__notes__", ())))
    print(f"{what}: {executions} executions")
    return findings


def _a_mock_survives(raws: list[bytes]) -> None:
    with MockSegment(read_timeout=READ_TIMEOUT) as segment:
        segment.add_source(SOURCES[KEY])
        mock_survives(segment, raws)


if __name__ == "__main__":
    sys.exit(main())
