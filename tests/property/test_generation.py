"""
Generated runs: they find faults that need a sequence, cut them down, and say how to see them again.
"""

import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import attrs
import hypothesis
import pytest

from conformance.chat.sketch import Act, Move, Part, Sketch, Trouble, scenario_of
from conformance.chat.strategies import sketches
from conformance.drivers import Limits, Target, parse_target
from conformance.errors import EvidenceError
from conformance.generation import (
    UNUSABLE,
    Case,
    Exploration,
    Explored,
    explore,
    offences,
    read_case,
    replay,
    write_case,
)
from conformance.generation.reducing import reduced
from conformance.judge import Criteria
from conformance.model import Fault, FaultKind, Finding
from conformance.record import ScenarioRecord, scenario_from_lines, scenario_lines
from conformance.reporting.json import parse
from conformance.runner import RunOptions
from conformance.spec import validator

EXAMPLES = 400
OUTAGE = Trouble(fault=Fault(kind=FaultKind.STATUS, status=503, requests=1))


def planted(name: str) -> Target:
    """
    The target with that fault planted in it.
    """
    return parse_target(f"python:tests.property.planted:{name}")


def explored(name: str, *, requirement: str, seed: int = 1, folder: Path | None = None) -> Exploration:
    """
    An exploration that looks for one requirement only, and ends when it has found a case.
    """
    criteria = Criteria(select=(requirement,))
    return explore(planted(name), seed=seed, examples=EXAMPLES, criteria=criteria, folder=folder)


def said(case: Case) -> list[str]:
    """
    What is done in a case, one word each.
    """
    connections = case.scenario.connections
    return [activity.type.value for connection in connections for activity in connection.activities]


@pytest.mark.parametrize(
    ("name", "requirement", "seed", "activities", "faults"),
    [
        ("ForgetsSecondVisitor", "IDENTITY-02", 1, 4, 0),
        ("RestartsClock", "PROPERTY-11", 5, 4, 0),
        ("StartsOnlyOnce", "EVENT-03", 1, 3, 0),
        ("DoublesAfterReset", "DELIVERY-02", 3, 1, 2),
        ("LosesAtShutdown", "DELIVERY-01", 14, 1, 1),
    ],
)
def test_a_planted_fault_is_found_and_cut_down(
    name: str, requirement: str, seed: int, activities: int, faults: int
) -> None:
    """
    Each fault that needs a sequence is found in a few hundred chats, and shown in as few lines as it takes.
    """
    exploration = explored(name, requirement=requirement, seed=seed)
    [case], [record] = exploration.cases, exploration.records
    assert case.requirement == requirement
    assert (case.failures, case.flaky) == (case.replays, False)
    assert len(said(case)) <= activities
    assert len(case.scenario.faults) <= faults
    assert len(case.scenario.connections) == 1
    assert record.name == f"generated-{requirement}"
    assert requirement in offences(record, planted(name), RunOptions(), Criteria())


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    """
    The reference implementation stands up to generated chats and faults.
    """
    exploration = explore(planted("hasty"), seed=5, examples=60)
    assert exploration.cases == ()
    assert exploration.examples > 30
    assert "nothing" in exploration.sentence
    assert f"seed {exploration.seed}" in exploration.sentence


def test_what_fails_only_sometimes_is_said_to() -> None:
    """
    A reduced chat is played again before it is reported, and its rate is told when it is below one.
    """
    exploration = explored("Flickers", requirement="EVENT-03")
    [case] = exploration.cases
    assert 0 < case.failures < case.replays
    assert case.flaky
    assert f"in {case.failures} of {case.replays} replays" in case.scenario.purpose
    assert "flaky" in exploration.sentence


def test_what_leaks_from_one_connection_into_the_next_is_shown_with_both() -> None:
    """
    A chat that fails only in a process used before is reported with the connection that came before it.
    """
    criteria = Criteria(select=("SETUP-01", "SETUP-03"))
    exploration = explore(planted("RemembersTooMuch"), seed=1, examples=20, criteria=criteria)
    [case] = exploration.cases
    assert case.requirement == "SETUP-03"
    assert len(case.scenario.connections) == 2
    assert len(said(case)) <= 3


def test_a_chat_that_hangs_the_implementation_is_a_case_too() -> None:
    """
    A crash or a hang costs a fresh process, and is reduced like any finding.
    """
    options = RunOptions(limits=Limits(activity=0.15))
    known = {each.id for each in Criteria().requirements()}
    exploration = explore(planted("Hangs"), options=options, seed=4, examples=EXAMPLES, known=known)
    [case], [record] = exploration.cases, exploration.records
    assert case.requirement == UNUSABLE
    assert len(said(case)) == 1
    assert "was given up" in record.unusable


def test_the_same_seed_plays_the_same_chats() -> None:
    """
    Seed and target decide what is drawn, whatever profile of Hypothesis the user has.
    """

    def drawn(seed: int) -> list[int]:
        counts: list[int] = []
        explore(
            planted("hasty"), seed=seed, examples=12, progress=lambda told: counts.append(told.activities)
        )
        return counts

    assert drawn(7) == drawn(7) != drawn(8)


def test_an_exploration_keeps_to_its_time() -> None:
    """
    When the time is up the search ends at once.
    """
    told: list[Explored] = []
    began = time.monotonic()
    exploration = explore(planted("hasty"), seed=1, max_time=1.5, progress=told.append)
    assert time.monotonic() - began < 15
    assert exploration.examples == len(told) >= 1
    assert exploration.activities == told[-1].activities
    assert not told[-1].reducing


def test_hypothesis_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    No profile is changed, no example is kept, nothing is written to the folder of the user.
    """
    monkeypatch.chdir(tmp_path)
    before = hypothesis.settings.default
    explore(planted("StartsOnlyOnce"), seed=1, examples=15)
    assert hypothesis.settings.default is before
    assert list(tmp_path.iterdir()) == []


def test_a_case_is_saved_and_played_again_by_the_line_it_is_reported_with(tmp_path: Path) -> None:
    """
    The very line that a finding prints shows the same finding again, in a process of its own.
    """
    folder = tmp_path / "cases"
    exploration = explored("StartsOnlyOnce", requirement="EVENT-03", folder=folder)
    [record] = exploration.records
    path = folder / "generated-EVENT-03.json"
    assert record.case == str(path)
    line = ("run", str(planted("StartsOnlyOnce")), "--replay", str(path), "--select", "EVENT")
    [finding] = (each for each in reported(tmp_path / "first.json", *line) if each.requirement == "EVENT-03")
    program, *words = shlex.split(finding.reproduce)
    assert program == "chatlio-conformance"
    assert words == ["run", str(planted("StartsOnlyOnce")), "--replay", str(path), "--select", "EVENT-03"]
    assert reported(tmp_path / "second.json", *words) == [finding]


def test_the_line_holds_inside_pytest_too(tmp_path: Path, repository: Path) -> None:
    """
    The plugin takes the same file, fails the same requirement, and names the file in its own line.
    """
    exploration = explored("StartsOnlyOnce", requirement="EVENT-03", folder=tmp_path)
    words = (f"--chatlio-replay={exploration.records[0].case}", "--chatlio-select=EVENT-03")
    command = (sys.executable, "-m", "pytest", f"--chatlio-target={planted('StartsOnlyOnce')}", *words)
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(repository)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert f"--chatlio-replay {exploration.records[0].case}" in done.stdout
    assert "1 failed" in done.stdout


def reported(report: Path, *words: str) -> list[Finding]:
    """
    The findings of the command, in a process of its own.
    """
    command = [sys.executable, "-m", "conformance", *words, "--report", f"json={report}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1, done.stderr
    verdicts = parse(report.read_text(encoding="utf-8")).verdicts
    return [finding for verdict in verdicts for finding in verdict.findings]


def case_of(sketch: Sketch) -> Case:
    """
    The sketch as a case nobody has confirmed.
    """
    scenario = scenario_of(sketch, "generated-EVENT-06")
    return Case(scenario=scenario, requirement="EVENT-06", target="python:a:b", seed=3, replays=5, failures=2)


@hypothesis.settings(max_examples=25)
@hypothesis.given(sketches())
def test_a_case_survives_its_file(tmp_path_factory: pytest.TempPathFactory, sketch: Sketch) -> None:
    """
    What is read is what was written, whatever was said in it, and the file is legal under its schema.
    """
    path = tmp_path_factory.getbasetemp() / "case.json"
    case = case_of(sketch)
    write_case(path, case)
    assert read_case(path) == case
    assert validator("record/case").is_valid(json.loads(path.read_bytes()))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', "\udcff"])
def test_a_file_that_is_no_case_is_refused(tmp_path: Path, text: str) -> None:
    """
    Whoever names the wrong file is told which, and what to give instead.
    """
    path = tmp_path / "case.json"
    path.write_text(text, errors="surrogateescape")
    with pytest.raises(EvidenceError, match=r"case\.json.* `run` saved"):
        read_case(path)


def test_a_missing_case_is_told_by_name(tmp_path: Path) -> None:
    """
    A case that is not there is named.
    """
    with pytest.raises(EvidenceError, match="nowhere"):
        read_case(tmp_path / "nowhere.json")


def test_a_replayed_case_names_its_file_in_the_record(tmp_path: Path) -> None:
    """
    The record of a replay knows the file, also after it was written and read.
    """
    path = tmp_path / "case.json"
    write_case(path, case_of(Sketch(parts=(Part(moves=(Move(act=Act.SAYS),)),))))
    record = replay(planted("hasty"), path)
    lines = [json.loads(json.dumps(line)) for line in scenario_lines(record)]
    read: ScenarioRecord = scenario_from_lines(lines)
    assert (record.case, read.case) == (str(path), str(path))
    assert not validator("record/record").explain(lines[0])


def moves(sketch: Sketch) -> list[Act]:
    """
    What is done in a sketch.
    """
    return [move.act for part in sketch.parts for move in part.moves]


def test_reduction_leaves_only_what_is_needed() -> None:
    """
    Moves, faults, parts and settings that do not matter go, and what remains is said in plain words.
    """
    talk = [Move(act=Act.TYPES)] * 5
    needed = [Move(act=Act.ENDS, visitor=1, text="x" * 500, gap=0), *talk, Move(act=Act.NOTES, agent=2)]
    sketch = Sketch(
        parts=(Part(moves=tuple(talk)), Part(moves=(*talk, *needed, *talk), region="eu")),
        troubles=(OUTAGE, OUTAGE),
        names=(("0", "0"),),
        shutdown=True,
    )
    smallest = reduced(sketch, lambda tried: {Act.ENDS, Act.NOTES} <= set(moves(tried)))
    assert smallest == Sketch(parts=(Part(moves=(Move(act=Act.ENDS), Move(act=Act.NOTES))),))


def test_reduction_asks_few_questions() -> None:
    """
    Every question is a run of a program: forty moves of which three matter take a hundred questions at most.
    """
    acts = [Act.TYPES] * 37
    for place, act in ((3, Act.ENDS), (20, Act.NOTES), (30, Act.IDENTIFIES)):
        acts.insert(place, act)
    asked: set[Sketch] = set()

    def fails(tried: Sketch) -> bool:
        asked.add(tried)
        return {Act.ENDS, Act.NOTES, Act.IDENTIFIES} <= set(moves(tried))

    sketch = Sketch(parts=(Part(moves=tuple(Move(act=act, gap=7) for act in acts)),))
    assert len(moves(reduced(sketch, fails))) == 3
    assert len(asked) <= 100


def test_a_sketch_under_another_name_is_the_same_chat_of_other_people() -> None:
    """
    Examples never share an id, so none can be taken for another.
    """
    sketch = Sketch(parts=(Part(moves=(Move(act=Act.SAYS), Move(act=Act.ENDS), Move(act=Act.LOOKS))),))
    one, other = (scenario_of(sketch, name).connections[0].activities for name in ("one", "other"))
    assert [activity.type for activity in one] == [activity.type for activity in other]
    for left, right in zip(one, other, strict=True):
        assert left.id != right.id
        assert left.visitor
        assert right.visitor
        assert left.visitor.id != right.visitor.id
        assert left.conversation_id is None or left.conversation_id != right.conversation_id


def test_the_smaller_of_two_sketches_has_less_to_read() -> None:
    """
    The size of a sketch counts moves first, and words last.
    """
    one = Sketch(parts=(Part(moves=(Move(act=Act.SAYS, text="x" * 99),)),))
    two = Sketch(parts=(Part(moves=(Move(act=Act.SAYS),) * 2),))
    assert one.size < two.size < attrs.evolve(two, troubles=(OUTAGE,)).size
