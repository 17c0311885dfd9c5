"""
Strategies for evidence that nobody would make on purpose: any steps, any requests, any bytes.

What is arbitrary alone would hardly touch a check. So calls are near misses: right names with wrong
values, known words in wrong places, and now and then a call as it ought to be.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from conformance.chat import strategies
from conformance.chat.strategies.faults import FAULTS
from conformance.model import Exchange, Implementation, Reply, Settings
from conformance.record import Answer, Header, Method, Record, ScenarioRecord, Step

START = dt.datetime(2026, 3, 1, 10, 0, 0, tzinfo=dt.UTC)
KEY = "generatedWriteKeyOf32Characters0"

MEMBERS = (
    *("type", "event", "userId", "anonymousId", "messageId", "timestamp", "sentAt", "originalTimestamp"),
    *("context", "integrations", "properties", "writeKey", "name", "batch"),
)
PROPERTIES = (
    *("agent_id", "agent_name", "agent_username", "conversation_duration", "conversation_id", "message_id"),
    *("agentId", "message_body", "user_id", "email", "conversationId", "", "名前"),
)
WORDS = (
    *("track", "page", "identify", "Live Chat Message Sent", "live chat message received", "Song Played", ""),
    *("Live Chat Conversation Started", "Live Chat Conversation Ended", "Live Chat Message", KEY),
    *(
        "2026-03-01T10:00:00.000Z",
        "2026-03-01T10:00:00",
        "9999-12-31T23:59:59.999Z",
        "0001-01-01T00:00:00+14:00",
    ),
)

moments = st.integers(-(10**7), 10**7).map(lambda ms: START + dt.timedelta(milliseconds=ms))
scalars = st.one_of(
    st.none(),
    st.booleans(),
    # What a JSON text says beyond 64 bits is read as a float, by orjson and so by us.
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(WORDS),
)
json_values: SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(PROPERTIES + MEMBERS) | st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=10,
)
odd_calls = st.dictionaries(
    st.sampled_from(MEMBERS),
    json_values | st.dictionaries(st.sampled_from(PROPERTIES), scalars, max_size=5),
    max_size=9,
)
some_calls = st.one_of(odd_calls, odd_calls, strategies.calls())


@st.composite
def bodies(draw: DrawFn) -> bytes:
    """
    What may stand in a request: batches of odd calls, single ones, other JSON, gzip, any bytes.
    """
    batch = st.fixed_dictionaries(
        {"batch": st.lists(some_calls, max_size=4) | json_values}, optional={"writeKey": st.just(KEY)}
    )
    document = draw(st.one_of(batch, batch, some_calls, json_values))
    body = json.dumps(document).encode("utf-8", "surrogatepass")
    return draw(st.one_of(st.just(body), st.just(gzip.compress(body)), st.binary(max_size=40)))


@st.composite
def exchanges(draw: DrawFn, sequence: int) -> Exchange:
    """
    One request of any kind, with any reply.
    """
    body = draw(bodies())
    headers = st.sampled_from(
        [
            ("Content-Type", "application/json"),
            ("content-type", "text/plain"),
            ("Content-Encoding", "gzip"),
            ("Authorization", "Basic Og=="),
            ("Authorization", f"Bearer {KEY}"),
            ("X-\xff", "\xfe"),
        ]
    )
    told = [(), (("Retry-After", "1"),), (("Location", "http://["),), (("Retry-After", "x"),)]
    reply = st.builds(
        Reply,
        status=st.sampled_from([None, 200, 302, 400, 429, 503]),
        headers=st.sampled_from(told),
        body=st.binary(max_size=8),
        at=st.none() | moments,
    )
    return Exchange(
        sequence=sequence,
        at=draw(moments),
        endpoint=draw(st.sampled_from(["us", "us", "eu", "collector.example", ""])),
        method=draw(st.sampled_from(["POST", "POST", "GET", ""])),
        target=draw(st.sampled_from(["/v1/batch", "/v1/track", "/v1/t?writeKey=x", "//[", "", "\x00"])),
        headers=tuple(draw(st.lists(headers, max_size=3))),
        body=body,
        size=draw(st.sampled_from([len(body), 0, 10**9])),
        complete=draw(st.booleans()),
        reply=draw(reply),
        kept=draw(st.booleans()),
        fault=draw(st.sampled_from([None, "status", "hang"])),
        secure=draw(st.sampled_from([None, True, False])),
    )


@st.composite
def steps(draw: DrawFn) -> tuple[Step, ...]:
    """
    What a driver may have asked, in any order, answered in any way; the activities are legal ones.
    """
    said = list(draw(st.one_of(strategies.chats(), strategies.activities().map(lambda each: (each,)))))
    told = []
    connection = 0
    for activity in [None, *said[:12]]:
        connection += activity is None or draw(st.integers(0, 9)) == 0
        method = Method.INITIALIZE if activity is None else Method.ACTIVITY
        told.append(draw(_steps(method, connection, activity)))
    for method in draw(st.lists(st.sampled_from(list(Method)), max_size=3)):
        told.append(draw(_steps(method, connection, None)))
    return tuple(told)


@st.composite
def records(draw: DrawFn) -> ScenarioRecord:
    """
    The record of a scenario, as a run might leave it that went wrong in every way.
    """
    count = draw(st.integers(0, 4))
    return ScenarioRecord(
        name=draw(st.sampled_from(["first", "second", "generated-EVENT-06"])),
        purpose=draw(st.text(max_size=10)),
        started_at=START,
        steps=draw(steps()) if draw(st.booleans()) else (),
        exchanges=tuple(draw(exchanges(number)) for number in range(1, count + 1)),
        faults=tuple(draw(st.lists(st.sampled_from(FAULTS), max_size=2))),
        pace=draw(st.sampled_from([0.0, 0.1])),
        intercepted=draw(st.booleans()),
        log=draw(st.sampled_from(["", "write key missing", KEY])),
        unusable=draw(st.sampled_from(["", "", "", "it crashed"])),
        archived=tuple(draw(st.lists(some_calls, max_size=2))) if not count else (),
        case=draw(st.sampled_from(["", "cases/x.json"])),
    )


headers = st.builds(
    Header,
    started_at=moments,
    toolkit=st.just("0.1.0"),
    target=st.sampled_from(["python:a:b", f"stdio:run --key {KEY}"]),
    implementation=st.builds(Implementation, name=st.text(min_size=1, max_size=8)),
    budget=st.sampled_from(["quick", "standard", "exhaustive", "archive"]),
    seed=st.none() | st.integers(0, 9),
)


def whole_records() -> SearchStrategy[Record]:
    """
    Records of a few scenarios.
    """
    return st.builds(
        Record,
        header=headers,
        scenarios=st.lists(records(), max_size=3).map(tuple),
        complete=st.booleans(),
    )


def _steps(method: Method, connection: int, activity: Any) -> SearchStrategy[Step]:
    answers = st.sampled_from([Answer.TAKEN, Answer.TAKEN, Answer.REFUSED, Answer.FAILED])
    known: SearchStrategy[Settings | None] = st.none() if activity else strategies.settings()
    return st.builds(
        Step,
        method=st.just(method),
        connection=st.just(connection),
        at=moments,
        elapsed=st.sampled_from([0.0, 0.1, 5.0]),
        answer=answers,
        settings=known if method is Method.INITIALIZE else st.none(),
        activity=st.just(activity),
        code=st.sampled_from([None, -32001, -32002, -32003, 7]),
        message=st.sampled_from(["", "us", "a write key is missing"]),
        feature=st.sampled_from(["", "", "regions"]),
    )
