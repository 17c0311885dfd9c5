"""
When Segment misbehaves: a schedule of faults, asked once for each request.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from attrs import define

from conformance.model import Fault


@define
class _Entry:
    """
    A fault and what is left of it; `began` is None until its activity, or its first request.
    """

    fault: Fault
    requests: int | None
    began: float | None = None

    def covers(self, region: str, now: float) -> bool:
        """
        Whether this fault is what a request to the region gets now.
        """
        if self.fault.region not in {None, region} or self.requests == 0:
            return False
        if self.began is None:
            return self.fault.start is None
        return self.fault.seconds is None or now - self.began < self.fault.seconds


class Schedule:
    """
    A list of faults in force one after the other: the first that covers a request has it.

    A fault begins with the activity it names, told through `activity` before that activity is sent; one that
    names none begins with the first request to its region. `requests` are counted, `seconds` run from then.
    """

    def __init__(self, faults: Iterable[Fault] = (), *, now: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._now = now
        self._entries: list[_Entry] = []
        self.add(faults)

    def add(self, faults: Iterable[Fault]) -> None:
        """
        Appends faults to the schedule.
        """
        with self._lock:
            self._entries += [_Entry(fault=fault, requests=fault.requests) for fault in faults]

    def activity(self, activity_id: str) -> None:
        """
        Begins the faults that name this activity. The same activity again changes nothing.
        """
        with self._lock:
            for entry in self._entries:
                if entry.fault.start == activity_id and entry.began is None:
                    entry.began = self._now()

    def take(self, region: str) -> Fault | None:
        """
        The fault that a request to the region meets now, counted as spent; None for the ordinary reply.
        """
        with self._lock:
            now = self._now()
            for entry in self._entries:
                if entry.covers(region, now):
                    return _spend(entry, now)
        return None


def _spend(entry: _Entry, now: float) -> Fault:
    if entry.began is None:
        entry.began = now
    if entry.requests is not None:
        entry.requests -= 1
    return entry.fault
