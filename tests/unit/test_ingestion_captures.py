"""
What official SDKs send is understood, but for what they do wrong on purpose.
"""

import gzip
import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from conformance.ingestion import (
    Request,
    SourceState,
    receive,
)
from tests.unit.intakes import a_request

CAPTURES = sorted((Path(__file__).parent.parent / "captures").glob("*.json"))
WRONG_ON_PURPOSE = {
    ("@segment/analytics-node", "per_call_options"): [
        "no_user_anon_id",
        "event_not_defined",
        "event_too_large",
    ],
    ("segment-analytics-python", "per_call_options"): ["malformed_json"],
    ("@segment/analytics-node", "redirect_302"): ["unknown_path"],
    ("segment-analytics-python", "redirect_302"): ["unknown_path"],
}


def captured(entry: dict[str, Any]) -> Request:
    """
    A captured request as it was sent. The captures hold bodies unpacked, so a packed one is packed again.
    """
    method, target, _ = entry["request_line"].split(" ")
    headers = tuple((name, value) for name, value in entry["headers"])
    body = (entry["body_text"] or "").encode()
    packed = any(name.lower() == "content-encoding" for name, _ in headers)
    return a_request(gzip.compress(body) if packed else body, target=target, headers=headers, method=method)


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_official_sdks_are_understood(path: Path) -> None:
    """
    Every call of the official SDKs is accepted, but for those the captured program got wrong on purpose.
    """
    capture = json.loads(path.read_text(encoding="utf-8"))
    key = "TESTWRITEKEY0123456789abcdefghij"
    sources = {key: SourceState(write_key=key, workspace="acme", region="us")}
    count = 0
    for name, entries in capture["scenarios"].items():
        intakes = [receive(captured(entry), sources) for entry in entries]
        refused = [intake.problem for intake in intakes if intake.problem]
        dropped = [m.drop for m in itertools.chain(*(i.messages for i in intakes)) if m.drop]
        assert refused + dropped == WRONG_ON_PURPOSE.get((capture["sdk"], name), []), name
        count += sum(len(intake.messages) for intake in intakes)
    assert count > 90
