"""
The mock Segment under whatever may happen to it, in any order, against a model of what it must have kept.
"""

from __future__ import annotations

import http.client
import itertools
import json
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, precondition, rule

from conformance.ingestion import SourceState
from conformance.model import Fault, FaultKind
from conformance.segment import MockSegment
from conformance.warehouse import load

SENT = "Live Chat Message Sent"
BROKEN = (
    Fault(kind=FaultKind.STATUS, status=503, requests=1, region=None),
    Fault(kind=FaultKind.STATUS, status=429, headers=(("Retry-After", "0"),), requests=1, region=None),
    Fault(kind=FaultKind.STATUS, status=500, requests=1, region=None, kept=True),
    Fault(kind=FaultKind.RESET_BEFORE_READ, requests=1, region=None),
    Fault(kind=FaultKind.RESET_AFTER_READ, requests=1, region=None),
    Fault(kind=FaultKind.RESET_AFTER_READ, requests=1, region=None, kept=True),
    Fault(kind=FaultKind.TRUNCATED_REPLY, status=200, requests=1, region=None, kept=True),
)


class Model:
    """
    What Segment must keep: the first of each messageId, sent with a known key to its region and taken in.
    """

    def __init__(self) -> None:
        self.regions: dict[str, str] = {}
        self.kept: list[str] = []

    def take(self, ids: list[str], key: str, endpoint: str) -> None:
        if self.regions.get(key) == endpoint:
            self.kept += [each for each in dict.fromkeys(ids) if each not in self.kept]


class SegmentMachine(RuleBasedStateMachine):
    """
    Connect, send, retry, duplicate, rotate keys, switch regions, fail, recover, load: over real sockets.
    """

    keys = Bundle("keys")
    batches = Bundle("batches")

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.segment = self.open.enter_context(MockSegment())
        self.model, self.numbers = Model(), itertools.count(1)
        self.pending: Fault | None = None
        self.requests = 0

    def teardown(self) -> None:
        self.open.close()

    @rule(target=keys, region=st.sampled_from(["us", "us", "eu"]))
    def connect(self, region: str) -> str:
        """
        A workspace of some region gets a source.
        """
        key = f"{next(self.numbers):032}"
        self.segment.add_source(SourceState(write_key=key, workspace=f"acme-{key[-3:]}", region=region))
        self.model.regions[key] = region
        return key

    @rule(target=keys, key=keys)
    def rotate(self, key: str) -> Any:
        """
        A source gets a new key, and the old one is nobody's from then on.
        """
        if key not in self.model.regions:
            return multiple()
        fresh = self.segment.sources.rotate(key).write_key
        self.model.regions[fresh] = self.model.regions.pop(key)
        return fresh

    @rule(key=keys, region=st.sampled_from(["us", "eu"]))
    def switch_region(self, key: str, region: str) -> None:
        """
        A workspace is moved to another region.
        """
        if key in self.model.regions:
            self.segment.add_source(SourceState(write_key=key, workspace=f"acme-{key[-3:]}", region=region))
            self.model.regions[key] = region

    @precondition(lambda self: self.pending is None)
    @rule(fault=st.sampled_from(BROKEN))
    def fail(self, fault: Fault) -> None:
        """
        The next request will meet a fault, wherever it goes.
        """
        self.segment.faults.add([fault])
        self.pending = fault

    @rule(target=batches, key=keys, endpoint=st.sampled_from(["us", "us", "eu"]), count=st.integers(1, 4))
    def send(self, key: str, endpoint: str, count: int) -> tuple[str, str, list[str]]:
        """
        A batch of new events.
        """
        batch = (key, endpoint, [f"m-{next(self.numbers)}" for _ in range(count)])
        self.post(*batch)
        return batch

    @rule(batch=batches)
    def retry(self, batch: tuple[str, str, list[str]]) -> None:
        """
        The same batch again, as it was, whether it was taken before or not.
        """
        self.post(*batch)

    @rule(target=batches, batch=batches, key=keys)
    def duplicate(self, batch: tuple[str, str, list[str]], key: str) -> tuple[str, str, list[str]]:
        """
        The same events with another key, each of them twice.
        """
        doubled = (key, batch[1], batch[2] * 2)
        self.post(*doubled)
        return doubled

    @invariant()
    def keeps_what_the_model_keeps(self) -> None:
        """
        Events, in order; every request is evidence, kept or not.
        """
        assert [event["messageId"] for event in self.segment.events] == self.model.kept
        assert len(self.segment.exchanges) == self.requests

    @rule()
    def load_warehouse(self) -> None:
        """
        The warehouse has a row for every event, in both tables, and none beside.
        """
        tables = load(self.segment.events).tables
        for name in ("tracks", "live_chat_message_sent") if self.model.kept else ():
            assert [row["id"] for row in tables[name].rows] == self.model.kept
        assert bool(tables) == bool(self.model.kept)

    def post(self, key: str, endpoint: str, ids: list[str]) -> None:
        """
        Sends the events over a socket of its own; a reset is an answer like any other here.
        """
        calls = [{"type": "track", "event": SENT, "userId": "u", "messageId": each} for each in ids]
        body = json.dumps({"batch": calls, "writeKey": key}).encode()
        fault, self.pending = self.pending, None
        self.requests += 1
        if fault is None or fault.kept:
            self.model.take(ids, key, endpoint)
        status = exchange(getattr(self.segment.endpoints, endpoint), body)
        if fault is None:
            assert status == 200
        elif fault.kind is FaultKind.STATUS:
            assert status == fault.status
        else:
            assert status is None


def exchange(base: str, body: bytes) -> int | None:
    """
    The status of the reply to a batch, None where there was none to be read whole.
    """
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=10)
    try:
        connection.request("POST", "/v1/batch", body, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        reply.read()
        return reply.status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


TestSegment = SegmentMachine.TestCase
TestSegment.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
