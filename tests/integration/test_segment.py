"""
The mock Segment on real sockets: what it answers, what it keeps, what it knows of sources, how it ends.
"""

import datetime as dt
import itertools
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from conformance.errors import RegionUnsupported, TargetUnusable, ToolkitError, UsageError
from conformance.ingestion import Intake, SourceState
from conformance.segment import MockSegment, anchored_clock, application


@pytest.fixture
def segment() -> Iterator[MockSegment]:
    with MockSegment() as running:
        yield running


def track(message_id: str, **members: Any) -> dict[str, Any]:
    call = {"type": "track", "event": "Live Chat Message Sent", "userId": "u", "messageId": message_id}
    return {**call, **members}


def post(url: str, key: str, *calls: dict[str, Any]) -> requests.Response:
    """
    Sends a batch as an SDK would, on a connection of its own.
    """
    return requests.post(f"{url}/v1/batch", json={"batch": calls}, auth=(key, ""), timeout=10)


def test_a_batch_is_answered_as_segment_does_and_kept_as_it_came(segment: MockSegment) -> None:
    """
    Exactly 200 and JSON; header pairs, target and bytes are evidence.
    """
    source = segment.open_source()
    reply = post(segment.endpoints.us + "/prefix", source.write_key, track("m-1"))
    assert (reply.status_code, reply.json()) == (200, {"success": True})
    (exchange,) = segment.exchanges
    assert (exchange.endpoint, exchange.method, exchange.target) == ("us", "POST", "/prefix/v1/batch")
    assert exchange.header("content-type") == "application/json"
    assert (exchange.size, exchange.complete, exchange.kept) == (len(exchange.body), True, True)
    assert (exchange.reply.status, exchange.reply.body) == (200, reply.content)
    assert exchange.reply.at is not None
    assert exchange.at <= exchange.reply.at


def test_headers_keep_their_order_their_case_and_their_doubles(segment: MockSegment) -> None:
    """
    WSGI would fold them; the judge wants them as they were.
    """
    host, port = segment.endpoints.us.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(
            b"POST //v1//track?a=%20 HTTP/1.1\r\nhOST: x\r\nX-A: 1\r\nx-a: 2\r\nX_B: \xe9\r\n\r\n"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 404 ")
    (exchange,) = segment.exchanges
    assert exchange.headers == (("hOST", "x"), ("X-A", "1"), ("x-a", "2"), ("X_B", "é"))
    assert exchange.target == "//v1//track?a=%20"


def test_each_endpoint_knows_its_region(segment: MockSegment) -> None:
    """
    A US key at the EU endpoint is dropped in silence, and the debugger tells.
    """
    source = segment.open_source()
    assert post(segment.endpoints.eu, source.write_key, track("m-1")).status_code == 200
    assert post(segment.endpoints.us, source.write_key, track("m-1")).status_code == 200
    assert [(message.endpoint, message.drop) for message in segment.messages] == [
        ("eu", "wrong_region"),
        ("us", None),
    ]
    assert [message.drop for message in segment.dropped] == ["wrong_region"]


def test_strict_answers_the_wrong_region_with_400() -> None:
    """
    The other of the two documented behaviours.
    """
    with MockSegment(strict=True) as segment:
        key = segment.open_source().write_key
        assert post(segment.endpoints.eu, key, track("m-1")).status_code == 400


def test_a_chatlio_source_can_be_opened_in_the_us_only(segment: MockSegment) -> None:
    """
    As the page says. A source that exists all the same can be made known, for scenarios that need one.
    """
    for region in ("eu", "ap"):
        with pytest.raises(RegionUnsupported, match=region):
            segment.open_source(region=region)
    segment.add_source(SourceState(write_key="k", workspace="w", region="eu"))
    post(segment.endpoints.eu, "k", track("m-1"))
    assert [event["projectId"] for event in segment.events] == ["w"]


def test_sources_are_switched_off_and_given_new_keys(segment: MockSegment) -> None:
    """
    What was disabled drops, what was rotated is unknown; every key is 32 letters and digits.
    """
    first = segment.open_source()
    second = segment.sources.rotate(first.write_key)
    segment.sources.enable(second.write_key, enabled=False)
    for number, key in enumerate((first.write_key, second.write_key)):
        assert len(key) == 32
        assert key.isalnum()
        post(segment.endpoints.us, key, track(f"m-{number}"))
    segment.sources.enable(second.write_key)
    post(segment.endpoints.us, second.write_key, track("m-3"))
    assert [message.drop for message in segment.messages] == ["unknown_source", "source_disabled", None]
    with pytest.raises(UsageError, match="No source has this write key"):
        segment.sources.rotate(first.write_key)


def test_duplicates_are_dropped_across_requests(segment: MockSegment) -> None:
    """
    The first of equal ids wins.
    """
    key = segment.open_source().write_key
    post(segment.endpoints.us, key, track("m-1"))
    post(segment.endpoints.us, key, track("m-1"), track("m-2"))
    assert [message.drop for message in segment.messages] == [None, "duplicate", None]
    assert [event["messageId"] for event in segment.events] == ["m-1", "m-2"]


def test_many_senders_at_once_lose_nothing(segment: MockSegment) -> None:
    """
    Sequence numbers and times rise together, and each call is kept once.
    """
    key = segment.open_source().write_key
    with ThreadPoolExecutor(16) as senders:
        replies = [
            senders.submit(post, url, key, track(f"m-{number}"))
            for number, url in zip(range(200), itertools.cycle([segment.endpoints.us]), strict=False)
        ]
    assert {reply.result().status_code for reply in replies} == {200}
    assert [exchange.sequence for exchange in segment.exchanges] == list(range(1, 201))
    times = [exchange.at for exchange in segment.exchanges]
    assert times == sorted(times)
    assert len({event["messageId"] for event in segment.events}) == 200


def test_mocks_can_share_one_sequence() -> None:
    """
    Then a number names an exchange in the whole run.
    """
    numbers = itertools.count(1)
    with MockSegment(sequence=numbers) as first, MockSegment(sequence=numbers) as second:
        for segment in (first, second, first):
            requests.get(segment.endpoints.us, timeout=10)
        assert [exchange.sequence for exchange in first.exchanges] == [1, 3]
        assert [exchange.sequence for exchange in second.exchanges] == [2]


def test_waiting_ends_when_the_events_are_there(segment: MockSegment) -> None:
    """
    A number of events, or whatever a function of the mock looks for.
    """
    key = segment.open_source().write_key
    with ThreadPoolExecutor(1) as sender:
        sender.submit(post, segment.endpoints.us, key, track("m-1"), track("m-2"))
        segment.wait_for(2)
        segment.wait_for(lambda mock: mock.exchanges[0].reply.status == 200)
    assert segment.exchanges[0].kept


def test_waiting_in_vain_says_what_did_arrive(segment: MockSegment) -> None:
    """
    The message is what a developer sees first.
    """
    post(segment.endpoints.us, segment.open_source().write_key, track("m-1"))
    post(segment.endpoints.us, "stranger", track("m-2"))
    with pytest.raises(TargetUnusable) as caught:
        segment.wait_for(2, timeout=0.01)
    assert "2 requests with 1 accepted events (Live Chat Message Sent)" in str(caught.value)
    assert "1 dropped calls (unknown_source)" in str(caught.value)


def test_quiet_is_when_no_request_has_come_for_a_while(segment: MockSegment) -> None:
    """
    The webhook driver takes it for a flush.
    """
    requests.get(segment.endpoints.us, timeout=10)
    assert not segment.wait_until_quiet(30, timeout=0.01)
    assert segment.wait_until_quiet(0.05, timeout=10)
    assert segment.wait_until_quiet(0.05, timeout=0)
    assert not segment.wait_until_quiet(0.05, timeout=0, from_now=True), "silence counts from the call on"


def test_an_error_of_ours_loses_no_exchange_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The exchange was kept before anything was made of it; the error comes up when the mock closes.
    """

    def fail(*_: object, **__: object) -> Intake:
        raise LookupError("a mistake of ours")

    segment = MockSegment().__enter__()
    monkeypatch.setattr(application, "receive", fail)
    with pytest.raises(requests.ConnectionError):
        post(segment.endpoints.us, "k", track("m-1"))
    monkeypatch.undo()
    assert post(segment.endpoints.us, "k", track("m-2")).status_code == 200
    with pytest.raises(ToolkitError, match="failed while it took in a request") as caught:
        segment.__exit__(None, None, None)
    assert isinstance(caught.value.__cause__, LookupError)
    assert [exchange.reply.status for exchange in segment.exchanges] == [None, 200]


def test_closing_is_quick_and_leaves_nothing_behind() -> None:
    """
    No thread and no open port, not even for a sender that is in the middle of a request: what came is kept.
    """
    before, arrived, clock = set(threading.enumerate()), threading.Event(), anchored_clock()

    def telling_clock() -> dt.datetime:
        arrived.set()
        return clock()

    with MockSegment(clock=telling_clock) as segment:
        address = ("127.0.0.1", int(segment.endpoints.us.rpartition(":")[2]))
        connection = socket.create_connection(address, timeout=10)
        connection.sendall(b"POST /v1/batch HTTP/1.1\r\nContent-Length: 99\r\n\r\n{")
        assert arrived.wait(10)
        started = time.monotonic()
    assert time.monotonic() - started < 1
    connection.close()
    assert [(exchange.body, exchange.complete) for exchange in segment.exchanges] == [(b"{", False)]
    assert set(threading.enumerate()) <= before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=10)


def test_a_port_in_use_is_one_clear_error() -> None:
    """
    Werkzeug alone would end the process.
    """
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"cannot listen on 127\.0\.0\.1:{port}"):
            MockSegment(ports=(0, port)).__enter__()
