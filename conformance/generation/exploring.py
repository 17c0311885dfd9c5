"""
The exploration: draw a chat, play it, judge it; reduce what fails, and play that again to be sure.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from pathlib import Path

import attrs

from conformance.chat.sketch import Act, Move, Part, Sketch, scenario_of
from conformance.drivers import Target
from conformance.generation.cases import Case, write_case
from conformance.generation.searching import Hunt, Listener, Search
from conformance.generation.values import Exploration
from conformance.judge import Criteria
from conformance.record import ScenarioRecord
from conformance.runner import RunOptions, Stage

REPLAYS = 5
"""How often a reduced case is played again, each time in a fresh process, before it is reported."""

_MANY = 100_000
_BEFORE = Part(moves=(Move(act=Act.SAYS),))


def explore(
    target: Target,
    *,
    options: RunOptions | None = None,
    seed: int = 0,
    examples: int | None = None,
    max_time: float | None = None,
    criteria: Criteria | None = None,
    known: Collection[str] = (),
    folder: Path | None = None,
    progress: Listener | None = None,
) -> Exploration:
    """
    Plays generated scenarios to the target until so many `examples` were drawn, or `max_time` seconds are up.

    Looks for requirements beyond those `known` to fail, and finds for each of them one case, of the fewest
    activities and faults. Cases are saved in `folder`, if there is one, and their records name the files.
    `progress` is told of every chat played, in the caller's thread. One process of the target serves all
    examples but those that shut it down or crash it. The same seed draws the same chats.
    """
    search = Search(
        target,
        options=options or RunOptions(),
        criteria=criteria or Criteria(),
        examples=_MANY if examples is None else examples,
        max_time=max_time,
        progress=progress,
    )
    learned = set(known)
    found: list[tuple[Case, ScenarioRecord]] = []
    with Stage(target, options=search.options) as stage:
        while not search.over:
            hunt = Hunt(search, stage, learned)
            if not hunt.find(random.Random(f"{seed}/{len(found)}")):
                break
            hunt.reduce()
            case, record = _saved(*_confirmed(search, hunt, seed), folder)
            found.append((case, record))
            learned |= {hunt.sought} | search.offences(record)
    return Exploration(
        seed=seed,
        cases=tuple(case for case, _ in found),
        records=tuple(record for _, record in found),
        examples=search.examples,
        played=search.played,
        activities=search.activities,
        seconds=search.seconds,
    )


def _confirmed(search: Search, hunt: Hunt, seed: int) -> tuple[Case, ScenarioRecord]:
    """
    The sketch as a case, after it was played again in fresh processes, and the record of how it went there.

    A sketch that fails only in a process that has been used before is told with a connection before it. Where
    it never fails again, the record is of the one time it did.
    """
    assert hunt.sketch is not None
    assert hunt.record is not None
    case, record = _replayed(search, hunt.sketch, hunt.sought, seed)
    if record is None:
        used = attrs.evolve(hunt.sketch, parts=(_BEFORE, *hunt.sketch.parts))
        again, record = _replayed(search, used, hunt.sought, seed)
        case = case if record is None else again
    shown = record or attrs.evolve(hunt.record, name=case.scenario.name)
    return case, attrs.evolve(shown, purpose=case.scenario.purpose)


def _replayed(search: Search, sketch: Sketch, sought: str, seed: int) -> tuple[Case, ScenarioRecord | None]:
    """
    The case, and the record of the last replay in which it failed, None when it did in none.
    """
    scenario = scenario_of(sketch, f"generated-{sought}")
    failed: list[ScenarioRecord] = []
    for _ in range(REPLAYS):
        record, offended = search.play_afresh(scenario, reducing=sought)
        if sought in offended:
            failed.append(record)
    case = Case(
        scenario=attrs.evolve(scenario, purpose=_purpose(sketch, sought, seed, len(failed))),
        requirement=sought,
        target=str(search.target),
        seed=seed,
        replays=REPLAYS,
        failures=len(failed),
    )
    return case, failed[-1] if failed else None


def _saved(case: Case, record: ScenarioRecord, folder: Path | None) -> tuple[Case, ScenarioRecord]:
    if folder is None:
        return case, record
    path = folder / f"{case.scenario.name}.json"
    write_case(path, case)
    return case, attrs.evolve(record, case=str(path))


def _purpose(sketch: Sketch, sought: str, seed: int, failures: int) -> str:
    """
    What the case is, in a sentence or two, for the report.
    """
    moves, troubles = sum(len(part.moves) for part in sketch.parts), len(sketch.troubles)
    size = f"{moves} {'activity' if moves == 1 else 'activities'}"
    faults = f" and {troubles} {'fault' if troubles == 1 else 'faults'}" if troubles else ""
    made = f"A generated chat (seed {seed}), reduced to {size}{faults}"
    if failures == REPLAYS:
        return f"{made}: it offends {sought} each time."
    return f"{made}: it offends {sought} only sometimes, in {failures} of {REPLAYS} replays."
