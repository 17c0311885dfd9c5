"""
`--chatlio-allow-inconclusive`: whether what could not be judged fails.
"""

import pytest

from tests.plugin.conftest import REFERENCE, Run


def test_inconclusive_fails(suite: Run) -> None:
    """
    A requirement that nothing exercised is no pass, and says why it could not be judged.
    """
    result = suite(REFERENCE, "-k", "REGION-03", scenario="first-message")
    result.stdout.fnmatch_lines(["REGION-03 is inconclusive: *", "That is not a pass; *"])
    assert result.parseoutcomes()["failed"] == 1


def test_where_it_is_allowed_it_is_skipped(suite: Run) -> None:
    """
    Allowed, it is skipped with the same reason, and the session passes.
    """
    result = suite(
        REFERENCE,
        "--chatlio-allow-inconclusive",
        "-rs",
        "-k",
        "REGION-03 or EVENT-03",
        scenario="first-message",
    )
    result.stdout.fnmatch_lines("SKIPPED*inconclusive: *")
    assert result.ret == pytest.ExitCode.OK
