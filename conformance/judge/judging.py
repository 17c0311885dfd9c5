"""
The loop over scenarios and checks, and what it remembers from one scenario to the next.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import attrs
from attrs import define, field

from conformance.checks import CHECKS, Check, Evidence, Kind, Sender, Sighting, content_of
from conformance.errors import UsageError
from conformance.judge.criteria import Criteria
from conformance.judge.declining import Declined
from conformance.judge.downstream import Deliveries, Loads
from conformance.judge.hearing import Hearing
from conformance.judge.outcome import outcome_of, summary_of
from conformance.judge.reproduction import reproduction
from conformance.judge.secrets import Secrets
from conformance.judge.tally import Tally
from conformance.judge.views import exchange_views, scenario_view
from conformance.model import (
    ExchangeView,
    Finding,
    Judgement,
    ScenarioView,
    Status,
    Verdict,
)
from conformance.model.requirements import Need, Profile, Requirement
from conformance.record import Header, Record, RecordReader, ScenarioRecord
from conformance.spec import catalogue

QUICK = "quick"
"""The budget that leaves out the scenarios in which Segment falters, as they have to wait for retries."""

_QUICK_LEAVES_OUT = (
    "the budget quick leaves out the scenarios in which Segment falters; the budget standard plays them"
)

_SETTINGS_ALONE = frozenset({"REGION-03", "REGION-04", "SETUP-02", "SETUP-03"})
"""Requirements that other settings exercise, at every budget: no fault is needed for them."""


@define(kw_only=True)
class _Judging:
    """
    What is remembered from one scenario to the next: tallies, sightings, ids, and the views for the report.
    """

    criteria: Criteria
    header: Header
    tallies: tuple[Tally, ...]
    sightings: set[Sighting] = field(factory=set)
    senders: dict[str, Sender] = field(factory=dict)
    called_for: set[tuple[Kind, str | None]] = field(factory=set)
    seen: set[tuple[Kind, str | None]] = field(factory=set)
    secrets: Secrets = field(factory=Secrets)
    hearing: Hearing = field(factory=Hearing)
    scenarios: list[ScenarioView] = field(factory=list)
    exchanges: list[ExchangeView] = field(factory=list)
    deliveries: Deliveries = field(factory=Deliveries)
    loads: Loads = field(factory=Loads)
    cases: dict[str | None, str] = field(factory=dict)
    declined: Declined = field(factory=Declined)

    def add(self, scenario: ScenarioRecord) -> None:
        """
        Judges one scenario, and keeps of it only what the judgement needs.
        """
        evidence = Evidence(
            scenario=scenario,
            live_chat=self.criteria.profile == Profile.LIVE_CHAT,
            earlier=self.senders,
            withheld=frozenset(self.called_for - self.seen),
        )
        self.secrets.learn(evidence)
        self.hearing.add(scenario)
        self.cases[scenario.name] = scenario.case
        before = {tally.requirement.id: len(tally.findings) for tally in self.tallies}
        for tally in self.tallies:
            _judge_one(tally, evidence)
        self.sightings |= set(_sightings(evidence))
        self._remember_senders(evidence)
        self._remember_ways(evidence)
        self.declined.add(scenario)
        findings = [
            finding for tally in self.tallies for finding in tally.findings[before[tally.requirement.id] :]
        ]
        self.exchanges.extend(exchange_views(evidence, findings, self.secrets))
        self.scenarios.append(scenario_view(evidence, findings, self.secrets))
        self.deliveries.add(evidence)
        self.loads.add(evidence)

    def _remember_senders(self, evidence: Evidence) -> None:
        for value, call in evidence.first_with_message_id.items():
            sender = Sender(scenario=evidence.scenario.name, content=content_of(call.first))
            self.senders.setdefault(value, sender)

    def _remember_ways(self, evidence: Evidence) -> None:
        if not evidence.scenario.faults:
            self.called_for |= {wanted.way for wanted in evidence.expected}
            self.seen |= {pair.expected.way for pair in evidence.correspondence.pairs}

    def verdicts(self) -> Iterator[Verdict]:
        """
        A verdict for each requirement to report on, in the order of the catalogue.
        """
        tallies = {tally.requirement.id: tally for tally in self.tallies}
        for requirement in self.criteria.requirements():
            if requirement.id in tallies:
                tally = tallies[requirement.id]
                verdict = tally.verdict(self.sightings, self.declined.excuse(tally.check.occasions))
                verdict = self._left_out(self._finished(verdict, tally.check), requirement)
                yield _unheard(verdict, self.hearing.problem)
            else:
                yield Verdict(
                    requirement=requirement.id,
                    status=Status.NOT_APPLICABLE,
                    reason=f"not part of the profile {self.criteria.profile}",
                )

    def _left_out(self, verdict: Verdict, requirement: Requirement) -> Verdict:
        """
        The verdict; where the budget `quick` did not play what it needs, with that as its reason.
        """
        unexercised = verdict.status is Status.INCONCLUSIVE and not verdict.exercised
        by_fault = requirement.needs == (Need.FAULT,) and requirement.id not in _SETTINGS_ALONE
        if self.header.budget == QUICK and unexercised and by_fault:
            return attrs.evolve(verdict, reason=_QUICK_LEAVES_OUT)
        return verdict

    def _finished(self, verdict: Verdict, check: Check) -> Verdict:
        findings = tuple(self._with_advice(finding, check) for finding in verdict.findings)
        return attrs.evolve(verdict, findings=findings)

    def _with_advice(self, finding: Finding, check: Check) -> Finding:
        """
        The finding with how to reproduce and to mend it, and no secrets in it.
        """
        requirement = catalogue().requirement(finding.requirement)
        return attrs.evolve(
            self.secrets.masked_finding(finding),
            hint=finding.hint or requirement.mend,
            reproduce=reproduction(
                self.header,
                finding,
                self.criteria.profile,
                across=check.across,
                case=self.cases[finding.scenario],
            ),
        )


def judge(header: Header, scenarios: Iterable[ScenarioRecord], criteria: Criteria | None = None) -> Judgement:
    """
    The judgement of a run, whose scenarios are taken one at a time. Raises UsageError for unknown criteria.
    """
    criteria = criteria or Criteria()
    judging = _Judging(criteria=criteria, header=header, tallies=_tallies(criteria))
    for scenario in scenarios:
        judging.add(scenario)
    verdicts = tuple(judging.verdicts())
    # Who was not heard may have spent its time dialling past us: that is the reason then, not what it did.
    unusable = [view for view in judging.scenarios if view.unusable and not judging.hearing.problem]
    outcome = outcome_of(verdicts, criteria.fail_on, unusable=bool(unusable))
    return Judgement(
        outcome=outcome,
        summary=summary_of(outcome, verdicts, header.implementation, unusable),
        profile=criteria.profile,
        fail_on=criteria.fail_on,
        spec_revision=catalogue().revision,
        toolkit=header.toolkit,
        implementation=header.implementation,
        target=judging.secrets.masked(header.target),
        started_at=header.started_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        seed=header.seed,
        budget=header.budget,
        verdicts=verdicts,
        scenarios=tuple(judging.scenarios),
        exchanges=tuple(judging.exchanges),
        options=tuple(judging.secrets.masked(word) for word in header.options),
        destinations=judging.deliveries.views(judging.secrets.masked),
        warehouse=judging.loads.views(judging.secrets.masked),
        notes=(f"Nothing was judged: {judging.hearing.problem}.",) if judging.hearing.problem else (),
    )


def judge_record(source: Record | Path, criteria: Criteria | None = None) -> Judgement:
    """
    The judgement of a record, in memory or on disk; one that was broken off is noted as such.

    Raises EvidenceError when the file is no record of ours.
    """
    if isinstance(source, Record):
        return _noting(judge(source.header, source.scenarios, criteria), complete=source.complete)
    with RecordReader(source) as reader:
        judgement = judge(reader.header, reader, criteria)
        return _noting(judgement, complete=reader.complete)


def _noting(judgement: Judgement, *, complete: bool) -> Judgement:
    note = "The record has no footer: the run was broken off, and what came after is not judged."
    return judgement if complete else attrs.evolve(judgement, notes=(*judgement.notes, note))


def _tallies(criteria: Criteria) -> tuple[Tally, ...]:
    checks = {check.requirement: check for check in CHECKS}
    chosen: Sequence[Requirement] = criteria.requirements()
    if not chosen:
        raise UsageError(
            "No requirement fits both the selection and the basis.", cure="Widen --select or --basis."
        )
    return tuple(
        Tally(check=checks[requirement.id], requirement=requirement)
        for requirement in chosen
        if criteria.applies(requirement)
    )


def _unheard(verdict: Verdict, problem: str) -> Verdict:
    """
    The verdict; where an intercepted implementation was not heard at all, that in the place of everything.
    """
    if not problem or verdict.status is Status.ERROR:
        return verdict
    return attrs.evolve(verdict, status=Status.INCONCLUSIVE, reason=problem, findings=())


def _judge_one(tally: Tally, evidence: Evidence) -> None:
    """
    Lets one check look at one scenario. Whatever it raises is our fault, and said to be.
    """
    try:
        exercised, findings = tally.check.judge(evidence)
    except Exception as fault:  # the one place where a check's own crash is caught, to become status `error`
        where = traceback.extract_tb(fault.__traceback__)[-1]
        tally.error = (
            f"our check crashed in scenario {evidence.scenario.name}: {type(fault).__name__}: {fault} "
            f"({Path(where.filename).name}:{where.lineno}); please report it"
        )
    else:
        tally.add(exercised, findings)


def _sightings(evidence: Evidence) -> Iterator[Sighting]:
    """
    What the scenario shows the implementation to be capable of.
    """
    kinds = {pair.expected.kind for pair in evidence.pairs}
    if kinds or (evidence.events and not evidence.scenario.steps):
        yield Sighting.EVENTS
    if Kind.ENDED in kinds:
        yield Sighting.ENDED
    if {Kind.SENT, Kind.RECEIVED} <= kinds:
        yield Sighting.MESSAGES
