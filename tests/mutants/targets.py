"""
Mutants and variations as targets of a run: `python:tests.mutants.targets:camel_case_properties`.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.mutants.bridge import Bridge, made
from tests.mutants.table import MUTANTS

_FACTORIES: dict[str, Callable[[], Bridge]] = {
    mutant.name.replace("-", "_"): made(mutant.change) for mutant in MUTANTS
}


def __getattr__(name: str) -> Callable[[], Bridge]:
    """
    The factory of the mutant of that name.
    """
    if name not in _FACTORIES:
        raise AttributeError(f"There is no mutant or variation {name!r}", name=name)
    return _FACTORIES[name]
