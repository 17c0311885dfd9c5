"""
Known failures: what a team has looked at, has a reason and an issue for, and will mend by a date.

A baseline never keeps anything from being judged. It takes known failures out of the verdict of the whole,
says how many it hides, and fails the run when it is no longer true: an entry whose requirement passes now,
whose date has passed, or whose requirement there never was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import attrs
from attrs import frozen

from conformance.judge.outcome import outcome_of, summary_of
from conformance.model import Judgement, Outcome, Status, Verdict
from conformance.spec import catalogue, nearest


@frozen(kw_only=True)
class KnownFailure:
    """
    One requirement that one implementation is known to fail: why, where that is followed up, and until when.

    The failure is hidden up to and including the day `expires`, in UTC.
    """

    requirement: str
    implementation: str
    reason: str
    issue: str
    expires: dt.date


@frozen(kw_only=True)
class Baseline:
    """
    The known failures of any number of implementations; `name` is the file's, as messages give it.
    """

    name: str
    known: tuple[KnownFailure, ...] = ()

    def of(self, implementation: str) -> Mapping[str, KnownFailure]:
        """
        The entries for one implementation, by requirement.
        """
        return {each.requirement: each for each in self.known if each.implementation == implementation}


def apply_baseline(judgement: Judgement, baseline: Baseline) -> Judgement:
    """
    The judgement with known failures hidden, and with a note for each entry that fails the run.

    Dates are compared with the day of the run, so that judging its record again later says the same.
    """
    covered = cover(judgement, baseline)
    objections = tuple(objection for _, objection in objections_to(judgement, baseline))
    unusable = [view for view in covered.scenarios if view.unusable]
    outcome = outcome_of(covered.verdicts, covered.fail_on, unusable=bool(unusable))
    if objections and outcome is not Outcome.ERROR:
        outcome = Outcome.NOT_CONFORMANT
    summary = summary_of(outcome, covered.verdicts, covered.implementation, unusable)
    if objections:
        summary = f"{summary} The baseline {baseline.name} has to be changed."
    return attrs.evolve(covered, outcome=outcome, summary=summary, notes=(*objections, *covered.notes))


def cover(judgement: Judgement, baseline: Baseline) -> Judgement:
    """
    The judgement with the findings of known failures counted as hidden, and nothing else changed.
    """
    entries, today = baseline.of(judgement.implementation.name), day_of(judgement)
    verdicts = tuple(_covered(each, entries.get(each.requirement), today) for each in judgement.verdicts)
    return attrs.evolve(judgement, verdicts=verdicts, hidden=sum(verdict.known for verdict in verdicts))


def objections_to(judgement: Judgement, baseline: Baseline) -> Iterator[tuple[str, str]]:
    """
    What makes the baseline itself fail the run: the requirement an entry names, and a sentence about it.
    """
    statuses = {verdict.requirement: verdict.status for verdict in judgement.verdicts}
    known = {requirement.id for requirement in catalogue().requirements}
    for entry in baseline.known:
        if entry.requirement not in known:
            yield entry.requirement, _unknown(entry, baseline, known)
        elif entry.implementation != judgement.implementation.name:
            continue
        elif statuses.get(entry.requirement) is Status.PASSED:
            yield entry.requirement, _stale(entry, baseline)
        elif entry.expires < day_of(judgement) and entry.requirement in statuses:
            yield entry.requirement, _expired(entry, baseline)


def day_of(judgement: Judgement) -> dt.date:
    """
    The day of the run, in UTC.
    """
    return dt.datetime.fromisoformat(judgement.started_at).astimezone(dt.UTC).date()


def _covered(verdict: Verdict, entry: KnownFailure | None, today: dt.date) -> Verdict:
    if entry is None or verdict.status is not Status.FAILED or entry.expires < today:
        return verdict
    followed = f" ({entry.issue})" if entry.issue else ""
    told = f"known until {entry.expires}: {entry.reason}{followed}"
    reason = f"{told}; {verdict.reason}" if verdict.reason else told
    return attrs.evolve(verdict, known=len(verdict.findings), reason=reason)


def _unknown(entry: KnownFailure, baseline: Baseline, known: set[str]) -> str:
    guess = nearest(entry.requirement, known)
    cure = f" Did you mean {guess}?" if guess else ""
    return f"{baseline.name} names the requirement {entry.requirement!r}, which there is not.{cure}"


def _stale(entry: KnownFailure, baseline: Baseline) -> str:
    return (
        f"{entry.requirement} is in {baseline.name} and passes now. "
        "Take its entry out, or let --update-baseline do it."
    )


def _expired(entry: KnownFailure, baseline: Baseline) -> str:
    return (
        f"The entry for {entry.requirement} in {baseline.name} expired on {entry.expires}. "
        "Mend the failure, or agree on a new date."
    )
