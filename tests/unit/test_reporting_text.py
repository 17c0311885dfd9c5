"""
The text report fits a terminal: the verdict first, and never thousands of lines.
"""

from __future__ import annotations

import attrs
import pytest

from conformance.model import Outcome, ScenarioView, Status
from conformance.reporting import render
from conformance.reporting.text import WIDTH, Style, lines
from tests.unit import judgements


def test_the_first_line_is_the_verdict_and_what_a_baseline_hides() -> None:
    """
    Whoever reads one line only knows how it stands, and whether all of it is told.
    """
    first = [next(lines(judgement)).text for judgement in (judgements.passing(), judgements.failing())]
    assert first == [
        "CONFORMANT, no findings are hidden by a baseline",
        "NOT CONFORMANT, 1 finding is hidden by a baseline",
    ]


@pytest.mark.parametrize(
    ("outcome", "style"),
    [
        (Outcome.CONFORMANT, Style.GOOD),
        (Outcome.INCONCLUSIVE, Style.DOUBTFUL),
        (Outcome.NOT_CONFORMANT, Style.BAD),
        (Outcome.UNUSABLE, Style.BAD),
        (Outcome.ERROR, Style.BAD),
    ],
)
def test_only_conformant_is_styled_as_good(outcome: Outcome, style: Style) -> None:
    """
    What a colour says is never better than what the words say.
    """
    assert next(lines(attrs.evolve(judgements.passing(), outcome=outcome))).style is style


def test_a_failure_says_what_where_and_how() -> None:
    """
    Each failed requirement comes with what to expect, what was seen, where, and what to do about it.
    """
    text = render(judgements.failing(), "text")
    start = text.index("✗ IDENTITY-04 MUST failed")
    told = text[start : text.index("\n\n", start)]
    labels = [line.split()[0] for line in told.splitlines() if line[:2] == "  " and line[2] != " "]
    assert labels[-5:] == ["expected", "observed", "where", "mend", "again"]
    assert '`userId` is "U0N2GKA2G"' in told
    assert "scenario full-conversation, activity act-0003, exchange 19, at /userId" in told


def test_the_line_that_shows_it_again_is_never_wrapped() -> None:
    """
    It is there to be copied.
    """
    again = [line.text for line in lines(judgements.failing()) if line.text.startswith("  again")]
    assert again
    assert all(judgements.REPRODUCE in line for line in again)


def test_at_most_three_findings_are_told_of_a_requirement() -> None:
    """
    The rest is counted, and told in the report.
    """
    text = render(judgements.failing(), "text")
    assert text.count("`agentId` (conversation") == 2
    assert "  and 2 more in the report" in text


def test_a_thousand_findings_stay_readable() -> None:
    """
    A terminal gets a few hundred short lines, however much went wrong.
    """
    written = list(lines(judgements.crowded(1000)))
    assert len(written) < 75 * 30
    assert all(len(line.text) <= WIDTH for line in written if line.style is not Style.CODE)


def test_a_reason_is_told_once() -> None:
    """
    Requirements that are inconclusive for one reason stand together.
    """
    text = " ".join(render(judgements.failing(), "text").split())
    assert text.count(judgements.NO_FAULTS) == 1
    assert f"DELIVERY-07, DELIVERY-08: {judgements.NO_FAULTS}" in text


def test_a_crashed_check_is_owned_up_to() -> None:
    """
    An error is the toolkit's, and nobody is told to mend their implementation for it.
    """
    text = render(judgements.failing(), "text")
    crashed = text[text.index("WAREHOUSE-03") : text.index("Inconclusive")]
    assert "toolkit's mistake" in " ".join(crashed.split())
    assert "  mend" not in crashed


def test_what_came_to_no_end_is_told_with_the_end_of_its_log() -> None:
    """
    A target that could not be driven to the end says why.
    """
    text = render(judgements.failing(), "text")
    why = "! Scenario rotated-write-key could not be driven to the end: The process ended with code 1"
    assert why in " ".join(text.split())
    assert "  | TypeError: Cannot read 'writeKey' of undefined" in text


def test_nothing_failed_is_short() -> None:
    """
    A good result is a few lines.
    """
    judgement = judgements.passing()
    all_passed = attrs.evolve(
        judgement,
        verdicts=tuple(
            attrs.evolve(v, status=Status.PASSED, exercised=1, reason="") for v in judgement.verdicts
        ),
    )
    assert len(list(lines(all_passed))) == 5


def test_a_target_that_never_came_to_life_is_told_in_few_lines() -> None:
    """
    One reason for all scenarios is told once, no requirement is listed, and `doctor` comes next.
    """
    broken = ScenarioView(
        name="first-message", purpose="p", activities=0, exchanges=0, messages=0, unusable="No such program."
    )
    judgement = attrs.evolve(
        judgements.failing(),
        outcome=Outcome.UNUSABLE,
        target="stdio:bridge",
        verdicts=(),
        scenarios=(broken, attrs.evolve(broken, name="full-conversation")),
    )
    text = render(judgement, "text")
    assert text.count("No such program.") == 1
    assert "Scenario first-message and 1 more could not be driven to the end" in text
    assert "Inconclusive" not in text
    assert text.endswith("Find out why: chatlio-conformance doctor stdio:bridge\n")
