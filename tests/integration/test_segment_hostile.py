"""
Bytes no sender should send. Each leaves an exchange where it was HTTP at all, and the next sender is served.
"""

import gzip
import json
import socket
import zlib
from collections.abc import Iterator

import pytest
import requests

from conformance.ingestion import BODY_BOUND, receive, request_of
from conformance.segment import MockSegment

KEY_LINE = b"Authorization: Basic azo=\r\n"
HEAD = b"POST /v1/batch HTTP/1.1\r\nHost: x\r\n" + KEY_LINE
GOOD = json.dumps({"batch": [{"type": "track", "event": "E", "userId": "u"}]}).encode()


@pytest.fixture
def segment() -> Iterator[MockSegment]:
    """
    A mock that loses patience soon.
    """
    with MockSegment(read_timeout=0.5) as running:
        yield running


def framed(body: bytes, headers: bytes = b"") -> bytes:
    return HEAD + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    lines = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + lines + end


def bomb() -> bytes:
    """
    A gzip stream of one megabyte that unpacks to a gigabyte: one deflate block over and over.
    """
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block * 1000


def tell(segment: MockSegment, sent: bytes, *, hang_up: bool = False) -> bytes:
    """
    Sends bytes as they are, and gives what comes back until the mock closes.
    """
    port = int(segment.endpoints.us.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        try:
            connection.sendall(sent)
            if hang_up:
                connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))
        except OSError:
            return b"the connection broke"


def problem_of_the_first(segment: MockSegment) -> str | None:
    """
    Why the first request carried nothing, as the judge finds out: from the exchange alone.
    """
    return receive(request_of(segment.exchanges[0]), {}).problem


def still_serves(segment: MockSegment) -> bool:
    source = segment.open_source()
    body = {"writeKey": source.write_key, "event": "E", "userId": "u", "messageId": "later"}
    reply = requests.post(segment.endpoints.us + "/v1/track", json=body, timeout=10)
    ids = [event["messageId"] for event in segment.events]
    return reply.status_code == 200 and ids[-1:] == ["later"]


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        pytest.param(framed(b'{"batch": "\xff\xfe"}'), "malformed_json", id="invalid UTF-8"),
        pytest.param(framed(b"[" * 10_000 + b"]" * 10_000), "too_deep", id="10,000 deep"),
        pytest.param(framed(b'{"batch": [{"a": NaN}]}'), "malformed_json", id="NaN"),
        pytest.param(framed(b'{"batch": [1], "batch": [2], "batch": 3}'), "empty_batch", id="duplicate keys"),
        pytest.param(framed(b'{"a": ' + b"9" * 100_000 + b"}"), "malformed_json", id="huge integer"),
        pytest.param(framed(b'{"batch": ' + b"9" * 40 + b"}"), "empty_batch", id="large integer"),
        pytest.param(framed(b"not gzip", b"Content-Encoding: gzip\r\n"), "bad_gzip", id="no gzip"),
        pytest.param(
            framed(gzip.compress(GOOD)[:-8], b"Content-Encoding: gzip\r\n"), "bad_gzip", id="half a gzip"
        ),
        pytest.param(HEAD + b"Content-Length: 500\r\n\r\n" + GOOD, "body_incomplete", id="half sent"),
        pytest.param(HEAD + b"\r\n" + GOOD, "malformed_json", id="no Content-Length"),
        pytest.param(HEAD + b"Content-Length: -5\r\n\r\n" + GOOD, "body_incomplete", id="negative length"),
        pytest.param(
            HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", "body_incomplete", id="long length"
        ),
        pytest.param(
            HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}", "body_incomplete", id="two lengths"
        ),
        pytest.param(chunked(GOOD, end=b"zz\r\n"), "body_incomplete", id="bad chunk size"),
        pytest.param(chunked(GOOD, end=b""), "body_incomplete", id="no last chunk"),
        pytest.param(chunked(GOOD, end=b"ffffffffffff\r\n{"), "body_incomplete", id="endless chunk"),
        pytest.param(chunked(GOOD, end=b"1\r\n{}\r\n"), "body_incomplete", id="chunk too long"),
        pytest.param(
            HEAD + b"Transfer-Encoding: chunked, gzip\r\n\r\n" + GOOD, "body_incomplete", id="other coding"
        ),
        pytest.param(framed(GOOD, b"X-Absurd: " + b"a" * 60_000 + b"\r\n"), None, id="absurd header"),
        pytest.param(framed(GOOD, b"X: \xff\x01\r\n"), None, id="binary header"),
        pytest.param(framed(GOOD, b"X\xff\x00: 1\r\n"), "malformed_json", id="binary header name"),
        pytest.param(b"POST http://[x HTTP/1.1\r\n\r\n", "unknown_path", id="broken URL"),
        pytest.param(b"BREW /v1/batch HTTP/1.1\r\n\r\n", "method_not_allowed", id="unknown method"),
    ],
)
def test_hostile_requests_become_exchanges(segment: MockSegment, sent: bytes, problem: str | None) -> None:
    """
    With the reason why they carry nothing, and a reply.
    """
    assert tell(segment, sent).startswith(b"HTTP/1.1 ")
    assert problem_of_the_first(segment) == problem
    assert len(segment.exchanges) == 1
    assert still_serves(segment)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00", id="TLS"),
        pytest.param(b"\0" * 200_000, id="zeros"),
        pytest.param(b"HELO segment\r\n\r\n", id="another protocol"),
        pytest.param(b"POST /v1/batch HTTP/9.9\r\n\r\n", id="another version"),
        pytest.param(b"POST /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", id="endless target"),
        pytest.param(HEAD + b"X: " + b"a" * 70_000 + b"\r\n\r\n", id="endless header"),
        pytest.param(HEAD + b"X: a\r\n" * 200 + b"\r\n", id="too many headers"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_is_no_http_leaves_nothing_behind(segment: MockSegment, sent: bytes) -> None:
    """
    There is no request to speak of; the connection is closed and the next sender is served.
    """
    tell(segment, sent, hang_up=True)
    assert segment.exchanges == ()
    assert still_serves(segment)


def test_a_sender_that_hangs_up_halfway_leaves_what_it_sent(segment: MockSegment) -> None:
    """
    The bytes that came are evidence.
    """
    tell(segment, HEAD + b"Content-Length: 500\r\n\r\n" + GOOD, hang_up=True)
    (exchange,) = segment.exchanges
    assert (exchange.body, exchange.size, exchange.complete) == (GOOD, 500, False)


def test_half_a_head_is_no_request_until_the_sender_hangs_up(segment: MockSegment) -> None:
    """
    Out of patience, the mock closes; a sender that ends the head by hanging up has made a request.
    """
    assert tell(segment, HEAD) == b""
    assert segment.exchanges == ()
    assert tell(segment, HEAD, hang_up=True).startswith(b"HTTP/1.1 400 ")
    assert problem_of_the_first(segment) == "malformed_json"


def test_chunked_bodies_are_put_together(segment: MockSegment) -> None:
    """
    With extensions and trailers, as RFC 9112 allows.
    """
    end = b"1;name=value\r\n \r\n0\r\nX-Trailer: 1\r\n\r\n"
    assert tell(segment, chunked(GOOD[:7], GOOD[7:], end=end)).startswith(b"HTTP/1.1 200 ")
    assert segment.exchanges[0].body == GOOD + b" "
    assert segment.exchanges[0].complete


def test_a_pipelined_request_is_not_taken_for_the_first_ones_body(segment: MockSegment) -> None:
    """
    The mock answers one request a connection and says so; a sender has to send the others again.
    """
    reply = tell(segment, framed(GOOD) + framed(GOOD))
    assert reply.count(b"HTTP/1.1 200 ") == 1
    assert b"Connection: close" in reply
    assert [exchange.body for exchange in segment.exchanges] == [GOOD]
    assert still_serves(segment)


def test_a_sender_that_expects_100_continue_gets_it(segment: MockSegment) -> None:
    """
    As curl does for larger bodies.
    """
    reply = tell(segment, framed(GOOD, b"Expect: 100-continue\r\n"))
    assert reply.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "chunked"])
def test_of_100_mb_only_the_bound_is_kept(segment: MockSegment, announced: bool) -> None:
    """
    Whether the length is announced or not, the sender is told, and the evidence shows how the body began.
    """
    block = b"x" * (1 << 20)
    reply = tell(segment, framed(block * 100) if announced else chunked(*[block] * 100))
    assert reply.startswith(b"HTTP/1.1 400 ")
    assert b"Exceed payload limit" in reply
    (exchange,) = segment.exchanges
    assert (len(exchange.body), exchange.complete) == (BODY_BOUND, False)
    assert exchange.size == 100 << 20 if announced else exchange.size > BODY_BOUND
    assert problem_of_the_first(segment) == "payload_too_large"
    assert still_serves(segment)


def test_a_gzip_bomb_is_not_unpacked(segment: MockSegment) -> None:
    """
    A megabyte that would become a gigabyte is refused at the bound.
    """
    reply = tell(segment, framed(bomb(), b"Content-Encoding: gzip\r\n"))
    assert b"Exceed payload limit" in reply
    assert problem_of_the_first(segment) == "payload_too_large"
    assert still_serves(segment)
