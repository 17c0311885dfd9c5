"""
The judgement as SARIF 2.1.0: requirements are rules, findings are results.

Findings have no line of source code to point at: their locations are logical (scenario, activity, exchange).
A requirement that is inconclusive is a result of the kind `open`, which is what SARIF calls it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from conformance.model import Finding, Judgement, Outcome, Status
from conformance.reporting.rows import Row, rows
from conformance.reporting.visible import one_line, visible

LEVELS = {"MUST": "error", "SHOULD": "warning", "MAY": "note"}


def render(judgement: Judgement) -> str:
    """
    The SARIF log, with one run.
    """
    log = {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [_run(judgement)],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _run(judgement: Judgement) -> dict[str, Any]:
    judged = [row for row in rows(judgement) if row.level]
    usable = judgement.outcome not in (Outcome.UNUSABLE, Outcome.ERROR)
    notifications = [_notification(row) for row in judged if row.status is Status.ERROR]
    return {
        "tool": {
            "driver": {
                "name": "chatlio-conformance",
                "semanticVersion": judgement.toolkit,
                "rules": [_rule(row) for row in judged],
            }
        },
        "invocations": [{"executionSuccessful": usable, "toolExecutionNotifications": notifications}],
        "results": [result for at, row in enumerate(judged) for result in _results(at, row)],
        "properties": {
            "verdict": judgement.outcome.value,
            "summary": one_line(judgement.summary, 1_000),
            "implementation": one_line(judgement.implementation.name, 200),
            "profile": judgement.profile,
            "specification": judgement.spec_revision,
            "hidden": judgement.hidden,
        },
    }


def _rule(row: Row) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": row.id,
        "shortDescription": {"text": row.statement},
        "fullDescription": {"text": row.why},
        "help": {"text": row.mend},
        "defaultConfiguration": {"level": LEVELS[row.level]},
        "properties": {"level": row.level, "basis": row.basis, "status": row.status.value},
    }
    address = next((source.url for source in row.sources if source.url), "")
    return {**rule, "helpUri": address} if address else rule


def _results(index: int, row: Row) -> Iterator[dict[str, Any]]:
    common = {"ruleId": row.id, "ruleIndex": index}
    if row.status is Status.INCONCLUSIVE:
        yield {**common, "kind": "open", "level": "none", "message": {"text": _text(row.verdict.reason)}}
    suppressed = _suppressed(row)
    for finding in row.verdict.findings:
        yield {**common, "kind": "fail", "level": LEVELS[row.level], **_result(finding), **suppressed}


def _suppressed(row: Row) -> dict[str, Any]:
    """
    What SARIF says of a finding that a baseline knows; nothing where it knows none.
    """
    if not row.verdict.findings or row.verdict.known < len(row.verdict.findings):
        return {}
    return {"suppressions": [{"kind": "external", "justification": _text(row.verdict.reason)}]}


def _result(finding: Finding) -> dict[str, Any]:
    hint = f" {finding.hint}" if finding.hint else ""
    return {
        "message": {"text": _text(f"Expected {finding.expected}. Observed {finding.observed}.{hint}")},
        "locations": [{"logicalLocations": [{"fullyQualifiedName": _place(finding)}]}],
        "occurrenceCount": finding.times,
        "partialFingerprints": {"chatlioFinding/v1": _fingerprint(finding)},
        "properties": {"reproduce": visible(finding.reproduce)},
    }


def _place(finding: Finding) -> str:
    exchange = None if finding.exchange is None else f"exchange {finding.exchange}"
    parts = (finding.scenario, finding.activity, exchange, finding.pointer)
    return " / ".join(one_line(part, 200) for part in parts if part) or finding.requirement


def _fingerprint(finding: Finding) -> str:
    """
    What stays the same when the finding comes again in another run: no sequence number, nothing observed.
    """
    told = (finding.requirement, finding.scenario, finding.activity, finding.pointer)
    return hashlib.sha256(repr(told).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _notification(row: Row) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": _text(row.verdict.reason)},
        "associatedRule": {"id": row.id},
    }


def _text(text: str) -> str:
    return one_line(text, 2_000) or "no reason given"
