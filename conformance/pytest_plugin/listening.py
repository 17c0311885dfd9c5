"""
The mocks of a session: one for each test, and those of tests that are over, which listen on for stragglers.

A request that comes after its test has ended is that test's, whoever runs by then. On ports of their own, the
mocks of the last few tests go on listening and take it in; by its write key it is known wherever it arrives.
What came late is told at the end of the session.
"""

from __future__ import annotations

import collections
import contextlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any, Protocol

import pytest
from attrs import frozen

from chatlio_pytest import LATE
from conformance.assessment.hiding import baseline_of
from conformance.ingestion import SourceState
from conformance.judge import Criteria
from conformance.model import Fault
from conformance.pytest_plugin.server import SegmentServer, Terms, keys_of
from conformance.pytest_plugin.settings import configuration_of, usage_errors
from conformance.segment import MockSegment, anchored_clock, new_write_key

LINGERING = 16
"""Tests that are over whose mocks go on listening."""

Address = tuple[str, int, int]


class OpenSegmentServer(Protocol):
    """
    The fixture `open_segment_server`: opens a mock for as long as the `with` block lasts.
    """

    def __call__(
        self,
        *,
        region: str = "us",
        profile: str | None = None,
        select: Iterable[str] = (),
        fail_on: str | None = None,
        faults: Iterable[Fault] = (),
        name: str = "an example",
    ) -> AbstractContextManager[SegmentServer]: ...


@frozen(kw_only=True)
class _Ended:
    """
    A test that is over, and the mock that listens on for it; `requests` had come by its end.
    """

    name: str
    mock: MockSegment
    open: ExitStack
    requests: int


class Listening:
    """
    Opens mocks, lets those of finished tests linger, and counts what came late.
    """

    def __init__(self, config: pytest.Config, address: Address) -> None:
        self._configuration = configuration_of(config)
        with usage_errors():
            self._baseline = baseline_of(self._configuration)
        host, us, eu = address
        self._host, self._ports = host, (us, eu)
        self._ended: collections.deque[_Ended] = collections.deque()
        self._owners: dict[str, str] = {}
        self._late: collections.Counter[str] = collections.Counter()

    @contextlib.contextmanager
    def open(self, **given: Any) -> Iterator[SegmentServer]:
        """
        A mock for as long as a test lasts.
        """
        clock = anchored_clock()
        terms = self._terms(**given)
        with ExitStack() as stack:
            mock = MockSegment(host=self._host, ports=self._ports, faults=terms.faults, clock=clock)
            stack.enter_context(mock)
            key = new_write_key()
            mock.add_source(SourceState(write_key=key, workspace="acme", region=terms.region))
            try:
                yield SegmentServer(mock, key, terms, clock=clock, owners=self._owners)
            finally:
                ended = _Ended(name=terms.name, mock=mock, open=stack.pop_all(), requests=len(mock.exchanges))
                self._count_strays(mock)
                self._owners[key] = terms.name
                self._linger(ended)

    def close(self) -> list[str]:
        """
        Closes every mock, and tells which tests had requests that came after their end.
        """
        while self._ended:
            self._end(self._ended.popleft())
        return [
            f"{count} {'request' if count == 1 else 'requests'} of {name} came after that test had ended"
            for name, count in self._late.items()
        ]

    def _terms(
        self,
        *,
        region: str = "us",
        profile: str | None = None,
        select: Iterable[str] = (),
        fail_on: str | None = None,
        faults: Iterable[Fault] = (),
        name: str = "an example",
    ) -> Terms:
        """
        What a mock is opened with. Profile, level and basis are by default the configuration's; its selection
        is the suite's alone.
        """
        configuration = self._configuration
        with usage_errors():
            criteria = Criteria(
                profile=profile or configuration.profile,
                fail_on=fail_on or configuration.fail_on,
                basis=configuration.basis,
                select=tuple(select),
            )
        return Terms(
            name=name,
            region=region,
            criteria=criteria,
            faults=tuple(faults),
            baseline=self._baseline,
        )

    def _linger(self, ended: _Ended) -> None:
        """
        Lets a mock listen on, unless its ports are those that the next test needs.
        """
        self._ended.append(ended)
        while self._ended and (any(self._ports) or len(self._ended) > LINGERING):
            self._end(self._ended.popleft())

    def _end(self, ended: _Ended) -> None:
        ended.open.close()
        late = len(ended.mock.exchanges) - ended.requests
        if late:
            self._late[ended.name] += late

    def _count_strays(self, mock: MockSegment) -> None:
        """
        Counts what came to a test's mock with the key of an earlier test, for that test.
        """
        for exchange in mock.exchanges if self._owners else ():
            for key in keys_of(exchange) & self._owners.keys():
                self._late[self._owners[key]] += 1


@contextlib.contextmanager
def listening(config: pytest.Config, address: Address) -> Iterator[OpenSegmentServer]:
    """
    What opens mocks, for as long as a session lasts; what came late is left where the session's end tells it.
    """
    mocks = Listening(config, address)
    try:
        yield mocks.open
    finally:
        tell_late(config, mocks.close())


def tell_late(config: pytest.Config, lines: list[str]) -> None:
    """
    Leaves lines for the end of the session, in a worker of pytest-xdist by way of what it hands back.
    """
    output: dict[str, Any] | None = getattr(config, "workeroutput", None)
    if output is not None:
        output["chatlio_late"] = lines
    else:
        config.stash.setdefault(LATE, []).extend(lines)
