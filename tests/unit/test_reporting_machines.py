"""
The formats that other programs read: JUnit, SARIF, Markdown and the badge.
"""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import attrs
import pytest

from conformance.judge import decides
from conformance.model import Judgement, Outcome, Status, Verdict
from conformance.reporting import render
from conformance.reporting.markdown import span
from conformance.spec import catalogue
from tests.unit import judgements


def junit(judgement: Judgement) -> ElementTree.Element:
    return ElementTree.fromstring(render(judgement, "junit"))


def sarif(judgement: Judgement) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(render(judgement, "sarif"))["runs"][0]
    return run


def outcome_of(root: ElementTree.Element, name: str) -> list[str]:
    [case] = [case for case in root.iter("testcase") if case.attrib["name"].startswith(name)]
    return [child.tag for child in case]


def test_junit_has_a_case_for_each_requirement_and_one_for_the_verdict() -> None:
    """
    A build server shows every requirement, and fails exactly when the verdict does.
    """
    root = junit(judgements.failing())
    assert len(list(root.iter("testcase"))) == len(catalogue().requirements) + 1
    assert outcome_of(root, "conformant") == ["failure"]
    assert outcome_of(junit(judgements.passing()), "conformant") == []


def test_junit_counts_what_it_holds() -> None:
    """
    The numbers on every suite, and on the whole, are those of the cases within.
    """
    root = junit(judgements.failing())
    for element in (root, *root.iter("testsuite")):
        assert element.attrib["tests"] == str(len(list(element.iter("testcase"))))
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert element.attrib[attribute] == str(len(list(element.iter(tag))))


def test_junit_fails_only_what_decides() -> None:
    """
    A SHOULD that failed is skipped with its findings while only MUST decides, and fails when SHOULD does.
    """
    root = junit(judgements.failing())
    ids = ("PROPERTY-14", "PROPERTY-17", "WAREHOUSE-03", "DELIVERY-01")
    assert [outcome_of(root, each) for each in ids] == [["failure"], ["skipped"], ["error"], ["skipped"]]
    strict = junit(attrs.evolve(judgements.failing(), fail_on="should"))
    assert outcome_of(strict, "PROPERTY-17") == ["failure"]


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.CONFORMANT])
def test_junit_is_never_green_without_a_verdict(outcome: Outcome) -> None:
    """
    When nothing failed and yet nothing is proven, the case of the verdict says so.
    """
    root = junit(attrs.evolve(judgements.passing(), outcome=outcome))
    assert int(root.attrib["failures"]) + int(root.attrib["errors"]) == 1


@pytest.mark.parametrize("text", judgements.HOSTILE, ids=range(len(judgements.HOSTILE)))
def test_what_was_captured_stays_text(text: str) -> None:
    """
    XML and JSON stay well formed, and hold as many elements as with a harmless word.
    """
    hostile, harmless = junit(judgements.hostile(text)), junit(judgements.hostile("word"))
    assert [element.tag for element in hostile.iter()] == [element.tag for element in harmless.iter()]
    assert len(sarif(judgements.hostile(text))["results"]) == 2


def test_sarif_has_requirements_as_rules_and_findings_as_results() -> None:
    """
    Each result names its rule by id and index, and its level is the requirement's.
    """
    run = sarif(judgements.failing())
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [row.id for row in catalogue().requirements]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    levels = {(result["ruleId"], result["kind"], result["level"]) for result in run["results"]}
    assert ("PROPERTY-14", "fail", "error") in levels
    assert ("PROPERTY-17", "fail", "warning") in levels
    assert ("DELIVERY-01", "open", "none") in levels


def test_sarif_has_what_its_specification_demands() -> None:
    """
    Version, tool name, a message per result, a location per finding, and a crashed check as the tool's own.
    """
    log = json.loads(render(judgements.failing(), "sarif"))
    [run] = log["runs"]
    assert (log["version"], run["tool"]["driver"]["name"]) == ("2.1.0", "chatlio-conformance")
    assert all(result["message"]["text"] for result in run["results"])
    failed = [result for result in run["results"] if result["kind"] == "fail"]
    assert all(result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] for result in failed)
    [crash] = run["invocations"][0]["toolExecutionNotifications"]
    assert (crash["associatedRule"]["id"], crash["level"]) == ("WAREHOUSE-03", "error")
    assert run["invocations"][0]["executionSuccessful"] is True


def test_a_finding_keeps_its_fingerprint_in_the_next_run() -> None:
    """
    Another sequence number or another value is still the same finding.
    """
    judgement = judgements.failing()
    [at] = [n for n, verdict in enumerate(judgement.verdicts) if verdict.requirement == "IDENTITY-04"]
    verdict = judgement.verdicts[at]
    later = attrs.evolve(
        verdict, findings=(attrs.evolve(verdict.findings[0], exchange=99, observed="another value"),)
    )
    verdicts = (*judgement.verdicts[:at], later, *judgement.verdicts[at + 1 :])
    fingerprints = [
        next(result["partialFingerprints"] for result in run["results"] if result["ruleId"] == "IDENTITY-04")
        for run in (sarif(judgement), sarif(attrs.evolve(judgement, verdicts=verdicts)))
    ]
    assert fingerprints[0] == fingerprints[1]


WHY = "The process ended with code 1 while it was sent `initialize`."


def test_why_scenarios_came_to_no_end_is_told_to_machines_too() -> None:
    """
    By the case of the verdict in JUnit, and under a heading of its own in Markdown; notes stand above it.
    """
    judgement = attrs.evolve(judgements.failing(), notes=("The record has *no* footer.",))
    told = junit(judgement).findtext(".//testcase[@name='conformant']/failure") or ""
    assert f"\n\nScenario rotated-write-key could not be driven to the end: {WHY}" in told
    written = render(judgement, "markdown")
    heading = "### ! Could not be driven to the end\n\n- `rotated-write-key`: `` " + WHY
    assert written.index("> The record has \\*no\\* footer.") < written.index(heading)
    assert "could not be driven" not in render(judgements.passing(), "markdown").lower()


def test_markdown_says_the_verdict_and_what_failed() -> None:
    """
    A reviewer sees on one screen how it stands, and which requirement failed with what.
    """
    written = render(judgements.failing(), "markdown")
    assert written.startswith("## Chatlio source for Segment: not conformant\n")
    assert "A baseline hides 1 finding." in written
    assert "### ✗ IDENTITY-04, MUST" in written
    assert "- and 2 more in the report" in written
    assert f"DELIVERY-08: `{judgements.NO_FAULTS}`" in written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain @team", "`plain @team`"),
        ("`a` and ``b``", "``` `a` and ``b`` ```"),
        ("<img src=x>\n# heading", "`<img src=x> # heading`"),
        ("", "` `"),
    ],
)
def test_captured_text_is_a_code_span(text: str, expected: str) -> None:
    """
    Nothing an implementation sent is a tag, a heading or a mention, and no backtick ends its span.
    """
    assert span(text) == expected


@pytest.mark.parametrize("outcome", Outcome)
def test_the_badge_is_a_picture_that_says_the_outcome(outcome: Outcome) -> None:
    """
    One well-formed SVG, with the outcome for those who cannot see it too.
    """
    root = ElementTree.fromstring(render(attrs.evolve(judgements.hostile("<"), outcome=outcome), "badge"))
    assert root.attrib["aria-label"] == f"chatlio source: {outcome.value}"
    assert int(root.attrib["width"]) > 100


@pytest.mark.parametrize(
    ("fail_on", "deciding"),
    [
        ("none", []),
        ("whatever", []),
        ("must", ["MUST"]),
        ("should", ["MUST", "SHOULD"]),
        ("may", ["MUST", "SHOULD", "MAY"]),
    ],
)
def test_a_level_decides_from_the_one_asked_for_upwards(fail_on: str, deciding: list[str]) -> None:
    """
    `--fail-on` names the lowest level whose failure counts.
    """
    failed = {
        row.level.value: Verdict(requirement=row.id, status=Status.FAILED) for row in catalogue().requirements
    }
    assert [level for level in ("MUST", "SHOULD", "MAY") if decides(failed[level], fail_on)] == deciding
