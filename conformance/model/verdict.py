"""
What a judgement says: findings, a verdict per requirement, and the evidence they point to.
"""

from __future__ import annotations

import enum

from attrs import frozen

from conformance.model.connection import Implementation
from conformance.model.downstream import DestinationView, TableView


class Status(enum.StrEnum):
    """
    What became of a requirement in one judgement.
    """

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not applicable"
    EXCLUDED = "excluded"
    ERROR = "error"


class Outcome(enum.StrEnum):
    """
    What a judgement says as a whole.
    """

    CONFORMANT = "conformant"
    NOT_CONFORMANT = "not conformant"
    INCONCLUSIVE = "inconclusive"
    UNUSABLE = "target unusable"
    ERROR = "toolkit error"


@frozen(kw_only=True)
class Finding:
    """
    One departure from a requirement: what was expected, what was observed, and where to look.

    `scenario`, `activity`, `exchange` (its sequence number), `message` (its place in the batch) and
    `pointer` (a JSON Pointer into the call) are None where there is nothing to point at. One finding stands
    for all that are like it but for the values they quote: `times` counts them, and `elsewhere` names the
    other scenarios they were made in.
    """

    requirement: str
    expected: str
    observed: str
    scenario: str | None = None
    activity: str | None = None
    exchange: int | None = None
    message: int | None = None
    pointer: str | None = None
    hint: str = ""
    reproduce: str = ""
    times: int = 1
    elsewhere: tuple[str, ...] = ()


@frozen(kw_only=True)
class Verdict:
    """
    What became of one requirement: `exercised` is how often there was something to compare.

    `reason` says why, for every status but passed and failed. `known` counts the findings that a
    baseline hides.
    """

    requirement: str
    status: Status
    exercised: int = 0
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    known: int = 0

    @property
    def thin(self) -> bool:
        """
        Whether it passed on a single comparison, which is little to go by.
        """
        return self.status is Status.PASSED and self.exercised == 1


@frozen(kw_only=True)
class TimelineEntry:
    """
    One moment of a conversation, as a report draws it: `side` is `chat` or `segment`.

    A third side, `gap`, tells how many moments are left out. `offset` counts seconds since the scenario
    began. `label` names the activity or event, `text` what was said or sent, `note` what was wrong with it.
    `activity` and `exchange` are pointers, as in a finding.
    """

    side: str
    offset: float
    label: str
    text: str = ""
    note: str = ""
    activity: str | None = None
    exchange: int | None = None


@frozen(kw_only=True)
class ExchangeView:
    """
    An exchange as a report shows it: decoded, cut to a readable length, write keys masked.
    """

    sequence: int
    endpoint: str
    offset: float
    request: str
    headers: tuple[tuple[str, str], ...]
    body: str
    reply: str
    fault: str | None = None
    omitted: int = 0


@frozen(kw_only=True)
class ScenarioView:
    """
    What a judgement keeps of a scenario. The timeline is there only when a finding points to it.

    `unusable` says why the implementation could not be driven to the end, or is empty; `log` is the tail
    of what it wrote, with write keys masked, kept for such scenarios.
    """

    name: str
    purpose: str
    activities: int
    exchanges: int
    messages: int
    unusable: str = ""
    log: str = ""
    timeline: tuple[TimelineEntry, ...] = ()


@frozen(kw_only=True)
class Judgement:
    """
    A whole judgement: everything a report needs, with write keys masked and payloads stored once.

    `options` are the words of the command line by which the target was driven.
    """

    outcome: Outcome
    summary: str
    profile: str
    fail_on: str
    spec_revision: str
    toolkit: str
    implementation: Implementation
    target: str
    started_at: str
    seed: int | None
    budget: str
    verdicts: tuple[Verdict, ...]
    scenarios: tuple[ScenarioView, ...]
    exchanges: tuple[ExchangeView, ...]
    hidden: int = 0
    options: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    destinations: tuple[DestinationView, ...] = ()
    warehouse: tuple[TableView, ...] = ()
