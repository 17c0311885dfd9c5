"""
Strategies for what surrounds a chat: the settings of a connection, and the faults of Segment.
"""

from __future__ import annotations

import string

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from conformance.model import Endpoints, Fault, FaultKind, Settings, Source, Workspace
from conformance.spec import regions

FAULTS = (
    Fault(kind=FaultKind.STATUS, status=503),
    Fault(kind=FaultKind.STATUS, status=500),
    Fault(kind=FaultKind.STATUS, status=502, delay=0.05),
    Fault(kind=FaultKind.STATUS, status=504, kept=True),
    Fault(kind=FaultKind.STATUS, status=429, headers=(("Retry-After", "1"),)),
    Fault(kind=FaultKind.STATUS, status=429, headers=(("Retry-After", "0"),)),
    Fault(kind=FaultKind.STATUS, status=429, headers=(("X-RateLimit-Reset", "1"),)),
    Fault(kind=FaultKind.RESET_BEFORE_READ),
    Fault(kind=FaultKind.RESET_AFTER_READ),
    Fault(kind=FaultKind.RESET_AFTER_READ, kept=True),
    Fault(kind=FaultKind.TRUNCATED_REPLY, status=200, kept=True),
    Fault(kind=FaultKind.SLOW_REPLY, status=200, delay=0.1, kept=True),
    Fault(kind=FaultKind.HANG, delay=0.05),
    Fault(kind=FaultKind.HANG, delay=0.05, kept=True),
    Fault(kind=FaultKind.STATUS, status=408),
    Fault(kind=FaultKind.STATUS, status=400),
    Fault(kind=FaultKind.STATUS, status=302, headers=(("Location", "/moved"),)),
)
"""Every kind of fault in the shape it has in the field, none of which holds a run up for long."""


def fault_schedules() -> SearchStrategy[tuple[Fault, ...]]:
    """
    One fault or two that are over after one request or two: so much a sender has to have patience for.

    With more, senders that wait twice as long each time would wait most of the time.
    """
    region = st.sampled_from(["us", "us", None])
    one = st.builds(_lasting, st.sampled_from(FAULTS), requests=st.sampled_from([1, 1, 2]), region=region)
    two = st.builds(_lasting, st.sampled_from(FAULTS), requests=st.just(1), region=region)
    return st.one_of(one.map(lambda fault: (fault,)), st.tuples(two, two))


def settings() -> SearchStrategy[Settings]:
    """
    What an implementation is told before the chat begins: any region, and write keys that may be empty.
    """
    known = [*(region.key for region in regions()), "mars"]
    letters = string.ascii_letters + string.digits
    key = st.one_of(st.text(letters, min_size=32, max_size=32), st.just(""))
    ports = st.tuples(st.integers(1024, 65_535), st.integers(1024, 65_535))
    return st.builds(
        Settings,
        workspace=st.builds(Workspace, slug=_slugs(), region=st.sampled_from(known)),
        source=st.builds(Source, name=st.just("Chatlio"), slug=_slugs(), write_key=key),
        endpoints=ports.map(
            lambda pair: Endpoints(us=f"http://127.0.0.1:{pair[0]}", eu=f"http://127.0.0.1:{pair[1]}")
        ),
    )


def _slugs() -> SearchStrategy[str]:
    return st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=12)


def _lasting(fault: Fault, *, requests: int, region: str | None) -> Fault:
    return attrs.evolve(fault, requests=requests, region=region)
