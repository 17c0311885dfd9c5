"""
What failed, as cards: each finding with the conversation that led there and the exchange it points to.

A page stays small and readable however much went wrong: a few findings of a requirement are told in full,
some more in brief, and the rest are counted; each conversation and each payload is shown once and linked to
after that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import define, field, frozen

from conformance.model import ExchangeView, Finding, Judgement, ScenarioView, Status, TimelineEntry
from conformance.model.pointers import steps_of
from conformance.reporting.rows import Row
from conformance.reporting.wire import Path, Piece, laid_out

IN_FULL = 3
IN_BRIEF = 20
MOST_DRAWINGS = 60
LONGEST_BODY = 8_000
BEFORE, AFTER, LONGEST_DRAWING = 5, 3, 14


@frozen(kw_only=True)
class Moment:
    """
    An entry of a timeline; `here` when the finding points to it.
    """

    entry: TimelineEntry
    here: bool


@frozen(kw_only=True)
class Drawing:
    """
    A stretch of a conversation, with how much of it came before and comes after.
    """

    anchor: str
    moments: tuple[Moment, ...]
    before: int
    after: int


@frozen(kw_only=True)
class Wire:
    """
    An exchange as it went over the wire; `body` None when the page has no room for it any more.
    """

    anchor: str
    view: ExchangeView
    body: tuple[Piece, ...] | None
    omitted: int


@frozen(kw_only=True)
class Card:
    """
    A finding told in full. What an earlier card shows already is given as its anchor only.
    """

    anchor: str
    finding: Finding
    drawing: Drawing | None
    drawn_at: str
    wire: Wire | None
    wired_at: str


@frozen(kw_only=True)
class Failure:
    """
    A requirement that failed: findings in full, in brief, and the number of those that are only counted.
    """

    row: Row
    cards: tuple[Card, ...]
    brief: tuple[Finding, ...]
    uncounted: int


@define(kw_only=True)
class _Shown:
    """
    What the page shows so far: where each conversation and each exchange stands. Lives for one page.
    """

    scenarios: Mapping[str, ScenarioView]
    exchanges: Mapping[int, ExchangeView]
    marks: Mapping[int, Sequence[Path]]
    drawings: dict[tuple[Moment, ...], str] = field(factory=dict)
    wires: dict[int, str] = field(factory=dict)


def failures(judgement: Judgement, judged: Iterable[Row]) -> tuple[Failure, ...]:
    """
    The requirements that failed or whose check crashed, failures of the implementation first.
    """
    failed = [row for row in judged if row.status is Status.FAILED]
    crashed = [row for row in judged if row.status is Status.ERROR]
    shown = _Shown(
        scenarios={scenario.name: scenario for scenario in judgement.scenarios},
        exchanges={view.sequence: view for view in judgement.exchanges},
        marks=_marks(finding for row in failed for finding in row.verdict.findings[:IN_FULL]),
    )
    return tuple(_failure(row, shown) for row in (*failed, *crashed))


def _failure(row: Row, shown: _Shown) -> Failure:
    findings = row.verdict.findings
    told = IN_FULL + IN_BRIEF
    return Failure(
        row=row,
        cards=tuple(
            _card(f"{row.id}-{number}", finding, shown)
            for number, finding in enumerate(findings[:IN_FULL], start=1)
        ),
        brief=findings[IN_FULL:told],
        uncounted=max(0, len(findings) - told),
    )


def _card(anchor: str, finding: Finding, shown: _Shown) -> Card:
    drawing, drawn_at = _drawing(anchor, finding, shown)
    wire, wired_at = _wire(finding, shown)
    return Card(
        anchor=anchor, finding=finding, drawing=drawing, drawn_at=drawn_at, wire=wire, wired_at=wired_at
    )


def _drawing(anchor: str, finding: Finding, shown: _Shown) -> tuple[Drawing | None, str]:
    scenario = shown.scenarios.get(finding.scenario or "")
    entries = scenario.timeline if scenario else ()
    first, last = _stretch(entries, finding)
    moments = tuple(Moment(entry=entry, here=_points_to(finding, entry)) for entry in entries[first:last])
    if moments in shown.drawings:
        return None, shown.drawings[moments]
    if not moments or len(shown.drawings) >= MOST_DRAWINGS:
        return None, ""
    place = f"{anchor}-conversation"
    shown.drawings[moments] = place
    return Drawing(anchor=place, moments=moments, before=first, after=len(entries) - last), place


def _stretch(entries: Sequence[TimelineEntry], finding: Finding) -> tuple[int, int]:
    """
    From where to where the conversation is drawn: what the finding points to, and a little around it.
    """
    pointed = [at for at, entry in enumerate(entries) if _points_to(finding, entry)]
    if not pointed or len(entries) <= LONGEST_DRAWING:
        return 0, min(len(entries), LONGEST_DRAWING)
    first = max(0, pointed[0] - BEFORE)
    return first, min(len(entries), pointed[-1] + 1 + AFTER, first + LONGEST_DRAWING)


def _points_to(finding: Finding, entry: TimelineEntry) -> bool:
    by_activity = finding.activity is not None and entry.activity == finding.activity
    return by_activity or (finding.exchange is not None and entry.exchange == finding.exchange)


def _wire(finding: Finding, shown: _Shown) -> tuple[Wire | None, str]:
    view = shown.exchanges.get(-1 if finding.exchange is None else finding.exchange)
    if view is None or view.sequence in shown.wires:
        return None, shown.wires.get(view.sequence, "") if view else ""
    anchor = f"exchange-{view.sequence}"
    roomy = len(shown.wires) < MOST_DRAWINGS
    shown.wires[view.sequence] = anchor
    return wire(view, shown.marks.get(view.sequence, ()), with_body=roomy), anchor


def wire(view: ExchangeView, marks: Sequence[Path], *, with_body: bool = True) -> Wire:
    """
    The exchange laid out for reading, its body cut to what a page can bear.
    """
    return Wire(
        anchor=f"exchange-{view.sequence}",
        view=view,
        body=laid_out(view.body[:LONGEST_BODY], marks) if with_body else None,
        omitted=view.omitted + max(0, len(view.body) - LONGEST_BODY),
    )


def _marks(findings: Iterable[Finding]) -> dict[int, list[Path]]:
    """
    What the findings point to, by exchange: as a path into a single call, and as one into a batch.
    """
    marks: dict[int, list[Path]] = {}
    for finding in findings:
        if finding.exchange is not None and finding.pointer:
            steps = steps_of(finding.pointer)
            marks.setdefault(finding.exchange, []).extend(
                (steps, ("batch", str(finding.message or 0), *steps))
            )
    return marks
