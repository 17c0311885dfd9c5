"""
Mutants and variations as targets of a run: `python:tests.mutants.targets:camel_case_properties`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

from tests.mutants.bridge import Bridge, Change
from tests.mutants.table import MUTANTS
from tests.mutants.variations import VARIATIONS

_MADE = (
    {"reference": functools.partial(Bridge, Change())}
    | {one.name: functools.partial(Bridge, one.change) for one in MUTANTS}
    | {one.name: functools.partial(one.made, one.change) for one in VARIATIONS}
)
_FACTORIES: Mapping[str, Callable[[], Bridge]] = {
    name.replace("-", "_"): factory for name, factory in _MADE.items()
}


def __getattr__(name: str) -> Callable[[], Bridge]:
    """
    The factory of the mutant of that name.
    """
    if name not in _FACTORIES:
        raise AttributeError(f"There is no mutant or variation {name!r}", name=name)
    return _FACTORIES[name]
