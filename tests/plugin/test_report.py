"""
`--chatlio-report`: the same reports as the command's, from the same judgement.
"""

import sys

import attrs
import pytest

from conformance.model import Judgement, Outcome
from conformance.reporting.json import parse
from tests.plugin.conftest import Run


def test_reports_are_written_and_named(suite: Run, pytester: pytest.Pytester) -> None:
    """
    Each report is written once; the session's end says where, and prints the one for the terminal.
    """
    result = suite(
        "python:bridge:Endless",
        "--chatlio-report=html=out.html",
        "--chatlio-report=text",
        "--chatlio-select=EVENT",
    )
    result.stdout.fnmatch_lines(
        ["Report html: out.html", "NOT CONFORMANT, no findings are hidden by a baseline"]
    )
    assert "<!doctype html>" in (pytester.path / "out.html").read_text().lower()


def test_the_command_and_pytest_judge_alike(alone: Run, pytester: pytest.Pytester) -> None:
    """
    For the same target under the same settings both faces come to the same judgement, times of day apart.
    """
    target, played = "python:bridge:Endless", "two-visitors"
    alone(target, "--chatlio-report=json=pytest.json", scenario=played)
    pytester.run(
        *(sys.executable, "-m", "conformance", "run", target, "--scenario", played),
        *("--report", "json=command.json"),
    )
    by_pytest, by_command = (
        parse((pytester.path / f"{face}.json").read_text()) for face in ("pytest", "command")
    )
    assert by_pytest.outcome is Outcome.NOT_CONFORMANT
    assert timeless(by_pytest) == timeless(by_command)


def timeless(judgement: Judgement) -> Judgement:
    """
    The judgement without what differs between two runs of the same: times, ports, and bytes on the wire.
    """
    scenarios = tuple(attrs.evolve(scenario, timeline=(), exchanges=0) for scenario in judgement.scenarios)
    findings = {
        verdict.requirement: tuple(
            attrs.evolve(finding, exchange=None, message=None) for finding in verdict.findings
        )
        for verdict in judgement.verdicts
    }
    verdicts = tuple(
        attrs.evolve(verdict, exercised=0, findings=findings[verdict.requirement])
        for verdict in judgement.verdicts
    )
    return attrs.evolve(judgement, started_at="", scenarios=scenarios, verdicts=verdicts, exchanges=())
