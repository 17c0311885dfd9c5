"""
Many scenarios, some of them side by side, told of in the order they were asked for.
"""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import attrs

from conformance import __version__
from conformance.drivers import Carrier, Target
from conformance.drivers.worker import wait_for
from conformance.judge.hearing import Hearing
from conformance.model import Implementation, Scenario
from conformance.record import Header, ScenarioRecord
from conformance.runner.curtain import Curtain
from conformance.runner.stage import run_scenario
from conformance.runner.values import Played, Progress, RunOptions

UNKNOWN = Implementation(name="unknown implementation")
"""What is said of a target that never got as far as to say who it is."""

_SIDE_BY_SIDE = 2
_WAITING = 8

_ENOUGH = 2
"""Scenarios after which an intercepted implementation that was not heard is left alone."""


def run(
    target: Target,
    scenarios: Sequence[Scenario],
    *,
    options: RunOptions | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Generator[ScenarioRecord]:
    """
    Plays the scenarios, each to a fresh process of the target, and yields their records in order.

    `progress` is told of each as it is yielded, in the caller's thread. Exchanges are numbered through the
    whole run in that order, however the scenarios overlapped. Leaving the iterator early, or Ctrl-C, ends
    every process and listener before it returns. Raises UsageError for options that do not fit the target.

    An intercepted target that is not heard is not played to for long: what it sends may go past us.
    """
    chosen = options or RunOptions()
    count, hearing = 0, Hearing()
    for done, record in enumerate(_played(target, scenarios, chosen), start=1):
        told = numbered(record, after=count)
        count += len(record.exchanges)
        if progress is not None:
            outcome = Played.UNUSABLE if record.unusable else Played.PLAYED
            progress(Progress(done=done, total=len(scenarios), name=record.name, outcome=outcome))
        yield told
        hearing.add(record)
        if hearing.problem and hearing.called_for >= _ENOUGH:
            return


def header_for(
    target: Target,
    *,
    options: RunOptions,
    started_at: dt.datetime,
    scenarios: Iterable[ScenarioRecord] = (),
    settings: Sequence[str] = (),
) -> Header:
    """
    The header of a run's record. The implementation is who it said it was, the first time it was asked.

    `scenarios` are the records made by then: the first one is enough, unless its target was unusable.
    `settings` are the options of the command, as a reader may want to see them again.
    """
    introduced = (step.implementation for record in scenarios for step in record.steps)
    return Header(
        started_at=started_at,
        toolkit=__version__,
        target=str(target),
        implementation=next((each for each in introduced if each is not None), UNKNOWN),
        budget=options.budget,
        seed=options.seed,
        platform=f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        options=tuple(settings),
    )


def unusable(records: Iterable[ScenarioRecord]) -> bool:
    """
    Whether no scenario got beyond the first `initialize`, so that there is nothing to judge.
    """
    return all(record.unusable and not any(step.activity for step in record.steps) for record in records)


def workers_for(target: Target, options: RunOptions) -> tuple[int, int]:
    """
    How many scenarios to play side by side: of those that keep the machine busy, and of those that mostly
    wait.

    One of each for a `python:` target unless the user says otherwise: its instances share a process. And one
    where there is a single port for the proxy.
    """
    if options.intercept and options.proxy_port:
        return 1, 1
    if options.workers is not None:
        return max(1, options.workers), max(1, options.workers)
    return (1, 1) if target.carrier is Carrier.PYTHON else (_SIDE_BY_SIDE, _WAITING)


def _played(target: Target, scenarios: Sequence[Scenario], options: RunOptions) -> Generator[ScenarioRecord]:
    busy, waiting = workers_for(target, options)
    if busy == waiting == 1:
        return (run_scenario(scenario, target, options=options) for scenario in scenarios)
    return _side_by_side(target, scenarios, options, busy=busy, waiting=waiting)


def _side_by_side(
    target: Target, scenarios: Sequence[Scenario], options: RunOptions, *, busy: int, waiting: int
) -> Generator[ScenarioRecord]:
    """
    The scenarios on two pools at once, so that waiting for retries costs no more than the longest wait.
    """
    curtain = Curtain()
    active = ThreadPoolExecutor(busy, thread_name_prefix="scenario")
    idle = ThreadPoolExecutor(waiting, thread_name_prefix="waiting-scenario")
    try:
        futures = [
            (idle if scenario.waits else active).submit(
                run_scenario, scenario, target, options=options, curtain=curtain
            )
            for scenario in scenarios
        ]
        futures.reverse()
        while futures:
            future = futures.pop()
            wait_for(future)
            yield future.result()
    finally:
        curtain.fall()
        for pool in (active, idle):
            pool.shutdown(cancel_futures=True)


def numbered(record: ScenarioRecord, *, after: int) -> ScenarioRecord:
    """
    The record with its exchanges numbered on from those before, so that each number is unique in the run.
    """
    exchanges = (
        attrs.evolve(exchange, sequence=number)
        for number, exchange in enumerate(record.exchanges, start=after + 1)
    )
    return attrs.evolve(record, exchanges=tuple(exchanges))
