"""
Faults as a sender meets them: on the wire, when the schedule says so, and no longer.
"""

import socket
import threading
import time

import pytest
import requests

from conformance.model import Fault, FaultKind
from conformance.segment import MockSegment, Schedule

CALL = b'{"writeKey": "k", "event": "E", "userId": "u", "messageId": "m-1"}'
REQUEST = b"POST /v1/track HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(CALL), CALL)


def mock(*faults: Fault) -> MockSegment:
    return MockSegment(faults=faults)


def dial(segment: MockSegment) -> socket.socket:
    port = int(segment.endpoints.us.rpartition(":")[2])
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def sent_to(segment: MockSegment) -> bytes:
    """
    What comes back for one well-formed call until the connection ends; a reset is raised.
    """
    with dial(segment) as connection:
        connection.sendall(REQUEST)
        return b"".join(iter(lambda: connection.recv(1000), b""))


def test_a_status_comes_with_its_headers_and_body() -> None:
    """
    And the exchange says which fault took the place of the ordinary reply.
    """
    fault = Fault(kind=FaultKind.STATUS, status=429, headers=(("Retry-After", "2"),), body="{}", requests=1)
    with mock(fault) as segment:
        refused, taken = sent_to(segment), sent_to(segment)
        assert refused.startswith(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 2\r\n")
        assert refused.endswith(b"\r\n\r\n{}")
        assert taken.startswith(b"HTTP/1.1 200 OK\r\n")
        assert [(found.fault, found.kept) for found in segment.exchanges] == [("status", False), (None, True)]
        assert segment.exchanges[0].reply.headers[0] == ("Retry-After", "2")


@pytest.mark.parametrize("kind", [FaultKind.RESET_BEFORE_READ, FaultKind.RESET_AFTER_READ])
def test_a_reset_is_a_reset(kind: FaultKind) -> None:
    """
    A TCP reset, not an orderly end: senders treat the two differently.
    """
    with mock(Fault(kind=kind, requests=1)) as segment:
        with pytest.raises(ConnectionResetError):
            sent_to(segment)
        (exchange,) = segment.exchanges
        assert exchange.reply.status is None
        assert exchange.size == len(CALL)
        assert exchange.body == (CALL if kind is FaultKind.RESET_AFTER_READ else b"")
        assert sent_to(segment).startswith(b"HTTP/1.1 200 ")


def test_a_truncated_reply_promises_more_than_it_brings() -> None:
    """
    The head announces the whole body, and half of it comes.
    """
    with mock(Fault(kind=FaultKind.TRUNCATED_REPLY, status=200, requests=1)) as segment:
        head, _, body = sent_to(segment).partition(b"\r\n\r\n")
        assert b"Content-Length: 16" in head
        assert body == b'{"succes'
        assert segment.exchanges[0].reply.body == body
        segment.faults.add([Fault(kind=FaultKind.TRUNCATED_REPLY, status=200)])
        with pytest.raises(requests.RequestException):
            requests.get(segment.endpoints.us, timeout=10)


def test_a_hang_says_nothing_and_then_closes() -> None:
    """
    The exchange is there while the sender still waits.
    """
    with mock(Fault(kind=FaultKind.HANG, delay=0.2)) as segment, dial(segment) as connection:
        started = time.monotonic()
        connection.sendall(REQUEST)
        segment.wait_for(lambda running: len(running.exchanges) == 1)
        assert connection.recv(1000) == b""
        assert time.monotonic() - started >= 0.2
        assert segment.exchanges[0].reply.status is None


@pytest.mark.parametrize("kind", [FaultKind.HANG, FaultKind.STATUS, FaultKind.TRUNCATED_REPLY])
def test_closing_the_mock_ends_every_wait(kind: FaultKind) -> None:
    """
    A minute's hang does not cost a minute.
    """
    before = threading.active_count()
    segment = mock(Fault(kind=kind, delay=60))
    with segment:
        connection = dial(segment)
        connection.sendall(REQUEST)
        segment.wait_for(lambda running: len(running.exchanges) == 1)
        started = time.monotonic()
    connection.close()
    assert time.monotonic() - started < 2
    assert threading.active_count() == before


@pytest.mark.parametrize("kept", [True, False])
def test_events_are_kept_behind_a_fault_only_when_it_says_so(kept: bool) -> None:
    """
    A connection may break after Segment has taken the events: the sender's retry is then a duplicate.
    """
    with mock(Fault(kind=FaultKind.RESET_AFTER_READ, kept=kept, requests=1)) as segment:
        key = segment.open_source().write_key
        body = {"writeKey": key, "event": "E", "userId": "u", "messageId": "m-1"}
        for _ in range(2):
            try:
                requests.post(segment.endpoints.us + "/v1/track", json=body, timeout=10)
            except requests.ConnectionError:
                assert segment.exchanges[0].kept is kept
        assert [message.drop for message in segment.messages] == ([None, "duplicate"] if kept else [None])
        assert len(segment.events) == 1


class Hand:
    """
    A clock that moves when told.
    """

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def statuses(schedule: Schedule, *regions: str) -> list[int | None]:
    faults = [schedule.take(region) for region in regions]
    return [None if fault is None else fault.status for fault in faults]


def test_faults_follow_one_another_by_count() -> None:
    """
    The first that still covers a request has it.
    """
    three, two = (Fault(kind=FaultKind.STATUS, status=status, requests=2) for status in (500, 429))
    assert statuses(Schedule([three, two]), *["us"] * 5) == [500, 500, 429, 429, None]


def test_a_fault_has_a_region() -> None:
    """
    ``None`` means both; the other endpoint answers as ever.
    """
    us, both = Fault(kind=FaultKind.STATUS, requests=1), Fault(kind=FaultKind.STATUS, region=None, status=500)
    assert statuses(Schedule([us, both]), "eu", "us", "us") == [500, 503, 500]


def test_a_span_runs_from_its_activity_or_from_the_first_request() -> None:
    """
    Seconds are counted from then on, whether requests come or not.
    """
    hand = Hand()
    named = Fault(kind=FaultKind.STATUS, status=500, start="act-2", seconds=10)
    schedule = Schedule([named, Fault(kind=FaultKind.STATUS, status=429, seconds=5)], now=hand)
    hand.seconds = 100
    assert statuses(schedule, "us") == [429]
    schedule.activity("act-1")
    hand.seconds = 104.9
    assert statuses(schedule, "us") == [429]
    schedule.activity("act-2")
    hand.seconds = 114.8
    schedule.activity("act-2")
    assert statuses(schedule, "us") == [500]
    hand.seconds = 115
    assert statuses(schedule, "us") == [None]


def test_an_activity_begins_its_fault_on_the_running_mock() -> None:
    """
    The runner tells the mock before it sends the activity.
    """
    with mock(Fault(kind=FaultKind.STATUS, start="act-1")) as segment:
        assert sent_to(segment).startswith(b"HTTP/1.1 200 ")
        segment.activity_started("act-1")
        assert sent_to(segment).startswith(b"HTTP/1.1 503 ")


def test_a_slow_reply_pauses_in_the_middle_and_is_whole_in_the_end() -> None:
    """
    Half of the body, a pause, the rest: a patient sender has all of it.
    """
    with mock(Fault(kind=FaultKind.SLOW_REPLY, status=200, delay=0.2, requests=1, kept=True)) as segment:
        started = time.monotonic()
        body = sent_to(segment).partition(b"\r\n\r\n")[2]
        assert time.monotonic() - started >= 0.2
        assert body == segment.exchanges[0].reply.body == b'{"success":true}'
        assert segment.exchanges[0].kept
