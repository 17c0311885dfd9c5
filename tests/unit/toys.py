"""
Records made by hand: a chat, what the reference would have sent for it, and changes to that. No sockets.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs

from conformance.chat import Conversation, Script
from conformance.errors import Refusal
from conformance.judge import Criteria, judge
from conformance.model import (
    ActivityType,
    Agent,
    Connection,
    Endpoints,
    Exchange,
    Finding,
    Implementation,
    Judgement,
    Reply,
    Scenario,
    Settings,
    Source,
    Verdict,
    Workspace,
)
from conformance.record import Answer, Header, Method, ScenarioRecord, Step
from conformance.reference import Reference

Call = dict[str, Any]
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
KEY = "Qm7Xk9mT2vQ8rLw4pZc7nBy1sHd6fGj3"
TARGET = "python:acme.bridge:Bridge"
HEADER = Header(started_at=NOW, toolkit="0.1.0", target=TARGET, implementation=Implementation(name="toy"))


def talk(name: str = "toy") -> tuple[Script, Conversation, Agent]:
    """
    A script with one conversation of a visitor, and an agent for it.
    """
    chat = Script(name)
    return chat, chat.conversation(chat.visitor()), chat.agent("Peter Gibbons")


def ordinary(name: str = "toy") -> Scenario:
    """
    A conversation with every kind of event.
    """
    chat, conversation, peter = talk(name)
    conversation.says("Hello?")
    conversation.hears(peter, "Hello!")
    conversation.says("Thank you.")
    conversation.ends(by="visitor")
    return chat.scenario("An ordinary conversation, for a test of the checks.")


def sent(scenario: Scenario) -> list[list[Call]]:
    """
    The calls that the reference sends, by connection.
    """
    return [_calls(connection) for connection in scenario.connections]


def played(
    scenario: Scenario,
    calls: Sequence[Iterable[Call]] | None = None,
    *,
    change: Callable[[Call], Call] = lambda call: call,
    **members: Any,
) -> ScenarioRecord:
    """
    The record of a scenario in which these calls were sent, one batch for each connection.

    Without `calls` it is those of the reference, each after `change`. `members` are set on the record.
    """
    batches = sent(scenario) if calls is None else calls
    steps: list[Step] = []
    exchanges: list[Exchange] = []
    for number, (connection, batch) in enumerate(zip(scenario.connections, batches, strict=True), start=1):
        settings = settings_of(scenario, connection, number)
        steps += _steps(connection, settings, number)
        body = {"batch": [change(dict(call)) for call in batch]}
        if body["batch"]:
            exchanges.append(exchange(body, sequence=len(exchanges) + 1, key=settings.source.write_key))
    steps.append(_step(Method.SHUTDOWN, len(scenario.connections)))
    record = ScenarioRecord(
        name=scenario.name,
        purpose=scenario.purpose,
        started_at=NOW,
        steps=tuple(steps),
        exchanges=tuple(exchanges),
        faults=scenario.faults,
        pace=scenario.pace,
    )
    return attrs.evolve(record, **members)


def exchange(document: Any, *, sequence: int = 1, key: str = KEY, **members: Any) -> Exchange:
    """
    A request with that JSON as its body, answered with 200.
    """
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    credentials = base64.b64encode(f"{key}:".encode()).decode()
    plain = Exchange(
        sequence=sequence,
        at=NOW + dt.timedelta(seconds=sequence),
        endpoint="us",
        method="POST",
        target="/v1/batch",
        headers=(("Content-Type", "application/json"), ("Authorization", f"Basic {credentials}")),
        body=body,
        size=len(body),
        complete=True,
        reply=Reply(status=200, body=b'{"success":true}', at=NOW + dt.timedelta(seconds=sequence)),
        kept=True,
    )
    return attrs.evolve(plain, **members)


def failing(
    record: ScenarioRecord, *where: Method | ActivityType, message: str = "it stumbled"
) -> ScenarioRecord:
    """
    The record as if these methods, and activities of these types, had been answered with an error.
    """
    steps = (
        attrs.evolve(step, answer=Answer.FAILED, message=message)
        if step.method in where or (step.activity and step.activity.type in where)
        else step
        for step in record.steps
    )
    return attrs.evolve(record, steps=tuple(steps))


def judged(*records: ScenarioRecord, **criteria: Any) -> Judgement:
    """
    The judgement of records made by hand.
    """
    return judge(HEADER, records, Criteria(**criteria))


def verdict(judgement: Judgement, requirement: str) -> Verdict:
    """
    What became of one requirement.
    """
    (found,) = (each for each in judgement.verdicts if each.requirement == requirement)
    return found


def findings(judgement: Judgement, level: str = "") -> list[Finding]:
    """
    Every finding, of one level or of any.
    """
    from conformance.spec import catalogue

    return [
        finding
        for each in judgement.verdicts
        for finding in each.findings
        if catalogue().requirement(each.requirement).level.value.startswith(level)
    ]


def _calls(connection: Connection) -> list[Call]:
    reference = Reference()
    if connection.region != "us" or not connection.write_key:
        return []
    return [
        reference.call(event, activity)
        for activity in connection.activities
        for event in reference.events(activity)
    ]


def settings_of(scenario: Scenario, connection: Connection, number: int) -> Settings:
    """
    What a connection of a record made by hand is told; each has a write key of its own, if any.
    """
    key = f"{KEY[:-2]}{number:02d}" if connection.write_key else ""
    return Settings(
        workspace=Workspace(slug=f"{scenario.name}-{number}", region=connection.region),
        source=Source(name="Chatlio", slug="chatlio", write_key=key),
        endpoints=Endpoints(us="http://127.0.0.1:1", eu="http://127.0.0.1:2"),
    )


def _steps(connection: Connection, settings: Settings, number: int) -> list[Step]:
    opening = _step(Method.INITIALIZE, number, settings=settings)
    try:
        Reference().refuse(settings)
    except Refusal as refusal:
        opening = attrs.evolve(opening, answer=Answer.REFUSED, code=refusal.code, message=str(refusal))
    said = [_step(Method.ACTIVITY, number, activity=activity) for activity in connection.activities]
    flush = [_step(Method.FLUSH, number)] if connection.flush else []
    return [opening, *said, *flush]


def _step(method: Method, connection: int, **members: Any) -> Step:
    at = NOW + dt.timedelta(seconds=connection - 0.5)
    return Step(method=method, connection=connection, at=at, elapsed=0.001, answer=Answer.TAKEN, **members)
