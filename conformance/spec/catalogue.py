"""
The catalogue of requirements, read from `schemas/requirements.toml`.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from attrs import Factory, field, frozen

from conformance.model.requirements import (
    Basis,
    Exclusion,
    Level,
    Need,
    Profile,
    Requirement,
    SourceDocument,
    Unspecified,
)
from conformance.spec.files import read_toml
from conformance.spec.names import unknown


def _index(catalogue: Catalogue) -> Mapping[str, Requirement]:
    return {requirement.id: requirement for requirement in catalogue.requirements}


@frozen(kw_only=True)
class Catalogue:
    """
    Everything an implementation is held to, in the catalogue's order, and what is left out and why.
    """

    revision: str
    subject: str
    requirements: tuple[Requirement, ...]
    excluded: tuple[Exclusion, ...]
    unspecified: tuple[Unspecified, ...]
    sources: tuple[SourceDocument, ...]
    _by_id: Mapping[str, Requirement] = field(
        init=False, repr=False, eq=False, default=Factory(_index, takes_self=True)
    )

    def requirement(self, requirement_id: str) -> Requirement:
        """
        The requirement of that id; raises UsageError, naming the nearest id or chapter, when there is none.
        """
        found = self._by_id.get(requirement_id)
        if found is None:
            where = "`chatlio-conformance list requirements` shows them all."
            known = (*self._by_id, *{each.chapter for each in self.requirements})
            raise unknown("requirement", requirement_id, known, where=where)
        return found


@functools.cache
def catalogue() -> Catalogue:
    """
    The catalogue of the current revision; the same value each time.
    """
    rows = read_toml("requirements.toml")
    return Catalogue(
        revision=rows["revision"],
        subject=rows["subject"],
        requirements=tuple(_requirement(row) for row in rows["requirement"]),
        excluded=tuple(Exclusion(**_frozen(row)) for row in rows["excluded"]),
        unspecified=tuple(Unspecified(**row) for row in rows["unspecified"]),
        sources=tuple(SourceDocument(**row) for row in rows["source"]),
    )


def _requirement(row: Mapping[str, Any]) -> Requirement:
    words = {
        "level": Level(row["level"]),
        "basis": Basis(row["basis"]),
        "profiles": tuple(Profile(name) for name in row["profiles"]),
        "needs": tuple(Need(letter) for letter in row["needs"]),
    }
    return Requirement(**_frozen({**row, **words}))


def _frozen(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
