"""
The bridge on the official Python SDK with no host configured: it dials Segment itself.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from segment.analytics.client import Client

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.implementations.python_bridge import Bridge, main


def dialling_segment(write_key: str, *, host: str, **options: Any) -> Client:
    """
    The SDK's client as it is when nobody tells it a host.
    """
    assert host
    return Client(write_key, **options)


if __name__ == "__main__":
    main(Bridge(dialling_segment))
