"""
The time of day that a run goes by: aware, in UTC, and never stepping back.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

Clock = Callable[[], dt.datetime]


def anchored_clock() -> Clock:
    """
    A clock set once by the machine's time and then driven by its monotonic one.

    So the times in a record stay in the order things happened in, whatever adjusts the machine meanwhile.
    """
    anchor, started = dt.datetime.now(dt.UTC), time.monotonic()
    return lambda: anchor + dt.timedelta(seconds=time.monotonic() - started)
