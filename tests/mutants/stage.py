"""
Where mutants and variations are played: which scenarios, how fast, and what became of it.
"""

from __future__ import annotations

import datetime as dt

import attrs

from conformance import runner
from conformance.chat.fault_scenarios import FAULT_SCENARIOS
from conformance.chat.scenarios import SCENARIOS
from conformance.drivers import Limits, parse_target
from conformance.judge import Criteria, judge
from conformance.model import FaultKind, Judgement, Scenario
from conformance.record import ScenarioRecord
from tests.mutants.bridge import AGENT

SLOW = ("burst", "slow-chat", "slow-typing", "slow-pair")
"""Scenarios that take long; they are played to the mutants whose fault shows nowhere else."""

ORDINARY: tuple[Scenario, ...] = tuple(
    scene for scene in SCENARIOS if scene.name not in SLOW and not scene.waits
)

OPTIONS = runner.RunOptions(
    workers=8, grace=0.01, limits=Limits(initialize=10, activity=10, flush=20, shutdown=20)
)


def scene(name: str) -> Scenario:
    """
    The named scenario, ordinary or with faults.
    """
    return next(known for known in (*SCENARIOS, *FAULT_SCENARIOS) if known.name == name)


def hurried(faulty: Scenario, *, delay: float = 0.7, wait: str = "1") -> Scenario:
    """
    A scenario with faults whose waits are short: silence of `delay` seconds, and `wait` for a Retry-After.
    """
    faults = (
        attrs.evolve(
            fault,
            delay=delay if fault.kind is FaultKind.HANG else fault.delay,
            headers=tuple((n, wait if value.isdecimal() else value) for n, value in fault.headers),
        )
        for fault in faulty.faults
    )
    return attrs.evolve(faulty, faults=tuple(faults))


FAULTS: tuple[Scenario, ...] = tuple(
    hurried(faulty)
    for faulty in FAULT_SCENARIOS
    if faulty.name not in ("rate-limited-date", "hanging-segment")
)
"""The scenarios in which Segment falters, without the two that cannot be hurried."""

EVERYTHING: tuple[Scenario, ...] = (*ORDINARY, *(scene(name) for name in SLOW), *FAULTS)
"""All named scenarios but the two that cannot be hurried."""

FAULTS_ONLY = frozenset(
    {"DELIVERY-01", "DELIVERY-02", "DELIVERY-03", "DELIVERY-04", "DELIVERY-06", "DELIVERY-08", "REGION-05"}
)
"""The requirements that only a faltering Segment gives occasion to judge."""

REFERENCE = "python:tests.mutants.targets:reference"
"""The reference without a change, as hurried as the mutants are."""


def played(target: str, scenarios: tuple[Scenario, ...] = ORDINARY) -> list[ScenarioRecord]:
    """
    The records of a real run of the target, which stands in this package.

    Ports are used again: what somebody else on this machine still sent to the last owner of one is left out.
    """
    return [_own(record) for record in runner.run(parse_target(target), scenarios, options=OPTIONS)]


def _own(record: ScenarioRecord) -> ScenarioRecord:
    own = tuple(exchange for exchange in record.exchanges if exchange.header("user-agent") == AGENT)
    return attrs.evolve(record, exchanges=own)


def judged(
    target: str, records: list[ScenarioRecord], *, profile: str = "chatlio", select: tuple[str, ...] = ()
) -> Judgement:
    """
    The judgement of a run.
    """
    header = runner.header_for(
        parse_target(target), options=OPTIONS, started_at=dt.datetime.now(dt.UTC), scenarios=records[:1]
    )
    return judge(header, records, Criteria(profile=profile, fail_on="may", select=select))
