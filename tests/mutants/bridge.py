"""
The reference implementation with one thing changed: what a mutant, or a variation, is made of.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from attrs import frozen

from conformance.model import Activity, Implementation, Settings, format_time
from conformance.reference import Outbox, Reference

Call = dict[str, Any]

AGENT = "chatlio-mutants"
"""How everything made of the reference here names itself, so that its requests are known from others'."""

PLAIN = {"Content-Type": "application/json", "User-Agent": AGENT}
"""The headers of a request without credentials."""


class QuickOutbox(Outbox):
    """
    The reference's outbox in a hurry: it waits less for more to come, and less between two attempts.
    """

    linger = 0.01

    def __init__(self, endpoint: str, write_key: str) -> None:
        super().__init__(endpoint, write_key, backoff=0.02, attempts=8, timeout=0.5)

    def headers(self) -> dict[str, str]:
        """
        The reference's, and who sends.
        """
        return {**super().headers(), **PLAIN}


class SingleOutbox(QuickOutbox):
    """
    Sends each call by itself, to the path of its type.
    """

    most_calls = 1
    paths: ClassVar[Mapping[str, str]] = {}

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        """
        The call itself is the body.
        """
        (call,) = batch
        self.path = self.paths.get(call["type"], f"/v1/{call['type']}")
        return json.dumps({**call, "sentAt": format_time(dt.datetime.now(dt.UTC))}).encode()


def _same_settings(_bridge: Bridge, settings: Settings) -> Settings:
    return settings


def _same_events(_bridge: Bridge, _activity: Activity, events: tuple[str, ...]) -> Sequence[str]:
    return events


def _same_call(_bridge: Bridge, _activity: Activity, call: Call) -> Call:
    return call


def _same_calls(_bridge: Bridge, _activity: Activity, calls: list[Call]) -> Iterable[Call]:
    return calls


def _nothing(_bridge: Bridge) -> None:
    return None


def _refuse(bridge: Bridge, settings: Settings) -> None:
    Reference.refuse(bridge, settings)


@frozen(kw_only=True)
class Change:
    """
    What is done differently, at one place of the way from the chat to Segment; all else is the reference's.

    `settings` is what it understands of its settings, `refuse` raises where it does not connect, `opened` is
    done once it is connected; `events` are the names an activity yields, `call` is done to each call and
    `calls` to all calls of one activity; `outbox` delivers them; `closing` is done before the shutdown.
    """

    settings: Callable[[Bridge, Settings], Settings] = _same_settings
    refuse: Callable[[Bridge, Settings], None] = _refuse
    opened: Callable[[Bridge], None] = _nothing
    events: Callable[[Bridge, Activity, tuple[str, ...]], Sequence[str]] = _same_events
    call: Callable[[Bridge, Activity, Call], Call] = _same_call
    calls: Callable[[Bridge, Activity, list[Call]], Iterable[Call]] = _same_calls
    outbox: Callable[[str, str], Outbox] = QuickOutbox
    flushing: Callable[[Bridge], None] = _nothing
    closing: Callable[[Bridge], None] = _nothing


class Bridge(Reference):
    """
    The reference with a change. `memory` is the change's own; it outlives a connection, as a fault may.
    """

    def __init__(self, change: Change) -> None:
        super().__init__(outbox=change.outbox)
        self.change = change
        self.memory: dict[Any, Any] = {}
        self.settings: Settings | None = None

    def initialize(self, settings: Settings) -> Implementation:
        """
        Connects with the settings as the change understands them.
        """
        self.settings = self.change.settings(self, settings)
        answer = super().initialize(self.settings)
        self.change.opened(self)
        return answer

    def refuse(self, settings: Settings) -> None:
        """
        Declines where the change does.
        """
        self.change.refuse(self, settings)

    def activity(self, activity: Activity) -> None:
        """
        Sends what the change makes of what the reference would send.
        """
        names = self.change.events(self, activity, self.events(activity))
        calls = [self.change.call(self, activity, self.call(name, activity)) for name in names]
        for call in self.change.calls(self, activity, calls):
            self.put(call)

    def put(self, call: Call) -> None:
        """
        Takes a call to be delivered, where there is a connection.
        """
        if self._outbox is not None:
            self._outbox.put(call)

    def connect(self, settings: Settings) -> None:
        """
        Connects, whatever was refused.
        """
        self._outbox = self.change.outbox(settings.endpoints.us, settings.source.write_key)

    @property
    def connected(self) -> Outbox | None:
        """
        The outbox of the connection, None where there is none.
        """
        return self._outbox

    def flush(self) -> None:
        """
        Does what the change does at a flush, and flushes.
        """
        self.change.flushing(self)
        super().flush()

    def shutdown(self) -> None:
        """
        Does what the change does at the end, and ends.
        """
        if self._outbox is not None:
            self.change.closing(self)
        super().shutdown()
