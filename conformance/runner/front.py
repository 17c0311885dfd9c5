"""
What an implementation sees of Segment: the mock's own addresses, or Segment's real ones, intercepted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from attrs import field, frozen

from conformance.drivers import Carrier, Target
from conformance.errors import UsageError
from conformance.model import Endpoints
from conformance.runner.values import RunOptions
from conformance.segment import MockSegment, intercepting


@frozen(kw_only=True)
class Front:
    """
    The base URLs that an implementation is told, and what its environment has to say about reaching them.
    """

    endpoints: Endpoints
    environment: Mapping[str, str] = field(factory=dict)
    intercepted: bool = False


@contextmanager
def front_of(mock: MockSegment, options: RunOptions) -> Iterator[Front]:
    """
    The front of a mock, for as long as the context lasts.
    """
    if not options.intercept:
        yield Front(endpoints=mock.endpoints, environment=options.environment)
        return
    with intercepting(mock, port=options.proxy_port) as interception:
        yield Front(
            endpoints=interception.endpoints,
            environment={**options.environment, **interception.environment},
            intercepted=True,
        )


def check_interception(target: Target, options: RunOptions) -> None:
    """
    Raises UsageError for a target that no interception can hear.
    """
    if options.intercept and target.carrier is Carrier.PYTHON:
        raise UsageError(
            f"--intercept cannot hear {target}: it runs in the toolkit's own process, and a proxy is found "
            "by the environment of another.",
            cure="Drive it as a stdio: target, or leave --intercept away and dial what `initialize` names.",
        )
