"""
`--chatlio-budget`: how much is played.
"""

from tests.plugin.conftest import REFERENCE, Run


def test_quick_leaves_out_what_waits(alone: Run) -> None:
    """
    The quick budget says that it left scenarios out, and what needs them is not passed.
    """
    result = alone(REFERENCE, "--chatlio-budget=quick", "-k", "DELIVERY-01 or EVENT-03", scenario=None)
    result.stdout.fnmatch_lines(
        ["DELIVERY-01 is inconclusive: the budget quick *", "The budget quick left out *"]
    )
    outcomes = result.parseoutcomes()
    assert (outcomes["passed"], outcomes["failed"]) == (1, 1)
