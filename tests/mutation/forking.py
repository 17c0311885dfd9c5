"""
Tests collected once and run for each mutant in a process of its own, forked from the one that has them all.

mutmut would start pytest anew for each; a fork costs milliseconds, so that thousands of mutants take minutes.
"""

from __future__ import annotations

import functools
import gc
import json
import math
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from _pytest.runner import runtestprotocol
from attrs import define, field
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state

_T = TypeVar("_T")

TELL_EVERY = 20.0
"""Seconds between two words about how far the run has come."""

MEMORY = 4 << 30
"""Bytes of address space after which a mutant is taken to grow without end."""


@define
class Forking:
    """
    A pytest plugin in the place of the loop over tests: first each test once, to learn which functions it
    calls; then, for each mutant, those tests that call its function until one fails: first those that have
    noticed most of the function's mutants so far, then the fastest.

    `places` are the functions by mutant. `fates` has the outcome of each: killed, survived, untested, or
    imported for a function that runs on import alone, which comes before any fork.
    """

    places: dict[str, str]
    jobs: int
    fates: dict[str, str] = field(factory=dict)
    seconds: dict[str, float] = field(factory=dict)
    noticed: dict[str, Counter[int]] = field(factory=dict)
    running: dict[int, tuple[str, int]] = field(factory=dict)
    told: float = field(factory=time.monotonic)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """
        Runs everything, and says so to pytest.
        """
        imported = set(state()._stats)
        callers = self._callers(session.items)
        caches = _caches()
        gc.freeze()  # or else collecting would touch, and so copy, every page in every child
        for name, place in self.places.items():
            if not callers.get(place):
                self.fates[name] = "imported" if place in imported else "untested"
                continue
            if len(self.running) == self.jobs:
                self._reap()
            self._fork(name, callers[place], caches)
        while self.running:
            self._reap()
        return True

    def _callers(self, items: Sequence[pytest.Item]) -> dict[str, list[pytest.Item]]:
        """
        For each function the tests that call it, the fastest first. Ends everything where a test fails.
        """
        calls: dict[pytest.Item, set[str]] = {}
        for item, following in _with_next(items):
            state()._stats.clear()
            began = time.process_time()
            _must_pass(item, following)
            self.seconds[item.nodeid] = time.process_time() - began
            calls[item] = set(state()._stats)
        set_mutant_under_test("")
        found: dict[str, list[pytest.Item]] = {}
        for item in sorted(calls, key=lambda item: self.seconds[item.nodeid]):
            for place in calls[item]:
                found.setdefault(place, []).append(item)
        return found

    def _fork(
        self, name: str, items: list[pytest.Item], caches: list[functools._lru_cache_wrapper[object]]
    ) -> None:
        """
        Starts a process that tells by a pipe the number of the test that failed, or nothing.
        """
        counts = self.noticed.setdefault(self.places[name], Counter())
        order = sorted(range(len(items)), key=lambda number: -counts[number])
        told, telling = os.pipe()
        process = os.fork()
        if process:
            os.close(telling)
            self.running[process] = (name, told)
            return
        try:
            gc.disable()
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            for cache in caches:
                cache.cache_clear()
            set_mutant_under_test(name)
            for number, following in _with_next(order):
                after = None if following is None else items[following]
                _limit_seconds(2 + 5 * self.seconds[items[number].nodeid])
                if not _passes(items[number], after):
                    os.write(telling, str(number).encode())
                    os._exit(1)
            os._exit(0)
        finally:
            os._exit(1)

    def _reap(self) -> None:
        process, status = os.wait()
        name, told = self.running.pop(process)
        self.fates[name] = "killed" if status else "survived"
        number = os.read(told, 16)
        os.close(told)
        if number:
            self.noticed[self.places[name]][int(number)] += 1
        if time.monotonic() - self.told > TELL_EVERY:
            self.told = time.monotonic()
            left = list(self.fates.values()).count("survived")
            words = f"{len(self.fates)} of {len(self.places)} mutants, {left} survive"
            print(words, file=sys.stderr, flush=True)


def _limit_seconds(more: float) -> None:
    """
    Ends this process when it has computed for so many seconds more: a mutant may loop for ever.
    """
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time() + more), most))


def _with_next(items: Sequence[_T]) -> Iterator[tuple[_T, _T | None]]:
    return zip(items, [*items[1:], None], strict=True)


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def _must_pass(item: pytest.Item, following: pytest.Item | None) -> None:
    for report in runtestprotocol(item, log=False, nextitem=following):
        if report.failed:
            raise pytest.UsageError(f"{item.nodeid} fails before anything is mutated:\n{report.longreprtext}")


def _caches() -> list[functools._lru_cache_wrapper[object]]:
    """
    What our own functions remember of earlier calls, which a mutant of what they call must not profit from.
    """
    remembering = (each for each in gc.get_objects() if isinstance(each, functools._lru_cache_wrapper))
    rooms = ("conformance.checks", "conformance.ingestion", "conformance.judge")
    return [each for each in remembering if (each.__module__ or "").startswith(rooms)]


def main() -> int:
    """
    Runs pytest on the arguments with the mutants of a JSON file, and writes what became of them to another.
    """
    mutants, results, jobs, *arguments = sys.argv[1:]
    set_mutant_under_test("stats")
    forking = Forking(json.loads(Path(mutants).read_text(encoding="utf-8")), int(jobs))
    code = pytest.main(
        [*arguments, "-q", "--assert=plain", "--tb=native", "-pno:cacheprovider", "-pno:xdist"],
        plugins=[forking],
    )
    if forking.fates:
        Path(results).write_text(json.dumps(forking.fates), encoding="utf-8")
    return 0 if forking.fates else int(code) or 1


if __name__ == "__main__":
    sys.exit(main())
