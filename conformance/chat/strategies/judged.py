"""
Which requirements a call, or a batch, offends: asked of the checks, never taken for granted.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping
from typing import Any

import orjson

from conformance.checks import CHECKS, Evidence
from conformance.model import Exchange, Reply
from conformance.record import ScenarioRecord

_AT = dt.datetime(2026, 3, 1, 10, 0, 0, tzinfo=dt.UTC)
_KEY = "generatedWriteKeyOf32Characters0"


def offences_of_event(call: Mapping[str, Any]) -> frozenset[str]:
    """
    The ids of the requirements that a call offends, judged by itself, as a line of an archive is.
    """
    return _offences(ScenarioRecord(name="event", purpose="", started_at=_AT, archived=(call,)))


def offences_of_batch(batch: Mapping[str, Any]) -> frozenset[str]:
    """
    The ids of the requirements that a batch offends, judged as the body of a request.
    """
    body = orjson.dumps(batch)
    credentials = base64.b64encode(f"{_KEY}:".encode()).decode()
    headers = (("Content-Type", "application/json"), ("Authorization", f"Basic {credentials}"))
    exchange = Exchange(
        sequence=1,
        at=_AT,
        endpoint="us",
        method="POST",
        target="/v1/batch",
        headers=headers,
        body=body,
        size=len(body),
        complete=True,
        reply=Reply(status=200),
        kept=True,
    )
    return _offences(ScenarioRecord(name="batch", purpose="", started_at=_AT, exchanges=(exchange,)))


def _offences(record: ScenarioRecord) -> frozenset[str]:
    evidence = Evidence(scenario=record)
    return frozenset(check.requirement for check in CHECKS if check.judge(evidence)[1])
