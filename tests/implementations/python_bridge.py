"""
A bridge on the official Python SDK, unmodified, as a good engineer would write one. Driven over stdio.

It knows nothing of this project: the driver protocol on one side, segment-analytics-python on the other.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from segment.analytics.client import Client
from segment.analytics.version import VERSION

NAME = "python-bridge"
IDS = uuid.UUID("1f0e6c5a-92d7-5c38-8a4f-3b7d2e9c6a51")

JSON = Mapping[str, Any]

log = logging.getLogger(NAME)


class Refusal(Exception):
    """
    A connection that is declined, with its code in the driver protocol.
    """

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        super().__init__(message)


class Bridge:
    """
    Hears the chat, and tells Segment by way of the SDK, whose client `connect` makes.
    """

    def __init__(self, connect: Callable[..., Any] = Client) -> None:
        self._connect = connect
        self._client: Any = None
        self._began: dict[str, dt.datetime] = {}
        self._workspace = ""

    def initialize(self, params: JSON) -> JSON:
        """
        Connects afresh, to a workspace of the US and with a write key, or not at all.
        """
        self.shutdown({})
        self._began.clear()
        self._workspace = params["workspace"]["slug"]
        region, write_key = params["workspace"]["region"], params["source"]["write_key"]
        if region != "us":
            raise Refusal(
                -32001, f"region_unsupported: the workspace is in the region {region!r}, not in 'us'."
            )
        if not write_key:
            raise Refusal(-32002, "write_key_missing: paste the source's write key into the settings.")
        # The SDK's default of half a second between uploads is for servers; a chat is reported sooner.
        self._client = self._connect(
            write_key, host=params["endpoints"]["us"], upload_interval=0.1, on_error=self._failed
        )
        about = {"name": NAME, "version": "1.0.0", "language": "python"}
        return {"implementation": about}

    def activity(self, activity: JSON) -> JSON:
        """
        Reports one thing that happened, if it is anything that Segment is to know.
        """
        if self._client is not None:
            for event in self._events(activity):
                self._track(self._client, event, activity)
        return {}

    def flush(self, _params: JSON) -> JSON:
        """
        Returns when the SDK has delivered, or given up, everything it was told.
        """
        if self._client is not None:
            self._client.flush()
        return {}

    def shutdown(self, _params: JSON) -> JSON:
        """
        Delivers what the SDK still holds, and ends its thread.
        """
        if self._client is not None:
            self._client.shutdown()
            self._client = None
        return {}

    def _events(self, activity: JSON) -> list[str]:
        match activity["type"]:
            case "visitor_message":
                began = activity["conversation_id"] in self._began
                started = [] if began else ["Live Chat Conversation Started"]
                self._began.setdefault(activity["conversation_id"], moment(activity))
                return [*started, "Live Chat Message Sent"]
            case "agent_message":
                return ["Live Chat Message Received"]
            case "conversation_ended":
                return ["Live Chat Conversation Ended"]
        return []

    def _track(self, client: Any, event: str, activity: JSON) -> None:
        visitor = activity["visitor"]
        client.track(
            anonymous_id=visitor["id"],
            user_id=visitor.get("user_id"),
            event=event,
            properties=self._properties(activity),
            timestamp=moment(activity),
            context={"integration": {"name": NAME, "version": "1.0.0"}},
            # The same activity gets the same id each time, so that Segment drops what is delivered twice.
            message_id=str(uuid.uuid5(IDS, f"{self._workspace}/{activity['id']}/{event}")),
        )

    def _properties(self, activity: JSON) -> dict[str, Any]:
        conversation = activity["conversation_id"]
        elapsed = moment(activity) - self._began.get(conversation, moment(activity))
        properties = {"conversation_id": conversation, "conversation_duration": int(elapsed.total_seconds())}
        if message := activity.get("message"):
            properties["message_id"] = message["id"]
        for key, value in activity.get("agent", {}).items():
            if key in {"id", "name", "username"}:
                properties[f"agent_{key}"] = value
        return properties

    def _failed(self, error: Exception, batch: list[Any]) -> None:
        log.error("Segment did not take %d events: %s", len(batch), error)


def moment(activity: JSON) -> dt.datetime:
    """
    When the activity took place.
    """
    return dt.datetime.fromisoformat(activity["at"])


def main(bridge: Bridge) -> None:
    """
    Answers one JSON-RPC message a line, until `shutdown`.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    log.info("segment-analytics-python %s", VERSION)
    method = ""
    while method != "shutdown" and (line := sys.stdin.readline()):
        request = json.loads(line)
        method, reply = request["method"], {"jsonrpc": "2.0", "id": request["id"]}
        try:
            reply["result"] = getattr(bridge, method)(request.get("params", {}))
        except Refusal as refusal:
            reply["error"] = {"code": refusal.code, "message": str(refusal)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main(Bridge())
