"""
Implementations that are wrong as a whole: none of them is ever found conformant, and none upsets the kit.
"""

from __future__ import annotations

import attrs
import pytest

from conformance import runner
from conformance.drivers import Limits, parse_target
from conformance.model import Judgement, Outcome, Scenario, Status
from conformance.spec import catalogue
from tests.mutants import matrix, stage
from tests.mutants.specials import CRASHERS, HANGERS, SPECIALS, Special

FEW: tuple[Scenario, ...] = tuple(
    scene
    for scene in stage.ORDINARY
    if scene.name in ("full-conversation", "returning-visitor", "eu-workspace")
)
SHOWN = ("EVENT-03", "EVENT-04", "EVENT-06", "EVENT-07", "REGION-03", "REGION-04")
"""What these few show of a good implementation: it is conformant in this."""


def judged(name: str, *scenarios: Scenario) -> Judgement:
    """
    The judgement of a special one in the ordinary scenarios, and in others.
    """
    target = SPECIALS[name].target
    return stage.judged(target, stage.played(target, (*stage.ORDINARY, *scenarios)))


def statuses(judgement: Judgement) -> dict[str, Status]:
    """
    What became of each requirement.
    """
    return {verdict.requirement: verdict.status for verdict in judgement.verdicts}


@pytest.mark.parametrize("name", ["null", "polite-null"])
def test_who_does_nothing_passes_nothing(name: str) -> None:
    """
    Silence fails what calls for events, and is inconclusive on every requirement that forbids something.

    Only what it says when it refuses may be right.
    """
    judgement = judged(name, stage.scene("us-down"), stage.scene("slow-pair"))
    found = statuses(judgement)
    assert all(found[each] is Status.FAILED for each in ("EVENT-03", "EVENT-04", "EVENT-06", "EVENT-07"))
    said = {"REGION-04"} if name == "polite-null" else set()
    assert {each for each, status in found.items() if status is Status.PASSED} == said
    for requirement in catalogue().requirements:
        if requirement.negative and found[requirement.id] is not Status.FAILED:
            expected = {Status.INCONCLUSIVE, Status.NOT_APPLICABLE}
            assert found[requirement.id] in expected, requirement.id
    assert judgement.outcome is SPECIALS[name].outcome


@pytest.mark.parametrize("name", ["liar", "excused"])
def test_excuses_make_nobody_conformant(name: str) -> None:
    """
    Whoever declares every message, or every connection, unsupported is judged to have shown nothing.
    """
    judgement = judged(name)
    assert judgement.outcome is SPECIALS[name].outcome
    passed = {each for each, status in statuses(judgement).items() if status is Status.PASSED}
    assert passed == ({"REGION-04"} if name == "liar" else set())


def test_a_claimed_name_is_reported_as_said() -> None:
    """
    A report repeats whom the implementation claims to be; no verdict depends on it.
    """
    claimed = judged("liar").implementation
    assert (claimed.name, claimed.version) == ("conformance-reference", "99.0")


def test_who_is_always_wrong_fails_a_great_deal() -> None:
    """
    Everything at once is named all the same, and no check stumbles over what it meets.
    """
    judgement = judged("always-wrong")
    found = statuses(judgement)
    assert Status.ERROR not in found.values()
    failed = {each for each, status in found.items() if status is Status.FAILED}
    wrong = {f"PROPERTY-0{number}" for number in range(1, 7)} | {"PROPERTY-14", "PROPERTY-15", "PROPERTY-17"}
    wrong |= {"EVENT-01", "IDENTITY-01", "ENVELOPE-02", "ENVELOPE-04", "ENVELOPE-07", "ENVELOPE-08"}
    assert wrong | {"ENVELOPE-09"} <= failed
    assert judgement.outcome is SPECIALS["always-wrong"].outcome


def test_a_flake_is_found() -> None:
    """
    One event in five lost is events lost, in whatever order the scenarios come.
    """
    judgement = judged("flake")
    found = statuses(judgement)
    assert found["EVENT-06"] is found["EVENT-07"] is Status.FAILED
    assert judgement.outcome is SPECIALS["flake"].outcome


def outcome_in_few(target: str, *, limits: Limits | None = None) -> Outcome:
    """
    The outcome of a few scenarios, each of which is played whatever became of the one before.
    """
    options = attrs.evolve(stage.OPTIONS, limits=limits or stage.OPTIONS.limits)
    records = list(runner.run(parse_target(target), FEW, options=options))
    assert [record.name for record in records] == [scene.name for scene in FEW]
    judgement = stage.judged(target, records, select=SHOWN)
    assert Status.ERROR not in statuses(judgement).values()
    return judgement.outcome


def test_a_good_one_passes_where_they_do_not() -> None:
    """
    In the same few scenarios, judged by the same requirements.
    """
    assert outcome_in_few(stage.REFERENCE) is Outcome.CONFORMANT


@pytest.mark.parametrize("special", [*CRASHERS, SPECIALS["chatterbox"]], ids=lambda special: special.name)
def test_a_crash_is_never_a_pass(special: Special) -> None:
    """
    Wherever it crashes, and however much it has sent before: the kit lives, and says what became of it.
    """
    assert outcome_in_few(special.target) is special.outcome


@pytest.mark.parametrize("special", HANGERS, ids=lambda special: special.name)
def test_who_never_answers_is_unusable(special: Special) -> None:
    """
    The limit passes, the scenario is told of as unusable, and the next one is played.
    """
    short = 0.3 if not special.process else 1.5
    limits = Limits(initialize=short, activity=short, flush=short, shutdown=short)
    assert outcome_in_few(special.target, limits=limits) is special.outcome


def test_every_special_is_told_of() -> None:
    """
    None is ever conformant, and the page of the kill matrix has a row for each.
    """
    page = matrix.page()
    for special in SPECIALS.values():
        assert special.outcome is not Outcome.CONFORMANT
        assert f"| `{special.name}` | {special.way} | {special.outcome.value} |" in page
