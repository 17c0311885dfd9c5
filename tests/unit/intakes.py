"""
Requests made by hand, and what Segment makes of them.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from conformance.ingestion import Intake, Request, SourceState, receive

KEY = "Qm7kXw2ZrT9uVb4YcN8dLf3GhJ6sAe5P"
NOW = dt.datetime(2026, 3, 1, 10, 0, tzinfo=dt.UTC)
SOURCES = {KEY: SourceState(write_key=KEY, workspace="acme", region="us")}
BASIC = ("Authorization", "Basic " + base64.b64encode(f"{KEY}:".encode()).decode())


def a_request(
    body: bytes = b"{}",
    *,
    target: str = "/v1/batch",
    headers: tuple[tuple[str, str], ...] = (BASIC,),
    endpoint: str = "us",
    method: str = "POST",
    at: dt.datetime = NOW,
    size: int | None = None,
    complete: bool = True,
) -> Request:
    """
    A request as it came, with a key that is known.
    """
    return Request(
        sequence=7,
        at=at,
        endpoint=endpoint,
        method=method,
        target=target,
        headers=headers,
        body=body,
        size=len(body) if size is None else size,
        complete=complete,
    )


def received(document: Any, *, sources: Mapping[str, SourceState] = SOURCES, **request: Any) -> Intake:
    """
    What becomes of a request with that document as its body.
    """
    return receive(a_request(json.dumps(document).encode(), **request), sources)


def drops(intake: Intake) -> list[str | None]:
    """
    Why each call was dropped, None where it was kept.
    """
    return [message.drop for message in intake.messages]


def answer(intake: Intake) -> tuple[int | None, Any]:
    """
    The status and the JSON of the reply.
    """
    return intake.reply.status, json.loads(intake.reply.body)


SUCCESS = (200, {"success": True})
