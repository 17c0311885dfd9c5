"""
Segment's data-processing regions: their hosts, and whether the Chatlio source works there.
"""

from __future__ import annotations

import functools

from attrs import frozen

from conformance.spec.files import read_toml


@frozen(kw_only=True)
class Region:
    """
    One region: `endpoint` is the tracking API's base URL without `/v1`, `token_host` its OAuth server's.
    """

    key: str
    name: str
    endpoint: str
    token_host: str
    chatlio: bool


@functools.cache
def regions() -> tuple[Region, ...]:
    """
    All regions that Segment has, the one that supports the Chatlio source first.
    """
    return tuple(Region(**row) for row in read_toml("regions.toml")["region"])


def supports_chatlio(region: str) -> bool:
    """
    Whether workspaces of the region can have a Chatlio source; none of a region that Segment does not have.
    """
    return any(known.chatlio for known in regions() if known.key == region)
