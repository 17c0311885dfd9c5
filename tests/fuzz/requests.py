"""
Raw HTTP requests to throw at the mock: what official SDKs sent, bent out of shape, and what no sender sends.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

CAPTURES = Path(__file__).parent.parent / "captures"
KEY = "TESTWRITEKEY0123456789abcdefghij"
"""The write key that the captured SDKs were configured with."""

TOKENS: tuple[bytes, ...] = (
    *(b"\r\n", b"\n", b"\r\n\r\n", b"\0", b"\xff", b" ", b":", b"?", b"#", b"//", b"%00", b"\xc3\x28"),
    *(b"POST ", b"GET ", b"HEAD ", b"OPTIONS * ", b" HTTP/1.0", b" HTTP/0.9", b" HTTP/1.1", b" HTTP/2.0"),
    *(b"/v1/batch", b"/v1/track", b"/v1/t/", b"/v1/v1/b", b"http://[", b"http://x/v1/i", b"?writeKey="),
    *(b"Content-Length: ", b"Content-Length: 0\r\n", b"Content-Length: -1\r\n", b"Content-Length: 9e9\r\n"),
    *(b"Content-Length: 99999999999999999999\r\n", b"Transfer-Encoding: chunked\r\n", b"\r\n0\r\n\r\n"),
    *(b"Transfer-Encoding: gzip, chunked\r\n", b"ffffffffffffffff\r\n", b"1;x=y\r\n", b"-1\r\n", b"+5\r\n"),
    *(b"Content-Encoding: gzip\r\n", b"Content-Encoding: deflate\r\n", b"Expect: 100-continue\r\n"),
    *(b"Authorization: Basic ", b"Authorization: Basic Og==\r\n", b"Authorization: Bearer x\r\n", b" folded"),
    *(b'"batch":[', b'"writeKey":', b'"type":"alias"', b'"context":', b'"integrations":null', b'"sentAt":'),
    *(b'"timestamp":"0001-01-01T00:00:00+14:00"', b'"timestamp":"9999-12-31T23:59:60Z"', b'"messageId":""'),
    *(b"{", b"}", b"[", b"]", b",", b'"', b"\\", b"null", b"true", b"NaN", b"-Infinity", b"1e999", b"-0"),
    *(
        b"123456789012345678901234567890",
        b"1.0000000000000000000001",
        rb"\ud83d",
        rb"\udc00",
        rb"\ud83d\ude00",
    ),
    *(b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"[" * 200, b'{"a":' * 200),
    *(b"\x1f\x8b\x08\0\0\0\0\0\0\xff", gzip.compress(b"{}"), gzip.compress(bytes(70_000)), b"a" * 300),
)
"""What HTTP, JSON, gzip and Segment's API give a meaning to."""


def captured_requests() -> Iterator[bytes]:
    """
    Every request of the official SDKs in `tests/captures`, as the bytes it was.
    """
    for path in sorted(CAPTURES.glob("*.json")):
        for entries in json.loads(path.read_text(encoding="utf-8"))["scenarios"].values():
            yield from map(_raw, entries)


def _raw(entry: dict[str, Any]) -> bytes:
    """
    One captured request. The captures hold bodies unpacked and unframed, so both are done again.
    """
    body = (entry["body_text"] or "").encode()
    headers = {name.lower(): value for name, value in entry["headers"]}
    if "content-encoding" in headers:
        body = gzip.compress(body, mtime=0)
    if "content-length" in headers:
        headers["content-length"] = str(len(body))
    if "chunked" in headers.get("transfer-encoding", ""):
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    lines = [entry["request_line"], *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + body


SEEDS = tuple(sorted(set(captured_requests()), key=len))[::6]
"""A sixth of the captured requests, the shortest first: Hypothesis prefers what comes first."""


def framed(body: bytes, *headers: bytes, target: bytes = b"/v1/batch") -> bytes:
    """
    A request that carries the body as it should.
    """
    lines = (b"POST %s HTTP/1.1" % target, b"Host: x", *headers, b"Content-Length: %d" % len(body), b"", b"")
    return b"\r\n".join(lines) + body


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)
_names = st.sampled_from(
    [
        *(
            "type",
            "event",
            "userId",
            "anonymousId",
            "previousId",
            "messageId",
            "timestamp",
            "sentAt",
            "writeKey",
        ),
        *("context", "integrations", "properties", "batch", "originalTimestamp", "receivedAt"),
    ]
)
_values = _json | st.sampled_from(
    ["track", "alias", KEY, "", "2026-03-01T10:00:00Z", "Live Chat Message Sent"]
)
_calls = st.dictionaries(_names, _values, max_size=6)
_documents = _calls | st.builds(
    lambda shared, batch: {**shared, "batch": batch}, _calls, st.lists(_calls | _json, max_size=4)
)
_bodies = st.binary(max_size=80) | _documents.map(lambda value: json.dumps(value).encode())
_targets = st.sampled_from([b"/v1/batch", b"/v1/track", b"/v1/a", b"/x/v1/b/", b"/v1/v1/t", b"*", b"/"])
_lines = st.lists(
    st.sampled_from([token.strip() for token in TOKENS if b": " in token]) | st.binary(max_size=20),
    max_size=4,
)
_assembled = st.builds(
    lambda body, target, lines: framed(body, *lines, target=target), _bodies, _targets, _lines
)

Splice = tuple[int, int, bytes]
_pieces = st.sampled_from(TOKENS) | st.binary(max_size=8)
_splices = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 60), _pieces), min_size=1, max_size=5)


def spliced(request: bytes, splices: list[Splice]) -> bytes:
    """
    The request with, at each place in turn, some bytes taken out and others put in.
    """
    for place, taken, given in splices:
        start = place % (len(request) + 1)
        request = request[:start] + given + request[start + taken :]
    return request


def requests() -> st.SearchStrategy[bytes]:
    """
    Bytes to send: rubbish, a request put together from parts, or a captured one, whole or bent.
    """
    seeds = st.sampled_from(SEEDS)
    bent: Callable[[bytes, list[Splice]], bytes] = spliced
    return st.binary(max_size=200) | seeds | _assembled | st.builds(bent, seeds | _assembled, _splices)
