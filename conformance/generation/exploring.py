"""
The exploration: draw a chat, play it, judge it; reduce what fails, and play that again to be sure.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from pathlib import Path

import attrs
from attrs import frozen

from conformance.chat.sketch import Act, Move, Part, Sketch, scenario_of
from conformance.drivers import Target
from conformance.generation.cases import Case, write_case
from conformance.generation.offences import worst
from conformance.generation.searching import Hunt, Listener, Search
from conformance.generation.values import Exploration
from conformance.judge import Criteria
from conformance.record import ScenarioRecord
from conformance.runner import RunOptions, Stage

REPLAYS = 5
"""How often a reduced case is played again, each time in a fresh process, before it is reported."""

_MANY = 100_000


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
    Plays generated scenarios until so many `examples` were drawn, `max_time` seconds are up, or all is found.

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
    found: list[_Found] = []
    with Stage(target, options=search.options) as stage:
        while not search.over and search.wanted - learned:
            hunt = Hunt(search, stage, learned)
            if not hunt.find(random.Random(f"{seed}/{len(found)}")):
                break
            hunt.reduce()
            found.append(_saved(_confirmed(search, hunt, seed), folder))
            learned |= {hunt.sought, *search.offences(found[-1].record)}
    confirmed = [each for each in found if each.case.failures]
    return Exploration(
        seed=seed,
        cases=tuple(each.case for each in confirmed),
        records=tuple(each.record for each in confirmed),
        unconfirmed=tuple(each.case for each in found if not each.case.failures),
        examples=search.examples,
        played=search.played,
        activities=search.activities,
        seconds=search.seconds,
    )


@frozen(kw_only=True)
class _Found:
    """
    A case, and how it went: in the last replay in which it failed, or the one time it did.
    """

    case: Case
    record: ScenarioRecord


def _confirmed(search: Search, hunt: Hunt, seed: int) -> _Found:
    """
    What the hunt has brought home, after it was played again in fresh processes.

    A sketch that fails only in a process that has been used before is told with a connection before it, by
    which it may offend another requirement: an old write key is SETUP-03's, once there are two.
    """
    assert hunt.sketch is not None
    assert hunt.record is not None
    found = _replayed(search, hunt.sketch, hunt.sought, seed)
    if found is None:
        used = _used_before(hunt.sketch)
        _, offended = search.play_afresh(scenario_of(used, "example-0"), reducing=hunt.sought)
        sought = hunt.sought if hunt.sought in offended else worst(offended - hunt.known)
        found = _replayed(search, search.reduced_afresh(used, sought), sought, seed) if sought else None
    if found is not None:
        return found
    case = _case(search, hunt.sketch, hunt.sought, seed, failures=0)
    return _Found(case=case, record=attrs.evolve(hunt.record, name=case.scenario.name))


def _used_before(sketch: Sketch) -> Sketch:
    """
    The sketch after a short chat under a connection of its own, and its faults not before it begins.
    """
    before = Part(moves=(Move(act=Act.SAYS),))
    later = (attrs.evolve(each, at=(each.at or 0) + len(before.moves)) for each in sketch.troubles)
    return attrs.evolve(sketch, parts=(before, *sketch.parts), troubles=tuple(later))


def _replayed(search: Search, sketch: Sketch, sought: str, seed: int) -> _Found | None:
    """
    The case, with how often it failed when it was played again; None when it never did.
    """
    scenario = scenario_of(sketch, f"generated-{sought}")
    played = [search.play_afresh(scenario, reducing=sought) for _ in range(REPLAYS)]
    failed = [record for record, offended in played if sought in offended]
    if not failed:
        return None
    case = _case(search, sketch, sought, seed, failures=len(failed))
    return _Found(case=case, record=attrs.evolve(failed[-1], purpose=case.scenario.purpose))


def _case(search: Search, sketch: Sketch, sought: str, seed: int, *, failures: int) -> Case:
    purpose = _purpose(sketch, sought, seed, failures)
    return Case(
        scenario=scenario_of(sketch, f"generated-{sought}", purpose=purpose),
        requirement=sought,
        target=str(search.target),
        seed=seed,
        replays=REPLAYS,
        failures=failures,
    )


def _saved(found: _Found, folder: Path | None) -> _Found:
    if folder is None:
        return found
    path = folder / f"{found.case.scenario.name}.json"
    write_case(path, found.case)
    return _Found(case=found.case, record=attrs.evolve(found.record, case=str(path)))


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
