"""
Reports say how far a verdict can be relied on: by how many mutants its check is proven, and how thin it is.
"""

import re

import attrs

from conformance.model import Status
from conformance.reporting.html import render
from conformance.spec import proofs_by_requirement
from tests.unit import judgements


def row_of(page: str, requirement: str) -> str:
    """
    A requirement's row of the table, as text.
    """
    (row,) = re.findall(rf'<tr role="row" id="row-{requirement}">(.*?)</tr>', page)
    return re.sub(r"<[^>]+>", "", row)


def test_each_row_says_how_many_mutants_prove_its_check() -> None:
    """
    The number is that of the kill matrix.
    """
    page = render(judgements.passing())
    for verdict in judgements.passing().verdicts:
        count = len(proofs_by_requirement()[verdict.requirement])
        word = "mutant" if count == 1 else "mutants"
        assert f"Check proven by {count} {word}." in row_of(page, verdict.requirement)


def test_what_passed_on_one_comparison_is_marked_thin() -> None:
    """
    Two comparisons are not, and neither is one that failed.
    """
    judgement = judgements.passing()
    first, second, *others = judgement.verdicts
    thin = attrs.evolve(first, status=Status.PASSED, exercised=1)
    enough = attrs.evolve(second, status=Status.PASSED, exercised=2)
    page = render(attrs.evolve(judgement, verdicts=(thin, enough, *others)))
    assert "thin" in row_of(page, first.requirement)
    assert "thin" not in row_of(page, second.requirement)
