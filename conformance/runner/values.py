"""
How a run is asked for, and what it says while it goes on.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

from attrs import field, frozen

from conformance.drivers import Limits


@frozen(kw_only=True)
class RunOptions:
    """
    How to run: time limits, the seed of the write keys, and how many scenarios side by side.

    `workers` None means two, and eight of the scenarios that mostly wait; but one for a `python:` target,
    whose instances would share what is global to a process. `grace` is how long, in seconds, Segment must
    have been left alone after the shutdown before the scenario counts as over; `quiet` is the same for the
    flush of a `webhook:` target, to which `launch` and `flush_url` belong too. `environment` is added to
    that of the implementation's process.

    `intercept` has the implementation dial Segment's real hosts, through a proxy on `proxy_port` (0 for any
    that is free); `allow_hosts` are the other hosts that it may dial without a finding, though in vain.
    """

    limits: Limits = field(factory=Limits)
    seed: int = 0
    budget: str = "standard"
    workers: int | None = None
    grace: float = 0.05
    quiet: float = 0.5
    environment: Mapping[str, str] = field(factory=dict)
    launch: str | None = None
    flush_url: str | None = None
    intercept: bool = False
    allow_hosts: tuple[str, ...] = ()
    proxy_port: int = 0


class Played(enum.StrEnum):
    """
    How a scenario went, as far as driving the implementation is concerned.
    """

    PLAYED = "played"
    UNUSABLE = "target unusable"


@frozen(kw_only=True)
class Progress:
    """
    How far a run has come: `done` of `total` scenarios, the last of them `name`, and how it went.
    """

    done: int
    total: int
    name: str
    outcome: Played
