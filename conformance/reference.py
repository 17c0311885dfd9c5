"""
A conformant implementation, short enough to read as the example of how to do it right.

`Reference` hears the chat and decides what Segment is told; `Outbox` delivers it. Nothing but the standard
library is needed. Drive it with `python:conformance.reference:Reference`.
"""

from __future__ import annotations

import base64
import datetime as dt
import email.utils
import http.client
import json
import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from conformance import __version__
from conformance.errors import RegionUnsupported, WriteKeyMissing
from conformance.model import Activity, ActivityType, Implementation, Settings, format_time

NAME = "conformance-reference"
STARTED = "Live Chat Conversation Started"
ENDED = "Live Chat Conversation Ended"
SENT = "Live Chat Message Sent"
RECEIVED = "Live Chat Message Received"

_IDS = uuid.UUID("8c1ff6a2-6b0e-5f0a-9d58-54c1d3a7a0e4")
_log = logging.getLogger(__name__)


class Outbox:
    """
    Delivers calls to one source in the background, in order, so that a slow Segment never holds up the chat.

    A call keeps its `messageId` however often it is sent, so a retry can never count twice.
    """

    path = "/v1/batch"
    linger = 0.03
    """Seconds to wait for more before a batch leaves; it keeps us under Segment's 50 requests a second."""
    most_calls = 2_500
    most_bytes = 500_000 - 33_000
    """Room is left for one more call, as none is larger than 32 KB, and for the frame around them."""

    def __init__(
        self,
        endpoint: str,
        write_key: str,
        *,
        backoff: float = 0.5,
        attempts: int = 10,
        timeout: float = 10.0,
    ) -> None:
        self.endpoint, self.write_key = urlsplit(endpoint), write_key
        self.backoff, self.attempts, self.timeout = backoff, attempts, timeout
        self._calls: queue.Queue[Mapping[str, Any] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._thread.start()

    def put(self, call: Mapping[str, Any]) -> None:
        """
        Takes a call, to be delivered soon.
        """
        self._calls.put(call)

    def flush(self) -> None:
        """
        Returns when everything taken so far was delivered, or finally given up.
        """
        self._calls.join()

    def close(self) -> None:
        """
        Delivers what is left, and ends.
        """
        self._calls.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            batch = self.gather(call)
            self.deliver(batch)
            for _ in batch:
                self._calls.task_done()

    def gather(self, first: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """
        The call, and those that follow it within a moment, as far as Segment's limits for a batch allow.
        """
        batch, size, deadline = [first], len(json.dumps(first)), time.monotonic() + self.linger
        while len(batch) < self.most_calls and size < self.most_bytes:
            try:
                call = self._calls.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                break
            if call is None:
                self._calls.put(None)
                break
            batch.append(call)
            size += len(json.dumps(call)) + 2
        return batch

    def deliver(self, batch: list[Mapping[str, Any]]) -> None:
        """
        Sends the batch until Segment has it; gives up when Segment finds fault with it, or never answers.
        """
        for attempt in range(1, self.attempts + 1):
            status, headers = self.post(self.body(batch))
            if status == 200:
                return
            if attempt == self.attempts or not self.worth_retrying(status):
                break
            time.sleep(self.pause(headers, attempt))
        _log.error("Segment did not take %d calls; the last answer was %s.", len(batch), status)

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        """
        The batch as JSON. `sentAt` is the time of this attempt: Segment mends our clock by it.
        """
        return json.dumps({"batch": batch, "sentAt": format_time(dt.datetime.now(dt.UTC))}).encode()

    def headers(self) -> dict[str, str]:
        """
        What accompanies the body: its type, and the write key as the user name of Basic authentication.
        """
        credentials = base64.b64encode(f"{self.write_key}:".encode()).decode()
        return {"Content-Type": "application/json", "Authorization": f"Basic {credentials}"}

    def post(self, body: bytes) -> tuple[int | None, http.client.HTTPMessage]:
        """
        The status and headers that Segment answered; the status is None when there was no answer.
        """
        secure = self.endpoint.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(self.endpoint.netloc, timeout=self.timeout)
        try:
            connection.request("POST", self.endpoint.path + self.path, body, self.headers())
            reply = connection.getresponse()
            reply.read()
            return reply.status, reply.headers
        except (OSError, http.client.HTTPException):
            return None, http.client.HTTPMessage()
        finally:
            connection.close()

    def worth_retrying(self, status: int | None) -> bool:
        """
        Whether the same request may succeed later. A redirect is no success: nobody has taken the events.
        """
        return status is None or status in (408, 429) or 300 <= status < 400 or status >= 500

    def pause(self, headers: http.client.HTTPMessage, attempt: int) -> float:
        """
        Seconds to wait before the next attempt: what Segment asks for, else twice as long each time.
        """
        asked = headers.get("Retry-After") or headers.get("X-RateLimit-Reset")
        waiting = None if asked is None else _seconds(asked)
        return min(self.backoff * 2 ** (attempt - 1), 30.0) if waiting is None else min(waiting, 300.0)


class Reference:
    """
    Hears a chat, and tells Segment what the Chatlio source promises.

    What happens in the chat is known by its own ids and times; nothing is made up, and nothing is sent twice.
    """

    def __init__(self, *, outbox: Callable[[str, str], Outbox] = Outbox) -> None:
        """
        `outbox` makes the outbox for an endpoint and a write key: `partial(Outbox, backoff=0.01)` for haste.
        """
        self._make_outbox = outbox
        self._outbox: Outbox | None = None
        self._began: dict[str, dt.datetime] = {}
        self._workspace = ""

    def initialize(self, settings: Settings) -> Implementation:
        """
        Connects afresh; nothing of an earlier connection remains. Raises a Refusal where it may not connect.
        """
        self.shutdown()
        self._began.clear()
        self._workspace = settings.workspace.slug
        self.refuse(settings)
        self._outbox = self._make_outbox(settings.endpoints.us, settings.source.write_key)
        return Implementation(name=NAME, version=__version__, language="python")

    def activity(self, activity: Activity) -> None:
        """
        Takes in one thing that happened in the chat; goes nowhere when there is no connection.
        """
        if self._outbox is not None:
            for event in self.events(activity):
                self._outbox.put(self.call(event, activity))

    def flush(self) -> None:
        """
        Returns when everything heard so far has been delivered or given up.
        """
        if self._outbox is not None:
            self._outbox.flush()

    def shutdown(self) -> None:
        """
        Delivers what is left, and disconnects.
        """
        if self._outbox is not None:
            self._outbox.close()
            self._outbox = None

    def refuse(self, settings: Settings) -> None:
        """
        Raises RegionUnsupported for a workspace outside the US, and WriteKeyMissing for an empty write key.
        """
        region = settings.workspace.region
        if region != "us":
            raise RegionUnsupported(
                f"The workspace's data are processed in {region!r}; the Chatlio source works in 'us' only.",
                cure="Connect a workspace of the US region.",
            )
        if not settings.source.write_key:
            raise WriteKeyMissing(
                "There is no write key.", cure="Paste the source's write key into the settings."
            )

    def events(self, activity: Activity) -> tuple[str, ...]:
        """
        The events, from the customer's viewpoint, that the activity is; mostly none.

        Conversations are remembered beyond their end, as an early message may be delivered again late.
        """
        match activity.type:
            case ActivityType.VISITOR_MESSAGE:
                return (SENT,) if self.known(activity) else (STARTED, SENT)
            case ActivityType.AGENT_MESSAGE:
                return (RECEIVED,)
            case ActivityType.CONVERSATION_ENDED:
                return (ENDED,)
            case _:
                return ()

    def known(self, activity: Activity) -> bool:
        """
        Whether the conversation has begun before; if not, it begins with this message.
        """
        conversation = activity.conversation_id or ""
        if conversation in self._began:
            return True
        self._began[conversation] = activity.at
        return False

    def call(self, event: str, activity: Activity) -> dict[str, Any]:
        """
        The Track call for an event of an activity.
        """
        return {
            "type": "track",
            "event": event,
            "messageId": self.message_id(event, activity),
            "timestamp": format_time(activity.at),
            **self.identity(activity),
            "properties": self.properties(activity),
            "context": self.context(),
        }

    def message_id(self, event: str, activity: Activity) -> str:
        """
        The same for the same event of the same activity, so that Segment drops what is delivered twice.
        """
        return str(uuid.uuid5(_IDS, f"{self._workspace}/{activity.id}/{event}"))

    def identity(self, activity: Activity) -> dict[str, str]:
        """
        The visitor, also where the agent writes; with the site's own user id once that is known.
        """
        visitor = activity.visitor
        if visitor is None:
            return {}
        known = {} if visitor.user_id is None else {"userId": visitor.user_id}
        return {"anonymousId": visitor.id, **known}

    def properties(self, activity: Activity) -> dict[str, Any]:
        """
        What is known of the six documented properties; what is not known is absent.
        """
        properties: dict[str, Any] = {
            "conversation_id": activity.conversation_id,
            "conversation_duration": self.duration(activity),
        }
        if activity.message is not None:
            properties["message_id"] = activity.message.id
        if activity.agent is not None:
            agent = activity.agent
            properties |= {"agent_id": agent.id, "agent_name": agent.name, "agent_username": agent.username}
        return properties

    def duration(self, activity: Activity) -> int:
        """
        Whole seconds since the customer's first message; 0 at that message.
        """
        began = self._began.get(activity.conversation_id or "", activity.at)
        return max(0, int((activity.at - began).total_seconds()))

    def context(self) -> dict[str, Any]:
        """
        Who sends, and on behalf of which integration.
        """
        about = {"name": NAME, "version": __version__}
        return {"library": about, "integration": about}


def _seconds(asked: str) -> float | None:
    """
    The seconds that a `Retry-After` names, as a number or as an HTTP date; None for neither.
    """
    if asked.strip().isdigit():
        return float(asked)
    try:
        moment = email.utils.parsedate_to_datetime(asked)
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - time.time())
