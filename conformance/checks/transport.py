"""
TRANSPORT: how calls reach Segment: path, headers, credentials, body, size, rate.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from conformance.checks.check import Check, Difference, Sighting, shown
from conformance.checks.evidence import Arrival, Evidence
from conformance.ingestion import (
    BATCH_EVENTS,
    BATCH_LIMIT,
    CALL_TYPES,
    EVENT_LIMIT,
    size_of,
    split_target,
)
from conformance.model import Exchange

REQUESTS_A_SECOND = 50
SLOW_PACE = 0.05
"""Seconds between two activities from which a chat counts as fed slowly: 20 a second."""

_UNREADABLE: Mapping[str | None, str] = {
    "malformed_json": "a body that is no JSON",
    "not_an_object": "JSON that is no object",
    "too_deep": "JSON nested too deeply to be read",
    "bad_gzip": "a body labelled gzip that cannot be unpacked",
    "unsupported_encoding": "a body in an encoding Segment does not read",
    "body_incomplete": "a body shorter than announced",
}


@frozen(kw_only=True, eq=False)
class Burst:
    """
    The most requests within one second of a scenario, the last of them in `exchange`.
    """

    requests: int
    exchange: Exchange


def requests(evidence: Evidence) -> Iterable[Arrival]:
    """
    Every request to Segment's hosts: what a check looks `over` that holds for all of them.
    """
    return evidence.requests


def carrying(evidence: Evidence) -> Iterator[Arrival]:
    """
    The requests that may carry a call: all but those that only ask whether Segment is there.
    """
    return (arrival for arrival in evidence.requests if not arrival.exchange.is_probe)


def path_is_documented(_evidence: Evidence, arrival: Arrival) -> Iterator[Difference]:
    """
    TRANSPORT-01: the call is POSTed to a documented path.
    """
    if arrival.intake.problem in {"unknown_path", "method_not_allowed"}:
        exchange = arrival.exchange
        yield Difference(
            expected="POST to a path of the tracking API, such as /v1/batch",
            observed=f"{exchange.method[:20]} {split_target(exchange.target)[0][:120]}",
        )


def bodies(evidence: Evidence) -> Iterator[Arrival]:
    """
    The requests that carry a body.
    """
    return (arrival for arrival in evidence.requests if arrival.exchange.size)


def content_type_is_json(_evidence: Evidence, arrival: Arrival) -> Iterator[Difference]:
    """
    TRANSPORT-02: the media type is `application/json`, whatever its parameters.
    """
    value = arrival.exchange.header("content-type")
    if (value or "").partition(";")[0].strip().lower() != "application/json":
        yield Difference(
            expected="Content-Type: application/json",
            observed="no Content-Type" if value is None else f"Content-Type: {value[:80]}",
        )


def whole_requests(evidence: Evidence) -> Iterator[Arrival]:
    """
    The requests that were read to their end: a write key may stand anywhere in the body.
    """
    return (arrival for arrival in carrying(evidence) if arrival.exchange.complete)


def is_authenticated(_evidence: Evidence, arrival: Arrival) -> Iterator[Difference]:
    """
    TRANSPORT-03: a write key as Basic user, as `writeKey` in the body, or as Bearer with `writeKey`.
    """
    forms = {credential.form for credential in arrival.intake.credentials if credential.key}
    if not forms & {"basic", "body", "message"}:
        yield Difference(
            expected="the write key as Basic user name or as `writeKey` in the body",
            observed=f"only {', '.join(sorted(forms))} credentials" if forms else "no write key",
        )


def basic_requests(evidence: Evidence) -> Iterator[Arrival]:
    """
    The requests with Basic credentials.
    """
    for arrival in evidence.requests:
        if any(credential.form == "basic" for credential in arrival.intake.credentials):
            yield arrival


def basic_keeps_colon(_evidence: Evidence, arrival: Arrival) -> Iterator[Difference]:
    """
    TRANSPORT-04: Basic credentials keep the colon after the write key.
    """
    for credential in arrival.intake.credentials:
        if credential.form == "basic" and not credential.colon:
            yield Difference(
                expected="Basic credentials of the write key and a colon",
                observed="Basic credentials without a colon",
            )


def body_is_object(_evidence: Evidence, arrival: Arrival) -> Iterator[Difference]:
    """
    TRANSPORT-05: the body is one JSON object in UTF-8, gzipped where it says so.
    """
    problem = arrival.intake.problem
    if problem in _UNREADABLE and not (problem == "body_incomplete" and arrival.exchange.fault):
        yield Difference(expected="a body that is one JSON object in UTF-8", observed=_UNREADABLE[problem])


def sizes_are_allowed(_evidence: Evidence, arrival: Arrival) -> Iterator[Difference]:
    """
    TRANSPORT-06: an event has at most 32 KB, a batch at most 500 KB and 2,500 events.
    """
    count = len(arrival.intake.messages)
    if count > BATCH_EVENTS:
        yield Difference(expected=f"at most {BATCH_EVENTS} events in a batch", observed=f"{count} events")
    for message in arrival.intake.messages:
        size = size_of(message)
        if size > EVENT_LIMIT:
            yield Difference(
                expected=f"an event of at most {EVENT_LIMIT} bytes",
                observed=f"{size} bytes",
                message=message.index,
            )
    if arrival.intake.problem == "payload_too_large" and count != 1:
        yield Difference(
            expected=f"a batch of at most {BATCH_LIMIT} bytes",
            observed=f"a body of {arrival.exchange.size} bytes",
        )


def key_is_not_in_url(evidence: Evidence, arrival: Arrival) -> Iterator[Difference]:
    """
    TRANSPORT-07: the write key is not in the URL, which proxies and servers log.
    """
    in_query = any(credential.form == "query" for credential in arrival.intake.credentials)
    if in_query or any(key in arrival.exchange.target for key in evidence.write_keys):
        yield Difference(expected="no write key in the URL", observed="a write key in the request target")


def bursts(evidence: Evidence) -> Iterator[Burst]:
    """
    The busiest second of a scenario that was fed slowly; elsewhere we cause the burst ourselves.
    """
    arrivals = evidence.requests
    if arrivals and evidence.scenario.pace >= SLOW_PACE:
        yield max(_seconds(arrivals), key=lambda burst: burst.requests)


def _seconds(arrivals: Sequence[Arrival]) -> Iterator[Burst]:
    """
    For each request the second that ends with it.
    """
    start = 0
    for end, arrival in enumerate(arrivals):
        while arrival.exchange.at - arrivals[start].exchange.at >= dt.timedelta(seconds=1):
            start += 1
        yield Burst(requests=end - start + 1, exchange=arrival.exchange)


def rate_is_allowed(_evidence: Evidence, burst: Burst) -> Iterator[Difference]:
    """
    TRANSPORT-08: at most 50 requests a second.
    """
    if burst.requests > REQUESTS_A_SECOND:
        yield Difference(
            expected=f"at most {REQUESTS_A_SECOND} requests a second",
            observed=f"{burst.requests} requests within one second of a slow chat",
            exchange=burst.exchange.sequence,
        )


def batches(evidence: Evidence) -> Iterator[Arrival]:
    """
    The requests that carry a batch with members.
    """
    for arrival in evidence.requests:
        document = arrival.intake.document
        if isinstance(document, dict) and isinstance(document.get("batch"), list) and arrival.intake.messages:
            yield arrival


def members_name_type(_evidence: Evidence, arrival: Arrival) -> Iterator[Difference]:
    """
    TRANSPORT-09: each member of a batch names its `type`.
    """
    for message in arrival.intake.messages:
        value = message.sent.get("type")
        if not isinstance(value, str) or value not in CALL_TYPES:
            yield Difference(
                expected="a `type`, such as `track`, on each member of the batch",
                observed=shown(value) if "type" in message.sent else "no `type`",
                message=message.index,
                pointer="/type",
            )


def intercepted(evidence: Evidence) -> Iterable[Arrival]:
    """
    The requests to Segment's hosts where hosts were intercepted.
    """
    return evidence.requests if evidence.scenario.intercepted else ()


def is_secure(_evidence: Evidence, arrival: Arrival) -> Iterator[Difference]:
    """
    TRANSPORT-10: real hosts are dialled over HTTPS.
    """
    if arrival.exchange.secure is False:
        yield Difference(expected="HTTPS", observed=f"plain HTTP to the {arrival.exchange.endpoint} endpoint")


NO_REQUEST = "no request was seen"

CHECKS = (
    Check(requirement="TRANSPORT-01", over=carrying, find=path_is_documented, unexercised=NO_REQUEST),
    Check(requirement="TRANSPORT-02", over=bodies, find=content_type_is_json, unexercised=NO_REQUEST),
    Check(requirement="TRANSPORT-03", over=whole_requests, find=is_authenticated, unexercised=NO_REQUEST),
    Check(
        requirement="TRANSPORT-04",
        over=basic_requests,
        find=basic_keeps_colon,
        unexercised="no request carried Basic credentials, which are one way of several",
        optional=True,
    ),
    Check(requirement="TRANSPORT-05", over=carrying, find=body_is_object, unexercised=NO_REQUEST),
    Check(requirement="TRANSPORT-06", over=bodies, find=sizes_are_allowed, unexercised=NO_REQUEST),
    Check(
        requirement="TRANSPORT-07",
        over=requests,
        find=key_is_not_in_url,
        given=Sighting.EVENTS,
        unexercised=NO_REQUEST,
    ),
    Check(
        requirement="TRANSPORT-08",
        over=bursts,
        find=rate_is_allowed,
        given=Sighting.EVENTS,
        unexercised="no chat was fed slowly enough for a rate to be the sender's own",
    ),
    Check(
        requirement="TRANSPORT-09",
        over=batches,
        find=members_name_type,
        unexercised="no batch was sent: the path of a single call names its type",
        optional=True,
    ),
    Check(
        requirement="TRANSPORT-10",
        over=intercepted,
        find=is_secure,
        unexercised="no request was intercepted: the endpoints given were plain HTTP on this machine",
        optional=True,
    ),
)
