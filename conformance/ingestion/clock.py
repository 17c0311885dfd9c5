"""
Reading the times that senders write, and correcting them for the sender's clock.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

_DATE_TIME = re.compile(
    r"\d{4}-?\d\d-?\d\dT\d\d:?\d\d(?::?\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)", re.ASCII | re.IGNORECASE
)


def read_time(text: object) -> dt.datetime | None:
    """
    The moment that an ISO 8601 date-time with a zone stands for, in UTC; None for anything else.

    Any offset and any number of fractional digits will do; digits past the microsecond are cut off. A
    date-time without a zone is no moment, so it gives None.
    """
    if not isinstance(text, str) or not _DATE_TIME.fullmatch(text):
        return None
    try:
        return dt.datetime.fromisoformat(text.upper()).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def corrected_time(call: Mapping[str, Any], received_at: dt.datetime) -> dt.datetime | None:
    """
    When the call took place by Segment's clock: `receivedAt` less (`sentAt` less `timestamp`).

    Without a `timestamp` it is `received_at`; without a readable `sentAt` the timestamp stays as it is.
    None when the call's own timestamp cannot be read, or is too far off to reckon with.
    """
    if call.get("timestamp") is None:
        return received_at
    original, sent_at = read_time(call["timestamp"]), read_time(call.get("sentAt"))
    if original is None or sent_at is None:
        return original
    try:
        return received_at - (sent_at - original)
    except OverflowError:
        return None
