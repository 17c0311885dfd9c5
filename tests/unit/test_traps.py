"""
The traps for a judge (SPEC §4): twelve ways to accuse the innocent, or to praise the idle.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from conformance.chat import SCENARIOS
from conformance.model import Exchange, Fault, FaultKind, Reply, Status, format_time
from conformance.record import ScenarioRecord
from conformance.spec import catalogue
from tests.unit import toys
from tests.unit.toys import Call, findings, judged, ordinary, played, verdict

CAPTURES = sorted((Path(__file__).parent.parent / "captures").glob("*.json"))
WRONG_ON_PURPOSE = "per_call_options"
"""The one captured scenario in which the program that used the SDK misused it, to see what would happen."""


def captured(path: Path) -> list[ScenarioRecord]:
    """
    The captures of an official SDK as the records of scenarios without a chat.
    """
    capture, records, number = json.loads(path.read_text(encoding="utf-8")), [], 0
    for name, entries in capture["scenarios"].items():
        exchanges = []
        for entry in entries if name != WRONG_ON_PURPOSE else ():
            number += 1
            exchanges.append(captured_exchange(entry, number))
        records.append(
            ScenarioRecord(name=name, purpose="Captured.", started_at=toys.NOW, exchanges=tuple(exchanges))
        )
    return records


def captured_exchange(entry: dict[str, Any], number: int) -> Exchange:
    """
    One captured request with the answer it was given.
    """
    method, target, _ = entry["request_line"].split(" ")
    headers = tuple((name, value) for name, value in entry["headers"])
    body = (entry["body_text"] or "").encode()
    packed = any(name.lower() == "content-encoding" for name, _ in headers)
    body = gzip.compress(body) if packed else body
    answer = entry.get("server_answer") or {}
    at = toys.NOW + dt.timedelta(seconds=entry["t_rel_s"] or 0.0)
    kept = answer.get("status") == 200
    replied = tuple((answer.get("headers") or {}).items())
    return Exchange(
        sequence=number,
        at=at,
        endpoint="us",
        method=method,
        target=target,
        headers=headers,
        body=body,
        size=len(body),
        complete=True,
        reply=Reply(status=answer.get("status"), headers=replied, at=at),
        kept=kept,
        fault=None if kept else FaultKind.STATUS.value,
    )


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_trap_1_official_sdks_are_the_control_group(path: Path) -> None:
    """
    What an official SDK decides breaks no MUST: null ids, metadata, offsets, empty integrations.
    """
    judgement = judged(*captured(path))
    assert findings(judgement, "MUST") == []
    assert all(each.status is not Status.ERROR for each in judgement.verdicts)
    assert verdict(judgement, "IDENTITY-01").exercised >= 40


@pytest.mark.parametrize(
    ("members", "right"),
    [
        ({"userId": "u-1", "anonymousId": None}, True),
        ({"userId": None, "anonymousId": "a-1"}, True),
        ({"userId": None, "anonymousId": None}, False),
        ({"userId": "", "anonymousId": "a-1"}, False),
        ({"userId": False, "anonymousId": "a-1"}, False),
        ({"userId": 0, "anonymousId": "a-1"}, False),
        ({"anonymousId": "  "}, False),
        ({}, False),
    ],
)
def test_trap_2_the_other_id_may_be_null(members: Call, right: bool) -> None:
    """
    One usable id is enough, and null is no id; an empty, boolean or numeric one is a fault.
    """

    def changed(call: Call) -> Call:
        return {**{n: v for n, v in call.items() if n not in ("userId", "anonymousId")}, **members}

    found = verdict(judged(played(ordinary(), change=changed)), "IDENTITY-01")
    assert found.status is (Status.PASSED if right else Status.FAILED)


@pytest.mark.parametrize(
    ("value", "chatlio", "live_chat"),
    [(45, True, True), (45.0, True, True), (45.5, False, True), ("45", False, False), (True, False, False)],
)
def test_trap_3_profiles_type_the_duration(value: object, chatlio: bool, live_chat: bool) -> None:
    """
    Chatlio's page wants an integer, the live-chat page a number; only the former speaks of regions.
    """

    def changed(call: Call) -> Call:
        return {**call, "properties": {**call["properties"], "conversation_duration": value}}

    record = played(ordinary(), change=changed)
    for profile, right in (("chatlio", chatlio), ("live-chat", live_chat)):
        judgement = judged(record, profile=profile)
        expected = Status.PASSED if right else Status.FAILED
        assert verdict(judgement, "PROPERTY-04").status is expected, profile
    regions = [each for each in judgement.verdicts if each.requirement.startswith("REGION")]
    assert {each.status for each in regions} == {Status.NOT_APPLICABLE}


def test_trap_4_examples_are_no_rules() -> None:
    """
    A `message_body` is welcome, `type` is what a call is called by, and nobody has to repeat message ids.
    """
    scenario = ordinary()
    texts = {
        each.message.id: each.message.text
        for each in scenario.connections[0].activities
        if each.message is not None
    }

    def changed(call: Call) -> Call:
        body = texts.get(call["properties"].get("message_id", ""))
        return {**call, "properties": {**call["properties"], **({"message_body": body} if body else {})}}

    judgement = judged(played(scenario, change=changed))
    assert findings(judgement) == []
    assert verdict(judgement, "PROPERTY-16").status is Status.PASSED


def test_trap_5_at_the_start_there_is_no_agent() -> None:
    """
    Before anybody is assigned, absent agent properties are right, and made-up ones are not.
    """
    assert verdict(judged(played(ordinary())), "PROPERTY-10").status is Status.PASSED

    def changed(call: Call) -> Call:
        nobody = {"agent_id": "", "agent_name": "", "agent_username": ""}
        return {**call, "properties": nobody | call["properties"]}

    assert verdict(judged(played(ordinary(), change=changed)), "PROPERTY-10").status is Status.FAILED


def test_trap_6_the_warehouse_hides_faults_of_the_wire() -> None:
    """
    Names in another case reach the same table and column; they are named all the same, for what was sent.
    """

    def changed(call: Call) -> Call:
        properties = dict(call["properties"])
        properties["conversationId"] = properties.pop("conversation_id")
        return {**call, "event": call["event"].upper(), "properties": properties}

    judgement = judged(played(ordinary(), change=changed))
    assert verdict(judgement, "WAREHOUSE-01").status is Status.PASSED
    assert verdict(judgement, "WAREHOUSE-03").status is Status.PASSED
    assert verdict(judgement, "EVENT-01").status is verdict(judgement, "PROPERTY-14").status is Status.FAILED
    assert "LIVE CHAT" in verdict(judgement, "EVENT-01").findings[0].observed


def test_trap_7_doing_nothing_passes_nothing() -> None:
    """
    Silence proves a prohibition only where the same implementation was seen sending.
    """
    records = [played(scenario, [[] for _ in scenario.connections]) for scenario in SCENARIOS]
    judgement = judged(*records)
    for requirement in catalogue().requirements:
        if requirement.negative:
            assert verdict(judgement, requirement.id).status is not Status.PASSED, requirement.id
    heard = judged(*records, played(ordinary("heard")))
    assert verdict(heard, "REGION-03").status is verdict(heard, "SETUP-02").status is Status.PASSED


def test_trap_8_a_whole_float_is_an_integer_and_types_a_column() -> None:
    """
    `45.0` is right on the wire, and makes a float column when it is the first: both are said.
    """

    def changed(call: Call) -> Call:
        duration = float(call["properties"]["conversation_duration"])
        return {**call, "properties": {**call["properties"], "conversation_duration": duration}}

    judgement = judged(played(ordinary(), change=changed))
    assert verdict(judgement, "PROPERTY-04").status is Status.PASSED
    assert verdict(judgement, "WAREHOUSE-03").status is Status.FAILED


@pytest.mark.parametrize(
    ("form", "right"),
    [
        ("{:%Y-%m-%dT%H:%M:%S}Z", True),
        ("{:%Y-%m-%dT%H:%M:%S}+00:00", True),
        ("{:%Y-%m-%dT%H:%M:%S.%f}0Z", True),
        ("{:%Y-%m-%dT%H:%M:%S.%f}000Z", True),
        ("{:%Y-%m-%dT%H:%M:%S}-00:00", True),
        ("{:%Y-%m-%dT%H:%M:%S}", False),
        ("{:%d/%m/%Y %H:%M}", False),
    ],
)
def test_trap_9_every_offset_and_precision_is_valid(form: str, right: bool) -> None:
    """
    Any offset, seven or nine fractional digits, or none at all; but no time without a zone.
    """

    def changed(call: Call) -> Call:
        moment = dt.datetime.fromisoformat(call["timestamp"])
        return {**call, "timestamp": form.format(moment)}

    judgement = judged(played(ordinary(), change=changed))
    assert verdict(judgement, "ENVELOPE-04").status is (Status.PASSED if right else Status.FAILED)
    assert verdict(judgement, "ENVELOPE-05").status is not Status.FAILED
    assert verdict(judgement, "EVENT-04").status is Status.PASSED


@pytest.mark.parametrize("frozen", [True, False])
def test_trap_10_a_retry_is_no_duplicate(frozen: bool) -> None:
    """
    The same call under the same `messageId` again is one event, whether `sentAt` is new or frozen.
    """
    scenario = attrs.evolve(
        ordinary(), faults=(Fault(kind=FaultKind.RESET_AFTER_READ, requests=1, kept=True),)
    )
    ((*calls,),) = toys.sent(scenario)
    moments = [toys.NOW, toys.NOW if frozen else toys.NOW + dt.timedelta(seconds=3)]
    cut = {"fault": "reset_after_read", "reply": Reply(status=None)}
    key = f"{toys.KEY[:-2]}01"
    exchanges = tuple(
        toys.exchange({"batch": calls, "sentAt": format_time(moment)}, sequence=number, key=key, **members)
        for number, (moment, members) in enumerate(zip(moments, (cut, {}), strict=True), start=1)
    )
    judgement = judged(played(scenario, exchanges=exchanges), played(ordinary("calm")))
    assert findings(judgement) == []
    assert verdict(judgement, "DELIVERY-02").status is Status.PASSED


@pytest.mark.parametrize(("pace", "status"), [(0.0, Status.INCONCLUSIVE), (0.1, Status.FAILED)])
def test_trap_11_a_rate_counts_only_where_we_were_slow(pace: float, status: Status) -> None:
    """
    Sixty requests in a second are our own doing when the chat was told at once, and a storm when it was not.
    """
    scenario = attrs.evolve(ordinary(), pace=pace)
    ((*calls,),) = toys.sent(scenario)
    key = f"{toys.KEY[:-2]}01"
    exchanges = tuple(
        toys.exchange(
            {"batch": [call]}, sequence=number, key=key, at=toys.NOW + dt.timedelta(milliseconds=number)
        )
        for number, call in enumerate(calls * 12, start=1)
    )
    assert len(exchanges) == 60
    assert verdict(judged(played(scenario, exchanges=exchanges)), "TRANSPORT-08").status is status


def test_trap_12_a_should_is_looked_for_all_the_same() -> None:
    """
    A failed SHOULD is reported, and leaves conformant who fulfils every MUST; `--fail-on should` does not.
    """

    def changed(call: Call) -> Call:
        return {**call, "context": {"library": {"name": "sdk"}}}

    record = played(ordinary(), change=changed)
    chosen = ("ENVELOPE",)
    lenient, strict = judged(record, select=chosen), judged(record, select=chosen, fail_on="should")
    assert verdict(lenient, "ENVELOPE-08").status is Status.FAILED
    assert (lenient.outcome.value, strict.outcome.value) == ("conformant", "not conformant")
    assert "ENVELOPE-08" in lenient.summary
