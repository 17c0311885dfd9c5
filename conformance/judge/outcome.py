"""
What a judgement says as a whole, in a word, a sentence, and the number the command exits with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from conformance.model import Implementation, Outcome, ScenarioView, Status, Verdict
from conformance.model.requirements import Level
from conformance.spec import catalogue

EXIT_CODES = {
    Outcome.CONFORMANT: 0,
    Outcome.NOT_CONFORMANT: 1,
    Outcome.UNUSABLE: 3,
    Outcome.INCONCLUSIVE: 4,
    Outcome.ERROR: 5,
}
"""As the command's help says; 2 is for usage and configuration, where there is no judgement at all."""

_LEVELS: dict[str, frozenset[Level]] = {
    "must": frozenset({Level.MUST}),
    "should": frozenset({Level.MUST, Level.SHOULD}),
    "may": frozenset(Level),
    "none": frozenset(),
}
_MOST_NAMED = 5


def exit_code(outcome: Outcome) -> int:
    """
    The number that the command exits with.
    """
    return EXIT_CODES[outcome]


def outcome_of(verdicts: Collection[Verdict], fail_on: str, *, unusable: bool) -> Outcome:
    """
    The outcome, decided by the requirements of the levels that `fail_on` includes, known failures left out.

    Where none of them passed, because each is excused, nothing was shown: that is inconclusive.
    """
    if any(verdict.status is Status.ERROR for verdict in verdicts):
        return Outcome.ERROR
    statuses = {verdict.status for verdict in verdicts if decides(verdict, fail_on) and not verdict.known}
    if Status.FAILED in statuses:
        return Outcome.NOT_CONFORMANT
    if unusable:
        return Outcome.UNUSABLE
    shown = not statuses or Status.PASSED in statuses
    return Outcome.CONFORMANT if shown and Status.INCONCLUSIVE not in statuses else Outcome.INCONCLUSIVE


def decides(verdict: Verdict, fail_on: str) -> bool:
    """
    Whether the requirement is of a level whose failure makes the whole not conformant.

    Under a word that is no level, as a saved judgement of another version may have it, nothing decides.
    """
    return _level(verdict) in _LEVELS.get(fail_on, frozenset())


def summary_of(
    outcome: Outcome,
    verdicts: Collection[Verdict],
    implementation: Implementation,
    unusable: Sequence[ScenarioView],
) -> str:
    """
    The judgement as a sentence or two that a customer can read.
    """
    name = f"{implementation.name} {implementation.version}".strip()
    must = [verdict for verdict in verdicts if _level(verdict) is Level.MUST and _judged(verdict)]
    passed = sum(verdict.status is Status.PASSED for verdict in must)
    failed = _names(verdict for verdict in must if _newly_failed(verdict))
    open_ones = _names(verdict for verdict in must if verdict.status is Status.INCONCLUSIVE)
    fulfilled = f"{passed} of {len(must)} MUST requirements are fulfilled"
    match outcome:
        case Outcome.CONFORMANT:
            sentence = f"{name} is conformant: {fulfilled}."
        case Outcome.NOT_CONFORMANT:
            sentence = f"{name} is not conformant: {fulfilled}" + (f"; {failed} failed." if failed else ".")
        case Outcome.INCONCLUSIVE:
            left = f"{open_ones} stayed inconclusive" if open_ones else "the others were never shown"
            sentence = f"{name} could not be fully judged: {fulfilled}; {left}."
        case Outcome.UNUSABLE if not passed:
            sentence = f"{name} could not be driven, so nothing could be judged."
        case Outcome.UNUSABLE:
            sentence = f"{name} could not be driven to the end in {_scenarios(unusable)}; {fulfilled}."
        case Outcome.ERROR:
            sentence = f"{name} could not be judged: a check of this toolkit crashed, which is our fault."
    should = _names(v for v in verdicts if _level(v) is Level.SHOULD and _newly_failed(v))
    known = _names(verdict for verdict in verdicts if verdict.known)
    more = (
        f" Of the SHOULD requirements, {should} failed." if should else "",
        f" A baseline hides that {known} failed." if known else "",
    )
    return sentence + "".join(more)


def _scenarios(unusable: Sequence[ScenarioView]) -> str:
    return f"scenario {unusable[0].name}" if len(unusable) == 1 else f"{len(unusable)} scenarios"


def _newly_failed(verdict: Verdict) -> bool:
    return verdict.status is Status.FAILED and not verdict.known


def _judged(verdict: Verdict) -> bool:
    return verdict.status in {Status.PASSED, Status.FAILED, Status.INCONCLUSIVE, Status.ERROR}


def _names(verdicts: Iterable[Verdict]) -> str:
    ids = [verdict.requirement for verdict in verdicts]
    if len(ids) > _MOST_NAMED:
        return f"{', '.join(ids[:_MOST_NAMED])} and {len(ids) - _MOST_NAMED} more"
    return " and ".join(filter(None, [", ".join(ids[:-1]), *ids[-1:]]))


def _level(verdict: Verdict) -> Level:
    return catalogue().requirement(verdict.requirement).level
