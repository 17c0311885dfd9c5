"""
The pages that are made from data, and from which: `make docs`, or `python -m tests.generated_docs`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from conformance.configuration import KEYS, Key
from conformance.model.requirements import Requirement
from conformance.spec import Catalogue, catalogue

DOCS = Path(__file__).resolve().parent.parent / "docs"

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
    links = ", ".join(f"[{each.title}]({each.url})" if each.url else each.title for each in named)
    return f"{links} ({row.section})" if links and row.section else links or row.section


def _left_out(book: Catalogue) -> Iterator[str]:
    yield from ("", "## Excluded: cannot be observed from outside", "")
    yield from (f"- **{row.id}** {row.statement} *{row.reason}*" for row in book.excluded)
    yield from ("", "## Unspecified: never judged", "")
    yield from (f"- **{row.topic}.** {row.open} {row.treatment}" for row in book.unspecified)


def settings_page() -> str:
    """
    The page of every setting, from the table that both faces are made from.
    """
    rows = (f"| `{key.in_file}` | `{key.variable}` | {_told(key)} |" for key in KEYS)
    return "\n".join([_SETTINGS, *rows]) + "\n"


def _told(key: Key) -> str:
    choices = f" One of {', '.join(f'`{word}`' for word in key.choices)}." if key.choices else ""
    shown = f"{key.default:g}" if isinstance(key.default, float) else key.default
    default = f" Default: `{shown}`." if key.default not in (None, "", (), False) else ""
    return f"{key.help}{choices}{default}".replace("|", "\\|")


_SETTINGS = """\
# Settings

<!-- Made by `make docs` from conformance/configuration/keys.py. Change that file, not this page. -->

Every setting can be given in four places. An option beats the environment, the environment the file, and the
file the default.

- As an option of the command: the key with two dashes before it, as in `--fail-on should`. Lists are repeated
  in the singular: `--scenario burst --scenario hand-over`, `--report html --report json`.
- As an option of pytest: the same with `chatlio-` before it, as in `--chatlio-fail-on=should`.
- In the environment. Lists are written with commas: `CHATLIO_REPORT=html,json`.
- In the nearest `pyproject.toml`, from the current folder upwards, that has our table:

```toml
[tool.chatlio-conformance]
target = "stdio:node bridge.mjs"
reports = ["html", "json"]
fail-on = "should"
```

An unknown key is an error that names the nearest one. Paths are relative to the folder the command is started
in.

| key | environment | what it sets |
|---|---|---|"""

PAGES: Mapping[str, Callable[[], str]] = {
    "requirements.md": requirements_page,
    "settings.md": settings_page,
}
"""The name of each page in docs/, and what makes it."""

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8", newline="\n")
