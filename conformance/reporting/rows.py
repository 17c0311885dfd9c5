"""
Verdicts beside what the catalogue says of their requirements: the rows of every report.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Mapping

from attrs import evolve, frozen

from conformance.errors import EvidenceError
from conformance.model import Judgement, Status, Verdict
from conformance.model.requirements import SourceDocument
from conformance.spec import catalogue, proofs_by_requirement

CHAPTERS: Mapping[str, str] = {
    "EVENT": "Events",
    "PROPERTY": "Properties",
    "IDENTITY": "Identity",
    "ENVELOPE": "Envelope",
    "TRANSPORT": "Transport",
    "DELIVERY": "Delivery",
    "REGION": "Region",
    "WAREHOUSE": "Warehouse",
    "SETUP": "Setup",
    "ROUTING": "Routing",
    "EXCLUDED": "Not observable",
}


@frozen(kw_only=True)
class Row:
    """
    A requirement and what became of it. `level` and `basis` are empty for what cannot be observed.

    `mutants` says how many faulty implementations its check is proven on.
    """

    verdict: Verdict
    level: str
    basis: str
    statement: str
    sources: tuple[SourceDocument, ...]
    section: str
    why: str
    mend: str
    mutants: int = 0

    @property
    def id(self) -> str:
        """
        The requirement's permanent id.
        """
        return self.verdict.requirement

    @property
    def chapter(self) -> str:
        """
        The part of the catalogue it belongs to, as `Requirement.chapter` has it.
        """
        return self.id.partition("-")[0]

    @property
    def status(self) -> Status:
        """
        What became of the requirement.
        """
        return self.verdict.status


@frozen(kw_only=True)
class Chapter:
    """
    The rows whose ids begin alike, under a title.
    """

    title: str
    rows: tuple[Row, ...]


def rows(judgement: Judgement) -> tuple[Row, ...]:
    """
    A row for each verdict, in the judgement's order.

    Raises EvidenceError when the judgement names a requirement that this version's catalogue lacks.
    """
    known = _known()
    missing = next((v.requirement for v in judgement.verdicts if v.requirement not in known), None)
    if missing is not None:
        raise EvidenceError(
            f"The judgement names the requirement {missing}, which this version does not know.",
            cure=f"Report it with the version that judged it: {judgement.toolkit}.",
        )
    return tuple(evolve(known[verdict.requirement], verdict=verdict) for verdict in judgement.verdicts)


def chapters(judged: Iterable[Row]) -> tuple[Chapter, ...]:
    """
    The rows by chapter, both in the order in which they come.
    """
    gathered: dict[str, list[Row]] = {}
    for row in judged:
        gathered.setdefault(row.chapter, []).append(row)
    return tuple(
        Chapter(title=CHAPTERS.get(prefix, prefix.capitalize()), rows=tuple(members))
        for prefix, members in gathered.items()
    )


def by_reason(judged: Iterable[Row], status: Status) -> Mapping[str, tuple[Row, ...]]:
    """
    The rows of one status by the reason for it: one reason often holds for a whole chapter.
    """
    gathered: dict[str, list[Row]] = {}
    for row in judged:
        if row.status is status:
            gathered.setdefault(row.verdict.reason, []).append(row)
    return {reason: tuple(members) for reason, members in gathered.items()}


def unobservable(judged: Iterable[Row]) -> tuple[Row, ...]:
    """
    The rows that no run can observe, each with its reason, whether or not a verdict names them.
    """
    named = {row.id: row for row in judged if row.status is Status.EXCLUDED}
    known = _known()
    rest = (
        evolve(known[row.id], verdict=evolve(_unjudged(row.id), reason=row.reason))
        for row in catalogue().excluded
        if row.id not in named
    )
    return (*named.values(), *rest)


def counts(judgement: Judgement) -> dict[Status, int]:
    """
    How many requirements came to each status; what the catalogue excludes counts, judged or not.
    """
    counted = Counter(verdict.status for verdict in judgement.verdicts)
    counted[Status.EXCLUDED] = len(unobservable(rows(judgement)))
    return {status: counted[status] for status in Status}


def sources_of(keys: Iterable[str]) -> tuple[SourceDocument, ...]:
    """
    The documents that the catalogue's keys stand for.
    """
    by_key = {source.key: source for source in catalogue().sources}
    return tuple(by_key[key] for key in keys)


@functools.cache
def _known() -> Mapping[str, Row]:
    """
    A row without a verdict for all that the catalogue names, by id.
    """
    proven = proofs_by_requirement()
    required = (
        Row(
            verdict=_unjudged(row.id),
            level=row.level.value,
            basis=row.basis.value,
            statement=row.statement,
            sources=sources_of(row.source),
            section=row.section,
            why=row.why,
            mend=row.mend,
            mutants=len(proven.get(row.id, ())),
        )
        for row in catalogue().requirements
    )
    excluded = (
        Row(
            verdict=_unjudged(row.id),
            level="",
            basis="",
            statement=row.statement,
            sources=sources_of(row.source),
            section=row.section,
            why="",
            mend="",
        )
        for row in catalogue().excluded
    )
    return {row.id: row for row in (*required, *excluded)}


def _unjudged(requirement: str) -> Verdict:
    return Verdict(requirement=requirement, status=Status.EXCLUDED)
