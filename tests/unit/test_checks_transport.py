"""
How calls reach Segment, request by request: where exactly a limit ends.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import attrs
import pytest

from conformance.checks import Evidence
from conformance.checks.transport import bursts
from conformance.model import Exchange, Finding, Reply, Status
from conformance.model.scenario import Fault, FaultKind
from tests.unit import toys
from tests.unit.toys import KEY, NOW, Call, exchange, judged, ordinary, played, verdict

OWN = f"{KEY[:-2]}01"


def calls_sent() -> list[Call]:
    """
    What the reference sends in an ordinary conversation.
    """
    (calls,) = toys.sent(ordinary())
    return calls


def request(document: Any = None, **members: Any) -> Exchange:
    """
    A request with the reference's calls, or with something else, and other members.
    """
    made = exchange({"batch": calls_sent()} if document is None else document, key=OWN)
    return attrs.evolve(made, **members)


def found(requirement: str, *exchanges: Exchange, **members: Any) -> tuple[Finding, ...]:
    """
    What is found against a requirement, which has to be exercised.
    """
    judgement = verdict(judged(played(ordinary(), exchanges=exchanges, **members)), requirement)
    assert judgement.exercised
    return judgement.findings


def told(requirement: str, *exchanges: Exchange, **members: Any) -> list[str]:
    """
    What was observed against a requirement.
    """
    return [finding.observed for finding in found(requirement, *exchanges, **members)]


# --- which requests count


@pytest.mark.parametrize("header", ["Location", "location"])
@pytest.mark.parametrize("location", ["/elsewhere", "http://127.0.0.1:1/elsewhere?x=1"])
def test_where_a_redirect_leads_is_not_the_senders_choice(header: str, location: str) -> None:
    """
    From then on; before it, and to any other path, a request is.
    """
    away = request(sequence=2, reply=Reply(status=308, headers=((header, location),)))
    before, after, other = (
        request(sequence=number, target=target)
        for number, target in ((1, "/elsewhere"), (3, "/elsewhere"), (4, "/"))
    )
    evidence = Evidence(scenario=played(ordinary(), exchanges=(before, away, after, other)))
    assert [arrival.exchange.sequence for arrival in evidence.requests] == [1, 2, 4]
    told = attrs.evolve(away, reply=attrs.evolve(away.reply, status=201))
    evidence = Evidence(scenario=played(ordinary(), exchanges=(before, told, after, other)))
    assert [arrival.exchange.sequence for arrival in evidence.requests] == [1, 2, 3, 4]


def test_a_redirect_to_nowhere_leads_nowhere() -> None:
    """
    And a request to a stranger's host is none to Segment.
    """
    away = request(reply=Reply(status=302))
    strange = request(sequence=3, endpoint="example.com")
    evidence = Evidence(scenario=played(ordinary(), exchanges=(away, request(sequence=2), strange)))
    assert [arrival.exchange.sequence for arrival in evidence.requests] == [1, 2]


# --- path, media type, credentials


def test_a_wrong_path_is_told_with_its_method() -> None:
    """
    Without its query, which may hold anything.
    """
    assert told("TRANSPORT-01", request(target="/v2/batch?a=1")) == ["POST /v2/batch"]
    assert told("TRANSPORT-01", request(method="PUT")) == ["PUT /v1/batch"]
    assert told("TRANSPORT-01", request(method="P" * 30, target=f"/{'x' * 200}")) == [
        f"{'P' * 20} /{'x' * 119}"
    ]
    assert told("TRANSPORT-01", request(target="/v1/import")) == []


@pytest.mark.parametrize(
    ("members", "probe"),
    [
        ({"method": "GET", "target": "/"}, True),
        ({"method": "HEAD"}, True),
        ({"method": "OPTIONS"}, True),
        ({"method": "POST"}, False),
        ({"method": "GET", "target": "/?data=e30"}, False),
        ({"method": "GET", "body": b"{}", "size": 2}, False),
    ],
)
def test_to_ask_whether_segment_is_there_is_no_call(members: dict[str, Any], probe: bool) -> None:
    """
    It needs neither a documented path nor a write key, nor can it be read; but a key in its URL is told.
    """
    asked = request(b"", headers=(), **members)
    assert asked.is_probe is probe
    judgement = judged(played(ordinary(), exchanges=(asked,)))
    for requirement in ("TRANSPORT-01", "TRANSPORT-03", "TRANSPORT-05"):
        assert verdict(judgement, requirement).exercised == (0 if probe else 1)
    leaking = attrs.evolve(asked, target=f"/v1/projects/{OWN}/settings")
    assert told("TRANSPORT-07", leaking) == ["a write key in the request target"]


@pytest.mark.parametrize(
    ("value", "observed"),
    [
        ("application/json", []),
        ("Application/JSON; charset=utf-8", []),
        (" application/json ;charset=utf-8", []),
        ("text/plain", ["Content-Type: text/plain"]),
        ("application/json-patch", ["Content-Type: application/json-patch"]),
        ("x" * 100, [f"Content-Type: {'x' * 80}"]),
        (None, ["no Content-Type"]),
    ],
)
def test_the_media_type_is_json(value: str | None, observed: list[str]) -> None:
    """
    Whatever its parameters and its case.
    """
    rest = request().headers[1:]
    headers = rest if value is None else (("content-type", value), *rest)
    assert told("TRANSPORT-02", request(headers=headers)) == observed


def test_without_a_body_there_is_no_media_type() -> None:
    """
    Nor anything too large.
    """
    empty = request(b"", method="GET", headers=())
    judgement = judged(played(ordinary(), exchanges=(empty,)))
    for requirement in ("TRANSPORT-02", "TRANSPORT-06"):
        assert verdict(judgement, requirement).exercised == 0


BASIC = toys.exchange({}, key=OWN).header("authorization") or ""


@pytest.mark.parametrize(
    ("authorization", "document", "observed"),
    [
        (BASIC, {}, []),
        ("", {"writeKey": OWN}, []),
        (f"Bearer {OWN}", {"writeKey": OWN}, []),
        (f"Bearer {OWN}", {}, ["only bearer credentials"]),
        ("", {}, ["no write key"]),
    ],
)
def test_a_request_says_whose_it_is(
    authorization: str, document: dict[str, Any], observed: list[str]
) -> None:
    """
    By its header or its body; a bearer alone is not enough.
    """
    headers = (("Content-Type", "application/json"), ("Authorization", authorization))
    made = request({"batch": calls_sent(), **document}, headers=headers)
    assert told("TRANSPORT-03", made) == observed


def test_credentials_of_several_wrong_forms_are_told_together() -> None:
    """
    In the order of the alphabet.
    """
    made = request(headers=(("Authorization", f"Bearer {OWN}"),), target=f"/v1/batch?writeKey={OWN}")
    assert told("TRANSPORT-03", made) == ["only bearer, query credentials"]


# --- the body


@pytest.mark.parametrize(
    ("body", "observed"),
    [
        (b"{}", []),
        (b"{", ["a body that is no JSON"]),
        (b"[]", ["JSON that is no object"]),
        (b'"\xff"', ["a body that is no JSON"]),
    ],
)
def test_a_body_is_one_json_object(body: bytes, observed: list[str]) -> None:
    """
    In UTF-8.
    """
    assert told("TRANSPORT-05", request(body)) == observed


@pytest.mark.parametrize(
    ("fault", "observed"), [(None, ["a body shorter than announced"]), ("reset_before_read", [])]
)
def test_a_body_cut_short_is_the_senders_unless_we_cut_it(fault: str | None, observed: list[str]) -> None:
    """
    A scheduled fault reads no further.
    """
    cut = request(b'{"batch"', size=500, complete=False, fault=fault, kept=False)
    assert told("TRANSPORT-05", cut) == observed


def of_size(size: int, place: int = 0) -> dict[str, Any]:
    """
    A batch whose call at that place has so many bytes.
    """
    calls = calls_sent()
    calls[place] = {**calls[place], "padding": ""}
    room = size - len(json.dumps(calls[place], separators=(",", ":"), ensure_ascii=False).encode())
    calls[place]["padding"] = "x" * room
    return {"batch": calls}


def test_an_event_has_at_most_thirty_two_kilobytes() -> None:
    """
    Exactly so many are allowed; one more is found at its place in the batch.
    """
    assert told("TRANSPORT-06", request(of_size(32_768, 2))) == []
    (finding,) = found("TRANSPORT-06", request(of_size(32_769, 2)))
    assert (finding.observed, finding.exchange, finding.message) == ("32769 bytes", 1, 2)
    assert finding.expected == "an event of at most 32768 bytes"


def test_a_batch_has_at_most_two_thousand_and_five_hundred_events() -> None:
    """
    Exactly so many are allowed.
    """
    call = {"type": "track", "event": "x", "userId": "u"}
    assert told("TRANSPORT-06", request({"batch": [call] * 2500})) == []
    assert told("TRANSPORT-06", request({"batch": [call] * 2501})) == ["2501 events"]


def test_a_batch_has_at_most_five_hundred_kilobytes() -> None:
    """
    A batch of one event that is too large is that event's fault.
    """
    calls = [{"type": "track", "event": "x", "userId": "u", "padding": "x" * 30_000}] * 17
    whole = json.dumps({"batch": calls}).encode()
    allowed, too_large = (whole.ljust(size) for size in (512_000, 512_001))
    assert told("TRANSPORT-06", request(allowed)) == []
    assert told("TRANSPORT-06", request(too_large)) == ["a body of 512001 bytes"]
    single = request({"batch": [{**calls[0], "padding": "x" * 600_000}]})
    assert [text.split()[1] for text in told("TRANSPORT-06", single)] == ["bytes"]


@pytest.mark.parametrize(
    "target", [f"/v1/batch?writeKey={OWN}", f"/v1/batch/{OWN}", "/v1/batch?writeKey=another"]
)
def test_a_write_key_is_not_in_the_url(target: str) -> None:
    """
    Neither the configured one, wherever it stands, nor any other.
    """
    assert told("TRANSPORT-07", request(target=target)) == ["a write key in the request target"]
    assert told("TRANSPORT-07", request(target="/v1/batch?a=1")) == []


# --- the rate


def burst(moments: Sequence[float], *, pace: float = 0.05) -> list[tuple[int, int]]:
    """
    The busiest second of requests at these seconds: how many, and the last of them.
    """
    exchanges = tuple(
        request(sequence=number, at=NOW + dt.timedelta(seconds=moment))
        for number, moment in enumerate(moments, start=1)
    )
    evidence = Evidence(scenario=played(ordinary(), exchanges=exchanges, pace=pace))
    return [(each.requests, each.exchange.sequence) for each in bursts(evidence)]


def test_the_busiest_second_is_looked_for() -> None:
    """
    Wherever it begins; its end is not part of it.
    """
    assert burst([0, 0.5, 1.2, 1.4, 1.6, 3]) == [(3, 4)]
    assert burst([0, 0.999]) == [(2, 2)]
    assert burst([0, 1]) == [(1, 1)]
    assert burst([5]) == [(1, 1)]
    assert burst([]) == []


def test_a_rate_is_the_senders_own_where_the_chat_was_slow() -> None:
    """
    Twenty activities a second are slow.
    """
    assert burst([0, 0.1], pace=0.05) == [(2, 2)]
    assert burst([0, 0.1], pace=0.049) == []


@pytest.mark.parametrize(("count", "status"), [(50, Status.PASSED), (51, Status.FAILED)])
def test_fifty_requests_a_second_are_allowed(count: int, status: Status) -> None:
    """
    The fifty-first is found.
    """
    call = calls_sent()[:1]
    exchanges = tuple(request({"batch": call}, sequence=number) for number in range(1, count + 1))
    record = played(
        ordinary(), exchanges=(*exchanges, request(sequence=99, at=NOW + dt.timedelta(seconds=9)))
    )
    judgement = verdict(judged(attrs.evolve(record, pace=0.1)), "TRANSPORT-08")
    assert judgement.status is status
    assert [(f.observed, f.exchange) for f in judgement.findings] == (
        [("51 requests within one second of a slow chat", 51)] if count == 51 else []
    )


# --- members of a batch, and the line


@pytest.mark.parametrize(
    ("members", "observed"),
    [
        ({"type": "track"}, []),
        ({"type": "alias"}, []),
        ({"type": "Track"}, ['"Track"']),
        ({"type": 5}, ["5"]),
        ({"type": None}, ["null"]),
        ({}, ["no `type`"]),
    ],
)
def test_a_member_of_a_batch_names_its_type(members: dict[str, Any], observed: list[str]) -> None:
    """
    One of the six that there are.
    """
    call = {"event": "x", "userId": "u", "messageId": "m", **members}
    batch = found("TRANSPORT-09", request({"batch": [*calls_sent(), call]}))
    assert [finding.observed for finding in batch] == observed
    assert [finding.message for finding in batch] == [5] * len(observed)


def test_a_single_call_is_no_batch() -> None:
    """
    Nor is a batch of nothing.
    """
    single = request(calls_sent()[0], target="/v1/track")
    for made in (single, request({"batch": []}), request({"batch": "all"})):
        assert verdict(judged(played(ordinary(), exchanges=(made,))), "TRANSPORT-09").exercised == 0


@pytest.mark.parametrize(
    ("secure", "observed"), [(True, []), (None, []), (False, ["plain HTTP to the us endpoint"])]
)
def test_real_hosts_are_dialled_over_https(secure: bool | None, observed: list[str]) -> None:
    """
    As far as an interception can see; without one there is nothing to see.
    """
    findings = found("TRANSPORT-10", request(secure=secure), intercepted=True)
    assert [(each.expected, each.observed) for each in findings] == [("HTTPS", text) for text in observed]
    assert (
        verdict(judged(played(ordinary(), exchanges=(request(secure=secure),))), "TRANSPORT-10").exercised
        == 0
    )


def test_basic_credentials_keep_their_colon() -> None:
    """
    Other credentials have none.
    """
    bare = (("Content-Type", "application/json"), ("Authorization", "Basic S2V5V2l0aG91dENvbG9u"))
    assert told("TRANSPORT-04", request(headers=bare)) == ["Basic credentials without a colon"]
    assert told("TRANSPORT-04", request()) == []
    body = request({"batch": calls_sent(), "writeKey": OWN}, headers=())
    assert verdict(judged(played(ordinary(), exchanges=(body,))), "TRANSPORT-04").exercised == 0


def test_a_fault_excuses_only_a_body_that_was_not_read() -> None:
    """
    What was read to its end under a fault is the sender's.
    """
    broken = request(b"{", fault="status", kept=False)
    fault = Fault(kind=FaultKind.STATUS, status=500, requests=1)
    assert told("TRANSPORT-05", broken, faults=(fault,)) == ["a body that is no JSON"]
