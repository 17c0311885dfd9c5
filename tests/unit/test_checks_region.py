"""
Where data go: to the US, from workspaces in the US, and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import attrs
import pytest

from conformance.chat import Script
from conformance.errors import RegionUnsupported, WriteKeyMissing
from conformance.model import Exchange, Fault, FaultKind, Finding, Scenario
from conformance.record import Answer, Method, ScenarioRecord
from tests.unit import toys
from tests.unit.toys import KEY, NOW, exchange, judged, ordinary, played, talk, verdict

OWN = f"{KEY[:-2]}01"


def calls_sent() -> dict[str, Any]:
    """
    The body that the reference sends in an ordinary conversation.
    """
    return {"batch": toys.sent(ordinary())[0]}


def request(endpoint: str = "us", sequence: int = 1, **members: Any) -> Exchange:
    """
    A request with that body to an endpoint.
    """
    return exchange(calls_sent(), key=OWN, endpoint=endpoint, sequence=sequence, **members)


def found(requirement: str, record: ScenarioRecord) -> tuple[Finding, ...]:
    """
    What is found against a requirement.
    """
    return verdict(judged(record), requirement).findings


def told(requirement: str, record: ScenarioRecord) -> list[tuple[str, str, int | None]]:
    """
    Expected, observed, and the request.
    """
    return [(each.expected, each.observed, each.exchange) for each in found(requirement, record)]


# --- REGION-01, 02: to the US


def test_events_go_to_the_us() -> None:
    """
    What went to Europe is told as such, and so is the request by itself.
    """
    record = played(ordinary(), exchanges=(request("eu"),))
    assert told("REGION-01", record) == [("the US endpoint", "the EU endpoint", 1)]
    assert told("REGION-02", record) == [("no request to the EU endpoint", "one", 1)]


def test_without_a_chat_every_request_counts() -> None:
    """
    An archive has none: nobody knows where its events went.
    """
    calls = calls_sent()["batch"]
    seen = played(ordinary(), exchanges=(request(),), steps=())
    archived = played(ordinary(), exchanges=(), steps=(), archived=tuple(calls))
    assert verdict(judged(seen), "REGION-01").exercised == len(calls)
    assert verdict(judged(archived), "REGION-01").exercised == 0
    assert verdict(judged(attrs.evolve(seen, archived=tuple(calls))), "REGION-01").exercised == len(calls)


def test_what_a_workspace_elsewhere_sends_is_not_the_us_workspaces() -> None:
    """
    It is told apart by its write key.
    """
    chat = Script("both")
    for region in ("us", "eu"):
        chat.conversation(chat.visitor()).says("Hello?")
        chat.connection(region=region)
    record = played(chat.scenario("At home and abroad, for a test."))
    (own,) = record.exchanges
    foreign = request("eu", 2, headers=exchange({}, key=f"{KEY[:-2]}02").headers)
    judgement = verdict(judged(attrs.evolve(record, exchanges=(own, foreign))), "REGION-01")
    assert (judgement.exercised, judgement.findings) == (2, ())


# --- REGION-03, 04: workspaces elsewhere


def abroad(
    *, answer: Answer = Answer.TAKEN, code: int = 0, message: str = "", log: str = "", heard: bool = False
) -> ScenarioRecord:
    """
    A workspace in Europe: how its connection was answered, what the log says, and whether anything was sent.
    """
    chat, conversation, _ = talk("abroad")
    conversation.says("Bonjour?")
    chat.connection(region="eu")
    record = played(chat.scenario("A workspace abroad, for a test."), log=log)
    steps = tuple(
        attrs.evolve(step, answer=answer, code=code, message=message)
        if step.method is Method.INITIALIZE
        else step
        for step in record.steps
    )
    return attrs.evolve(record, steps=steps, exchanges=(request(),) if heard else ())


def test_for_a_workspace_abroad_nothing_leaves() -> None:
    """
    Each request is told by its endpoint.
    """
    expected = "nothing sent for a workspace in region 'eu'"
    assert told("REGION-03", abroad(heard=True)) == [(expected, "a request to the US endpoint", 1)]
    assert told("REGION-03", abroad()) == []


def test_to_ask_whether_segment_is_there_is_to_send_nothing() -> None:
    """
    From a workspace abroad too; what carries anything at all is more than that.
    """
    asked = request(method="HEAD", target="/v1", body=b"", size=0, headers=())
    for exchanges, count in (((asked,), 0), ((asked, request(sequence=2)), 1)):
        record = attrs.evolve(abroad(), exchanges=exchanges)
        assert len(told("REGION-03", record)) == count


def test_beside_another_connection_a_request_is_known_by_its_key() -> None:
    """
    Or by what it reports; what the other one sends is its own.
    """
    chat = Script("both")
    for region in ("us", "eu"):
        chat.conversation(chat.visitor()).says("Hello?")
        chat.connection(region=region)
    record = played(chat.scenario("At home and abroad, for a test."))
    (own,) = record.exchanges
    assert told("REGION-03", record) == []
    foreign = exchange({"batch": []}, key=f"{KEY[:-2]}02", sequence=2)
    both = attrs.evolve(record, exchanges=(own, foreign))
    expected = "nothing sent for a workspace in region 'eu'"
    assert told("REGION-03", both) == [(expected, "a request to the US endpoint", 2)]


REFUSED = {"answer": Answer.REFUSED, "code": RegionUnsupported.code}


@pytest.mark.parametrize(
    ("members", "observed"),
    [
        ({**REFUSED, "message": "region EU is not connected"}, None),
        ({**REFUSED, "log": "sorry, not in eu"}, None),
        ({"log": "eu is not supported"}, None),
        ({}, "no refusal: the connection was accepted, without naming the region"),
        ({"log": "connected to eu"}, "no refusal: the connection was accepted"),
        (
            {**REFUSED, "message": "no"},
            f"an answer with code {RegionUnsupported.code}: 'no', without naming the region",
        ),
        (
            {"answer": Answer.REFUSED, "code": WriteKeyMissing.code, "message": "eu?"},
            f"an answer with code {WriteKeyMissing.code}: 'eu?'",
        ),
        (
            {"answer": Answer.FAILED, "code": RegionUnsupported.code, "message": "eu"},
            f"an answer with code {RegionUnsupported.code}: 'eu'",
        ),
    ],
)
def test_a_workspace_abroad_is_refused_by_name(members: dict[str, Any], observed: str | None) -> None:
    """
    In the answer, or at least in the log.
    """
    expected = f"a refusal (`{RegionUnsupported.name}`) that names the region 'eu'"
    assert told("REGION-04", abroad(**members)) == ([(expected, observed, None)] if observed else [])


# --- REGION-05: no failover


def outage(
    *endpoints: str, regions: Sequence[str | None] = ("us",)
) -> tuple[int, list[tuple[str, int | None]]]:
    """
    How often REGION-05 is exercised by requests to these endpoints, of which a capital means that it was not
    taken, while these regions fail; and what was found.
    """
    faults = tuple(Fault(kind=FaultKind.STATUS, status=503, requests=1, region=region) for region in regions)
    chat, conversation, _ = talk("outage")
    conversation.says("Hello?")
    scenario: Scenario = chat.scenario("An outage, for a test.", faults=faults, waits=True)
    exchanges = tuple(
        request(name.lower(), number, kept=name.islower(), at=NOW + dt.timedelta(seconds=number))
        for number, name in enumerate(endpoints, start=1)
    )
    judgement = verdict(judged(played(scenario, exchanges=exchanges)), "REGION-05")
    assert all(each.expected == "retries at the US endpoint only" for each in judgement.findings)
    return judgement.exercised, [(each.observed, each.exchange) for each in judgement.findings]


def test_an_outage_is_waited_for() -> None:
    """
    Whoever turns to Europe after it is told, with what had failed.
    """
    assert outage("US", "us") == (1, [])
    assert outage("US", "eu") == (1, [("one to the EU endpoint after exchange 1 had failed", 2)])
    assert outage("US", "US", "eu", "us") == (2, [("one to the EU endpoint after exchange 2 had failed", 3)])
    assert outage("eu", "US", "us") == (1, [])
    assert outage("us", "us") == (0, [])


@pytest.mark.parametrize("regions", [(), ("eu",), (None,), ("us", None)])
def test_only_an_outage_of_the_us_alone_tempts(regions: tuple[str | None, ...]) -> None:
    """
    Where both are down there is nowhere to turn to.
    """
    assert outage("US", "eu", regions=regions) == (0, [])


# --- REGION-06: no other host


def dialled(host: str, **members: Any) -> list[tuple[str, str, str]]:
    """
    What is found where a stranger's host was dialled after the chat had begun: expected, observed, the hint.
    """
    record = played(ordinary(), exchanges=(request(), request(host, 2, **members)), intercepted=True)
    findings = found("REGION-06", attrs.evolve(record, allowed_hosts=("allowed.example",)))
    return [(each.expected, each.observed, each.hint) for each in findings]


def test_a_stranger_is_told_by_its_host() -> None:
    """
    And how to allow it, if it has to be dialled.
    """
    for members, what in (
        ({}, "a request"),
        ({"method": "CONNECT"}, "a tunnel, in which nobody can see what is sent,"),
    ):
        (finding,) = dialled("collect.example", **members)
        assert finding == (
            "no chat data for any host but Segment's",
            f"{what} to collect.example, after the chat had begun",
            "If the implementation has to dial this host, say so with --allow-host collect.example.",
        )
    ((_, observed, hint),) = dialled("h" * 200)
    assert observed == f"a request to {'h' * 120}, after the chat had begun"
    assert hint == f"If the implementation has to dial this host, say so with --allow-host {'h' * 120}."


@pytest.mark.parametrize("host", ["us", "api.segment.io", "127.0.0.1", "hooks.allowed.example"])
def test_segments_hosts_this_machine_and_allowed_ones_are_no_strangers(host: str) -> None:
    """
    Whatever they were told.
    """
    assert dialled(host) == []


def test_without_an_interception_no_stranger_can_be_seen() -> None:
    """
    Then the requirement does not apply.
    """
    record = played(ordinary(), exchanges=(request(), request("collect.example", 2)))
    assert verdict(judged(record), "REGION-06").exercised == 0
