"""
Scenarios on their way to the judge, loaded into a database as they pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from conformance.checks import Evidence
from conformance.record import ScenarioRecord
from conformance.segment.databases.database import Database, ids_of
from conformance.warehouse import Tables

SCHEMA = "chatlio"
"""The source's slug, which is what Segment calls the schema."""


def load_scenarios(
    scenarios: Iterable[ScenarioRecord], database: Database, *, schema: str = SCHEMA
) -> Iterator[ScenarioRecord]:
    """
    Loads what Segment accepted in each scenario, and yields it with what the tables then hold of it.

    That is evidence as the exchanges are: the WAREHOUSE checks look at it in place of the pure model. All
    scenarios go into one schema, as all would come from one source.
    """
    for scenario in scenarios:
        calls = Evidence(scenario=scenario).accepted
        report = database.load(calls, schema=schema)
        held = database.holding(schema, ids_of(calls)).tables
        tables = {name: table for name, table in held.items() if table.rows}
        yield attrs.evolve(scenario, warehouse=Tables(tables=tables, losses=report.losses))
