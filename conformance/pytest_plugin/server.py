"""
`segment_server`: a mock Segment in a test's hand, with a workspace and a write key of its own.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs
from attrs import frozen

from conformance import __version__
from conformance.chat import Script
from conformance.drivers import Driver
from conformance.errors import TargetUnusable
from conformance.ingestion import receive, request_of
from conformance.judge import Baseline, Criteria, cover, decides, judge
from conformance.masking import mask, mask_credentials
from conformance.model import (
    Exchange,
    Fault,
    Implementation,
    Judgement,
    Message,
    Settings,
    Source,
    Status,
    Verdict,
    Workspace,
)
from conformance.pytest_plugin.explanation import explained, received
from conformance.pytest_plugin.stimulus import Stimulus
from conformance.record import Header, ScenarioRecord
from conformance.segment import Clock, MockSegment

GRACE = 0.05
"""Seconds that Segment must have been left alone, after a flush, before what came is judged."""

PATIENCE = 10.0

MOST_EXPLAINED = 3


@frozen(kw_only=True)
class Terms:
    """
    What a test's mock was opened with: its name, its region and its faults, and how it is judged.
    """

    name: str
    region: str
    criteria: Criteria
    faults: tuple[Fault, ...] = ()
    baseline: Baseline | None = None


class SegmentServer:
    """
    Segment as far as the sender of one test can tell, and everything that reached it.

    `write_key` is the key of this test's source. Requests with the key of an earlier test are that test's,
    wherever they arrive, and are not among these.
    """

    def __init__(
        self, mock: MockSegment, write_key: str, terms: Terms, *, clock: Clock, owners: Mapping[str, str]
    ) -> None:
        """
        `owners` are the write keys of tests that are over.
        """
        self._mock, self.write_key, self._terms = mock, write_key, terms
        self._clock, self._owners = clock, owners
        self._began = clock()
        self._strays: dict[int, bool] = {}
        self._stimulus: Stimulus | None = None

    @property
    def url(self) -> str:
        """
        The base URL of the US endpoint, without `/v1`: what stands for https://api.segment.io.
        """
        return self._mock.endpoints.us

    @property
    def eu_url(self) -> str:
        """
        The base URL of the EU endpoint, without `/v1`.
        """
        return self._mock.endpoints.eu

    @property
    def settings(self) -> Settings:
        """
        What an implementation is told to connect with.
        """
        return Settings(
            workspace=Workspace(slug="acme", region=self._terms.region),
            source=Source(name="Chatlio", slug="chatlio", write_key=self.write_key),
            endpoints=self._mock.endpoints,
        )

    @property
    def events(self) -> tuple[dict[str, Any], ...]:
        """
        The Track calls that Segment kept, as it stores them, in order of arrival.
        """
        return self._mock.events

    @property
    def messages(self) -> tuple[Message, ...]:
        """
        Every call that Segment got to see, in order of arrival; `drop` is why it did not keep one.
        """
        own = {exchange.sequence for exchange in self.exchanges}
        return tuple(message for message in self._mock.messages if message.exchange in own)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """
        Every request, in order of arrival, with the reply it was given.
        """
        return tuple(each for each in self._mock.exchanges if not self._is_stray(each))

    def wait_for(self, reached: int | Callable[[SegmentServer], bool], timeout: float = PATIENCE) -> None:
        """
        Waits until so many events were kept, or until the function says yes of this server.

        Raises AssertionError, saying what did come, when `timeout` seconds pass first.
        """
        __tracebackhide__ = True
        met = reached if isinstance(reached, int) else (lambda _mock: reached(self))
        try:
            self._mock.wait_for(met, timeout)
        except TargetUnusable:
            wanted = f"{reached} events" if isinstance(reached, int) else "What was waited for"
            raise AssertionError(
                f"{wanted} did not arrive within {timeout:g} s.\n\n{self._received()}"
            ) from None

    @contextlib.contextmanager
    def chat(self, implementation: Driver, settings: Settings | None = None) -> Iterator[Script]:
        """
        A chat that the implementation hears as it is spoken; it is connected now, and shut down at the end.
        """
        self._stimulus = stimulus = Stimulus(
            implementation,
            settings or self.settings,
            clock=self._clock,
            announce=self._mock.activity_started,
        )
        stimulus.initialize()
        try:
            yield Script(self._terms.name.rpartition("::")[2], listener=stimulus.tell)
        finally:
            stimulus.shutdown()

    def judge(
        self,
        *,
        select: str | Iterable[str] | None = None,
        profile: str | None = None,
        fail_on: str | None = None,
    ) -> Judgement:
        """
        Holds what came against the requirements, once it has been flushed, and returns the judgement.

        Raises AssertionError when one failed, or when one that is named by its id could not be judged. A
        requirement that this chat does not touch is no failure: only the whole suite touches all. What is not
        given is as the marker says, or else the configuration.
        """
        __tracebackhide__ = True
        criteria = _narrowed(self._terms.criteria, select=select, profile=profile, fail_on=fail_on)
        if self._stimulus is not None:
            self._stimulus.flush()
        self._mock.wait_until_quiet(GRACE, PATIENCE)
        judgement = judge(self._header(), [self.record()], criteria)
        if self._terms.baseline is not None:
            judgement = cover(judgement, self._terms.baseline)
        failing = tuple(each for each in judgement.verdicts if _fails(each, criteria))
        if failing:
            raise AssertionError(self._told(judgement, failing))
        return judgement

    def _is_stray(self, exchange: Exchange) -> bool:
        """
        Whether a request carries the key of an earlier test, and so is that test's.
        """
        if exchange.sequence not in self._strays and exchange.complete:
            earlier = self._owners.keys() - {self.write_key}
            self._strays[exchange.sequence] = bool(earlier and keys_of(exchange) & earlier)
        return self._strays.get(exchange.sequence, False)

    def record(self) -> ScenarioRecord:
        """
        What happened so far, as evidence: what was said, where it was `chat` that said it, and what came.
        """
        return ScenarioRecord(
            name=self._terms.name,
            purpose="A test of its own.",
            started_at=self._began,
            steps=tuple(self._stimulus.steps) if self._stimulus else (),
            exchanges=self.exchanges,
            faults=self._terms.faults,
        )

    def _header(self) -> Header:
        steps = self._stimulus.steps if self._stimulus else ()
        introduced = (step.implementation for step in steps if step.implementation)
        return Header(
            started_at=self._began.astimezone(dt.UTC),
            toolkit=__version__,
            target=self._terms.name,
            implementation=next(introduced, Implementation(name="the sender")),
            budget="pytest",
        )

    def _told(self, judgement: Judgement, failing: tuple[Verdict, ...]) -> str:
        again = shlex.join(["pytest", self._terms.name])
        names = ", ".join(verdict.requirement for verdict in failing)
        shown = [explained(judgement, verdict, again=lambda _: again) for verdict in failing[:MOST_EXPLAINED]]
        return "\n\n".join([f"Not conformant: {names}", *shown, self._received()])

    def _received(self) -> str:
        return mask_credentials(mask(received(self.messages, self.exchanges), [self.write_key]))


def keys_of(exchange: Exchange) -> frozenset[str]:
    """
    The write keys that a request presents.
    """
    intake = receive(request_of(exchange), _NO_SOURCES)
    return frozenset(credential.key for credential in intake.credentials if credential.key)


_NO_SOURCES: Mapping[str, Any] = {}


def _narrowed(
    criteria: Criteria, *, select: str | Iterable[str] | None, profile: str | None, fail_on: str | None
) -> Criteria:
    words = (select,) if isinstance(select, str) else select
    return attrs.evolve(
        criteria,
        select=criteria.select if words is None else tuple(words),
        profile=profile or criteria.profile,
        fail_on=fail_on or criteria.fail_on,
    )


def _fails(verdict: Verdict, criteria: Criteria) -> bool:
    """
    Whether a verdict fails a test: as a failure that decides, or as no verdict on what was asked for by name.
    """
    if verdict.status is Status.INCONCLUSIVE:
        return verdict.requirement in {word.upper() for word in criteria.select}
    failed = verdict.status is Status.FAILED and not verdict.known and decides(verdict, criteria.fail_on)
    return failed or verdict.status is Status.ERROR
