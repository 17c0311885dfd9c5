"""
`chatlio-conformance explain`: a requirement, or every one of a chapter, in full.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from conformance.model.requirements import Exclusion, Requirement

_WIDTH = 88


@click.command("explain")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def command(ids: tuple[str, ...]) -> None:
    """
    Tell of a requirement, or of a chapter: what it demands, where that is said, why it matters, how it is
    judged, and how to mend an implementation that fails it.

    \b
    Examples
      chatlio-conformance explain EVENT-03
      chatlio-conformance explain DELIVERY
    """
    told = [row for word in ids for row in _rows(word.upper())]
    click.echo("\n\n".join("\n".join(_lines(row)) for row in told))


def _rows(word: str) -> list[Requirement | Exclusion]:
    """
    The rows that a word names. Raises UsageError, naming the nearest, for a word that names none.
    """
    from conformance.spec import catalogue

    book = catalogue()
    excluded = [row for row in book.excluded if word in (row.id, row.id.partition("-")[0])]
    chapter = [row for row in book.requirements if row.chapter == word]
    return [*chapter, *excluded] or [book.requirement(word)]


def _lines(row: Requirement | Exclusion) -> Iterator[str]:
    from conformance.model.requirements import Exclusion

    if isinstance(row, Exclusion):
        yield f"{row.id}  excluded"
        yield from _part("", row.statement)
        yield from _part("why not judged", row.reason)
        return
    profiles = ", ".join(profile.value for profile in row.profiles)
    yield f"{row.id}  {row.level.value}, {row.basis.value}, profiles: {profiles}"
    yield from _part("", row.statement)
    yield from _part("source", _source(row))
    yield from _part("why", row.why)
    yield from _part("judged", _how(row))
    yield from _part("proven by", _mutants(row))
    yield from _part("mend", row.mend)


def _source(row: Requirement) -> str:
    from conformance.spec import catalogue

    named = [source for source in catalogue().sources if source.key in row.source]
    places = "; ".join(f"{source.title} {source.url}".strip() for source in named)
    return f"{places} ({row.section})" if places and row.section else places or row.section


def _how(row: Requirement) -> str:
    """
    How it is judged: the check's own sentence, and what it takes for the verdict to mean anything.
    """
    from conformance.checks import CHECKS

    check = next(check for check in CHECKS if check.requirement == row.id)
    sentence = " ".join((check.find.__doc__ or "").split())
    given = f" Silence counts only when the run saw at least one {check.given}." if check.given else ""
    status = "Not applicable" if check.optional else "Inconclusive"
    return f"{sentence}{given} {status} when {check.unexercised}."


def _mutants(row: Requirement) -> str:
    """
    The faulty implementations that the check is known to find.
    """
    from conformance.spec import proofs_by_requirement

    named = [proof.name for proof in proofs_by_requirement().get(row.id, ())]
    count = "1 mutant" if len(named) == 1 else f"{len(named)} mutants"
    return f"{count}: {', '.join(named)}" if named else "no mutant yet"


def _part(label: str, text: str) -> Iterator[str]:
    indent = " " * (len(label) + 4 if len(label) > 8 else 12)
    first = f"  {label:9} " if label else "  "
    yield from textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=indent if label else "  ",
        break_on_hyphens=False,
    )
