"""
What the implementation declares that it does not support, and what that excuses.

An excuse reaches no further than the lack: a requirement is excused where something that gives occasion to
judge it was declined, and nothing else that does was taken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from attrs import define, field

from conformance.checks import Occasion, declared_unsupported
from conformance.record import Answer, Method, ScenarioRecord, Step


@define(kw_only=True)
class Declined:
    """
    What was declined in the scenarios so far, each with the reason, and what was taken.
    """

    _reasons: dict[Occasion, str] = field(factory=dict)
    _taken: set[Occasion] = field(factory=set)

    def add(self, scenario: ScenarioRecord) -> None:
        """
        Remembers what was declined and what was taken in a scenario.
        """
        closed = {
            step.connection: _reason(step)
            for step in scenario.steps
            if step.method is Method.INITIALIZE and declared_unsupported(step)
        }
        for step in scenario.steps:
            reason = _reason(step) if declared_unsupported(step) else closed.get(step.connection)
            for occasion in _occasions(step):
                if reason:
                    self._reasons.setdefault(occasion, reason)
                elif step.answer is Answer.TAKEN:
                    self._taken.add(occasion)

    def excuse(self, occasions: Collection[Occasion]) -> str:
        """
        Why none of these was taken, if any was declined; empty where one was taken, or none came up.
        """
        if not self._taken.isdisjoint(occasions):
            return ""
        return next((reason for each, reason in self._reasons.items() if each in occasions), "")


def _occasions(step: Step) -> Iterator[Occasion]:
    """
    What a step gives occasion to: an activity by its type, and a connection after the first.
    """
    if step.activity is not None:
        yield step.activity.type
    if step.method is Method.INITIALIZE and step.connection > 1:
        yield step.method


def _reason(step: Step) -> str:
    kind = step.activity.type if step.activity else step.method
    what = step.feature or kind.value.replace("_", " ")
    where = f" ({step.issue_url})" if step.issue_url else ""
    return f"the implementation declares that it does not support {what}{where}"
