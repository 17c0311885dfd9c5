"""
The judgement as JUnit XML: a suite per chapter, a case per requirement, and one case for the verdict itself.

JUnit knows no levels and no "inconclusive". A failure below the level that decides is a skipped case
that says so, and so is a requirement that could not be judged; the case of the verdict keeps both from
looking green. Cases are named by id alone, so that a build server can follow them from run to run.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from conformance.judge import decides
from conformance.model import Finding, Judgement, Outcome, Status
from conformance.reporting.rows import Row, chapters, rows
from conformance.reporting.sentences import hidden_sentence, verdict_sentence
from conformance.reporting.text import where
from conformance.reporting.unfinished import unfinished
from conformance.reporting.visible import one_line, visible

MOST_FINDINGS = 50


def render(judgement: Judgement) -> str:
    """
    The XML document.
    """
    root = Element("testsuites", name="chatlio-conformance")
    _verdict(root, judgement)
    for chapter in chapters(rows(judgement)):
        suite = SubElement(root, "testsuite", name=chapter.title)
        for row in chapter.rows:
            _case(suite, row, judgement.fail_on)
    for element in (*root, root):
        _count(element)
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _verdict(root: Element, judgement: Judgement) -> None:
    suite = SubElement(root, "testsuite", name="Verdict", timestamp=judgement.started_at[:19])
    about = {
        "implementation": f"{judgement.implementation.name} {judgement.implementation.version}".strip(),
        "target": judgement.target,
        "profile": judgement.profile,
        "fail_on": judgement.fail_on,
        "specification": judgement.spec_revision,
        "toolkit": judgement.toolkit,
        "budget": judgement.budget,
        "seed": "none" if judgement.seed is None else str(judgement.seed),
    }
    properties = SubElement(suite, "properties")
    for name, value in about.items():
        SubElement(properties, "property", name=name, value=one_line(value, 500))
    case = SubElement(suite, "testcase", classname="chatlio.verdict", name="conformant", time="0")
    if judgement.outcome is not Outcome.CONFORMANT:
        kind = "failure" if judgement.outcome is Outcome.NOT_CONFORMANT else "error"
        summary = f"{judgement.summary} {hidden_sentence(judgement)}"
        told = "\n\n".join([summary, *(each.sentence for each in unfinished(judgement))])
        _outcome(case, kind, verdict_sentence(judgement), told)


def _case(suite: Element, row: Row, fail_on: str) -> None:
    classname = f"chatlio.{row.chapter.lower()}"
    case = SubElement(suite, "testcase", classname=classname, name=row.id, time="0")
    verdict = row.verdict
    if row.status is Status.FAILED:
        hidden = verdict.known >= len(verdict.findings)
        kind = "failure" if decides(verdict, fail_on) and not hidden else "skipped"
        message = verdict.reason if hidden else f"{row.level} failed, {len(verdict.findings)} findings"
        _outcome(case, kind, message, f"{row.statement}\n\n{_told(verdict.findings)}")
    elif row.status is Status.ERROR:
        _outcome(case, "error", "the toolkit's check crashed", verdict.reason)
    elif row.status is not Status.PASSED:
        _outcome(case, "skipped", f"{row.status.value}: {verdict.reason}", "")


def _outcome(case: Element, kind: str, message: str, text: str) -> None:
    element = SubElement(case, kind, message=one_line(message, 500))
    element.text = visible(text) or None


def _told(findings: tuple[Finding, ...]) -> str:
    return "\n\n".join("\n".join(_paragraph(finding)) for finding in findings[:MOST_FINDINGS]) + (
        "" if len(findings) <= MOST_FINDINGS else f"\n\nand {len(findings) - MOST_FINDINGS} more"
    )


def _paragraph(finding: Finding) -> Iterable[str]:
    labelled = {
        "Expected": finding.expected,
        "Observed": finding.observed,
        "Where": where(finding),
        "Mend": finding.hint,
        "Again": finding.reproduce,
    }
    return (f"{label}: {one_line(text, 1_000)}" for label, text in labelled.items() if text)


def _count(element: Element) -> None:
    element.set("tests", str(len(list(element.iter("testcase")))))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(attribute, str(len(list(element.iter(tag)))))
