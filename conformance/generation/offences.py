"""
Which requirements a record offends, judged by itself.
"""

from __future__ import annotations

from collections.abc import Collection

from conformance.drivers import Target
from conformance.judge import Criteria, judge
from conformance.model import Status
from conformance.model.requirements import Level
from conformance.record import ScenarioRecord
from conformance.runner import RunOptions, header_for
from conformance.spec import catalogue

UNUSABLE = "unusable"
"""Stands in the place of a requirement where a chat comes to no end: a crash, a hang, a flush that fails."""

_SERIOUSNESS = (Level.MUST, Level.SHOULD, Level.MAY)


def offences(
    record: ScenarioRecord, target: Target, options: RunOptions, criteria: Criteria
) -> frozenset[str]:
    """
    The ids of the requirements that the record offends, or whose check crashed over it, which is our fault.
    """
    header = header_for(target, options=options, started_at=record.started_at, scenarios=[record])
    judgement = judge(header, [record], criteria)
    bad = {Status.FAILED, Status.ERROR}
    found = frozenset(verdict.requirement for verdict in judgement.verdicts if verdict.status in bad)
    return found | {UNUSABLE} if any(view.unusable for view in judgement.scenarios) else found


def worst(offended: Collection[str]) -> str:
    """
    The one to look into first: the highest level, in the order of the catalogue; empty where there is none.
    """
    if UNUSABLE in offended:
        return UNUSABLE
    known = [each for each in catalogue().requirements if each.id in offended]
    known.sort(key=lambda requirement: _SERIOUSNESS.index(requirement.level))
    return known[0].id if known else ""
