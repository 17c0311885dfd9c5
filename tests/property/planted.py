"""
Five faults that only a sequence of events brings out, planted in the reference implementation.

Each is right in every conversation that is simple enough, so no one thinks of the chat in which it shows. A
generated run has to come across that chat by itself, and cut it down to the few lines that matter.
"""

from __future__ import annotations

import datetime as dt
import http.client
import threading
import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from conformance.model import Activity, ActivityType, Implementation, Settings
from conformance.reference import STARTED, Outbox, Reference


class HastyOutbox(Outbox):
    """
    An outbox that hardly waits, neither for company nor before it tries again.
    """

    linger = 0.002


HASTY = partial(HastyOutbox, backoff=0.005)


def hasty() -> Reference:
    """
    The reference implementation without any of the faults, and without patience.
    """
    return Reference(outbox=HASTY)


class ForgetsSecondVisitor(Reference):
    """
    The identity is lost once the second visitor returns: it was kept for the visitor's first conversation.
    """

    def __init__(self) -> None:
        super().__init__(outbox=HASTY)
        self._first: dict[str, str] = {}

    def initialize(self, settings: Settings) -> Implementation:
        self._first.clear()
        return super().initialize(settings)

    def identity(self, activity: Activity) -> dict[str, str]:
        visitor, conversation = activity.visitor, activity.conversation_id or ""
        if visitor is None:
            return {}
        returned = self._first.setdefault(visitor.id, conversation) != conversation
        second = list(self._first).index(visitor.id) == 1
        return {"anonymousId": "visitor"} if returned and second else super().identity(activity)


class RestartsClock(Reference):
    """
    The duration is wrong after a hand-over: it counts from when the second agent took over.
    """

    def __init__(self) -> None:
        super().__init__(outbox=HASTY)
        self._assigned: dict[str, tuple[str, dt.datetime]] = {}

    def initialize(self, settings: Settings) -> Implementation:
        self._assigned.clear()
        return super().initialize(settings)

    def activity(self, activity: Activity) -> None:
        conversation = activity.conversation_id or ""
        if activity.type is ActivityType.AGENT_JOINED and activity.agent and conversation in self._began:
            agent, _ = self._assigned.get(conversation, ("", activity.at))
            self._assigned[conversation] = (activity.agent.id, activity.at)
            if agent not in {"", activity.agent.id}:
                self._began[conversation] = activity.at
        super().activity(activity)


class StartsOnlyOnce(Reference):
    """
    The second conversation of a visitor is not started: visitors are remembered, and not their conversations.
    """

    def __init__(self) -> None:
        super().__init__(outbox=HASTY)
        self._met: set[str] = set()

    def initialize(self, settings: Settings) -> Implementation:
        self._met.clear()
        return super().initialize(settings)

    def events(self, activity: Activity) -> tuple[str, ...]:
        events = super().events(activity)
        if STARTED not in events or activity.visitor is None:
            return events
        known = activity.visitor.id in self._met
        self._met |= {activity.visitor.id}
        return events[1:] if known else events


class ForgetfulOutbox(HastyOutbox):
    """
    An outbox that gives new ids to the second half of a batch whose connection broke.
    """

    broken = False

    def post(self, body: bytes) -> tuple[int | None, http.client.HTTPMessage]:
        status, headers = super().post(body)
        self.broken = status is None
        return status, headers

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        half = len(batch) // 2
        if self.broken and half:
            batch = [*batch[:half], *({**call, "messageId": str(uuid.uuid4())} for call in batch[half:])]
        return super().body(batch)


class DoublesAfterReset(Reference):
    """
    There is a duplicate after a reset in the middle of a batch.
    """

    def __init__(self) -> None:
        super().__init__(outbox=partial(ForgetfulOutbox, backoff=0.005))


class HurriedOutbox(HastyOutbox):
    """
    An outbox that gives up what has to wait, for Segment was asked too often, when it is closed meanwhile.
    """

    def __init__(self, endpoint: str, write_key: str, **settings: float) -> None:
        self.closing = threading.Event()
        super().__init__(endpoint, write_key, backoff=settings["backoff"])

    def close(self) -> None:
        self.closing.set()
        super().close()

    def worth_retrying(self, status: int | None) -> bool:
        return not (status == 429 and self.closing.wait(0.05)) and super().worth_retrying(status)


class LosesAtShutdown(Reference):
    """
    An event is lost when 429 meets the shutdown.
    """

    def __init__(self) -> None:
        super().__init__(outbox=partial(HurriedOutbox, backoff=0.005))


class Flickers(Reference):
    """
    Every third conversation of the process is not started: no chat by itself tells which.
    """

    count = 0

    def __init__(self) -> None:
        super().__init__(outbox=HASTY)

    def events(self, activity: Activity) -> tuple[str, ...]:
        events = super().events(activity)
        if STARTED not in events:
            return events
        Flickers.count += 1
        return events[1:] if Flickers.count % 3 == 0 else events


class RemembersTooMuch(Reference):
    """
    Sends with the first connection's write key for as long as the process lives.
    """

    def __init__(self) -> None:
        super().__init__(outbox=HASTY)
        self._key = ""

    def initialize(self, settings: Settings) -> Implementation:
        self._key = self._key or settings.source.write_key
        introduced = super().initialize(settings)
        if self._outbox is not None:
            self._outbox.write_key = self._key
        return introduced


class Hangs(Reference):
    """
    Never comes back from a text that is nothing but white space.
    """

    def __init__(self) -> None:
        super().__init__(outbox=HASTY)

    def activity(self, activity: Activity) -> None:
        if activity.message and not activity.message.text.strip():
            threading.Event().wait()
        super().activity(activity)
