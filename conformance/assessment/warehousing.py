"""
The database a configuration names, into which scenarios are loaded on their way to the judge.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator

from conformance.configuration import Configuration
from conformance.record import ScenarioRecord
from conformance.segment.databases import load_scenarios, open_database

Loading = Callable[[Iterable[ScenarioRecord]], Iterator[ScenarioRecord]]


@contextlib.contextmanager
def loading(configuration: Configuration) -> Iterator[Loading]:
    """
    What loads scenarios as they pass, while the block lasts; where no database is named they only pass.

    Raises UsageError at once when the database cannot be opened.
    """
    if configuration.warehouse is None:
        yield iter
        return
    with open_database(configuration.warehouse) as database:
        yield functools.partial(load_scenarios, database=database)
