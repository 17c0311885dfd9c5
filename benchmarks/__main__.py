"""
`make bench`: speed, start-up and memory as a table. Numbers are printed and judged by their reader.
"""

from __future__ import annotations

import functools
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson

from benchmarks.generation import generation
from benchmarks.plugin import plugin_start_up
from benchmarks.synthetic import write_synthetic
from conformance.record import RecordReader

Row = tuple[str, str]

_SMALL, _LARGE = 10_000, 100_000
_PAIRS = 9

_MEMORY = (
    "import resource, sys, time; from pathlib import Path; from conformance.judge import judge_record;"
    "began = time.process_time(); {work};"
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time() - began)"
)


def demo_seconds(folder: Path) -> Iterator[Row]:
    """
    What `make demo` takes, with the waiting scenarios and without.
    """
    for budget in ("quick", "standard"):
        command = [sys.executable, "-m", "conformance", "demo", "--budget", budget]
        seconds = timed(
            functools.partial(subprocess.run, command, cwd=folder, capture_output=True, check=False)
        )
        yield f"demo, budget {budget}", f"{seconds:.1f} s"


def start_up() -> Iterator[Row]:
    """
    What `import conformance`, the help and the plugin add to a bare interpreter: medians of paired runs.
    """
    for name, words in (
        ("import conformance", ["-c", "import conformance"]),
        ("import conformance.pytest_plugin", ["-c", "import conformance.pytest_plugin"]),
        ("chatlio-conformance --help", ["-m", "conformance", "--help"]),
    ):
        pairs = [(spawned("-c", "pass"), spawned(*words)) for _ in range(_PAIRS)]
        added = statistics.median(after - before for before, after in pairs)
        ratio = statistics.median(after / before for before, after in pairs)
        yield f"start-up: {name}", f"+{added * 1000:.0f} ms, {ratio:.2f} × bare Python"


def judging(folder: Path) -> Iterator[Row]:
    """
    Messages judged per second of processor time, against parsing the same bytes; and the memory it takes.
    """
    small, large = folder / "small.ndjson", folder / "large.ndjson"
    write_synthetic(small, _SMALL)
    write_synthetic(large, _LARGE)
    base, _ = measured("pass", small)
    (first, seconds), (second, more) = (
        measured("judge_record(Path(sys.argv[1]))", path) for path in (small, large)
    )
    parse = busy(lambda: parsed(small))
    bodies = list(_bodies(small))
    loads = busy(lambda: [orjson.loads(body) for body in bodies])
    yield "judging", f"{_SMALL / seconds:,.0f} messages/s ({_LARGE / more:,.0f}/s of {_LARGE:,})"
    yield (
        "orjson.loads of the bodies alone",
        f"{_SMALL / loads:,.0f} messages/s, {seconds / loads:,.0f} times as fast as judging",
    )
    yield "reading the record alone", f"{_SMALL / parse:,.0f} messages/s"
    yield "peak memory, nothing judged", f"{base:.0f} MiB"
    yield f"peak memory, {_SMALL:,} messages", f"{first:.0f} MiB"
    per_message = (second - first) * 1024 / (_LARGE - _SMALL)
    yield f"peak memory, {_LARGE:,} messages", f"{second:.0f} MiB, {per_message:.2f} KiB for each more"


def measured(work: str, path: Path) -> tuple[float, float]:
    """
    Peak memory in MiB and seconds of processor time of some work in a process of its own.
    """
    command = [sys.executable, "-c", _MEMORY.format(work=work), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    kibibytes, seconds = done.stdout.split()
    return int(kibibytes) / 1024, float(seconds)


def parsed(path: Path) -> int:
    """
    Reads a record to its end, judging nothing.
    """
    with RecordReader(path) as reader:
        return sum(len(scenario.exchanges) for scenario in reader)


def timed(work: Callable[[], object]) -> float:
    """
    The seconds that some work takes.
    """
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def busy(work: Callable[[], object]) -> float:
    """
    The seconds of processor time that some work takes: what else the machine does is not counted.
    """
    began = time.process_time()
    work()
    return time.process_time() - began


def spawned(*words: str) -> float:
    """
    The seconds of a fresh interpreter with these arguments.
    """
    return timed(lambda: subprocess.run([sys.executable, *words], capture_output=True, check=True))


def _bodies(path: Path) -> Iterator[bytes]:
    with RecordReader(path) as reader:
        for scenario in reader:
            yield from (exchange.body for exchange in scenario.exchanges)


def main() -> None:
    """
    Measures and prints, row by row.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for rows in (
            start_up(),
            plugin_start_up(folder),
            judging(folder),
            demo_seconds(folder),
            generation(),
        ):
            for what, figure in rows:
                print(f"{what:44} {figure}", flush=True)


if __name__ == "__main__":
    main()
