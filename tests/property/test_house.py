"""
The house rules that hold for any evidence: nothing raises, everything comes back, order is no matter.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import Any

import attrs
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from conformance.chat import strategies
from conformance.checks import CHECKS, Evidence
from conformance.ingestion import decode_archived, ingested, receive, request_of
from conformance.judge import Criteria, judge, judge_record
from conformance.model import (
    Activity,
    Endpoints,
    Exchange,
    Judgement,
    Reply,
    Settings,
    Source,
    Status,
    Workspace,
)
from conformance.record import (
    Answer,
    Header,
    Method,
    Record,
    ScenarioRecord,
    Step,
    scenario_from_lines,
    scenario_lines,
)
from conformance.reference import Reference
from conformance.reporting.json import parse, render
from conformance.spec import schema_names, validator
from tests.property.evidence import (
    KEY,
    START,
    exchanges,
    headers,
    json_values,
    odd_calls,
    records,
    whole_records,
)

MANY = settings(
    max_examples=40,
    # Evidence is large, and reducing it takes minutes: a failure is as plain without.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
PROFILES = st.sampled_from(["chatlio", "live-chat"])


@MANY
@given(records(), st.booleans())
def test_no_check_raises_on_any_evidence(record: ScenarioRecord, live_chat: bool) -> None:
    """
    Whatever was captured, each check gives findings about this scenario or none: it never crashes.
    """
    evidence = Evidence(scenario=record, live_chat=live_chat)
    for check in CHECKS:
        exercised, findings = check.judge(evidence)
        assert exercised >= 0
        assert all(finding.requirement == check.requirement for finding in findings)
        assert all(finding.expected and finding.observed for finding in findings)
        assert exercised or not findings


@MANY
@given(whole_records(), PROFILES)
def test_a_judgement_is_made_of_any_record_and_survives_its_report(record: Record, profile: str) -> None:
    """
    Judging any record raises nothing and finds no fault of our own; as JSON the judgement is read back equal.
    """
    judgement = judge_record(record, Criteria(profile=profile))
    assert [verdict for verdict in judgement.verdicts if verdict.status is Status.ERROR] == []
    assert parse(render(judgement)) == judgement


@MANY
@given(records())
def test_a_scenario_survives_its_lines(record: ScenarioRecord) -> None:
    """
    What is written of a scenario is legal under the record's schema, and is read back as it was.
    """
    lines = list(scenario_lines(record))
    checked = validator("record/record")
    assert all(checked.is_valid(line) for line in lines)
    read = scenario_from_lines(lines)
    assert read.exchanges == record.exchanges
    assert attrs.evolve(read, steps=(), archived=()) == attrs.evolve(record, steps=(), archived=())


@MANY
@given(exchanges(1), odd_calls)
def test_decoding_never_raises(exchange: Exchange, call: dict[str, Any]) -> None:
    """
    Segment's side takes any request and any line of an archive.
    """
    for message in (*receive(request_of(exchange), {}).messages, decode_archived(call, 0)):
        assert ingested(message, "acme")["receivedAt"]


@MANY
@given(strategies.chats(), st.randoms(use_true_random=False), headers)
def test_concurrent_requests_may_arrive_in_any_order(
    activities: tuple[Activity, ...], choice: random.Random, header: Header
) -> None:
    """
    Requests that were on their way at once say the same in whatever order they come in.
    """
    sent = calls_of(activities)
    shuffled = choice.sample(sent, len(sent))
    in_order, in_disorder = (judge(header, [record_of(activities, calls)]) for calls in (sent, shuffled))
    assert statuses(in_order) == statuses(in_disorder)


def statuses(judgement: Judgement) -> dict[str, tuple[Status, int]]:
    """
    What became of each requirement, and how often it was exercised.
    """
    return {each.requirement: (each.status, each.exercised) for each in judgement.verdicts}


def calls_of(activities: tuple[Activity, ...]) -> list[dict[str, Any]]:
    """
    The calls that the reference implementation makes of a chat, in order.
    """
    reference = Reference()
    return [reference.call(event, each) for each in activities for event in reference.events(each)]


def record_of(activities: tuple[Activity, ...], calls: list[dict[str, Any]]) -> ScenarioRecord:
    """
    The record of a chat whose calls arrived in that order, each in a request of its own.
    """
    told = Settings(
        workspace=Workspace(slug="acme", region="us"),
        source=Source(name="Chatlio", slug="chatlio", write_key=KEY),
        endpoints=Endpoints(us="http://127.0.0.1:1", eu="http://127.0.0.1:2"),
    )
    opening = Step(
        method=Method.INITIALIZE, connection=1, at=START, elapsed=0.0, answer=Answer.TAKEN, settings=told
    )
    said = (
        attrs.evolve(opening, method=Method.ACTIVITY, settings=None, activity=each) for each in activities
    )
    flush = attrs.evolve(opening, method=Method.FLUSH, settings=None)
    return ScenarioRecord(
        name="concurrent",
        purpose="",
        started_at=START,
        steps=(opening, *said, flush),
        exchanges=tuple(exchange_of(number, call) for number, call in enumerate(calls, start=1)),
    )


def exchange_of(number: int, call: dict[str, Any]) -> Exchange:
    """
    A request with one call, taken in.
    """
    body = json.dumps({**call, "writeKey": KEY}).encode()
    return Exchange(
        sequence=number,
        at=START + dt.timedelta(milliseconds=number),
        endpoint="us",
        method="POST",
        target="/v1/track",
        headers=(("Content-Type", "application/json"),),
        body=body,
        size=len(body),
        complete=True,
        reply=Reply(status=200),
        kept=True,
    )


@MANY
@given(st.sampled_from(schema_names()), json_values)
@example("events/message-sent", {"properties": {"conversation_duration": 45.0}})
def test_both_validators_agree_on_anything(name: str, value: Any) -> None:
    """
    jsonschema, which explains, and jsonschema-rs, which decides, come to one verdict on any JSON value.
    """
    checked = validator(name)
    assert checked.is_valid(value) == (not checked.explain(value))


@MANY
@given(
    st.sampled_from(["segment/call", "segment/track-call", "profiles/chatlio", "profiles/live-chat"]),
    st.one_of(
        strategies.events(),
        strategies.calls(),
        strategies.invalid_events().map(lambda each: each.value),
        odd_calls,
    ),
)
def test_both_validators_agree_on_calls(name: str, call: dict[str, Any]) -> None:
    """
    So they do on calls that are right, nearly right, and wrong.
    """
    checked = validator(name)
    assert checked.is_valid(call) == (not checked.explain(call))
