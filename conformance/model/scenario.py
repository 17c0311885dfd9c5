"""
A scenario: what is said in a chat, under which settings, and what Segment answers meanwhile.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import enum
import re

from attrs import frozen

from conformance.model.chat import Activity


class FaultKind(enum.StrEnum):
    """
    What the mock does instead of its ordinary reply.
    """

    STATUS = "status"
    """Answers `status` with `headers` and `body`, after `delay` seconds."""
    RESET_BEFORE_READ = "reset_before_read"
    """Resets the connection without having read the body."""
    RESET_AFTER_READ = "reset_after_read"
    """Reads the whole request, then resets the connection without a reply."""
    SLOW_REPLY = "slow_reply"
    """Sends the head and half of the body, waits `delay` seconds, then sends the rest."""
    TRUNCATED_REPLY = "truncated_reply"
    """Sends the head and half of the body, waits `delay` seconds, then closes."""
    HANG = "hang"
    """Reads the request and says nothing for `delay` seconds, then closes."""


@frozen(kw_only=True)
class Fault:
    """
    One entry of a fault schedule: from activity `start` on, for `requests` requests or `seconds` seconds.

    `region` None means both endpoints. `start` None means from the first request; `requests` and `seconds`
    both None mean until the scenario ends. In a header's value `{http-date+5}` stands for the HTTP date five
    seconds after the reply: a scenario by itself knows no time of day. `kept` says whether Segment has taken
    the events in spite of what it answered, as when a connection breaks after the request was read.
    """

    kind: FaultKind
    status: int = 503
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    delay: float = 0.0
    region: str | None = "us"
    start: str | None = None
    requests: int | None = None
    seconds: float | None = None
    kept: bool = False

    def headers_at(self, moment: dt.datetime) -> tuple[tuple[str, str], ...]:
        """
        The headers of a reply given at that moment (aware), dates filled in.
        """

        def filled(value: str) -> str:
            return _DATE.sub(lambda found: _http_date(moment, int(found[1])), value)

        return tuple((name, filled(value)) for name, value in self.headers)


_DATE = re.compile(r"\{http-date\+(\d+)\}")


def _http_date(moment: dt.datetime, seconds: int) -> str:
    later = moment.astimezone(dt.UTC) + dt.timedelta(seconds=seconds)
    return email.utils.format_datetime(later, usegmt=True)


@frozen(kw_only=True)
class Connection:
    """
    One `initialize` and what is said under it. Connections of a scenario share one process, in order.

    `write_key` False means that the key given is empty. `flush` False leaves the buffer full, so that
    what follows (a new connection or the shutdown) has to deliver it.
    """

    activities: tuple[Activity, ...] = ()
    region: str = "us"
    write_key: bool = True
    flush: bool = True


@frozen(kw_only=True)
class Scenario:
    """
    A named list of activities with settings and a fault schedule; `purpose` is a sentence.

    `pace` is the least number of seconds between two activities: 0 feeds them as fast as they are taken.
    `waits` marks scenarios that have to wait for retries, which the budget `quick` leaves out.
    """

    name: str
    purpose: str
    connections: tuple[Connection, ...]
    faults: tuple[Fault, ...] = ()
    pace: float = 0.0
    waits: bool = False
