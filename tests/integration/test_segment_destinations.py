"""
The mock's fan-out: what each destination of a workspace gets of what was really sent.
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from conformance.ingestion import SourceState
from conformance.segment import MockSegment


def send(mock: MockSegment, source: SourceState, *calls: dict[str, Any], **shared: Any) -> None:
    """
    Sends one batch as the source would.
    """
    body = {"writeKey": source.write_key, "batch": [{"userId": "u", **call} for call in calls], **shared}
    request = urllib.request.Request(
        f"{mock.endpoints.us}/v1/batch",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as reply:
        assert reply.status == 200


def ids(calls: tuple[dict[str, Any], ...]) -> list[str]:
    return [call["messageId"] for call in calls]


def test_each_destination_gets_what_integrations_let_through() -> None:
    """
    Of every type of call, once each, and a member's own `integrations` go before those of its batch.
    """
    event = {"type": "track", "event": "Live Chat Message Sent"}
    with MockSegment() as mock:
        source = mock.open_source(destinations=["Mixpanel", "Braze"])
        send(
            mock,
            source,
            {**event, "messageId": "m-1"},
            {**event, "messageId": "m-2", "integrations": {"Braze": True}},
            {"type": "identify", "messageId": "m-3"},
            {**event, "messageId": "m-1"},
            {"type": "track", "messageId": "m-4"},
            integrations={"Braze": False},
        )
        assert ids(mock.received("Mixpanel")) == ["m-1", "m-2", "m-3"]
        assert ids(mock.received("Braze")) == ["m-2"]
        assert mock.received("mixpanel") == ()
        assert ids(mock.events) == ["m-1", "m-2"]
        assert mock.received("Mixpanel")[0] == mock.events[0]


def test_workspaces_have_destinations_of_their_own() -> None:
    """
    What one of them is connected to says nothing of the other; without any, a few usual ones are there.
    """
    with MockSegment() as mock:
        one, other = (
            mock.open_source(workspace="one", destinations=["Braze"]),
            mock.open_source(workspace="two"),
        )
        for number, source in enumerate((one, other)):
            send(mock, source, {"type": "page", "messageId": f"m-{number}"})
        mock.sources.rotate(one.write_key)
        assert ids(mock.received("Braze")) == ["m-0"]
        assert ids(mock.received("Amplitude")) == ["m-1"]
