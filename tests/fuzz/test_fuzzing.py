"""
Bytes of any kind, a bounded number of them; `make fuzz` goes on for as long as it is told to.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.ingestion import receive
from conformance.record import ScenarioRecord
from conformance.segment import MockSegment
from tests.fuzz.evidence import bent, bent_records
from tests.fuzz.properties import (
    READ_TIMEOUT,
    SOURCES,
    ingestion_understands,
    judge_understands,
    mock_survives,
    no_check_crashes,
    no_loss_is_passed_over,
    request_in,
)
from tests.fuzz.requests import KEY, SEEDS, TOKENS, captured_requests, framed, requests, spliced

MEGABYTE = 1 << 20
bounded = settings(suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture
def segment() -> Iterator[MockSegment]:
    """
    A mock that loses patience soon; leaving it raises what its threads have raised.
    """
    with MockSegment(read_timeout=READ_TIMEOUT) as running:
        running.add_source(SOURCES[KEY])
        yield running


@given(requests())
@settings(bounded, max_examples=400)
def test_ingestion_understands_any_bytes(raw: bytes) -> None:
    """
    As a request it gets a JSON reply, in time.
    """
    ingestion_understands(raw)


@given(st.lists(requests(), max_size=4))
@settings(bounded, max_examples=60)
def test_no_bytes_crash_a_check(raws: list[bytes]) -> None:
    """
    A record of whatever was sent is kept without loss, and judged.
    """
    judge_understands(raws)


@given(bent_records())
@settings(bounded, max_examples=80)
def test_no_values_crash_a_check_or_lose_an_event_unnoticed(record: ScenarioRecord) -> None:
    """
    Whatever stands where an id, a name or a time should be, in any event of a conversation.
    """
    no_loss_is_passed_over(record)


@pytest.mark.parametrize("value", [[], {}], ids=["array", "object"])
def test_no_container_in_the_place_of_a_value_crashes_a_check(value: object) -> None:
    """
    Python refuses to hash an array or an object, so each member that is looked up in a set could crash.
    """
    for place in range(40):
        no_check_crashes(bent(0, [(0, place, value), (1, place, value)]))


@given(raws=st.lists(requests(), min_size=1, max_size=3))
@settings(bounded, max_examples=50)
def test_a_well_formed_call_after_any_bytes_is_taken(raws: list[bytes]) -> None:
    """
    Whatever came before over the socket, nothing crashes or hangs, and what is sent properly is not lost.
    """
    with MockSegment(read_timeout=READ_TIMEOUT) as segment:
        segment.add_source(SOURCES[KEY])
        mock_survives(segment, raws)


def test_what_official_sdks_sent_is_where_the_bending_begins() -> None:
    """
    The captured requests, as bytes on the wire, are ones that Segment takes.
    """
    answers = [receive(request_in(raw), SOURCES).reply.status for raw in captured_requests()]
    assert answers.count(200) > 70
    assert set(answers) <= {200, 400, 404, 405}
    assert len(SEEDS) > 10


def ordnance(count: int) -> Iterator[bytes]:
    """
    Bent requests without end in sight, the same in each run.
    """
    for number in range(count):
        seed, token = SEEDS[number % len(SEEDS)], TOKENS[number % len(TOKENS)]
        yield spliced(seed, [(number * 37, number % 11, token), (number * 101, number % 5, token)])


def resident() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)


def test_ingestion_keeps_no_memory_of_what_it_has_answered() -> None:
    """
    After some to warm up, thousands of requests more leave the process no larger than it was.
    """
    for raw in ordnance(500):
        ingestion_understands(raw)
    before = resident()
    for raw in ordnance(3000):
        receive(request_in(raw), SOURCES)
    assert resident() - before < 16 * MEGABYTE


def test_the_mock_keeps_of_a_request_its_evidence_and_nothing_else(segment: MockSegment) -> None:
    """
    Threads and descriptors are given back, and memory grows by a small multiple of what was sent.
    """
    process, payload = psutil.Process(), b'{"batch": [' + b"7," * 200_000 + b"7]}"
    mock_survives(segment, [framed(payload)])
    threads, descriptors, before = set(threading.enumerate()), process.num_fds(), resident()
    for _ in range(5):
        mock_survives(segment, [framed(b"{}")] * 30 + [framed(payload)] * 2)
    kept = sum(len(exchange.body) for exchange in segment.exchanges)
    for thread in set(threading.enumerate()) - threads:
        thread.join(5)
    assert set(threading.enumerate()) <= threads
    assert process.num_fds() <= descriptors
    assert resident() - before < 8 * kept + 32 * MEGABYTE
