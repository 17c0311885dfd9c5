"""
The judgement as JSON, and back: the format every other one can be made from later.

The schema is `schemas/report/judgement.schema.json`. What the catalogue says of a requirement stands beside
its verdict, so that a program needs no second file; reading back takes it from the catalogue again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import attrs

from conformance.errors import EvidenceError
from conformance.model import (
    DeliveryCount,
    DestinationView,
    ExchangeView,
    Finding,
    Judgement,
    LossCount,
    Outcome,
    ScenarioView,
    Status,
    TableView,
    TimelineEntry,
    Verdict,
    implementation_from_json,
    implementation_to_json,
)
from conformance.model.requirements import SourceDocument
from conformance.reporting.rows import Row, counts, rows, sources_of
from conformance.reporting.visible import UNSEEN
from conformance.spec import catalogue, validator

FORMAT = 1

_Value = TypeVar("_Value", bound=attrs.AttrsInstance)


def render(judgement: Judgement) -> str:
    """
    The judgement as pretty-printed JSON text, members in a fixed order.

    Characters that cannot be seen or encoded are written as escapes: the file is UTF-8 whatever was captured.
    """
    text = json.dumps(judgement_to_json(judgement), ensure_ascii=False, indent=2)
    return UNSEEN.sub(_escaped, text) + "\n"


def parse(text: str) -> Judgement:
    """
    The judgement that `render` wrote. Raises EvidenceError when the text is no such thing.
    """
    try:
        members = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise _unreadable(f"it is not JSON ({fault})") from fault
    return judgement_from_json(members)


def judgement_to_json(judgement: Judgement) -> dict[str, Any]:
    """
    The judgement as the JSON object that the schema describes.
    """
    return {
        "format": FORMAT,
        "verdict": judgement.outcome.value,
        "summary": judgement.summary,
        **{name: getattr(judgement, name) for name in _PLAIN},
        "implementation": implementation_to_json(judgement.implementation),
        "counts": {status.value: count for status, count in counts(judgement).items()},
        "options": list(judgement.options),
        "notes": list(judgement.notes),
        "requirements": [_requirement_to_json(row) for row in rows(judgement)],
        "scenarios": [_plain(scenario) for scenario in judgement.scenarios],
        "exchanges": [_plain(exchange) for exchange in judgement.exchanges],
        "destinations": [_plain(destination) for destination in judgement.destinations],
        "warehouse": [_plain(table) for table in judgement.warehouse],
        **_left_out(),
    }


def judgement_from_json(members: object) -> Judgement:
    """
    The judgement that a JSON object stands for; unknown members are ignored.

    Raises EvidenceError when it is none, or of another format.
    """
    if not isinstance(members, dict) or members.get("format") != FORMAT:
        raise _unreadable(f"it is no object with `format` {FORMAT}")
    _check(members)
    return Judgement(
        outcome=Outcome(members["verdict"]),
        summary=members["summary"],
        **{name: members[name] for name in _PLAIN},
        implementation=implementation_from_json(members["implementation"]),
        options=tuple(members.get("options", ())),
        notes=tuple(members["notes"]),
        verdicts=tuple(_verdict_from_json(requirement) for requirement in members["requirements"]),
        scenarios=tuple(_scenario_from_json(scenario) for scenario in members["scenarios"]),
        exchanges=tuple(_exchange_from_json(exchange) for exchange in members["exchanges"]),
        destinations=tuple(_destination_from_json(each) for each in members.get("destinations", ())),
        warehouse=tuple(_table_from_json(table) for table in members.get("warehouse", ())),
    )


_PLAIN = (
    "profile",
    "fail_on",
    "spec_revision",
    "toolkit",
    "target",
    "started_at",
    "seed",
    "budget",
    "hidden",
)


def _requirement_to_json(row: Row) -> dict[str, Any]:
    verdict = row.verdict
    return {
        "id": row.id,
        "level": row.level or None,
        "basis": row.basis or None,
        "statement": row.statement,
        "source": _sources_to_json(row.sources),
        "section": row.section,
        "status": verdict.status.value,
        "reason": verdict.reason,
        "exercised": verdict.exercised,
        "known": verdict.known,
        "findings": [_finding_to_json(finding) for finding in verdict.findings],
    }


def _finding_to_json(finding: Finding) -> dict[str, Any]:
    return {name: value for name, value in _plain(finding).items() if name != "requirement"}


def _finding_from_json(members: Mapping[str, Any], requirement: str) -> Finding:
    return _value(Finding, {**members, "requirement": requirement, "elsewhere": tuple(members["elsewhere"])})


def _sources_to_json(sources: Iterable[SourceDocument]) -> list[dict[str, str]]:
    return [{"key": source.key, "title": source.title, "url": source.url} for source in sources]


def _left_out() -> dict[str, Any]:
    """
    What no run can judge: rows that cannot be observed, and what the documents leave open.
    """
    return {
        "excluded": [
            {
                "id": row.id,
                "statement": row.statement,
                "source": _sources_to_json(sources_of(row.source)),
                "section": row.section,
                "status": Status.EXCLUDED.value,
                "reason": row.reason,
            }
            for row in catalogue().excluded
        ],
        "unspecified": [attrs.asdict(row) for row in catalogue().unspecified],
    }


def _verdict_from_json(members: Mapping[str, Any]) -> Verdict:
    findings = (_finding_from_json(finding, members["id"]) for finding in members["findings"])
    return Verdict(
        requirement=members["id"],
        status=Status(members["status"]),
        exercised=members["exercised"],
        reason=members["reason"],
        known=members["known"],
        findings=tuple(findings),
    )


def _scenario_from_json(members: Mapping[str, Any]) -> ScenarioView:
    timeline = tuple(_value(TimelineEntry, entry) for entry in members["timeline"])
    return _value(ScenarioView, {**members, "timeline": timeline})


def _exchange_from_json(members: Mapping[str, Any]) -> ExchangeView:
    headers = tuple((name, value) for name, value in members["headers"])
    return _value(ExchangeView, {**members, "headers": headers})


def _destination_from_json(members: Mapping[str, Any]) -> DestinationView:
    events = tuple(_value(DeliveryCount, event) for event in members["events"])
    return _value(DestinationView, {**members, "events": events})


def _table_from_json(members: Mapping[str, Any]) -> TableView:
    losses = tuple(_value(LossCount, loss) for loss in members["losses"])
    return _value(TableView, {**members, "losses": losses})


def _plain(value: attrs.AttrsInstance) -> dict[str, Any]:
    """
    The value's members by name, with lists for its tuples, as JSON has them.
    """
    return attrs.asdict(
        value, value_serializer=lambda _, __, held: list(held) if isinstance(held, tuple) else held
    )


def _value(kind: type[_Value], members: Mapping[str, Any]) -> _Value:
    names = {field.name for field in attrs.fields(kind)}
    return kind(**{name: member for name, member in members.items() if name in names})


def _check(members: Mapping[str, Any]) -> None:
    """
    Holds the object against the judgement's schema, so that nothing after this meets a value of a wrong type.
    """
    checked = validator("report/judgement")
    if not checked.is_valid(members):
        violation = checked.explain(members)[0]
        raise _unreadable(f"{violation.path or 'the object'}: {violation.message}")


def _escaped(found: Any) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _unreadable(why: str) -> EvidenceError:
    return EvidenceError(
        f"This cannot be read as a judgement: {why}.",
        cure="Give a file that `chatlio-conformance run TARGET --report json=FILE` wrote.",
    )
