"""
What must hold of any bytes that are sent to the mock: the three properties that every fuzzing run checks.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import socket
import time
from collections.abc import Iterable

import orjson

from conformance.checks import Evidence, Kind
from conformance.ingestion import (
    Intake,
    Request,
    SourceState,
    decode_archived,
    deduplicate,
    ingested,
    receive,
    size_of,
)
from conformance.judge import judge
from conformance.model import Exchange, Implementation, Outcome, Status
from conformance.record import Header, ScenarioRecord, exchange_from_json, exchange_to_json
from conformance.segment import MockSegment
from conformance.segment.reading import framing_of, read_body
from tests.fuzz.requests import KEY, framed

NOW = dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)
SOURCES = {KEY: SourceState(write_key=KEY, workspace="acme", region="us")}
IN_TIME = 5.0
"""Seconds that ingestion may take over one request of at most four megabytes on a busy machine."""

READ_TIMEOUT = 0.15
"""Seconds of silence after which a mock under fire takes a request as broken off."""

ANSWERED = 30.0
"""Seconds after which a connection that the mock has not closed counts as hanging."""

HEADER = Header(
    started_at=NOW, toolkit="0", target="fuzz:", implementation=Implementation(name="fuzz", version="0")
)


def request_in(raw: bytes) -> Request:
    """
    The request that the bytes are taken for without a socket: total, so that no input is wasted.
    """
    head, _, body = raw.partition(b"\r\n\r\n")
    line, *lines = head.decode("latin-1").split("\r\n")
    words = line.split(" ")
    headers = tuple((name, value.strip()) for name, _, value in (text.partition(":") for text in lines))
    arrived = read_body(io.BytesIO(body), framing_of(headers))
    return Request(
        sequence=1,
        at=NOW,
        endpoint="us",
        method=words[0],
        target=words[1] if len(words) > 1 else "/v1/batch",
        headers=headers,
        body=arrived.body,
        size=arrived.size,
        complete=arrived.complete,
    )


def ingestion_understands(raw: bytes) -> None:
    """
    Ingestion answers in JSON and in time, and each message it finds can be measured, kept and written again.
    """
    request, started = request_in(raw), time.monotonic()
    intake = receive(request, SOURCES)
    assert receive(request, SOURCES, strict=True).messages == intake.messages
    reply = orjson.loads(intake.reply.body)
    assert reply["success"] is (intake.reply.status == 200)
    json.dumps(intake.document)
    for message in deduplicate(intake.messages, set()):
        assert intake.problem is None or message.drop == intake.problem
        stored = orjson.loads(orjson.dumps(ingested(message, "acme")))
        assert size_of(message) > 0
        assert decode_archived(stored, message.index).event == message.event
    assert time.monotonic() - started < IN_TIME


def judge_understands(raws: Iterable[bytes]) -> None:
    """
    A record of the requests is written and read without loss, and none of our checks crashes over it.
    """
    exchanges = tuple(_exchange(number, request_in(raw)) for number, raw in enumerate(raws))
    lines = orjson.loads(orjson.dumps([exchange_to_json(exchange) for exchange in exchanges]))
    assert tuple(exchange_from_json(line) for line in lines) == exchanges
    no_check_crashes(ScenarioRecord(name="fuzz", purpose="", started_at=NOW, exchanges=exchanges))


def no_check_crashes(scenario: ScenarioRecord) -> None:
    """
    The judge gives a judgement, and no verdict in it says that one of our checks failed over the evidence.
    """
    verdicts = judge(HEADER, [scenario]).verdicts
    assert [verdict.reason for verdict in verdicts if verdict.status is Status.ERROR] == []


def no_loss_is_passed_over(scenario: ScenarioRecord) -> None:
    """
    Where Segment keeps fewer events than are called for, some MUST fails, whatever became of the others.

    Nothing is lost by right but where Segment falters.
    """
    no_check_crashes(scenario)
    evidence = Evidence(scenario=scenario)
    kept = [call for call in evidence.accepted if call["type"] == "track" and call["event"] in tuple(Kind)]
    if not scenario.faults and len(kept) < len(evidence.expected):
        outcome = judge(HEADER, [scenario]).outcome
        assert outcome is Outcome.NOT_CONFORMANT, f"{len(kept)} of {len(evidence.expected)} kept: {outcome}"


def _exchange(number: int, request: Request) -> Exchange:
    intake: Intake = receive(request, SOURCES)
    return Exchange(
        sequence=number,
        at=request.at,
        endpoint=request.endpoint,
        method=request.method,
        target=request.target,
        headers=request.headers,
        body=request.body,
        size=request.size,
        complete=request.complete,
        reply=intake.reply,
        kept=intake.problem is None,
    )


def mock_survives(segment: MockSegment, raws: Iterable[bytes]) -> None:
    """
    The mock closes each connection by itself, raises nothing, and takes the well-formed call that follows.
    """
    for number, raw in enumerate(raws):
        _exchange_bytes(segment, raw, hang_up=number % 2 == 1)
    before = segment.ledger.event_count
    call = {"writeKey": KEY, "type": "track", "event": "E", "userId": "u"}
    reply = _exchange_bytes(segment, framed(json.dumps(call).encode(), target=b"/v1/track"), hang_up=False)
    assert reply.startswith(b"HTTP/1.1 200 OK\r\n"), reply
    assert segment.ledger.event_count > before


def _exchange_bytes(segment: MockSegment, raw: bytes, *, hang_up: bool) -> bytes:
    """
    What comes back until the mock closes; a mock that does not close is found out by the time limit.
    """
    port = int(segment.endpoints.us.rpartition(":")[2])
    received = bytearray()
    address = ("127.0.0.1", port)
    with socket.create_connection(address, timeout=ANSWERED) as here, contextlib.suppress(ConnectionError):
        here.sendall(raw)
        if hang_up:
            here.shutdown(socket.SHUT_WR)
        while block := here.recv(65536):
            received += block
    return bytes(received)
