"""
Evidence to judge again and again: one real run of every mutant and variation of the reference, kept on disk.

A mutant's record is cut down to the scenarios that convict it, a variation's to a handful that change from
one to the next: so all of them together are judged in about a second, and a change of our own code meets them
all.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from conformance.drivers import parse_target
from conformance.judge import Criteria, judge_record
from conformance.model import Judgement, Status
from conformance.record import Record, ScenarioRecord, read_record, write_record
from conformance.runner import header_for
from tests.mutants import stage
from tests.mutants.mutant import Mutant
from tests.mutants.table import MUTANTS
from tests.mutants.variations import VARIATIONS, Variation

DIRECTORY = "CHATLIO_MUTATION_EVIDENCE"
"""The environment variable that says where the records are."""

THINNED = "CHATLIO_MUTATION_THINNED"
"""The environment variable that says of how many records one is judged: the judge's own code needs few."""

ALWAYS = ("full-conversation", "two-visitors")
STRICT = Criteria(fail_on="may")


def record_everything(folder: Path, jobs: int) -> None:
    """
    Plays the reference, every variation and every mutant that the folder has no record of yet, in so many
    processes side by side.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in _MADE if not (folder / f"{name}.ndjson").exists()]
    with ProcessPoolExecutor(jobs) as pool:
        for number, _ in enumerate(pool.map(partial(_keep, folder), missing), start=1):
            if number % 50 == 0:
                print(f"{number} of {len(missing)} records", file=sys.stderr, flush=True)


def _keep(folder: Path, name: str) -> None:
    write_record(folder / f"{name}.ndjson", _MADE[name]())


def failed(judgement: Judgement) -> frozenset[str]:
    """
    The requirements that a judgement finds violated, or that our own check could not judge.
    """
    unmet = {Status.FAILED, Status.ERROR}
    return frozenset(verdict.requirement for verdict in judgement.verdicts if verdict.status in unmet)


@functools.cache
def kept(path: Path) -> Record:
    """
    A record as it was kept, read once in a process.
    """
    return read_record(path)


def _record(target: str, scenarios: list[ScenarioRecord]) -> Record:
    header = header_for(
        parse_target(target),
        options=stage.OPTIONS,
        started_at=scenarios[0].started_at,
        scenarios=scenarios[:1],
    )
    return Record(header=header, scenarios=tuple(scenarios))


def _handful(variation: Variation, number: int) -> Record:
    scenes = variation.scenarios
    chosen = {*ALWAYS, *(scenes[(4 * number + offset) % len(scenes)].name for offset in range(4))}
    played = stage.played(variation.target, tuple(scene for scene in scenes if scene.name in chosen))
    return _record(variation.target, played)


def _convicting(mutant: Mutant) -> Record:
    """
    A mutant's record with the first scenario for each verdict of guilty; all of it where that says less.
    """
    played = [mutant.recorded(record) for record in stage.played(mutant.target, mutant.scenarios)]
    record = _record(mutant.target, played)
    named = set(_first_scenarios(judge_record(record, STRICT)))
    chosen = tuple(scenario for scenario in record.scenarios if scenario.name in named)
    short = Record(header=record.header, scenarios=chosen)
    return short if chosen and failed(judge_record(short, STRICT)) == mutant.guilty_of else record


def _first_scenarios(judgement: Judgement) -> Iterator[str]:
    for verdict in judgement.verdicts:
        yield from (finding.scenario or "" for finding in verdict.findings[:1])


_MADE: Mapping[str, Callable[[], Record]] = {
    "reference": lambda: _record(stage.REFERENCE, stage.played(stage.REFERENCE, stage.EVERYTHING)),
    **{each.name: partial(_handful, each, number) for number, each in enumerate(VARIATIONS)},
    **{mutant.name: partial(_convicting, mutant) for mutant in MUTANTS},
}
"""How each record is made, by its name."""
