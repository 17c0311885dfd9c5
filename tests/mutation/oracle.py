"""
What the code under mutation has to say of recorded evidence: `make mutation` runs these tests, and pytest
does not find them by itself, since they need the records that are made first.
"""

import os
from pathlib import Path

import pytest

from conformance.checks import CHECKS, Evidence
from conformance.judge import judge_record
from conformance.model import Judgement, Outcome, Status
from conformance.record import Record
from tests.mutants.grounds import groundless
from tests.mutants.mutant import Mutant
from tests.mutants.occasions import occasions
from tests.mutants.table import MUTANTS
from tests.mutants.variations import VARIATIONS, Variation
from tests.mutation.evidence import DIRECTORY, STRICT, THINNED, failed, kept

STEP = int(os.environ.get(THINNED, "1"))


def recorded(name: str) -> Record:
    """
    What was kept of a mutant, a variation or the reference.
    """
    return kept(Path(os.environ[DIRECTORY]) / f"{name}.ndjson")


def judged(name: str) -> Judgement:
    """
    The judgement of a kept record.
    """
    return judge_record(recorded(name), STRICT)


@pytest.mark.parametrize("mutant", MUTANTS[::STEP], ids=lambda mutant: mutant.name)
def test_a_mutant_is_guilty_of_what_it_was_made_for(mutant: Mutant) -> None:
    """
    Of that and of nothing else; and each finding says what was expected, what was observed, and where.
    """
    judgement = judged(mutant.name)
    assert failed(judgement) == mutant.guilty_of
    assert judgement.outcome is Outcome.NOT_CONFORMANT
    for finding in (finding for verdict in judgement.verdicts for finding in verdict.findings):
        said = (finding.expected, finding.observed, finding.hint, finding.reproduce, finding.scenario)
        assert all(isinstance(words, str) and words for words in said), finding
    assert groundless(judgement, recorded(mutant.name).scenarios) == []


@pytest.mark.parametrize("variation", VARIATIONS[::STEP], ids=lambda variation: variation.name)
def test_a_variation_is_guilty_of_nothing(variation: Variation) -> None:
    """
    And what is not passed has its reason.
    """
    judgement = judged(variation.name)
    assert failed(judgement) == frozenset()
    assert all(verdict.reason for verdict in judgement.verdicts if verdict.status is not Status.PASSED)


def scenarios_of_the_reference() -> tuple[str, ...]:
    """
    The names of the scenarios that the reference was recorded in, none where the judge alone is looked at.
    """
    return () if STEP > 1 else tuple(scenario.name for scenario in recorded("reference").scenarios)


@pytest.mark.parametrize("name", scenarios_of_the_reference())
def test_the_reference_gives_every_occasion(name: str) -> None:
    """
    As often as the script and the requests say, every check has something to compare, and finds nothing.
    """
    scenario = next(each for each in recorded("reference").scenarios if each.name == name)
    evidence, counted = Evidence(scenario=scenario), occasions(scenario)
    for check in CHECKS:
        assert check.judge(evidence) == (counted[check.requirement], []), check.requirement
