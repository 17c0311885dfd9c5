"""
What the HTML page says, before it is written: every count, group and sentence that the template only places.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from attrs import frozen

from conformance.model import Judgement, Outcome, Status
from conformance.model.requirements import SourceDocument, Unspecified
from conformance.reporting.cards import Failure, failures
from conformance.reporting.downstream import Delivered, delivered
from conformance.reporting.rows import Chapter, Row, by_reason, chapters, counts, rows, unobservable
from conformance.reporting.sentences import headline, hidden_sentence
from conformance.reporting.unfinished import Unfinished, unfinished
from conformance.spec import catalogue

_TONES = {Outcome.CONFORMANT: Status.PASSED, Outcome.INCONCLUSIVE: Status.INCONCLUSIVE}


@frozen(kw_only=True)
class Tile:
    """
    How many requirements came to a status, and its share of all in percent.
    """

    status: Status
    count: int
    share: str
    target: str


@frozen(kw_only=True)
class Group:
    """
    Requirements that share a status and the reason for it.
    """

    reason: str
    rows: tuple[Row, ...]


@frozen(kw_only=True)
class Page:
    """
    The whole page: the verdict, what failed, every requirement, what was not judged, and where it came from.
    """

    judgement: Judgement
    tone: Status
    sentence: str
    lead: str
    hidden: str
    started: str
    tiles: tuple[Tile, ...]
    failures: tuple[Failure, ...]
    chapters: tuple[Chapter, ...]
    inconclusive: tuple[Group, ...]
    not_applicable: tuple[Group, ...]
    excluded: tuple[Row, ...]
    unspecified: tuple[Unspecified, ...]
    unfinished: tuple[Unfinished, ...]
    destinations: tuple[Delivered, ...]
    sources: tuple[SourceDocument, ...]


def page(judgement: Judgement) -> Page:
    """
    The page of a judgement. Raises EvidenceError as `rows` does.
    """
    judged = rows(judgement)
    observable = tuple(row for row in judged if row.status is not Status.EXCLUDED)
    sentence, lead = headline(judgement)
    return Page(
        judgement=judgement,
        tone=_TONES.get(judgement.outcome, Status.FAILED),
        sentence=sentence,
        lead=lead,
        hidden=hidden_sentence(judgement),
        started=_readable(judgement.started_at),
        tiles=_tiles(judgement),
        failures=failures(judgement, judged),
        chapters=chapters(observable),
        inconclusive=_groups(judged, Status.INCONCLUSIVE),
        not_applicable=_groups(judged, Status.NOT_APPLICABLE),
        excluded=unobservable(judged),
        unspecified=catalogue().unspecified,
        unfinished=unfinished(judgement),
        destinations=delivered(judgement),
        sources=catalogue().sources,
    )


def _readable(moment: str) -> str:
    """
    The moment to the minute, in UTC; as it stands when it is no ISO 8601 moment with a zone.
    """
    try:
        parsed = dt.datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return f"{parsed.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC" if parsed.tzinfo else moment


def _tiles(judgement: Judgement) -> tuple[Tile, ...]:
    """
    A tile per status that occurs; passed and failed always, so that a nought can be seen.
    """
    targets = {Status.PASSED: "requirements", Status.FAILED: "failures", Status.ERROR: "failures"}
    counted = counts(judgement)
    total = max(1, sum(counted.values()))
    return tuple(
        Tile(
            status=status,
            count=count,
            share=f"{100 * count / total:.2f}",
            target=targets.get(status, "not-judged"),
        )
        for status, count in counted.items()
        if count or status in (Status.PASSED, Status.FAILED)
    )


def _groups(judged: Iterable[Row], status: Status) -> tuple[Group, ...]:
    return tuple(Group(reason=reason, rows=members) for reason, members in by_reason(judged, status).items())
