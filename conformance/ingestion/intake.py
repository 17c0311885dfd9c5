"""
What Segment makes of a request: the reply, and the messages it carried.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson
from attrs import field, frozen

from conformance.ingestion.bodies import Body, read_body
from conformance.ingestion.calls import compact_size, merged, refusal
from conformance.ingestion.clock import corrected_time
from conformance.ingestion.credentials import Credential, credentials_in, key_in, members_of, write_key_of
from conformance.ingestion.destinations import STANDARD
from conformance.ingestion.limits import BATCH_EVENTS, BATCH_LIMIT, BODY_BOUND, DECODED_BOUND, EVENT_LIMIT
from conformance.ingestion.paths import BATCH, kind_of, split_target
from conformance.model import Exchange, Message, Reply

_Drop = Callable[[Any, Mapping[str, Any], str | None], str | None]
ENDPOINTS = ("us", "eu")
"""Segment's two hosts, as an exchange names the one that it came to."""

REPLIES: Mapping[str, tuple[int, str, str]] = {
    "not_segment": (404, "not found", "not_found"),
    "unknown_path": (404, "not found", "not_found"),
    "method_not_allowed": (405, "method not allowed", "method_not_allowed"),
    "body_incomplete": (400, "malformed JSON", "invalid_request"),
    "payload_too_large": (400, "Exceed payload limit", "invalid_request"),
    "unsupported_encoding": (400, "malformed JSON", "invalid_request"),
    "bad_gzip": (400, "malformed JSON", "invalid_request"),
    "malformed_json": (400, "malformed JSON", "invalid_request"),
    "too_deep": (400, "malformed JSON", "invalid_request"),
    "not_an_object": (400, "malformed JSON", "invalid_request"),
    "missing_write_key": (400, "An invalid write key was provided", "invalid_request"),
    "wrong_region": (400, "The workspace of this write key is in another region", "invalid_request"),
}
"""Problems that Segment answers with an error: status, message and code. The others get a silent 200."""

SUCCESS: Mapping[str, Any] = {"success": True}


@frozen(kw_only=True)
class SourceState:
    """
    A source as Segment knows it at the moment: its key, its workspace, that workspace's region, and the
    names of the destinations connected to it.
    """

    write_key: str = field(repr=False)
    workspace: str
    region: str
    enabled: bool = True
    destinations: tuple[str, ...] = STANDARD


@frozen(kw_only=True)
class Request:
    """
    A request as it came: an `Exchange` before it is answered. The fields mean what they mean there.
    """

    sequence: int
    at: dt.datetime
    endpoint: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    size: int
    complete: bool

    def header(self, name: str) -> str | None:
        """
        The first value of the named header, whatever its case; None when absent.
        """
        folded = name.lower()
        return next((value for key, value in self.headers if key.lower() == folded), None)


@frozen(kw_only=True)
class Intake:
    """
    What a request came to: the `reply` due, and every message it carried, dropped ones with their reason.

    `problem` says why the request as a whole carries nothing; its messages, where the body could be read
    all the same, then have the problem as their drop reason. `document` is the body as parsed, None if it
    is no JSON. `write_key` speaks for the whole request. `notes` name what was odd and yet let pass:
    `path_prefix`, `duplicate_member`, `huge_integer`, `lone_surrogate`, `members_not_decoded`.
    """

    reply: Reply
    messages: tuple[Message, ...] = ()
    problem: str | None = None
    write_key: str | None = field(default=None, repr=False)
    credentials: tuple[Credential, ...] = ()
    document: Any = None
    notes: tuple[str, ...] = ()


def request_of(exchange: Exchange) -> Request:
    """
    The request that an exchange began with.
    """
    return Request(
        sequence=exchange.sequence,
        at=exchange.at,
        endpoint=exchange.endpoint,
        method=exchange.method,
        target=exchange.target,
        headers=exchange.headers,
        body=exchange.body,
        size=exchange.size,
        complete=exchange.complete,
    )


def receive(request: Request, sources: Mapping[str, SourceState], *, strict: bool = False) -> Intake:
    """
    What Segment, knowing `sources` by their write keys, makes of a request. Never raises.

    The mock answers with it and the judge decodes with it, so that they cannot disagree. `strict` answers
    400 to a key of another region, which is documented beside the silent 200. Duplicates are not looked
    for here: see `deduplicate`.
    """
    path, query = split_target(request.target)
    kind, path_notes = kind_of(path)
    body = read_body(request.body, request.header("content-encoding") or "")
    credentials = credentials_in(request.header("authorization"), query, body.document)
    write_key = write_key_of(credentials)
    problem = (
        _request_problem(request, kind)
        or body.problem
        or _size_problem(body, kind)
        or _key_problem(credentials)
        or _batch_problem(body, kind)
    )
    crowded = len(members_of(body.document)) > BATCH_EVENTS

    def drop(sent: Any, call: Mapping[str, Any], key: str | None) -> str | None:
        reason = problem or _source_drop(key, request.endpoint, sources)
        return reason or ("too_many_events" if crowded else _content_drop(sent, call))

    messages = tuple(_messages(request, body.document, kind, write_key, drop))
    return Intake(
        reply=_reply(problem, messages, strict=strict),
        messages=messages,
        problem=problem,
        write_key=write_key,
        credentials=credentials,
        document=body.document,
        notes=(*path_notes, *body.notes, *_undecoded(body)),
    )


def _request_problem(request: Request, kind: str | None) -> str | None:
    if request.endpoint not in ENDPOINTS:
        return "not_segment"
    if kind is None:
        return "unknown_path"
    if request.method != "POST":
        return "method_not_allowed"
    if request.size > BODY_BOUND:
        return "payload_too_large"
    return None if request.complete else "body_incomplete"


def _size_problem(body: Body, kind: str | None) -> str | None:
    limit = BATCH_LIMIT if kind == BATCH else EVENT_LIMIT
    return "payload_too_large" if body.size > limit else None


def _key_problem(credentials: tuple[Credential, ...]) -> str | None:
    forms = {credential.form for credential in credentials if credential.key}
    return None if forms & {"basic", "body", "message"} else "missing_write_key"


def _batch_problem(body: Body, kind: str | None) -> str | None:
    return "empty_batch" if kind == BATCH and not members_of(body.document) else None


def _undecoded(body: Body) -> tuple[str, ...]:
    return ("members_not_decoded",) if len(members_of(body.document)) > DECODED_BOUND else ()


def _reply(problem: str | None, messages: tuple[Message, ...], *, strict: bool) -> Reply:
    if strict and any(message.drop == "wrong_region" for message in messages):
        problem = "wrong_region"
    status, answer = 200, SUCCESS
    if problem is not None and problem in REPLIES:
        status, text, code = REPLIES[problem]
        answer = {"success": False, "message": text, "code": code}
    return Reply(status=status, headers=(("Content-Type", "application/json"),), body=orjson.dumps(answer))


def _messages(
    request: Request, document: Any, kind: str | None, write_key: str | None, drop: _Drop
) -> Iterator[Message]:
    """
    Every call of a document as a message; `drop` says why Segment would not keep it.
    """
    for index, (sent, call) in enumerate(_calls(document, kind)):
        key = key_in(sent) or write_key
        yield Message(
            exchange=request.sequence,
            index=index,
            endpoint=request.endpoint,
            write_key=key,
            received_at=request.at,
            sent=sent if isinstance(sent, dict) else {},
            call=call,
            drop=drop(sent, call, key),
            timestamp=corrected_time(call, request.at),
        )


def _content_drop(sent: Any, call: Mapping[str, Any]) -> str | None:
    if not isinstance(sent, dict):
        return "not_an_object"
    return "event_too_large" if compact_size(sent) > EVENT_LIMIT else refusal(call)


def _calls(document: Any, kind: str | None) -> Iterator[tuple[Any, dict[str, Any]]]:
    """
    Each call as sent and as Segment understands it. On nobody's path the body has to look like calls.
    """
    if not isinstance(document, dict):
        return
    if kind == BATCH or (kind is None and members_of(document)):
        for member in members_of(document)[:DECODED_BOUND]:
            yield member, merged(member, document) if isinstance(member, dict) else {}
    elif kind is not None:
        yield document, {**document, "type": kind}
    elif "type" in document or "event" in document:
        yield document, dict(document)


def _source_drop(key: str | None, endpoint: str, sources: Mapping[str, SourceState]) -> str | None:
    if key is None:
        return "missing_write_key"
    source = sources.get(key)
    if source is None:
        return "unknown_source"
    if not source.enabled:
        return "source_disabled"
    return None if source.region == endpoint else "wrong_region"
