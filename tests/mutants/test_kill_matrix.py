"""
The kill matrix: every check is worth something, as a mutant proves, and no mutant dies of the wrong thing.
"""

from collections import Counter

import pytest

from conformance.model import Judgement, Outcome, Status
from conformance.record import Answer, Method, ScenarioRecord
from conformance.spec import catalogue, proofs, proofs_by_requirement
from tests.mutants import matrix, stage
from tests.mutants.grounds import groundless
from tests.mutants.lines import LINES
from tests.mutants.mutant import Mutant
from tests.mutants.table import MUTANTS


def wrong_reasons(mutant: Mutant, judgement: Judgement) -> list[str]:
    """
    Why the mutant is not killed, or not for the right reason; empty where it is.
    """
    failed = {verdict.requirement for verdict in judgement.verdicts if verdict.status is Status.FAILED}
    crashed = [verdict for verdict in judgement.verdicts if verdict.status is Status.ERROR]
    return [
        *(f"it survives {name}, which it violates" for name in mutant.violates if name not in failed),
        *(f"it no longer fails {name} in consequence" for name in mutant.consequences if name not in failed),
        *(f"it dies of {name} too: {first_finding(judgement, name)}" for name in failed - mutant.guilty_of),
        *(f"our check of {verdict.requirement} crashed: {verdict.reason}" for verdict in crashed),
    ]


def first_finding(judgement: Judgement, requirement: str) -> str:
    """
    What was found first against a requirement, in a line.
    """
    (verdict,) = (verdict for verdict in judgement.verdicts if verdict.requirement == requirement)
    finding = verdict.findings[0]
    return f"expected {finding.expected}, observed {finding.observed} ({finding.scenario})"


def lived(records: list[ScenarioRecord]) -> bool:
    """
    Whether it was started, took what it was told, and was seen sending.
    """
    steps = [step for record in records for step in record.steps]
    opened = any(step.method is Method.INITIALIZE and step.answer is Answer.TAKEN for step in steps)
    return opened and any(record.exchanges for record in records) and not any(r.unusable for r in records)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_killed_for_the_right_reason(mutant: Mutant) -> None:
    """
    What it violates fails, what follows from that fails, and nothing else does; it was alive; and whatever
    was found is to be seen where the finding says.
    """
    records = [mutant.recorded(record) for record in stage.played(mutant.target, mutant.scenarios)]
    assert lived(records), f"{mutant.name} was never seen sending, so it proves nothing"
    judgement = stage.judged(mutant.target, records)
    assert wrong_reasons(mutant, judgement) == [], mutant.line
    assert groundless(judgement, records) == []
    assert judgement.outcome is Outcome.NOT_CONFORMANT


def test_the_reference_survives_everything() -> None:
    """
    On the same stage, with every fault and every slow scenario, the stem of all mutants passes everything.
    """
    records = stage.played(stage.REFERENCE, stage.EVERYTHING)
    judgement = stage.judged(stage.REFERENCE, records)
    left = {v.requirement: v.status for v in judgement.verdicts if v.status is not Status.PASSED}
    optional = ("PROPERTY-16", "TRANSPORT-10", "REGION-06")
    assert left == dict.fromkeys(optional, Status.NOT_APPLICABLE)
    assert judgement.outcome is Outcome.CONFORMANT


def test_every_requirement_has_a_mutant() -> None:
    """
    A check that no mutant was made for proves nothing.
    """
    assert [name for name, mutants in matrix.killers().items() if not mutants] == []


def test_mutants_name_requirements_of_the_catalogue() -> None:
    """
    None violates what does not exist, and none lists a consequence twice.
    """
    known = {requirement.id for requirement in catalogue().requirements}
    for mutant in MUTANTS:
        assert mutant.guilty_of <= known, mutant.name
        assert len(mutant.guilty_of) == len(mutant.violates) + len(mutant.consequences), mutant.name


def test_every_line_of_what_emitters_get_wrong_has_a_mutant() -> None:
    """
    The list of real faults is covered, line by line.
    """
    made = {mutant.line for mutant in MUTANTS}
    assert [line for line in LINES if line not in made] == []


def test_names_are_nobody_elses() -> None:
    """
    A name, as a target writes it, means one mutant.
    """
    names = Counter(mutant.target for mutant in MUTANTS)
    assert names.most_common(1)[0][1] == 1
    assert len(MUTANTS) > 90


def test_the_generated_files_are_fresh() -> None:
    """
    `docs/kill-matrix.md` and `schemas/mutants.json` say what the mutants are now.
    """
    assert matrix.stale() == [], "`make docs` writes them anew."


def test_reports_know_the_mutants() -> None:
    """
    What is read from the file is what the mutants are.
    """
    told = {name: [proof.name for proof in known] for name, known in proofs_by_requirement().items()}
    assert told == matrix.killers()
    assert [proof.name for proof in proofs()] == [mutant.name for mutant in MUTANTS]
