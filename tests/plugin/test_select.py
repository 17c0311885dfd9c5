"""
`--chatlio-select`: only some requirements.
"""

from tests.plugin.conftest import REFERENCE, Run


def test_only_what_is_selected_is_collected(suite: Run) -> None:
    """
    A chapter and an id leave their items and the target's, and none of the excluded rows.
    """
    result = suite(REFERENCE, "--chatlio-select=REGION", "--chatlio-select=EVENT-03", "--co", "-q")
    items = [line for line in result.stdout.lines if line.startswith("chatlio::")]
    wanted = ["target", "EVENT-03", *(f"REGION-0{number}" for number in range(1, 7))]
    assert items == [f"chatlio::{name}" for name in wanted]


def test_the_basis_selects_too(alone: Run) -> None:
    """
    `--chatlio-basis=practice` leaves what rests on practice.
    """
    result = alone(REFERENCE, "--chatlio-basis=practice", "--co", "-q")
    result.stdout.fnmatch_lines("chatlio::DELIVERY-06")
    result.stdout.no_fnmatch_line("chatlio::EVENT-03")
