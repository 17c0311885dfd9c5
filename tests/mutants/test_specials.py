"""
Implementations that are wrong as a whole: none of them is ever found conformant, and none upsets the kit.
"""

import sys
from typing import Any

import attrs
import pytest

from conformance import runner
from conformance.chat import SCENARIOS
from conformance.drivers import Limits, parse_target
from conformance.model import Judgement, Outcome, Scenario, Status
from conformance.spec import catalogue
from tests.mutants import specials, stage

FEW: tuple[Scenario, ...] = tuple(
    scene for scene in SCENARIOS if scene.name in ("full-conversation", "returning-visitor", "eu-workspace")
)


def judged(name: str, scenarios: tuple[Scenario, ...] = stage.ORDINARY) -> Judgement:
    """
    The judgement of a special one.
    """
    target = f"python:tests.mutants.specials:{name}"
    return stage.judged(target, stage.played(target, scenarios))


def statuses(judgement: Judgement) -> dict[str, Status]:
    """
    What became of each requirement.
    """
    return {verdict.requirement: verdict.status for verdict in judgement.verdicts}


@pytest.mark.parametrize("name", ["Null", "PoliteNull"])
def test_who_does_nothing_passes_nothing(name: str) -> None:
    """
    Silence fails what calls for events, and is inconclusive on every requirement that forbids something.

    Only what it says when it refuses may be right.
    """
    judgement = judged(name, (*stage.ORDINARY, stage.scene("us-down"), stage.scene("slow-pair")))
    found = statuses(judgement)
    assert all(found[each] is Status.FAILED for each in ("EVENT-03", "EVENT-04", "EVENT-06", "EVENT-07"))
    said = {"REGION-04"} if name == "PoliteNull" else set()
    assert {each for each, status in found.items() if status is Status.PASSED} == said
    for requirement in catalogue().requirements:
        if requirement.negative and found[requirement.id] is not Status.FAILED:
            expected = {Status.INCONCLUSIVE, Status.NOT_APPLICABLE}
            assert found[requirement.id] in expected, requirement.id
    assert judgement.outcome is Outcome.NOT_CONFORMANT


@pytest.mark.parametrize("name", ["Liar", "Excused"])
def test_excuses_make_nobody_conformant(name: str) -> None:
    """
    Whoever declares every message, or every connection, unsupported is judged to have shown nothing.
    """
    judgement = judged(name)
    assert judgement.outcome not in {Outcome.CONFORMANT, Outcome.ERROR}
    passed = {each for each, status in statuses(judgement).items() if status is Status.PASSED}
    assert passed <= {"REGION-04", "SETUP-02"}


def test_a_claimed_name_is_reported_as_said() -> None:
    """
    A report repeats whom the implementation claims to be; no verdict depends on it.
    """
    judgement = judged("Liar", FEW)
    assert (judgement.implementation.name, judgement.implementation.version) == (
        "conformance-reference",
        "99.0",
    )


def test_who_is_always_wrong_fails_a_great_deal() -> None:
    """
    Everything at once is named all the same, and no check stumbles over what it meets.
    """
    found = statuses(judged("AlwaysWrong"))
    assert Status.ERROR not in found.values()
    failed = {each for each, status in found.items() if status is Status.FAILED}
    wrong = {f"PROPERTY-0{number}" for number in range(1, 7)} | {"PROPERTY-14", "PROPERTY-15", "PROPERTY-17"}
    wrong |= {"EVENT-01", "IDENTITY-01", "ENVELOPE-02", "ENVELOPE-04", "ENVELOPE-07", "ENVELOPE-08"}
    assert wrong | {"ENVELOPE-09"} <= failed


def test_a_flake_is_found() -> None:
    """
    One event in five lost is events lost, in whatever order the scenarios come.
    """
    judgement = judged("Flake")
    found = statuses(judgement)
    assert found["EVENT-06"] is found["EVENT-07"] is Status.FAILED
    assert judgement.outcome is Outcome.NOT_CONFORMANT


@pytest.mark.parametrize("name", specials.CRASHERS)
def test_a_crash_is_never_a_pass(name: str) -> None:
    """
    Wherever it crashes: the kit lives, and does not call it conformant.
    """
    judgement = judged(name, FEW)
    assert Status.ERROR not in statuses(judgement).values()
    assert judgement.outcome in {Outcome.NOT_CONFORMANT, Outcome.UNUSABLE, Outcome.INCONCLUSIVE}


@pytest.mark.parametrize("name", specials.HANGERS)
def test_who_never_answers_is_unusable(name: str) -> None:
    """
    The limit passes, the scenario is told of as unusable, and the next one is played.
    """
    target = parse_target(f"python:tests.mutants.specials:{name}")
    options = attrs.evolve(
        stage.OPTIONS, limits=Limits(initialize=0.3, activity=0.3, flush=0.3, shutdown=0.3)
    )
    records = list(runner.run(target, FEW, options=options))
    assert [record.name for record in records] == [scene.name for scene in FEW]
    assert "0.3 s" in records[0].unusable
    judgement = stage.judged(str(target), records)
    assert judgement.outcome in {Outcome.UNUSABLE, Outcome.NOT_CONFORMANT}


def test_chatter_on_standard_output_is_no_reply(repository: Any) -> None:
    """
    What is printed beside the protocol makes a program unusable, or is ignored; it is never a pass.
    """
    program = repository / "tests" / "mutants" / "specials.py"
    target = f"stdio:{sys.executable} {program}"
    judgement = stage.judged(target, stage.played(target, FEW[:1]))
    assert judgement.outcome in {Outcome.UNUSABLE, Outcome.NOT_CONFORMANT}
    assert Status.ERROR not in statuses(judgement).values()
