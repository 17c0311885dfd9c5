"""
The mutants that prove the checks: implementations with one fault each, which the checks are known to find.

They live in the tests; what they prove is data, in `schemas/mutants.json`, so that reports can say it.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping

from attrs import frozen

from conformance.spec.files import schemas_root


@frozen(kw_only=True)
class Proof:
    """
    A mutant: `fault` says what is wrong with it, `violates` the requirements it was made to violate.

    `consequences` are the requirements that fail because of that, and no others do.
    """

    name: str
    fault: str
    violates: tuple[str, ...]
    consequences: tuple[str, ...]


@functools.cache
def proofs() -> tuple[Proof, ...]:
    """
    Every mutant, in the order of `docs/kill-matrix.md`.
    """
    rows = json.loads((schemas_root() / "mutants.json").read_text(encoding="utf-8"))["mutants"]
    return tuple(
        Proof(
            name=row["name"],
            fault=row["fault"],
            violates=tuple(row["violates"]),
            consequences=tuple(row["consequences"]),
        )
        for row in rows
    )


@functools.cache
def proofs_by_requirement() -> Mapping[str, tuple[Proof, ...]]:
    """
    For each requirement that has any, the mutants made to violate it.
    """
    named: dict[str, tuple[Proof, ...]] = {}
    for proof in proofs():
        for requirement in proof.violates:
            named[requirement] = (*named.get(requirement, ()), proof)
    return named
