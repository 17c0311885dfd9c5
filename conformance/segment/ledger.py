"""
What has reached the mock so far, written by its threads and read by whoever waits for something to come.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from conformance.ingestion import SourceState, deduplicate, deliveries, ingested
from conformance.model import Exchange, Message
from conformance.segment.clock import Clock

Heard = Callable[[Exchange, tuple[Message, ...]], None]
"""Told of each exchange with the messages it carried, duplicates marked, in the thread that took it in."""


_Stored = tuple[int, int, dict[str, Any]]
"""A call as Segment stores it, behind its exchange and its place in that."""


class Ledger:
    """
    The exchanges and messages of one mock. Everything it hands out is a snapshot in order of arrival.
    """

    def __init__(self, *, sequence: Iterator[int], clock: Clock, heard: Heard | None = None) -> None:
        self._changed = threading.Condition()
        self._heard = heard
        self._sequence = sequence
        self._clock = clock
        self._exchanges: dict[int, Exchange] = {}
        self._messages: list[Message] = []
        self._events: list[_Stored] = []
        self._received: dict[str, list[_Stored]] = {}
        self._seen: set[str] = set()
        self._last_arrival = time.monotonic()

    def arrive(self) -> tuple[int, dt.datetime]:
        """
        The sequence number and the time of a request whose head has just been read.
        """
        with self._changed:
            self._last_arrival = time.monotonic()
            self._changed.notify_all()
            return next(self._sequence), self._clock()

    def now(self) -> dt.datetime:
        """
        The time on the mock's clock.
        """
        return self._clock()

    def enter(self, exchange: Exchange) -> None:
        """
        Keeps an exchange, in place of what was kept under its sequence number.
        """
        with self._changed:
            self._exchanges[exchange.sequence] = exchange
            self._changed.notify_all()

    def settle(
        self, exchange: Exchange, messages: Iterable[Message], sources: Mapping[str, SourceState]
    ) -> None:
        """
        Keeps an exchange together with the messages it carried, duplicates marked.
        """
        with self._changed:
            self._exchanges[exchange.sequence] = exchange
            settled = deduplicate(messages, self._seen)
            for message in settled:
                self._messages.append(message)
                if message.drop is None:
                    self._hand_on(message, sources[message.write_key] if message.write_key else None)
            self._changed.notify_all()
        if self._heard is not None:
            self._heard(exchange, settled)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """
        Every request so far, also one that waits for its reply: that one's reply has no status yet.
        """
        with self._changed:
            return tuple(self._exchanges[number] for number in sorted(self._exchanges))

    @property
    def messages(self) -> tuple[Message, ...]:
        """
        Every message that Segment got to see, with its drop reason; a fault may have kept others from it.
        """
        with self._changed:
            return tuple(sorted(self._messages, key=lambda message: (message.exchange, message.index)))

    @property
    def events(self) -> tuple[dict[str, Any], ...]:
        """
        The accepted Track calls as Segment stores them.
        """
        with self._changed:
            return _in_order(self._events)

    def received(self, destination: str) -> tuple[dict[str, Any], ...]:
        """
        The calls that a destination got, as Segment hands them on.
        """
        with self._changed:
            return _in_order(self._received.get(destination, ()))

    @property
    def event_count(self) -> int:
        """
        How many accepted Track calls there are, counted without making a snapshot.
        """
        return len(self._events)

    def wait(self, reached: Callable[[], bool], timeout: float) -> bool:
        """
        Waits until something is reached, asked anew at each change; False when `timeout` seconds pass first.
        """
        with self._changed:
            return self._changed.wait_for(reached, timeout)

    def wait_until_quiet(self, seconds: float, timeout: float, *, from_now: bool = False) -> bool:
        """
        Waits until no request has arrived for `seconds`; False when `timeout` seconds pass first.

        `from_now` counts no silence before the call: what was to be sent may not have been begun by then.
        """
        began = time.monotonic()
        deadline = began + timeout
        with self._changed:
            while (missing := seconds - self._silence(began if from_now else 0.0)) > 0:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(min(missing, left))
        return True

    def _silence(self, since: float) -> float:
        """
        Seconds since the last request arrived, or since that moment, whichever is later.
        """
        return time.monotonic() - max(self._last_arrival, since)

    def _hand_on(self, message: Message, source: SourceState | None) -> None:
        stored = message.exchange, message.index, ingested(message, source.workspace if source else "")
        if message.type == "track":
            self._events.append(stored)
        for name in deliveries(message, source.destinations if source else ()):
            self._received.setdefault(name, []).append(stored)


def _in_order(stored: Iterable[_Stored]) -> tuple[dict[str, Any], ...]:
    return tuple(call for *_, call in sorted(stored, key=lambda entry: entry[:2]))
