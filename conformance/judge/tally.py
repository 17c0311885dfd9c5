"""
What the scenarios of a run add up to for one requirement.
"""

from __future__ import annotations

import re

import attrs
from attrs import define, field

from conformance.checks import Check, Sighting
from conformance.model import Finding, Status, Verdict
from conformance.model.requirements import Requirement

MOST_FINDINGS = 25
"""Findings of one requirement that a judgement shows; like ones count as one, and the rest are counted."""

_VALUES = re.compile(r'"(?:[^"\\]|\\.)*"?…?|\b[\w-]*\d[\w.-]*')


@define(kw_only=True)
class Tally:
    """
    A requirement's exercises and findings while the scenarios go by.

    Findings that differ only in the scenario and the values they quote are one finding, `times` so many.
    """

    check: Check
    requirement: Requirement
    exercised: int = 0
    error: str = ""
    _findings: dict[tuple[object, ...], Finding] = field(factory=dict, alias="findings")
    _omitted: int = field(default=0, alias="omitted")

    def add(self, exercised: int, findings: list[Finding]) -> None:
        """
        Adds what one scenario came to.
        """
        self.exercised += exercised
        for finding in findings:
            self._add(finding)

    def _add(self, finding: Finding) -> None:
        shape = (
            finding.pointer,
            _VALUES.sub("#", finding.expected),
            _VALUES.sub("#", finding.observed),
        )
        known = self._findings.get(shape)
        if known is not None:
            self._findings[shape] = _together(known, finding)
        elif len(self._findings) < MOST_FINDINGS:
            self._findings[shape] = finding
        else:
            self._omitted += 1

    @property
    def findings(self) -> tuple[Finding, ...]:
        """
        The findings kept so far, in the order they were made.
        """
        return tuple(self._findings.values())

    def verdict(self, sightings: set[Sighting], excuse: str) -> Verdict:
        """
        The verdict, given what was seen in the whole run, and why there could be no occasion to judge, if so.
        """
        status, reason = self._status(sightings, excuse)
        return Verdict(
            requirement=self.requirement.id,
            status=status,
            exercised=self.exercised,
            reason=reason,
            findings=self.findings,
        )

    def _status(self, sightings: set[Sighting], excuse: str) -> tuple[Status, str]:
        if self.error:
            return Status.ERROR, self.error
        if self._findings:
            return Status.FAILED, f"{self._omitted} more findings are not shown" if self._omitted else ""
        if not self.exercised and excuse:
            return Status.NOT_APPLICABLE, excuse
        if not self.exercised:
            status = Status.NOT_APPLICABLE if self.check.optional else Status.INCONCLUSIVE
            return status, self.check.unexercised
        if self.check.given is not None and self.check.given not in sightings:
            return Status.INCONCLUSIVE, f"silence proves nothing here: this run saw no {self.check.given}"
        return Status.PASSED, ""


def _together(known: Finding, like: Finding) -> Finding:
    """
    The known finding, standing for one more that is like it.
    """
    elsewhere = known.elsewhere
    if like.scenario and like.scenario not in {known.scenario, *elsewhere}:
        elsewhere = (*elsewhere, like.scenario)
    return attrs.evolve(known, times=known.times + 1, elsewhere=elsewhere)
