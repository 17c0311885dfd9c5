"""
docs/requirements.md, made from the catalogue: `python -m tests.requirements_page`, or `make docs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from conformance.model.requirements import Requirement
from conformance.spec import Catalogue, catalogue

PAGE = Path(__file__).resolve().parent.parent / "docs" / "requirements.md"

_HOW_TO_READ = """\
*Level* is what a failure means (RFC 2119). *Basis* is how the requirement follows from its source:
**documented** (a source says so), **inferred** (it follows from what a source says), **practice** (the
official SDKs do it, or every operator needs it; no document says it). Ids never change their meaning."""

_CHAPTERS = {
    "EVENT": "Events: which must be sent, and when",
    "PROPERTY": "Properties: what an event carries",
    "IDENTITY": "Identity: whose event it is",
    "ENVELOPE": "Envelope: what stands around the properties",
    "TRANSPORT": "Transport: how a call reaches Segment",
    "DELIVERY": "Delivery: what happens when Segment falters",
    "REGION": "Region: where events may go",
    "WAREHOUSE": "Warehouse: what the tables hold",
    "SETUP": "Setup: the write key",
    "ROUTING": "Routing: where events are passed on to",
}


def requirements_page() -> str:
    """
    The page: every requirement by chapter, then what is left out and why.
    """
    return "\n".join(_lines(catalogue())) + "\n"


def _lines(book: Catalogue) -> Iterator[str]:
    yield "# Requirements"
    yield ""
    yield "<!-- Made by `make docs` from schemas/requirements.toml. Change that file, not this page. -->"
    yield ""
    yield f"{book.subject}. Revision {book.revision}, {len(book.requirements)} requirements."
    yield ""
    yield _HOW_TO_READ
    for chapter, rows in groupby(book.requirements, key=lambda row: row.chapter):
        yield from ("", f"## {_CHAPTERS[chapter]}")
        for row in rows:
            yield from _requirement(row, book)
    yield from _left_out(book)


def _requirement(row: Requirement, book: Catalogue) -> Iterator[str]:
    profiles = ", ".join(profile.value for profile in row.profiles)
    yield from ("", f"### {row.id}", "")
    yield f"**{row.level.value}**, {row.basis.value}, profiles: {profiles}"
    yield from ("", row.statement, "")
    yield f"- Source: {_sources(row, book)}"
    yield f"- Why: {row.why}"
    yield f"- How to mend: {row.mend}"


def _sources(row: Requirement, book: Catalogue) -> str:
    known = {source.key: source for source in book.sources}
    named = (known[key] for key in row.source)
    links = [f"[{each.title}]({each.url})" if each.url else each.title for each in named]
    place = f" ({row.section})" if row.section else ""
    return f"{', '.join(links) or 'no document says it'}{place}"


def _left_out(book: Catalogue) -> Iterator[str]:
    yield from ("", "## Excluded: cannot be observed from outside", "")
    yield from (f"- **{row.id}** {row.statement} *{row.reason}*" for row in book.excluded)
    yield from ("", "## Unspecified: never judged", "")
    yield from (f"- **{row.topic}.** {row.open} {row.treatment}" for row in book.unspecified)


if __name__ == "__main__":
    PAGE.write_text(requirements_page(), encoding="utf-8", newline="\n")
