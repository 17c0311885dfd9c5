"""
Judgements made by hand, for the tests of the reports: one that passes, one that fails, one that is hostile.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import attrs

from conformance.model import (
    DeliveryCount,
    DestinationView,
    ExchangeView,
    Finding,
    Implementation,
    Judgement,
    LossCount,
    Outcome,
    ScenarioView,
    Status,
    TableView,
    TimelineEntry,
    Verdict,
)
from conformance.spec import catalogue

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]><b>bold</b>",
    "{{ 7 * 7 }}{% raw %}",
    "abc\u202edcba\u2066x",
    "nul\x00bell\x07escape\x1b[31m",
    "lone \ud83d surrogate",
    "</style></details></article>",
    "javascript:alert(1)",
    "x" * 100_000,
)

NO_FAULTS = "No scenario of this budget makes Segment answer with a fault."
REPRODUCE = "chatlio-conformance run 'stdio:node bridge.mjs' --scenario full-conversation --seed 7"


def passing() -> Judgement:
    """
    Every requirement passed but those that need a fault.
    """
    return attrs.evolve(_judgement(), verdicts=tuple(_verdict(row.id) for row in catalogue().requirements))


def failing() -> Judgement:
    """
    A poor bridge: camelCase properties, no Ended, the agent as the user, milliseconds; one finding is known.
    """
    failures = _failures()
    verdicts = tuple(failures.get(row.id) or _verdict(row.id) for row in catalogue().requirements)
    return attrs.evolve(
        _judgement(),
        outcome=Outcome.NOT_CONFORMANT,
        summary="5 of 53 MUST requirements failed, 1 of 21 SHOULD.",
        implementation=Implementation(
            name="acme-bridge", version="1.4.2", language="node", homepage="https://example.com/acme-bridge"
        ),
        verdicts=verdicts,
        hidden=1,
        notes=("Three requests carried a write key that belongs to no source of this run.",),
        scenarios=(*_scenarios(timeline=True), _broken()),
        exchanges=tuple(_exchange(number) for number in (17, 18, 19)),
    )


def hostile(text: str) -> Judgement:
    """
    A failing judgement with the text wherever an implementation or a record can put one.
    """
    judgement = failing()
    finding = Finding(
        requirement="EVENT-01", expected=text, observed=text, scenario=text, activity=text, exchange=17,
        pointer=text, hint=text, reproduce=text,
    )  # fmt: skip
    entry = TimelineEntry(
        side="chat", offset=0.5, label=text, text=text, note=text, activity=text, exchange=17
    )
    view = ExchangeView(
        sequence=17, endpoint=text, offset=0.1, request=text, headers=((text, text),), body=text, reply=text,
        fault=text,
    )  # fmt: skip
    scenario = ScenarioView(
        name=text,
        purpose=text,
        activities=1,
        exchanges=1,
        messages=1,
        unusable=text,
        log=text,
        timeline=(entry,),
    )
    failed = Verdict(requirement="EVENT-01", status=Status.FAILED, exercised=1, findings=(finding,))
    unsure = Verdict(requirement="EVENT-02", status=Status.INCONCLUSIVE, reason=text)
    return attrs.evolve(
        judgement,
        summary=text,
        target=text,
        notes=(text,),
        implementation=Implementation(name=text, version=text, language=text, homepage=text),
        verdicts=(failed, unsure),
        exchanges=(view,),
        scenarios=(scenario,),
        destinations=(
            DestinationView(name=text, events=(DeliveryCount(event=text, received=1, withheld=1),)),
        ),
        warehouse=(TableView(name=text, rows=1, losses=(LossCount(column=text, reason=text, values=1),)),),
    )


def crowded(findings: int) -> Judgement:
    """
    As many findings as asked for, spread over all requirements, each with an exchange of its own.
    """
    ids = [row.id for row in catalogue().requirements]
    made = [_crowd(number, ids[number % len(ids)]) for number in range(findings)]
    verdicts = (
        Verdict(
            requirement=name,
            status=Status.FAILED,
            exercised=findings,
            findings=tuple(finding for finding in made if finding.requirement == name),
        )
        for name in ids
    )
    return attrs.evolve(
        failing(), verdicts=tuple(verdicts), exchanges=tuple(_exchange(number) for number in range(findings))
    )


def _crowd(number: int, requirement: str) -> Finding:
    return Finding(
        requirement=requirement,
        expected=f"`conversation_id` is that of the conversation c-{number}, on every event of it",
        observed=f'`conversation_id` is "c-{number + 1}", which belongs to another visitor',
        scenario="full-conversation",
        activity=f"act-{number:04}",
        exchange=number,
        message=0,
        pointer="/properties/conversation_id",
        reproduce=REPRODUCE,
        hint="Keep the conversation's id beside its state, and send that.",
    )


def _judgement() -> Judgement:
    return Judgement(
        outcome=Outcome.CONFORMANT,
        summary="All 53 MUST requirements of the profile passed.",
        profile="chatlio",
        fail_on="must",
        spec_revision=catalogue().revision,
        toolkit="0.1.0",
        implementation=Implementation(name="reference", version="0.1.0", language="python"),
        target="stdio:node bridge.mjs --verbose",
        started_at="2026-03-01T10:00:00.123456Z",
        seed=7,
        budget="standard",
        verdicts=(),
        scenarios=_scenarios(timeline=False),
        exchanges=(),
        destinations=(
            DestinationView(
                name="Mixpanel", events=(DeliveryCount(event="Live Chat Message Sent", received=4),)
            ),
        ),
        warehouse=(TableView(name="live_chat_message_sent", rows=4), TableView(name="tracks", rows=4)),
    )


def _verdict(requirement: str) -> Verdict:
    if requirement.startswith("DELIVERY"):
        return Verdict(requirement=requirement, status=Status.INCONCLUSIVE, reason=NO_FAULTS)
    if requirement in ("TRANSPORT-10", "REGION-06"):
        return Verdict(
            requirement=requirement, status=Status.NOT_APPLICABLE, reason="No host was intercepted."
        )
    return Verdict(requirement=requirement, status=Status.PASSED, exercised=12 + len(requirement))


def _failures() -> Mapping[str, Verdict]:
    agent = _finding(
        "IDENTITY-04",
        "the visitor's id, 5b8f1c1e-6a53-4a5e-9c0b-6f0f2c1f9f10",
        '`userId` is "U0N2GKA2G", the id of the agent Peter Gibbons',
        exchange=19,
        pointer="/userId",
        activity="act-0003",
    )
    camel = _finding(
        "PROPERTY-14",
        "`conversation_id`, as in the table of properties",
        "`conversationId`, which no destination looks for",
        exchange=18,
        pointer="/properties/conversationId",
        activity="act-0002",
        times=42,
    )
    more = tuple(attrs.evolve(camel, exchange=17, observed=f"`agentId` (conversation {n})") for n in range(4))
    late = _finding(
        "PROPERTY-11", "3 seconds since the conversation began (±1)", "3000", exchange=19,
        pointer="/properties/conversation_duration", activity="act-0003",
    )  # fmt: skip
    ended = _finding(
        "EVENT-04",
        "one Live Chat Conversation Ended for the conversation c-51c2",
        "none",
        activity="act-0005",
    )
    extra = _finding(
        "PROPERTY-17", "no property beside the six", "`visitor_email`, personal data", exchange=19
    )
    made = [[agent], [camel, *more], [late], [ended], [extra]]
    failures = {group[0].requirement: _failed(*group) for group in made}
    crashed = Verdict(
        requirement="WAREHOUSE-03", status=Status.ERROR, reason="The check raised KeyError: 'received_at'."
    )
    return {**failures, "WAREHOUSE-03": crashed}


def _failed(*findings: Finding) -> Verdict:
    """
    The verdict of a requirement that these findings fail; a baseline knows the one of EVENT-04.
    """
    requirement = findings[0].requirement
    known = len(findings) if requirement == "EVENT-04" else 0
    return Verdict(
        requirement=requirement, status=Status.FAILED, exercised=57, findings=findings, known=known
    )


def _finding(requirement: str, expected: str, observed: str, **where: Any) -> Finding:
    return Finding(
        requirement=requirement, expected=expected, observed=observed, scenario="full-conversation",
        reproduce=REPRODUCE, hint="Pass the names of the table to the Track call, as they are.", **where,
    )  # fmt: skip


def _scenarios(*, timeline: bool) -> tuple[ScenarioView, ...]:
    return (
        ScenarioView(
            name="full-conversation",
            purpose="A customer asks, an agent joins and answers, the customer ends it.",
            activities=5,
            exchanges=3,
            messages=4,
            timeline=_timeline() if timeline else (),
        ),
        ScenarioView(
            name="burst-of-300-messages",
            purpose="Many messages at once.",
            activities=300,
            exchanges=3,
            messages=301,
        ),
    )


def _broken() -> ScenarioView:
    return ScenarioView(
        name="rotated-write-key",
        purpose="After the write key is changed, only the new one is used.",
        activities=2,
        exchanges=0,
        messages=0,
        unusable="The process ended with code 1 while it was sent `initialize`.",
        log="bridge: starting\nTypeError: Cannot read 'writeKey' of undefined\n    at main",
    )


def _timeline() -> tuple[TimelineEntry, ...]:
    def chat(offset: float, label: str, text: str, activity: str, note: str = "") -> TimelineEntry:
        return TimelineEntry(side="chat", offset=offset, label=label, text=text, activity=activity, note=note)

    def segment(offset: float, label: str, text: str, exchange: int, note: str = "") -> TimelineEntry:
        return TimelineEntry(
            side="segment", offset=offset, label=label, text=text, exchange=exchange, note=note
        )

    return (
        chat(0.0, "widget_opened", "", "act-0001"),
        chat(0.012, "visitor_message", "But my stapler…", "act-0002"),
        segment(0.04, "Live Chat Conversation Started", "conversation_duration: 0", 17),
        segment(
            0.041, "Live Chat Message Sent", 'conversationId: "c-51c2"', 18, "`conversationId` is misspelled"
        ),
        chat(0.06, "agent_message", "Yeah, uh huh, okay.", "act-0003"),
        segment(
            0.09, "Live Chat Message Received", 'userId: "U0N2GKA2G"', 19, "the agent is not the visitor"
        ),
        chat(0.11, "internal_note", "He was moved to the basement.", "act-0004"),
        chat(0.13, "conversation_ended", "by the visitor", "act-0005", "no Ended followed"),
    )


def _exchange(sequence: int) -> ExchangeView:
    call = {
        "type": "track",
        "event": "Live Chat Message Received",
        "userId": "U0N2GKA2G",
        "messageId": f"node-next-1772359200123-{sequence}",
        "properties": {
            "conversationId": "c-51c2",
            "message_id": "m-3b",
            "agent_name": "Peter Gibbons",
            "conversation_duration": 3000,
            "message_body": "Yeah, uh huh, okay. So we will need to talk about your TPS reports, 山田さん 🙂",
        },
    }
    return ExchangeView(
        sequence=sequence,
        endpoint="us",
        offset=0.09,
        request="POST /v1/batch HTTP/1.1",
        headers=(
            ("Host", "127.0.0.1:41001"),
            ("Content-Type", "application/json"),
            ("Authorization", "Basic [write key]"),
            ("User-Agent", "analytics-node/3.1.0"),
        ),
        body=json.dumps({"batch": [call], "sentAt": "2026-03-01T10:00:00.213Z"}, ensure_ascii=False),
        reply='200 {"success": true}',
        omitted=120 if sequence == 18 else 0,
    )
