"""
Reading the body of a request: bounded in memory and in time, whatever the sender does.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from typing import Protocol

from attrs import frozen

from conformance.ingestion import BODY_BOUND

BLOCK = 64 * 1024
DEADLINE = 30.0
"""Seconds after which a body that still trickles in is taken as cut short."""

_CHUNK_HEAD = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")


class Stream(Protocol):
    """
    Where the bytes of a connection come from.
    """

    def read1(self, size: int, /) -> bytes: ...

    def readline(self, size: int, /) -> bytes: ...


@frozen(kw_only=True)
class Arrived:
    """
    What arrived of a body: at most `BODY_BOUND` bytes. All three mean what they do in an `Exchange`.
    """

    body: bytes
    size: int
    complete: bool


@frozen(kw_only=True)
class Framing:
    """
    How a request says where its body ends: `length` is None for a chunked body, `valid` False for nonsense.
    """

    length: int | None = 0
    valid: bool = True


class _BadChunk(Exception):
    """
    A chunk that is not framed as RFC 9112 says; what came before it has been read.
    """


def framing_of(headers: Iterable[tuple[str, str]]) -> Framing:
    """
    The framing that the headers announce; without any a request has no body (RFC 9112 §6.3).
    """
    pairs = [(name.lower(), value.strip()) for name, value in headers]
    encodings = ",".join(value for name, value in pairs if name == "transfer-encoding").lower()
    lengths = {value for name, value in pairs if name == "content-length"}
    if encodings:
        return Framing(length=None, valid=encodings.rpartition(",")[2].strip() == "chunked")
    if not lengths:
        return Framing()
    length = lengths.pop()
    valid = not lengths and length.isascii() and length.isdecimal() and len(length) < 19
    return Framing(length=int(length) if valid else 0, valid=valid)


def read_body(stream: Stream, framing: Framing) -> Arrived:
    """
    The body as far as it comes. A sender that stops, hangs up, or passes the bound leaves `complete` False.

    What is announced as longer than the bound is read up to the bound only: the evidence shows how it began.
    """
    if not framing.valid:
        return Arrived(body=b"", size=0, complete=False)
    blocks = _chunked(stream) if framing.length is None else _counted(stream, framing.length)
    body, whole = _gather(blocks)
    if framing.length is None:
        return Arrived(body=bytes(body[:BODY_BOUND]), size=len(body), complete=whole)
    return Arrived(
        body=bytes(body[:BODY_BOUND]), size=framing.length, complete=whole and len(body) == framing.length
    )


def _gather(blocks: Iterator[bytes]) -> tuple[bytearray, bool]:
    """
    The blocks joined, up to one block past the bound; and whether they came to their own end.
    """
    body, deadline = bytearray(), time.monotonic() + DEADLINE
    try:
        for block in blocks:
            body += block
            if len(body) > BODY_BOUND or time.monotonic() > deadline:
                return body, False
    except (OSError, _BadChunk):
        return body, False
    return body, True


def _counted(stream: Stream, length: int) -> Iterator[bytes]:
    left = length
    while left > 0 and (block := stream.read1(min(left, BLOCK))):
        left -= len(block)
        yield block


def _chunked(stream: Stream) -> Iterator[bytes]:
    while length := _chunk_length(stream):
        arrived = 0
        for block in _counted(stream, length):
            arrived += len(block)
            yield block
        if arrived < length or stream.readline(3) not in {b"\r\n", b"\n"}:
            raise _BadChunk
    for _ in range(100):
        if stream.readline(BLOCK) in {b"\r\n", b"\n", b""}:
            return
    raise _BadChunk


def _chunk_length(stream: Stream) -> int:
    head = _CHUNK_HEAD.fullmatch(stream.readline(1024))
    if head is None:
        raise _BadChunk
    return int(head[1], 16)
