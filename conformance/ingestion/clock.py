"""
Correcting the times that senders write for the sender's clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from conformance.model import read_time


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
