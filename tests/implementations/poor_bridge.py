"""
A deliberately poor bridge, for reports and examples. Standard library only, and the same bytes each time.

What is wrong with it: property names are camelCase, conversations never end, the agent is the user on what
the visitor receives, durations count milliseconds, and what Segment does not take is lost. The rest is as it
should be.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import sys
import urllib.request
from collections.abc import Mapping
from typing import Any

ABOUT = {"name": "poor-bridge", "version": "0.3.0"}
EVENTS = {"visitor_message": "Live Chat Message Sent", "agent_message": "Live Chat Message Received"}

JSON = Mapping[str, Any]


class Bridge:
    """
    Sends each event as it comes, one call a request.
    """

    def __init__(self) -> None:
        self._settings: JSON = {}
        self._began: dict[str, dt.datetime] = {}

    def initialize(self, params: JSON) -> JSON:
        """
        Connects to a workspace of the US that has a write key.
        """
        self._settings, self._began = {}, {}
        region = params["workspace"]["region"]
        if region != "us":
            return {"error": {"code": -32001, "message": f"region_unsupported: {region!r} is not 'us'."}}
        if not params["source"]["write_key"]:
            return {"error": {"code": -32002, "message": "write_key_missing: there is no write key."}}
        self._settings = params
        return {"result": {"implementation": {**ABOUT, "language": "python"}}}

    def activity(self, activity: JSON) -> JSON:
        """
        Reports messages, and the conversations they start.
        """
        kind = activity["type"]
        if self._settings and kind in EVENTS:
            if kind == "visitor_message" and activity["conversation_id"] not in self._began:
                self._began[activity["conversation_id"]] = dt.datetime.fromisoformat(activity["at"])
                self._send("Live Chat Conversation Started", activity)
            self._send(EVENTS[kind], activity)
        return {"result": {}}

    def flush(self, _params: JSON) -> JSON:
        """
        Nothing is ever buffered.
        """
        return {"result": {}}

    shutdown = flush

    def _send(self, event: str, activity: JSON) -> None:
        call = {
            "event": event,
            "messageId": f"{activity['id']}/{event}",
            "timestamp": activity["at"],
            **self._identity(activity),
            "properties": self._properties(activity),
            "context": {"library": ABOUT, "integration": ABOUT},
        }
        credentials = base64.b64encode(f"{self._settings['source']['write_key']}:".encode()).decode()
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Basic {credentials}",
            "User-Agent": "poor-bridge/0.3.0",
        }
        url = f"{self._settings['endpoints']['us']}/v1/track"
        request = urllib.request.Request(url, json.dumps(call).encode(), headers)
        try:
            urllib.request.urlopen(request, timeout=5).close()
        except OSError as error:
            print(f"Segment did not take {event}: {error}", file=sys.stderr)

    def _identity(self, activity: JSON) -> JSON:
        if activity["type"] == "agent_message":
            return {"userId": activity["agent"]["id"]}
        visitor = activity["visitor"]
        known = {"userId": visitor["user_id"]} if "user_id" in visitor else {}
        return {"anonymousId": visitor["id"], **known}

    def _properties(self, activity: JSON) -> JSON:
        now = dt.datetime.fromisoformat(activity["at"])
        elapsed = now - self._began.get(activity["conversation_id"], now)
        agent = activity.get("agent", {})
        return {
            "conversationId": activity["conversation_id"],
            "conversationDuration": int(elapsed.total_seconds() * 1000),
            "messageId": activity["message"]["id"],
            **{f"agent{name.capitalize()}": value for name, value in agent.items()},
        }


def main() -> None:
    """
    Answers one JSON-RPC message a line, until `shutdown`.
    """
    bridge, method = Bridge(), ""
    while method != "shutdown" and (line := sys.stdin.readline()):
        request = json.loads(line)
        method = request["method"]
        answer = getattr(bridge, method)(request.get("params", {}))
        print(json.dumps({"jsonrpc": "2.0", "id": request["id"], **answer}), flush=True)


if __name__ == "__main__":
    main()
