"""
What a judgement means to pytest: a failure, a skip, an expected failure, or nothing, which is a pass.

The items of a run fail exactly when the command would not exit with 0 (DESIGN §4). A failure that does not
decide, because its level is below the one asked for or a baseline knows it, is an expected failure to pytest:
it is shown, with its reason, and does not fail the session.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.judge import decides, objections_to, read_baseline
from conformance.model import Judgement, Status, Verdict
from conformance.pytest_plugin.explanation import explained
from conformance.pytest_plugin.reproduction import under_pytest
from conformance.spec import catalogue


def verify_requirement(name: str, judgement: Judgement, *, allow_inconclusive: bool) -> None:
    """
    Fails when the requirement is not met, or could not be judged and that is not allowed.
    """
    verdict = next(each for each in judgement.verdicts if each.requirement == name)
    if verdict.status is Status.FAILED:
        _failed(judgement, verdict)
    if verdict.status is Status.ERROR:
        pytest.fail(f"The toolkit's own mistake, not the implementation's: {verdict.reason}", pytrace=False)
    if verdict.status is Status.INCONCLUSIVE:
        _inconclusive(judgement, verdict, allowed=allow_inconclusive)
    if verdict.status is not Status.PASSED:
        pytest.skip(f"{verdict.status.value}: {verdict.reason}")


def verify_target(judgement: Judgement) -> None:
    """
    Fails when the implementation could not be driven through every scenario.
    """
    broken = [scenario for scenario in judgement.scenarios if scenario.unusable]
    if broken:
        told = "\n\n".join(
            f"Scenario {scenario.name}: {scenario.unusable}\n{scenario.log[-1_000:]}".rstrip()
            for scenario in broken[:3]
        )
        more = f"\n\nand {len(broken) - 3} more scenarios" if len(broken) > 3 else ""
        notes = "".join(f"\n\n{note}" for note in judgement.notes)
        pytest.fail(
            f"{judgement.target} could not be driven to the end.\n\n{told}{more}{notes}", pytrace=False
        )


def verify_baseline(path: Path, judgement: Judgement) -> None:
    """
    Fails when an entry of the baseline is stale, expired, or about a requirement that there is not.
    """
    objections = [told for _, told in objections_to(judgement, read_baseline(path))]
    if objections:
        pytest.fail("\n".join([f"The baseline {path} has to be changed.", *objections]), pytrace=False)


def skip_excluded(reason: str, _judgement: Judgement) -> None:
    """
    Skips what cannot be observed, and says why it cannot.
    """
    pytest.skip(f"excluded: {reason}")


def _failed(judgement: Judgement, verdict: Verdict) -> None:
    if verdict.known:
        pytest.xfail(verdict.reason)
    if not decides(verdict, judgement.fail_on):
        level = catalogue().requirement(verdict.requirement).level.value
        finding = verdict.findings[0]
        pytest.xfail(
            f"{level}, below --chatlio-fail-on {judgement.fail_on}: "
            f"expected {finding.expected}; observed {finding.observed}"
        )
    text = explained(judgement, verdict, again=lambda found: under_pytest(found.reproduce, judgement.target))
    pytest.fail(text, pytrace=False)


def _inconclusive(judgement: Judgement, verdict: Verdict, *, allowed: bool) -> None:
    told = f"inconclusive: {verdict.reason}"
    if allowed or not decides(verdict, judgement.fail_on):
        pytest.skip(told)
    cure = "That is not a pass; with --chatlio-allow-inconclusive it is skipped."
    pytest.fail(f"{verdict.requirement} is {told}.\n{cure}", pytrace=False)
