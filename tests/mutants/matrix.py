"""
The kill matrix as files: a page for readers, and a table for reports ("proven by 3 mutants").
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from conformance.model.requirements import Requirement
from conformance.spec import catalogue
from tests.mutants.mutant import Mutant
from tests.mutants.specials import SPECIALS
from tests.mutants.table import MUTANTS
from tests.mutants.variations import VARIATIONS

ROOT = Path(__file__).resolve().parents[2]

_HEAD = """\
# The kill matrix

<!-- Made by `make docs` from tests/mutants. Change the mutants, not this page. -->

A conformance kit is worth what it can tell apart. So this one is tested on {mutants} *mutants*: copies of the
bundled reference implementation with one small fault each, of the kinds that real emitters have. Each is run
like any other implementation, with all named scenarios that need no waiting (and those in which Segment
falters, where the fault is about that).

A mutant counts as killed only for the right reason: the requirements that fail are exactly those it
violates and the consequences declared here, and it was seen sending. A mutant that survives, dies of
something else, or changes its consequences fails the tests, and so does a requirement without a mutant.

The other way round, {variations} *variations* of the reference, each compliant in its own way, have to pass
every requirement.
"""


def killers(mutants: tuple[Mutant, ...] = MUTANTS) -> dict[str, list[str]]:
    """
    For each requirement, in the order of the catalogue, the mutants made to violate it.
    """
    return {
        requirement.id: [mutant.name for mutant in mutants if requirement.id in mutant.violates]
        for requirement in catalogue().requirements
    }


def page() -> str:
    """
    `docs/kill-matrix.md`.
    """
    head = _HEAD.format(mutants=len(MUTANTS), variations=len(VARIATIONS))
    parts = [head, *_requirements(), *_mutants(), *_specials(), *_variations()]
    return "\n".join(parts).rstrip() + "\n"


def table() -> str:
    """
    `schemas/mutants.json`: what is wrong with each mutant, and which requirements fail for it.
    """
    rows = [
        {
            "name": mutant.name,
            "fault": mutant.line,
            "violates": list(mutant.violates),
            "consequences": list(mutant.consequences),
        }
        for mutant in MUTANTS
    ]
    return json.dumps({"mutants": rows}, indent=2) + "\n"


FILES = {"docs/kill-matrix.md": page, "schemas/mutants.json": table}
"""The generated files, by their place in the repository."""


def stale() -> list[str]:
    """
    The generated files that are not what they should be.
    """
    return [name for name, made in FILES.items() if _text(ROOT / name) != made()]


def write() -> None:
    """
    Writes the generated files anew.
    """
    for name, made in FILES.items():
        (ROOT / name).write_text(made(), encoding="utf-8")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _requirements() -> Iterator[str]:
    yield "## Requirements and their mutants\n"
    yield "| requirement | level | proven by |"
    yield "|---|---|---|"
    by_id = killers()
    for requirement in catalogue().requirements:
        names = ", ".join(f"`{name}`" for name in by_id[requirement.id])
        yield f"| {_linked(requirement)} | {requirement.level.value} | {names} |"
    yield ""


def _linked(requirement: Requirement) -> str:
    return f"[{requirement.id}](requirements.md#{requirement.id.lower()})"


def _mutants() -> Iterator[str]:
    yield "## Mutants\n"
    yield "Run one yourself, in a checkout: `chatlio-conformance run python:tests.mutants.targets:no_end`.\n"
    yield "| mutant | what is wrong | violates | and in consequence |"
    yield "|---|---|---|---|"
    for mutant in MUTANTS:
        line = mutant.line.replace("|", "\\|")
        row = (f"`{mutant.name}`", line, ", ".join(mutant.violates), ", ".join(mutant.consequences))
        yield f"| {' | '.join(row)} |"
    yield ""


def _specials() -> Iterator[str]:
    yield "## Wrong as a whole\n"
    yield "What is not one fault but many, or no implementation at all, and the outcome of any run of it.\n"
    yield "| implementation | what it does | outcome |"
    yield "|---|---|---|"
    for special in SPECIALS.values():
        yield f"| `{special.name}` | {special.way} | {special.outcome.value} |"
    yield ""


def _variations() -> Iterator[str]:
    yield "## Variations that must pass\n"
    yield "| variation | what it does its own way |"
    yield "|---|---|"
    for variation in VARIATIONS:
        yield f"| `{variation.name}` | {variation.way} |"
