"""
`chatlio-conformance list`: what there is to judge, to play, and to write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import click

Row = tuple[str, ...]


def _requirements() -> Iterator[Row]:
    from conformance.spec import catalogue

    for row in catalogue().requirements:
        yield row.id, row.level.value, row.basis.value, row.statement


def _scenarios() -> Iterator[Row]:
    from conformance.chat import SCENARIOS

    for scenario in SCENARIOS:
        yield scenario.name, "waits" if scenario.waits else "", scenario.purpose


def _checks() -> Iterator[Row]:
    from conformance.checks import CHECKS

    for check in CHECKS:
        yield check.requirement, f"{check.find.__module__}.{check.find.__name__}"


def _mutants() -> Iterator[Row]:
    from conformance.spec import proofs

    for proof in proofs():
        yield proof.name, proof.fault, ", ".join(proof.violates)


def _formats() -> Iterator[Row]:
    from conformance.reporting import FORMATS

    for entry in FORMATS.values():
        yield entry.name, entry.path or "standard output", entry.summary


_KINDS: Mapping[str, Callable[[], Iterator[Row]]] = {
    "requirements": _requirements,
    "scenarios": _scenarios,
    "checks": _checks,
    "mutants": _mutants,
    "formats": _formats,
}


@click.command("list")
@click.argument("what", metavar="[WHAT]", default="requirements")
def command(what: str) -> None:
    """
    List what there is: requirements (the default), scenarios, checks, mutants, or report formats.

    \b
    Examples
      chatlio-conformance list
      chatlio-conformance list scenarios
    """
    if what not in _KINDS:
        from conformance.spec.names import unknown

        raise unknown("list of", what, _KINDS, where=f"There are {', '.join(_KINDS)}.")
    for line in _columns(list(_KINDS[what]())):
        click.echo(line)


def _columns(rows: list[Row]) -> Iterator[str]:
    """
    The rows as lines, each column as wide as its widest word; the last one is left as it is.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        *first, last = row
        cells = [f"{cell:{width}}" for cell, width in zip(first, widths, strict=False) if width]
        yield "  ".join([*cells, last])
