"""
The judgement as Markdown, for a pull request or a build's summary page.

Captured text stands in code spans only: there it is no link, no picture and no tag, and calls nobody by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.model import Finding, Judgement, Status
from conformance.reporting.rows import Row, by_reason, counts, rows
from conformance.reporting.sentences import SYMBOLS, hidden_sentence
from conformance.reporting.text import where
from conformance.reporting.unfinished import unfinished
from conformance.reporting.visible import one_line

MOST_FINDINGS = 3


def render(judgement: Judgement) -> str:
    """
    The summary, with a table of what failed.
    """
    return "\n".join(_lines(judgement)) + "\n"


def _lines(judgement: Judgement) -> Iterator[str]:
    judged = rows(judgement)
    yield f"## Chatlio source for Segment: {judgement.outcome.value}"
    yield ""
    yield f"{span(judgement.implementation.name)}: {plain(judgement.summary)} {hidden_sentence(judgement)}"
    yield ""
    yield from _counted(judgement)
    for note in judgement.notes:
        yield ""
        yield f"> {plain(note)}"
    yield from _unfinished(judgement)
    for row in judged:
        if row.status in (Status.FAILED, Status.ERROR):
            yield from _failure(row)
    yield from _inconclusive(judged)
    yield ""
    yield (
        f"Profile {span(judgement.profile)}, specification {span(judgement.spec_revision)}, "
        f"budget {span(judgement.budget)}, toolkit {span(judgement.toolkit)}."
    )


def _counted(judgement: Judgement) -> Iterator[str]:
    counted = counts(judgement)
    yield "| " + " | ".join(f"{SYMBOLS[status]} {status.value}" for status in counted) + " |"
    yield "|" + " ---: |" * len(counted)
    yield "| " + " | ".join(str(count) for count in counted.values()) + " |"


def _unfinished(judgement: Judgement) -> Iterator[str]:
    reasons = unfinished(judgement)
    if reasons:
        yield ""
        yield "### ! Could not be driven to the end"
        yield ""
    for each in reasons:
        yield f"- {span(each.which)}: {span(each.reason, 500)}"


def _failure(row: Row) -> Iterator[str]:
    yield ""
    yield f"### {SYMBOLS[row.status]} {row.id}, {row.level}"
    yield ""
    yield row.statement
    yield ""
    if row.status is Status.ERROR:
        yield f"The toolkit's own check crashed: {span(row.verdict.reason)}"
    if row.verdict.known and row.verdict.reason:
        yield f"Hidden by a baseline: {span(row.verdict.reason)}"
        yield ""
    for finding in row.verdict.findings[:MOST_FINDINGS]:
        yield from _finding(finding)
    more = len(row.verdict.findings) - MOST_FINDINGS
    if more > 0:
        yield f"- and {more} more in the report"


def _finding(finding: Finding) -> Iterator[str]:
    told = {
        "expected": finding.expected,
        "observed": finding.observed,
        "where": where(finding),
        "again": finding.reproduce,
    }
    # A backslash at the end of a line keeps the line break.
    yield "- " + "\\\n  ".join(f"{label} {span(text, 500)}" for label, text in told.items() if text)


def _inconclusive(judged: tuple[Row, ...]) -> Iterator[str]:
    inconclusive = by_reason(judged, Status.INCONCLUSIVE)
    if inconclusive:
        yield ""
        yield "### ? Inconclusive, which is not a pass"
        yield ""
    for reason, members in inconclusive.items():
        yield f"- {', '.join(row.id for row in members)}: {span(reason)}"


def plain(text: str) -> str:
    """
    The text as running words: whatever Markdown would act on is escaped.
    """
    return re.sub(r"([\\`*_{}\[\]<>()#+|~!&@-])", r"\\\1", one_line(text, 500))


def span(text: str, limit: int = 300) -> str:
    """
    The text as a code span, whatever backticks it holds itself.
    """
    line = one_line(text, limit) or " "
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if longest else ""
    return f"{fence}{padding}{line}{padding}{fence}"
