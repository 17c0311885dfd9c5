"""
The record as JSON lines, and back: a line for the header, for each step and exchange, and for the footer.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from conformance.model import (
    Exchange,
    Fault,
    FaultKind,
    Reply,
    activity_from_json,
    activity_to_json,
    implementation_from_json,
    implementation_to_json,
    settings_from_json,
    settings_to_json,
)
from conformance.record.tables import tables_from_json, tables_to_json
from conformance.record.values import Answer, Header, Method, ScenarioRecord, Step


def header_to_json(header: Header) -> dict[str, Any]:
    """
    The header as the first line of a record.
    """
    return {
        "kind": "header",
        "format": header.format,
        "toolkit": header.toolkit,
        "started_at": _time_to_json(header.started_at),
        "target": header.target,
        "implementation": implementation_to_json(header.implementation),
        "budget": header.budget,
        "seed": header.seed,
        "platform": header.platform,
        "options": list(header.options),
    }


def header_from_json(members: Mapping[str, Any]) -> Header:
    """
    The header that a record's first line stands for.
    """
    return Header(
        format=members["format"],
        toolkit=members["toolkit"],
        started_at=_time_from_json(members["started_at"]),
        target=members["target"],
        implementation=implementation_from_json(members["implementation"]),
        budget=members["budget"],
        seed=members["seed"],
        platform=members["platform"],
        options=tuple(members["options"]),
    )


def scenario_lines(scenario: ScenarioRecord) -> Iterator[dict[str, Any]]:
    """
    The JSON lines that stand for a scenario, in the order they are written.
    """
    yield {
        "kind": "scenario",
        "name": scenario.name,
        "purpose": scenario.purpose,
        "started_at": _time_to_json(scenario.started_at),
        "pace": scenario.pace,
        "intercepted": scenario.intercepted,
        **({"allowed_hosts": list(scenario.allowed_hosts)} if scenario.allowed_hosts else {}),
        "faults": [fault_to_json(fault) for fault in scenario.faults],
        **({"case": scenario.case} if scenario.case else {}),
    }
    yield from ({"kind": "step", **_step_to_json(step)} for step in scenario.steps)
    yield from ({"kind": "exchange", **exchange_to_json(exchange)} for exchange in scenario.exchanges)
    yield from ({"kind": "archived", "call": dict(call)} for call in scenario.archived)
    if scenario.warehouse is not None:
        yield {"kind": "warehouse", **tables_to_json(scenario.warehouse)}
    yield {"kind": "end", "log": scenario.log, "unusable": scenario.unusable}


def scenario_from_lines(lines: Iterable[Mapping[str, Any]]) -> ScenarioRecord:
    """
    The scenario that its JSON lines stand for; unknown kinds of line are passed over.

    Raises KeyError, TypeError or ValueError for lines that the record's schema would refuse.
    """
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for line in lines:
        by_kind.setdefault(line["kind"], []).append(line)
    [opening] = by_kind["scenario"]
    [ending] = by_kind["end"]
    loaded = by_kind.get("warehouse")
    return ScenarioRecord(
        name=opening["name"],
        purpose=opening["purpose"],
        started_at=_time_from_json(opening["started_at"]),
        pace=opening["pace"],
        intercepted=opening["intercepted"],
        allowed_hosts=tuple(opening.get("allowed_hosts", ())),
        faults=tuple(fault_from_json(fault) for fault in opening["faults"]),
        case=opening.get("case", ""),
        steps=tuple(_step_from_json(step) for step in by_kind.get("step", ())),
        exchanges=tuple(exchange_from_json(exchange) for exchange in by_kind.get("exchange", ())),
        archived=tuple(line["call"] for line in by_kind.get("archived", ())),
        warehouse=tables_from_json(loaded[-1]) if loaded else None,
        log=ending.get("log", ""),
        unusable=ending["unusable"],
    )


def exchange_to_json(exchange: Exchange) -> dict[str, Any]:
    """
    The exchange as a record keeps it, its bytes unchanged.
    """
    return {
        "sequence": exchange.sequence,
        "at": _time_to_json(exchange.at),
        "endpoint": exchange.endpoint,
        "method": exchange.method,
        "target": exchange.target,
        "headers": [list(pair) for pair in exchange.headers],
        **_bytes_to_json(exchange.body),
        "size": exchange.size,
        "complete": exchange.complete,
        "kept": exchange.kept,
        "fault": exchange.fault,
        "secure": exchange.secure,
        "reply": {
            "status": exchange.reply.status,
            "headers": [list(pair) for pair in exchange.reply.headers],
            **_bytes_to_json(exchange.reply.body),
            "at": exchange.reply.at and _time_to_json(exchange.reply.at),
        },
    }


def exchange_from_json(members: Mapping[str, Any]) -> Exchange:
    """
    The exchange that a record's JSON object stands for.
    """
    reply = members["reply"]
    return Exchange(
        sequence=members["sequence"],
        at=_time_from_json(members["at"]),
        endpoint=members["endpoint"],
        method=members["method"],
        target=members["target"],
        headers=tuple((name, value) for name, value in members["headers"]),
        body=_bytes_from_json(members),
        size=members["size"],
        complete=members["complete"],
        kept=members["kept"],
        fault=members["fault"],
        secure=members["secure"],
        reply=Reply(
            status=reply["status"],
            headers=tuple((name, value) for name, value in reply["headers"]),
            body=_bytes_from_json(reply),
            at=reply["at"] and _time_from_json(reply["at"]),
        ),
    )


def _step_to_json(step: Step) -> dict[str, Any]:
    members: dict[str, Any] = {
        "method": step.method.value,
        "connection": step.connection,
        "at": _time_to_json(step.at),
        "elapsed": step.elapsed,
        "answer": step.answer.value,
        "settings": step.settings and settings_to_json(step.settings),
        "activity": step.activity and activity_to_json(step.activity),
        "implementation": step.implementation and implementation_to_json(step.implementation),
        "code": step.code,
        "message": step.message or None,
        "feature": step.feature or None,
        "issue_url": step.issue_url or None,
    }
    return {name: value for name, value in members.items() if value is not None}


def _step_from_json(members: Mapping[str, Any]) -> Step:
    settings, activity = members.get("settings"), members.get("activity")
    implementation = members.get("implementation")
    return Step(
        method=Method(members["method"]),
        connection=members["connection"],
        at=_time_from_json(members["at"]),
        elapsed=members["elapsed"],
        answer=Answer(members["answer"]),
        settings=settings and settings_from_json(settings),
        activity=activity and activity_from_json(activity),
        implementation=implementation and implementation_from_json(implementation),
        code=members.get("code"),
        message=members.get("message", ""),
        feature=members.get("feature", ""),
        issue_url=members.get("issue_url", ""),
    )


def fault_to_json(fault: Fault) -> dict[str, Any]:
    """
    The fault as a record, or a case, keeps it.
    """
    return {
        **attrs.asdict(fault),
        "kind": fault.kind.value,
        "headers": [list(pair) for pair in fault.headers],
    }


def fault_from_json(members: Mapping[str, Any]) -> Fault:
    """
    The fault that such a JSON object stands for.
    """
    headers = tuple((name, value) for name, value in members["headers"])
    return Fault(**{**members, "kind": FaultKind(members["kind"]), "headers": headers})


def _bytes_to_json(body: bytes) -> dict[str, str]:
    try:
        return {"body": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode("ascii")}


def _bytes_from_json(members: Mapping[str, Any]) -> bytes:
    if "body" in members:
        return str(members["body"]).encode("utf-8")
    return base64.b64decode(members["body_base64"], validate=True)


def _time_to_json(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _time_from_json(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
