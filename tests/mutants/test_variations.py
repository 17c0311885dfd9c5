"""
No false alarms: who does right in their own way is found conformant, MUST and SHOULD.
"""

import pytest

from conformance.model import Status
from tests.mutants import stage
from tests.mutants.variations import VARIATIONS, Variation

ELSEWHERE = stage.FAULTS_ONLY | {"TRANSPORT-08", "TRANSPORT-10", "REGION-06", "PROPERTY-16"}
"""What the ordinary scenarios give no occasion to judge."""


@pytest.mark.parametrize("variation", VARIATIONS, ids=lambda variation: variation.name)
def test_a_compliant_variation_passes_everything(variation: Variation) -> None:
    """
    Every requirement passes that there was an occasion to judge, and no occasion is missing unforeseen.
    """
    judgement = stage.judged(variation.target, stage.played(variation.target, variation.scenarios))
    open_ones = {v.requirement: v for v in judgement.verdicts if v.status is not Status.PASSED}
    accused = [finding for verdict in open_ones.values() for finding in verdict.findings]
    assert accused == []
    assert set(open_ones) - ELSEWHERE == set(variation.idle)
    assert all(open_ones[name].status is Status.NOT_APPLICABLE for name in variation.idle)
    unplayed = stage.FAULTS_ONLY.intersection(open_ones)
    assert all(open_ones[name].status is Status.INCONCLUSIVE for name in unplayed)


def test_there_are_enough_of_them() -> None:
    """
    At least twenty-five ways of being right, each with a name of its own.
    """
    assert len({variation.name for variation in VARIATIONS}) == len(VARIATIONS) >= 25
