"""
Whether the implementation was driven to the end of a scenario, as far as its own answers tell.
"""

from __future__ import annotations

from conformance.record import Answer, Method, ScenarioRecord

_CLOSING = frozenset({Method.FLUSH, Method.SHUTDOWN})


def unfinished(scenario: ScenarioRecord) -> str:
    """
    Why the implementation could not be driven to the end of the scenario; empty where it was.

    A flush or a shutdown that is answered with an error was not done, by the implementation's own word. Where
    Segment falters that is an honest answer, and after a refused connection there is nothing to be done.
    """
    if scenario.unusable or scenario.faults:
        return scenario.unusable
    live = {
        step.connection
        for step in scenario.steps
        if step.method is Method.INITIALIZE and step.answer is Answer.TAKEN
    }
    failed = (
        step.message or f"`{step.method.value}` was answered with an error"
        for step in scenario.steps
        if step.method in _CLOSING and step.answer is Answer.FAILED and step.connection in live
    )
    return next(failed, "")
