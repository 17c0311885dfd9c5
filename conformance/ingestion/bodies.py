"""
From the bytes of a body to a JSON document, whatever the bytes are.
"""

from __future__ import annotations

import re
import zlib
from itertools import accumulate
from typing import Any

import orjson
from attrs import frozen

from conformance.ingestion.limits import DECOMPRESSED_BOUND, GZIP_MEMBERS, MAX_DEPTH

# A string that does not end runs to the end of the text: else each quote in it would be tried anew.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_STEPS = bytes.maketrans(b"[{]}", b"\2\2\0\0")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[{]}"))
_LONG = re.compile(rb"[0-9]{20}")
_HUGE_INTEGER = re.compile(rb"(?<![\d.eE+-])-?\d{20,}(?![\d.eE])")
_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
    re.DOTALL,
)


@frozen(kw_only=True)
class Body:
    """
    A body unpacked and parsed: `problem` says why there is no `document`, `notes` what was odd about it.

    `size` is in bytes after decompression, at most the bound; 0 where nothing was made of the bytes.
    """

    document: Any = None
    size: int = 0
    problem: str | None = None
    notes: tuple[str, ...] = ()


def read_body(body: bytes, encoding: str) -> Body:
    """
    The document in a body sent under `Content-Encoding: encoding`. Never raises, whatever the bytes are.

    Member names that come twice (the last one counts), integers beyond 64 bits (read as floats) and halves
    of surrogate pairs (read as U+FFFD, as Go's JSON reader does) are noted and no problem.
    """
    labels = [
        label for label in encoding.lower().replace(" ", "").split(",") if label not in {"", "identity"}
    ]
    if not labels:
        return _parse(body)
    if any(label not in {"gzip", "x-gzip"} for label in labels) or len(labels) > 1:
        return Body(problem="unsupported_encoding")
    unpacked, problem = _gunzip(body)
    if problem:
        return Body(problem=problem)
    return _parse(unpacked)


def _gunzip(packed: bytes) -> tuple[bytes, str | None]:
    """
    The bytes in a gzip stream of one or more members; or none, and why.
    """
    parts: list[bytes] = []
    room = DECOMPRESSED_BOUND
    for _ in range(GZIP_MEMBERS):
        stream = zlib.decompressobj(wbits=31)
        try:
            parts.append(stream.decompress(packed, room + 1))
        except zlib.error:
            return b"", "bad_gzip"
        room -= len(parts[-1])
        if room < 0:
            return b"", "payload_too_large"
        packed = stream.unused_data.lstrip(b"\0")
        if not stream.eof or not packed:
            return b"".join(parts), None if stream.eof else "bad_gzip"
    return b"", "bad_gzip"


def _parse(text: bytes) -> Body:
    skeleton = _STRING.sub(b'""', text)
    if _depth(skeleton) > MAX_DEPTH:
        return Body(problem="too_deep")
    notes: list[str] = []
    try:
        document = orjson.loads(text)
    except ValueError:
        mended, lone = _without_lone_surrogates(text)
        if not lone:
            return Body(problem="malformed_json")
        notes.append("lone_surrogate")
        try:
            document = orjson.loads(mended)
        except ValueError:
            return Body(problem="malformed_json")
    notes.extend(_oddities(skeleton, document))
    problem = None if isinstance(document, dict) else "not_an_object"
    return Body(document=document, size=len(text), problem=problem, notes=tuple(notes))


def _depth(skeleton: bytes) -> int:
    """
    How deep the brackets nest; each becomes a step of two up or none, less one.
    """
    steps = skeleton.translate(_STEPS, _NO_BRACKETS)
    return max(accumulate((step - 1 for step in steps), initial=0))


def _without_lone_surrogates(text: bytes) -> tuple[bytes, bool]:
    mended = _ESCAPE.sub(lambda match: b"\\ufffd" if match["lone"] else match[0], text)
    return mended, mended != text


def _oddities(skeleton: bytes, document: Any) -> list[str]:
    """
    What a JSON reader passes over in silence. Outside of strings each colon is a member.
    """
    notes = []
    read = _STRING.sub(b'""', orjson.dumps(document))
    if skeleton.count(b":") != read.count(b":"):
        notes.append("duplicate_member")
    if _LONG.search(skeleton) and _HUGE_INTEGER.search(skeleton):
        notes.append("huge_integer")
    return notes
