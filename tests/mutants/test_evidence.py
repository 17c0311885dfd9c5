"""
No thin evidence: what the named scenarios give every check to compare.
"""

from collections import Counter

import pytest

from conformance.checks import CHECKS, Evidence
from conformance.model import Status, Verdict
from tests.mutants import stage
from tests.mutants.occasions import occasions

UNSEEN = {"PROPERTY-16", "TRANSPORT-10", "REGION-06"}
"""A body that may be sent, and hosts that only an interception sees: the reference gives no occasion."""


def test_every_requirement_is_exercised_three_times_in_two_scenarios() -> None:
    """
    No verdict hangs on one comparison, or on one conversation; and each check compares exactly as often as
    the script and the requests give occasion to.
    """
    times: Counter[str] = Counter()
    scenarios: Counter[str] = Counter()
    for record in stage.played(stage.REFERENCE, stage.EVERYTHING):
        evidence = Evidence(scenario=record)
        counted = occasions(record)
        for check in CHECKS:
            exercised, _ = check.judge(evidence)
            assert exercised == counted[check.requirement], f"{check.requirement} in {record.name}"
            times[check.requirement] += exercised
            scenarios[check.requirement] += exercised > 0
    thin = {
        check.requirement: (times[check.requirement], scenarios[check.requirement])
        for check in CHECKS
        if times[check.requirement] < 3 or scenarios[check.requirement] < 2
    }
    assert thin.keys() == UNSEEN


def test_a_message_body_is_compared_where_there_is_one() -> None:
    """
    The one addition that is allowed is judged on every message of an implementation that makes it.
    """
    target = "python:tests.mutants.targets:message_body"
    judgement = stage.judged(target, stage.played(target))
    (verdict,) = (verdict for verdict in judgement.verdicts if verdict.requirement == "PROPERTY-16")
    assert verdict.status is Status.PASSED
    assert verdict.exercised > 100


@pytest.mark.parametrize(
    ("status", "exercised", "thin"),
    [(Status.PASSED, 1, True), (Status.PASSED, 2, False), (Status.FAILED, 1, False)],
)
def test_a_single_comparison_is_thin(status: Status, exercised: int, thin: bool) -> None:
    """
    Only what passed can be thin: one failure is enough to fail.
    """
    assert Verdict(requirement="EVENT-01", status=status, exercised=exercised).thin is thin
