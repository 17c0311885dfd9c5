"""
The judgement as lines for a terminal: plain text, with a style beside each line for those who colour.

It is short by design. At most three findings of a requirement are told, reasons are told once however many
requirements share them, and nothing that passed is listed: the HTML report has the rest.
"""

from __future__ import annotations

import enum
import shlex
import textwrap
from collections.abc import Iterable, Iterator

from attrs import frozen

from conformance.model import Finding, Judgement, Outcome, Status
from conformance.reporting.downstream import departures
from conformance.reporting.rows import Row, by_reason, counts, rows
from conformance.reporting.unfinished import Unfinished, unfinished
from conformance.reporting.visible import one_line, visible

WIDTH = 88
MOST_FINDINGS = 3
MOST_DEPARTURES = 6
LONGEST = 400
_FEW = 3


class Style(enum.StrEnum):
    """
    What a line is, for a face that colours it.
    """

    PLAIN = "plain"
    HEADING = "heading"
    GOOD = "good"
    BAD = "bad"
    DOUBTFUL = "doubtful"
    FAINT = "faint"
    CODE = "code"


@frozen
class Line:
    """
    One line without its newline, at most 88 columns wide where its words allow, and how it is meant.
    """

    style: Style
    text: str


def render(judgement: Judgement) -> str:
    """
    The lines as plain text.
    """
    return "".join(f"{line.text}\n" for line in lines(judgement))


def lines(judgement: Judgement) -> Iterator[Line]:
    """
    What a terminal shows after a run: the verdict first, then what failed, then what could not be judged.
    """
    judged = rows(judgement)
    yield from _opening(judgement)
    for row in judged:
        if row.status in (Status.FAILED, Status.ERROR):
            yield from _failure(row)
    if not all(scenario.unusable for scenario in judgement.scenarios):
        yield from _unjudged(judged)
    yield from _departures(judgement)
    reasons = unfinished(judgement)
    for each in reasons:
        yield from _unfinished(each)
    if reasons and judgement.target:
        yield Line(Style.PLAIN, "")
        command = shlex.join(["chatlio-conformance", "doctor", *judgement.options, judgement.target])
        yield Line(Style.CODE, f"Find out why: {visible(command)}")


def _opening(judgement: Judgement) -> Iterator[Line]:
    yield Line(
        _style_of(judgement.outcome), f"{judgement.outcome.value.upper()}, {_hidden(judgement.hidden)}"
    )
    yield from _wrapped(Style.PLAIN, judgement.summary)
    yield Line(Style.PLAIN, one_line(_named(judgement), WIDTH))
    seed = "no seed" if judgement.seed is None else f"seed {judgement.seed}"
    about = (
        f"profile {judgement.profile}, specification {judgement.spec_revision}, "
        f"budget {judgement.budget}, {seed}, fails on {judgement.fail_on}"
    )
    yield from _wrapped(Style.FAINT, about)
    counted = ", ".join(f"{count} {status.value}" for status, count in counts(judgement).items() if count)
    yield from _wrapped(Style.PLAIN, f"Requirements: {counted}.")
    for note in judgement.notes:
        yield from _wrapped(Style.DOUBTFUL, f"Note: {note}")


def _hidden(count: int) -> str:
    findings = "finding is" if count == 1 else "findings are"
    return f"{count or 'no'} {findings} hidden by a baseline"


def _named(judgement: Judgement) -> str:
    implementation = judgement.implementation
    known = filter(None, (implementation.name, implementation.version, implementation.language))
    return f"{' '.join(known)} ({judgement.target})"


def _style_of(outcome: Outcome) -> Style:
    doubtful = {Outcome.CONFORMANT: Style.GOOD, Outcome.INCONCLUSIVE: Style.DOUBTFUL}
    return doubtful.get(outcome, Style.BAD)


def _failure(row: Row) -> Iterator[Line]:
    yield Line(Style.PLAIN, "")
    yield from _wrapped(Style.BAD, f"✗ {row.id} {row.level} {row.status.value}: {row.statement}", hang=2)
    if row.status is Status.ERROR:
        yield from _labelled(
            "error", f"{row.verdict.reason} This is the toolkit's mistake; please report it."
        )
    if row.verdict.known:
        yield from _labelled("known", row.verdict.reason)
    told: set[str] = set()
    for finding in row.verdict.findings[:MOST_FINDINGS]:
        yield from _finding(finding, told)
    more = len(row.verdict.findings) - MOST_FINDINGS
    if more > 0:
        yield Line(Style.FAINT, f"  and {more} more in the report")


def _finding(finding: Finding, told: set[str]) -> Iterator[Line]:
    """
    A finding's lines; what an earlier finding of the same requirement has told already is not said again.
    """
    if told:
        yield Line(Style.PLAIN, "")
    yield from _labelled("expected", finding.expected)
    yield from _labelled("observed", finding.observed)
    yield from _labelled("where", where(finding), Style.FAINT)
    if finding.hint not in told:
        yield from _labelled("mend", finding.hint)
    if finding.reproduce and finding.reproduce not in told:
        # Never wrapped: it is there to be copied.
        yield Line(Style.CODE, f"  {'again':9} {visible(finding.reproduce)}")
    told |= {finding.hint, finding.reproduce}


def elsewhere(finding: Finding) -> str:
    """
    The other scenarios of a finding in a few words: their names where they are few, else their number.
    """
    names = finding.elsewhere
    return ", ".join(names) if len(names) <= _FEW else f"{len(names)} other scenarios"


def where(finding: Finding) -> str:
    """
    Where a finding points to, in words: the scenario, the activity, the exchange, the place in the call.
    """
    parts = (
        finding.scenario and f"scenario {finding.scenario}",
        finding.activity and f"activity {finding.activity}",
        finding.exchange is not None and f"exchange {finding.exchange}",
        finding.message and f"member {finding.message} of its batch",
        finding.pointer and f"at {finding.pointer}",
        finding.times > 1 and f"{finding.times} times alike",
        finding.elsewhere and f"also in {elsewhere(finding)}",
    )
    return ", ".join(part for part in parts if part)


def _unjudged(judged: Iterable[Row]) -> Iterator[Line]:
    """
    What is inconclusive, by reason.
    """
    inconclusive = by_reason(judged, Status.INCONCLUSIVE)
    if inconclusive:
        yield Line(Style.PLAIN, "")
        yield Line(Style.HEADING, "Inconclusive, which is not a pass:")
    for reason, members in inconclusive.items():
        ids = ", ".join(row.id for row in members)
        yield from _wrapped(Style.DOUBTFUL, f"? {ids}: {reason}", hang=2)


def _departures(judgement: Judgement) -> Iterator[Line]:
    """
    What destinations and warehouse miss: the first few, as an implementation may lose any number of things.
    """
    told = list(departures(judgement))
    if told:
        yield Line(Style.PLAIN, "")
    for sentence in told[:MOST_DEPARTURES]:
        yield from _wrapped(Style.DOUBTFUL, f"- {one_line(sentence, LONGEST)}", hang=2)
    if len(told) > MOST_DEPARTURES:
        yield Line(Style.FAINT, f"  and {len(told) - MOST_DEPARTURES} more in the report")


def _unfinished(each: Unfinished) -> Iterator[Line]:
    """
    Why scenarios came to no end, with the log of the first of them.
    """
    yield Line(Style.PLAIN, "")
    yield from _wrapped(Style.BAD, f"! {each.sentence}", hang=2)
    for line in each.first.log.splitlines()[-5:]:
        yield Line(Style.FAINT, f"  | {one_line(line, WIDTH - 4)}")


def _labelled(label: str, text: str, style: Style = Style.PLAIN) -> Iterator[Line]:
    if text:
        yield from _wrapped(style, f"  {label:9} {one_line(text, LONGEST)}", hang=12)


def _wrapped(style: Style, text: str, *, hang: int = 0) -> Iterator[Line]:
    folded = textwrap.wrap(visible(text), WIDTH, subsequent_indent=" " * hang, break_on_hyphens=False)
    return (Line(style, line) for line in folded)
