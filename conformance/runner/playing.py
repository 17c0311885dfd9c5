"""
One scenario while it is played: what the implementation is asked, and how it answers.
"""

from __future__ import annotations

import functools
import random
import string
import time
from collections.abc import Callable
from typing import Any

from conformance.drivers import OpenTarget
from conformance.errors import ConformanceError, ImplementationError, Refusal, TargetUnusable, Unsupported
from conformance.ingestion import SourceState
from conformance.masking import mask
from conformance.model import Connection, Scenario, Settings, Source, Workspace
from conformance.record import Answer, Method, ScenarioRecord, Step
from conformance.runner.curtain import Curtain
from conformance.runner.front import Front
from conformance.runner.values import RunOptions
from conformance.segment import MockSegment


def write_key_for(scenario: Scenario, number: int, seed: int) -> str:
    """
    The write key of a scenario's connection: 32 letters and digits, the same for the same seed.
    """
    choice = random.Random(f"{seed}/{scenario.name}/{number}")
    return "".join(choice.choices(string.ascii_letters + string.digits, k=32))


class Performance:
    """
    A scenario while it is played: asks the implementation one thing at a time, and writes down each answer.
    """

    def __init__(
        self,
        scenario: Scenario,
        mock: MockSegment,
        front: Front,
        options: RunOptions,
        curtain: Curtain,
    ) -> None:
        self._scenario, self._mock, self._front, self._clock = scenario, mock, front, mock.ledger.now
        self._options, self._curtain = options, curtain
        self._started_at = self._clock()
        self._steps: list[Step] = []
        self._keys: list[str] = []
        self._connection = 0

    def play(self, opened: OpenTarget, *, shutdown: bool) -> None:
        """
        Plays every connection to the target, and shuts it down if asked to.

        Raises TargetUnusable where it cannot be driven to the end.
        """
        for connection in self._scenario.connections:
            self._connect(opened, connection)
        if shutdown:
            self._ask(Method.SHUTDOWN, opened.shutdown)

    def record(self, *, log: str = "", unusable: str = "") -> ScenarioRecord:
        """
        What happened so far, with the write keys taken out of what the implementation wrote.
        """
        return ScenarioRecord(
            name=self._scenario.name,
            purpose=self._scenario.purpose,
            started_at=self._started_at,
            steps=tuple(self._steps),
            exchanges=tuple(self._mock.exchanges),
            faults=self._scenario.faults,
            pace=self._scenario.pace,
            intercepted=self._front.intercepted,
            allowed_hosts=self._options.allow_hosts,
            log=mask(log, self._keys),
            unusable=mask(unusable, self._keys),
        )

    def _connect(self, opened: OpenTarget, connection: Connection) -> None:
        """
        Plays one connection. After a refusal the chat goes on all the same: none of it may reach Segment.
        """
        settings = self._settings(connection)
        answer = self._ask(Method.INITIALIZE, lambda: opened.initialize(settings), settings=settings)
        self._speak(opened, connection)
        if connection.flush and answer is Answer.TAKEN:
            self._ask(Method.FLUSH, opened.flush)

    def _speak(self, opened: OpenTarget, connection: Connection) -> None:
        due = time.monotonic()
        for activity in connection.activities:
            self._curtain.wait(due - time.monotonic())
            due = time.monotonic() + self._scenario.pace
            self._mock.activity_started(activity.id)
            self._ask(Method.ACTIVITY, functools.partial(opened.activity, activity), activity=activity)

    def _settings(self, connection: Connection) -> Settings:
        """
        What the next connection is told; the mock comes to know its source, unless the key is left out.
        """
        self._connection += 1
        slug = f"{self._scenario.name}-{self._connection}"
        key = ""
        if connection.write_key:
            key = write_key_for(self._scenario, self._connection, self._options.seed)
            self._keys.append(key)
            self._mock.add_source(SourceState(write_key=key, workspace=slug, region=connection.region))
        return Settings(
            workspace=Workspace(slug=slug, region=connection.region),
            source=Source(name="Chatlio", slug="chatlio", write_key=key),
            endpoints=self._front.endpoints,
        )

    def _ask(self, method: Method, request: Callable[[], Any], **members: Any) -> Answer:
        """
        Makes one request of the driver, and writes down how it was answered, and how fast.

        Raises TargetUnusable where the implementation is gone, or does not come to be connected at all.
        """
        self._curtain.check()
        at, began = self._clock(), time.monotonic()
        answer, found, fatal = Answer.TAKEN, {}, None
        try:
            found = {"implementation": request()}
        except Refusal as refusal:
            answer, found = Answer.REFUSED, _reason(refusal)
        except TargetUnusable as error:
            answer, found = Answer.FAILED, _reason(error)
            lives = isinstance(error, ImplementationError) and method is not Method.INITIALIZE
            fatal = None if lives else error
        elapsed = time.monotonic() - began
        step = Step(
            method=method,
            connection=self._connection,
            at=at,
            elapsed=elapsed,
            answer=answer,
            **members,
            **found,
        )
        self._steps.append(step)
        if fatal is not None:
            raise fatal
        return answer


def _reason(error: ConformanceError) -> dict[str, Any]:
    """
    What a refusal or an error says of itself, as the fields of a step.
    """
    said: dict[str, Any] = {"message": str(error), "code": getattr(error, "code", None)}
    if isinstance(error, Unsupported):
        said |= {"feature": error.feature, "issue_url": error.issue_url}
    return said
