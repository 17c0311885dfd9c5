"""
Reading the moments that JSON carries. (`format_time`, beside the activities, writes them.)
"""

from __future__ import annotations

import datetime as dt
import functools
import re

_DATE_TIME = re.compile(
    r"\d{4}-?\d\d-?\d\dT\d\d(?::?\d\d(?::?\d\d(?:[.,]\d+)?)?)?(?:Z|[+-]\d\d(?::?\d\d)?)",
    re.ASCII | re.IGNORECASE,
)


def read_time(text: object) -> dt.datetime | None:
    """
    The moment that an ISO 8601 date-time with a zone stands for, in UTC; None for anything else.

    Any offset and any number of fractional digits will do; digits past the microsecond are cut off. A
    date-time without a zone is no moment, so it gives None.
    """
    return _moment(text) if isinstance(text, str) else None


@functools.lru_cache(maxsize=1024)
def _moment(text: str) -> dt.datetime | None:
    # A call's few times are read again for every table and check: remembering the last ones pays.
    if not _DATE_TIME.fullmatch(text):
        return None
    try:
        return dt.datetime.fromisoformat(text.upper()).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
