"""
Where scenarios are played: a mock Segment on one side, the implementation on the other, a record of both.
"""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Self

from conformance.drivers import OpenTarget, Target, open_target
from conformance.errors import TargetUnusable
from conformance.model import Scenario
from conformance.record import ScenarioRecord
from conformance.runner.curtain import Curtain
from conformance.runner.front import Front, check_interception, front_of
from conformance.runner.playing import Performance
from conformance.runner.values import RunOptions
from conformance.segment import MockSegment, anchored_clock

_PATIENCE = 5.0
"""Seconds after which a scenario counts as over, even if Segment is still being called."""


def run_scenario(
    scenario: Scenario,
    target: Target,
    *,
    options: RunOptions | None = None,
    curtain: Curtain | None = None,
) -> ScenarioRecord:
    """
    Plays a scenario to a fresh process of the target and gives the record of what happened.

    The mock, its listeners, its workspaces and its write keys are this scenario's own. An implementation that
    cannot be driven to the end is told of in the record, and never raised. When the curtain falls the process
    is ended and `Interrupted` is raised.
    """
    with Stage(target, options=options, curtain=curtain) as stage:
        return stage.play(scenario, shutdown=True)


class Stage:
    """
    One process of a target, on which scenarios are played one after the other while the `with` block lasts.

    Each has a mock of its own, and opens fresh connections in the same process (docs/drivers.md). A
    scenario that ends the process, by its shutdown or by a crash, costs a fresh one for the next. So does
    every scenario that is intercepted, since a process learns of its proxy when it is started.
    """

    def __init__(
        self, target: Target, *, options: RunOptions | None = None, curtain: Curtain | None = None
    ) -> None:
        self._target = target
        self._options, self._curtain = options or RunOptions(), curtain or Curtain()
        check_interception(target, self._options)
        self._process = ExitStack()
        self._opened: OpenTarget | None = None
        self._mock: MockSegment | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def play(self, scenario: Scenario, *, shutdown: bool) -> ScenarioRecord:
        """
        Plays a scenario; with `shutdown` the process is asked to end, and is ended, when it is over.
        """
        clock = anchored_clock()
        mock = MockSegment(faults=scenario.faults, clock=clock)
        with mock, front_of(mock, self._options) as front:
            self._mock = mock
            performance = Performance(scenario, mock, front, self._options, self._curtain)
            log, unusable = self._perform(performance, front, shutdown=shutdown)
            mock.wait_until_quiet(self._options.grace, timeout=_PATIENCE)
            return performance.record(log=log, unusable=unusable)

    def _perform(self, performance: Performance, front: Front, *, shutdown: bool) -> tuple[str, str]:
        """
        What the implementation wrote meanwhile, and why it could not be driven to the end, if it could not.
        """
        unusable = before = ""
        opened = None
        try:
            opened = self._open(front)
            before = opened.log
            performance.play(opened, shutdown=shutdown)
        except TargetUnusable as error:
            # Whatever fails once the curtain has fallen failed because of that.
            self._curtain.check()
            unusable = str(error)
        if shutdown or unusable or front.intercepted:
            self._end()
        return (opened.log.removeprefix(before) if opened else ""), unusable

    def _open(self, front: Front) -> OpenTarget:
        if self._opened is None:
            options = self._options
            process = open_target(
                self._target,
                limits=options.limits,
                environment=front.environment,
                launch=options.launch,
                flush_url=options.flush_url,
                quiet=self._wait_until_quiet,
            )
            self._opened = self._process.enter_context(self._curtain.opening(process))
        return self._opened

    def _wait_until_quiet(self, seconds: float) -> bool:
        quiet = self._options.quiet
        return self._mock is not None and self._mock.wait_until_quiet(quiet, timeout=seconds, from_now=True)

    def _end(self) -> None:
        self._opened = None
        self._process.close()
