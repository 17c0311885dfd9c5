"""
What a record holds: the header of a run, its scenarios, and each step of the driver in them.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from conformance.model import Activity, Exchange, Fault, Implementation, Settings
from conformance.warehouse import Tables

FORMAT = 1


class Method(enum.StrEnum):
    """
    The four methods of the driver protocol.
    """

    INITIALIZE = "initialize"
    ACTIVITY = "activity"
    FLUSH = "flush"
    SHUTDOWN = "shutdown"


class Answer(enum.StrEnum):
    """
    How the implementation answered a request of the driver.
    """

    TAKEN = "taken"
    REFUSED = "refused"
    FAILED = "failed"


@frozen(kw_only=True)
class Step:
    """
    One request of the driver and how it was answered.

    `connection` counts the `initialize` requests before and including this one, from 1. `elapsed` is in
    seconds. `code` and `message` are those of a refusal or error; `implementation` comes with the answer
    to `initialize`, `settings` and `activity` with the request.
    """

    method: Method
    connection: int
    at: dt.datetime
    elapsed: float
    answer: Answer
    settings: Settings | None = None
    activity: Activity | None = None
    implementation: Implementation | None = None
    code: int | None = None
    message: str = ""
    feature: str = ""
    issue_url: str = ""


@frozen(kw_only=True)
class ScenarioRecord:
    """
    What happened in one scenario: the stimulus step by step, and every request that reached the mock.

    `unusable` says why the implementation could not be driven to the end, or is empty. `log` is what it wrote
    to its standard error. `allowed_hosts` are those besides Segment's that it may dial where it is
    `intercepted`, subdomains included. `archived` holds calls read from a raw Segment archive: they have no
    exchange.
    `steps` are in the order of time; `exchanges` in the order of arrival. `case` is the file that holds a
    generated or replayed scenario. `warehouse` is what a database held of the scenario once its calls were
    loaded: columns, and of each row its `id`; None where nothing was loaded.
    """

    name: str
    purpose: str
    started_at: dt.datetime
    steps: tuple[Step, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    faults: tuple[Fault, ...] = ()
    pace: float = 0.0
    intercepted: bool = False
    allowed_hosts: tuple[str, ...] = ()
    log: str = ""
    unusable: str = ""
    archived: tuple[Mapping[str, Any], ...] = ()
    warehouse: Tables | None = None
    case: str = ""


@frozen(kw_only=True)
class Header:
    """
    What a run was: when, of what, with which seed. Time, host and versions enter a report only through here.
    """

    started_at: dt.datetime
    toolkit: str
    target: str
    implementation: Implementation
    budget: str = "standard"
    seed: int | None = None
    platform: str = ""
    options: tuple[str, ...] = ()
    format: int = FORMAT


@frozen(kw_only=True)
class Record:
    """
    A whole record in memory; `complete` is False when its footer is missing.
    """

    header: Header
    scenarios: tuple[ScenarioRecord, ...]
    complete: bool = True
