"""
What a judgement keeps of a scenario: its numbers, and the exchanges and moments that findings point to.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import orjson

from conformance.checks import Evidence
from conformance.checks.evidence import Arrival
from conformance.judge.ending import unfinished
from conformance.judge.secrets import Secrets
from conformance.judge.timeline import timeline_of
from conformance.model import ExchangeView, Finding, Reply, ScenarioView

LONGEST_BODY = 4_000
"""Characters of a body that are shown whole; of a longer batch only the members that findings point to."""

LONGEST_BATCH = 16_000
"""Characters of those members that are shown."""

LONGEST_LOG = 4_000
LONGEST_HEADER = 300
LONGEST_REPLY = 500


def scenario_view(evidence: Evidence, findings: Sequence[Finding], secrets: Secrets) -> ScenarioView:
    """
    The scenario as a report shows it, its timeline only where a finding points to it.
    """
    scenario = evidence.scenario
    unusable = unfinished(scenario)
    return ScenarioView(
        name=scenario.name,
        purpose=scenario.purpose,
        activities=sum(step.activity is not None for step in scenario.steps),
        exchanges=len(scenario.exchanges),
        messages=len(evidence.messages),
        unusable=secrets.masked(unusable),
        log=secrets.masked(scenario.log[-LONGEST_LOG:]) if unusable else "",
        timeline=timeline_of(evidence, findings, secrets) if findings else (),
    )


def exchange_views(
    evidence: Evidence, findings: Collection[Finding], secrets: Secrets
) -> Iterator[ExchangeView]:
    """
    Each exchange of the scenario that a finding points to, once, in the order of arrival.
    """
    pointed: dict[int, set[int]] = {}
    for finding in findings:
        if finding.exchange is not None:
            pointed.setdefault(finding.exchange, set()).add(finding.message or 0)
    for arrival in evidence.arrivals:
        if arrival.exchange.sequence in pointed:
            yield _view(evidence, arrival, pointed[arrival.exchange.sequence], secrets)


def _view(evidence: Evidence, arrival: Arrival, members: Collection[int], secrets: Secrets) -> ExchangeView:
    exchange = arrival.exchange
    body, omitted = _body(arrival, members)
    return ExchangeView(
        sequence=exchange.sequence,
        endpoint=exchange.endpoint,
        offset=round((exchange.at - evidence.scenario.started_at).total_seconds(), 3),
        request=secrets.masked(f"{exchange.method} {exchange.target}"[:LONGEST_HEADER]),
        headers=tuple(
            (name[:LONGEST_HEADER], secrets.masked(value)[:LONGEST_HEADER])
            for name, value in exchange.headers
        ),
        body=secrets.masked(body),
        reply=secrets.masked(_reply(exchange.reply)),
        fault=exchange.fault,
        omitted=omitted,
    )


def _body(arrival: Arrival, members: Collection[int]) -> tuple[str, int]:
    """
    The body as readable text, and how many characters of it are left out.
    """
    document = arrival.intake.document
    packed = document is not None and arrival.exchange.header("content-encoding") is not None
    text = _pretty(document) if packed else arrival.exchange.body.decode(errors="replace")
    shown = text[:LONGEST_BODY]
    batch = isinstance(document, dict) and isinstance(document.get("batch"), list)
    if batch and len(text) > LONGEST_BODY:
        shorter = _pretty(_with_members(document, members))
        shown = shorter[:LONGEST_BATCH] if len(shorter) < len(text) else shown
    return shown, len(text) - len(shown)


def _with_members(document: dict[str, Any], members: Collection[int]) -> dict[str, Any]:
    """
    The batch with the given members only, and a word about each run of others left out.
    """
    shortened = copy.copy(document)
    kept: list[Any] = []
    skipped = 0
    for index, member in enumerate(document["batch"]):
        if index in members:
            kept += [*_skipped(skipped), member]
            skipped = 0
        else:
            skipped += 1
    shortened["batch"] = [*kept, *_skipped(skipped)]
    return shortened


def _skipped(count: int) -> list[str]:
    return [f"… {count} more {'call' if count == 1 else 'calls'}"] if count else []


def _pretty(document: object) -> str:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode()


def _reply(reply: Reply) -> str:
    if reply.status is None:
        return "no reply"
    body = reply.body.decode(errors="replace")[:LONGEST_REPLY]
    told = [f"{name}: {value}" for name, value in reply.headers if name.lower() != "content-type"]
    return "\n".join([str(reply.status), *told, *([body] if body else [])])
