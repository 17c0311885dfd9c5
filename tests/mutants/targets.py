"""
Mutants and variations as targets of a run: `python:tests.mutants.targets:camel_case_properties`.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.mutants.bridge import Bridge, Change, made
from tests.mutants.table import MUTANTS
from tests.mutants.variations import VARIATIONS

_CHANGES = (
    {"reference": Change()}
    | {one.name: one.change for one in MUTANTS}
    | {one.name: one.change for one in VARIATIONS}
)
_FACTORIES: dict[str, Callable[[], Bridge]] = {
    name.replace("-", "_"): made(change) for name, change in _CHANGES.items()
}


def __getattr__(name: str) -> Callable[[], Bridge]:
    """
    The factory of the mutant of that name.
    """
    if name not in _FACTORIES:
        raise AttributeError(f"There is no mutant or variation {name!r}", name=name)
    return _FACTORIES[name]
