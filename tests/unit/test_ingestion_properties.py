"""
Ingestion on bytes nobody would think of.
"""

import datetime as dt
import gzip
import json

import orjson
from hypothesis import given
from hypothesis import strategies as st

from conformance.ingestion import Request, ingested, receive, size_of
from conformance.model import read_time
from tests.unit.intakes import KEY, SOURCES

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
members = st.sampled_from(
    [
        "type",
        "event",
        "userId",
        "anonymousId",
        "messageId",
        "timestamp",
        "sentAt",
        "context",
        "integrations",
        "properties",
        "writeKey",
        "batch",
    ]
)
calls = st.dictionaries(members, json_values | st.sampled_from(["track", KEY, "2026-03-01T10:00:00Z"]))
bodies = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=100).map(gzip.compress),
    json_values.map(lambda value: json.dumps(value).encode("utf-8", "replace")),
    st.builds(
        lambda shared, batch: json.dumps({**shared, "batch": batch, "writeKey": KEY}).encode(),
        calls,
        st.lists(calls | json_values, max_size=4),
    ),
)
header = st.sampled_from(["Authorization", "Content-Encoding", "Content-Type", "X-Other"])
header_value = st.text(max_size=20) | st.sampled_from(["gzip", "Basic", "Bearer", "Basic Og==", "basic ////"])
requests = st.builds(
    Request,
    sequence=st.integers(0, 9),
    at=st.just(dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)),
    endpoint=st.sampled_from(["us", "eu", "collector.example", ""]),
    method=st.sampled_from(["POST", "GET", ""]),
    target=st.text(max_size=20)
    | st.sampled_from(["/v1/batch", "/v1/track", "/v1/t?writeKey=x", "http://[x"]),
    headers=st.lists(st.tuples(header, header_value), max_size=3).map(tuple),
    body=bodies,
    size=st.integers(0, 10_000_000),
    complete=st.booleans(),
)


@given(requests, st.booleans())
def test_no_request_makes_ingestion_raise(request: Request, strict: bool) -> None:
    """
    Whatever comes, there is a reply in JSON, and each message can be measured, stored and written again.
    """
    intake = receive(request, SOURCES, strict=strict)
    assert orjson.loads(intake.reply.body)["success"] in {True, False}
    for message in intake.messages:
        assert size_of(message) > 0
        orjson.dumps(ingested(message, "acme"))
        assert intake.problem is None or message.drop == intake.problem


@given(st.text(max_size=40) | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)"))
def test_reading_a_time_never_raises(text: str) -> None:
    """
    It is a moment with a zone, or none.
    """
    moment = read_time(text)
    assert moment is None or moment.tzinfo is dt.UTC


@given(st.datetimes(timezones=st.timezones()))
def test_what_python_writes_is_read_as_the_same_moment(moment: dt.datetime) -> None:
    """
    Every ISO 8601 text with a zone that stands for a moment the calendar holds is read right.
    """
    read = read_time(moment.isoformat())
    assert read is None or read == moment.astimezone(dt.UTC)
