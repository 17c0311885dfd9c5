"""
What the code under mutation has to say of recorded evidence: `make mutation` runs these tests, and pytest
does not find them by itself, since they need the records that are made first.
"""

import os
from pathlib import Path

import pytest

from conformance.judge import judge_record
from conformance.model import Judgement, Outcome, Status
from tests.mutants.mutant import Mutant
from tests.mutants.table import MUTANTS
from tests.mutants.variations import VARIATIONS, Variation
from tests.mutation.evidence import DIRECTORY, STRICT, THINNED, failed, kept

STEP = int(os.environ.get(THINNED, "1"))


def judged(name: str) -> Judgement:
    """
    The judgement of a kept record.
    """
    return judge_record(kept(Path(os.environ[DIRECTORY]) / f"{name}.ndjson"), STRICT)


@pytest.mark.parametrize("mutant", MUTANTS[::STEP], ids=lambda mutant: mutant.name)
def test_a_mutant_is_guilty_of_what_it_was_made_for(mutant: Mutant) -> None:
    """
    Of that and of nothing else, and each finding says what was expected and what was observed.
    """
    judgement = judged(mutant.name)
    assert failed(judgement) == mutant.guilty_of
    assert judgement.outcome is Outcome.NOT_CONFORMANT
    for finding in (finding for verdict in judgement.verdicts for finding in verdict.findings):
        said = (finding.expected, finding.observed, finding.hint, finding.reproduce, finding.scenario)
        assert all(isinstance(words, str) and words for words in said), finding


@pytest.mark.parametrize("variation", VARIATIONS[::STEP], ids=lambda variation: variation.name)
def test_a_variation_is_guilty_of_nothing(variation: Variation) -> None:
    """
    And what is not passed has its reason.
    """
    judgement = judged(variation.name)
    assert failed(judgement) == frozenset()
    assert all(verdict.reason for verdict in judgement.verdicts if verdict.status is not Status.PASSED)


@pytest.mark.skipif(STEP > 1, reason="it takes as long as a hundred mutants")
def test_the_reference_passes_everything() -> None:
    """
    All that plain HTTP on one machine and no optional property give occasion to judge.
    """
    judgement = judged("reference")
    left = {v.requirement: v.status for v in judgement.verdicts if v.status is not Status.PASSED}
    assert left == dict.fromkeys(("PROPERTY-16", "TRANSPORT-10", "REGION-06"), Status.NOT_APPLICABLE)
    assert judgement.outcome is Outcome.CONFORMANT
