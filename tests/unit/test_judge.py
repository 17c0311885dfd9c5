"""
The judge: what the checks find, added up to verdicts, an outcome and a sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from conformance.checks import CHECKS, Check, Difference, Evidence
from conformance.errors import Unsupported, UsageError
from conformance.judge import Criteria, exit_code, judge, judge_record, judging
from conformance.model import Fault, FaultKind, Outcome, Status
from conformance.model.requirements import Basis, Level, Profile
from conformance.record import Answer, Method, Record, ScenarioRecord
from conformance.spec import catalogue
from tests.unit import toys
from tests.unit.toys import Call, failing, judged, ordinary, played, talk, verdict


def refusing(record: ScenarioRecord, feature: str) -> ScenarioRecord:
    """
    The record as if each activity had been declined as a feature that is lacking.
    """
    steps = (
        attrs.evolve(
            step,
            answer=Answer.REFUSED,
            code=Unsupported.code,
            message=f"no {feature}",
            feature=feature,
            issue_url="https://issues.example/7",
        )
        if step.activity
        else step
        for step in record.steps
    )
    return attrs.evolve(record, steps=tuple(steps), exchanges=())


def test_every_requirement_has_exactly_one_check() -> None:
    """
    The checks are the catalogue's requirements, in its order, each once.
    """
    assert [check.requirement for check in CHECKS] == [row.id for row in catalogue().requirements]


def test_every_check_says_its_requirement() -> None:
    """
    The sentence that `explain` shows begins with the ids that the function judges.
    """
    for check in CHECKS:
        chapter, number = check.requirement.split("-")
        said = (check.find.__doc__ or "").partition(":")[0]
        assert chapter in said, check.requirement
        assert number in said, check.requirement


def test_quick_is_the_reason_only_for_what_faults_exercise() -> None:
    """
    What other settings exercise was not left out by the budget, but by whoever named the scenarios.
    """
    quick = attrs.evolve(toys.HEADER, budget="quick")
    judgement = judge(quick, [played(ordinary())], Criteria())
    assert "budget quick leaves out" in verdict(judgement, "DELIVERY-01").reason
    assert "budget quick leaves out" in verdict(judgement, "REGION-05").reason
    for requirement in ("REGION-03", "REGION-04", "SETUP-02", "SETUP-03"):
        assert "budget" not in verdict(judgement, requirement).reason


def test_quick_is_no_reason_where_there_is_another() -> None:
    """
    Neither for what is declared lacking, nor where a fault was played after all and nothing came of it.
    """
    quick = attrs.evolve(toys.HEADER, budget="quick")
    lacking = judge(quick, [refusing(played(ordinary()), "messages")])
    assert "does not support messages" in verdict(lacking, "DELIVERY-01").reason
    faltering = played(ordinary(), [[]], faults=(Fault(kind=FaultKind.STATUS),))
    found = verdict(judge(quick, [faltering]), "DELIVERY-06")
    assert found.reason.startswith("silence proves nothing here")


def test_every_requirement_gets_a_verdict() -> None:
    """
    Each id yields one verdict, in the order of the catalogue, also where there is nothing to judge at all.

    There is a reason wherever something neither passed nor failed, and nowhere else.
    """
    ids = [row.id for row in catalogue().requirements]
    for judgement in (judged(), judged(played(ordinary()))):
        assert [each.requirement for each in judgement.verdicts] == ids
        for each in judgement.verdicts:
            assert bool(each.reason) is (each.status not in {Status.PASSED, Status.FAILED})


def test_nothing_judged_is_inconclusive() -> None:
    """
    A run without scenarios shows nothing, and says so.
    """
    judgement = judged()
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert {each.status for each in judgement.verdicts} == {Status.INCONCLUSIVE, Status.NOT_APPLICABLE}
    assert "could not be fully judged" in judgement.summary


def test_a_crash_of_a_check_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    It makes the requirement's status `error`, the outcome an error, and no finding; the others are judged.
    """

    def crash(_evidence: Evidence, _subject: object) -> Iterator[Difference]:
        raise ZeroDivisionError("a slip of ours")

    broken = tuple(
        attrs.evolve(check, find=crash) if check.requirement == "EVENT-03" else check for check in CHECKS
    )
    monkeypatch.setattr(judging, "CHECKS", broken)
    judgement = judged(played(ordinary()))
    found = verdict(judgement, "EVENT-03")
    assert (found.status, found.findings) == (Status.ERROR, ())
    assert "ZeroDivisionError: a slip of ours" in found.reason
    assert f"({Path(__file__).name}:{crash.__code__.co_firstlineno + 1}); please report it" in found.reason
    assert (judgement.outcome, exit_code(judgement.outcome)) == (Outcome.ERROR, 5)
    assert verdict(judgement, "EVENT-06").status is Status.PASSED
    assert "our fault" in judgement.summary


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome.CONFORMANT, 0),
        (Outcome.NOT_CONFORMANT, 1),
        (Outcome.UNUSABLE, 3),
        (Outcome.INCONCLUSIVE, 4),
        (Outcome.ERROR, 5),
    ],
)
def test_the_command_exits_with_the_outcome(outcome: Outcome, code: int) -> None:
    """
    The numbers that a script tells outcomes apart by.
    """
    assert exit_code(outcome) == code


def test_the_other_profile_leaves_regions_out() -> None:
    """
    What is not part of the profile is not applicable, with that as its reason.
    """
    judgement = judged(played(ordinary()), profile="live-chat")
    outside = {row.id for row in catalogue().requirements if Profile.LIVE_CHAT not in row.profiles}
    assert outside
    for each in judgement.verdicts:
        left_out = each.status is Status.NOT_APPLICABLE and "profile live-chat" in each.reason
        assert left_out == (each.requirement in outside)


@pytest.mark.parametrize(("profile", "status"), [("chatlio", Status.FAILED), ("live-chat", Status.PASSED)])
def test_the_other_profile_takes_any_number_for_a_duration(profile: str, status: Status) -> None:
    """
    What Segment says of a live chat is looser than what Chatlio says of itself.
    """

    def halved(call: Call) -> Call:
        return {**call, "properties": {**call["properties"], "conversation_duration": 0.5}}

    judgement = judged(played(ordinary(), change=halved), profile=profile)
    assert verdict(judgement, "PROPERTY-04").status is status


def test_a_selection_is_a_chapter_or_an_id() -> None:
    """
    Only what was asked for is judged, in whatever case it was written.
    """
    judgement = judged(played(ordinary()), select=("event-03", "REGION"))
    chosen = [each.requirement for each in judgement.verdicts]
    assert chosen == ["EVENT-03", *(f"REGION-0{number}" for number in range(1, 7))]


def test_a_basis_is_a_filter() -> None:
    """
    A reader who trusts documents only sees what is documented.
    """
    judgement = judged(played(ordinary()), basis="documented")
    documented = [row.id for row in catalogue().requirements if row.basis is Basis.DOCUMENTED]
    assert [each.requirement for each in judgement.verdicts] == documented


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        (
            {"profile": "chatlo"},
            "There is no profile 'chatlo'. Did you mean chatlio? Known are chatlio, live-chat.",
        ),
        (
            {"fail_on": "musts"},
            "There is no level 'musts'. Did you mean must? Known are must, should, may, none.",
        ),
        (
            {"basis": "documentd"},
            "There is no basis 'documentd'. Did you mean documented? "
            "Known are documented, inferred, practice.",
        ),
        ({"select": ("EVENT-33",)}, "There is no requirement 'EVENT-33'. Did you mean EVENT-03? "),
    ],
)
def test_an_unknown_word_names_the_nearest(criteria: dict[str, object], message: str) -> None:
    """
    A slip in any criterion is refused with what was probably meant, and with what there is.
    """
    with pytest.raises(UsageError) as caught:
        judged(played(ordinary()), **criteria)
    assert str(caught.value).startswith(message)
    assert caught.value.cure


def test_a_selection_without_a_requirement_is_refused() -> None:
    """
    Two filters that leave nothing are a mistake, not a green run.
    """
    with pytest.raises(UsageError, match="Widen"):
        judged(select=("DELIVERY-01",), basis="documented")


@pytest.mark.parametrize(
    ("fail_on", "outcome"),
    [
        ("must", Outcome.CONFORMANT),
        ("should", Outcome.NOT_CONFORMANT),
        ("may", Outcome.NOT_CONFORMANT),
        ("none", Outcome.CONFORMANT),
    ],
)
def test_the_level_decides_what_a_failure_means(fail_on: str, outcome: Outcome) -> None:
    """
    A SHOULD that failed stands in the verdicts, whatever it does to the outcome.
    """

    def changed(call: Call) -> Call:
        return {name: value for name, value in call.items() if name != "messageId"}

    judgement = judged(played(ordinary(), change=changed), fail_on=fail_on, select=("ENVELOPE",))
    assert verdict(judgement, "ENVELOPE-01").status is Status.FAILED
    assert judgement.outcome is outcome


def test_like_findings_of_a_scenario_are_one() -> None:
    """
    What differs only in the values it quotes is told once, with how often it occurred.
    """

    def changed(call: Call) -> Call:
        return {**call, "properties": {**call["properties"], "conversation_duration": "long"}}

    (finding,) = verdict(judged(played(ordinary(), change=changed)), "PROPERTY-04").findings
    assert finding.times == 5
    assert finding.pointer == "/properties/conversation_duration"


def test_a_finding_says_how_to_reproduce_and_mend_it() -> None:
    """
    The line names the target, the scenario and the requirement; the hint is the catalogue's.
    """
    record = played(ordinary(), change=lambda call: {**call, "context": {}})
    (finding,) = verdict(judged(record), "ENVELOPE-07").findings
    line = f"chatlio-conformance run {toys.TARGET} --scenario toy --select ENVELOPE-07"
    assert finding.reproduce == line
    assert finding.hint == catalogue().requirement("ENVELOPE-07").mend
    assert (finding.scenario, finding.exchange, finding.message) == ("toy", 1, 0)


def test_write_keys_are_masked_wherever_they_turn_up() -> None:
    """
    A key in a finding, a payload or a log never reaches the judgement.
    """
    key = f"{toys.KEY[:-2]}01"
    record = played(ordinary(), change=lambda call: {**call, "event": f"Live Chat {key}"})
    judgement = judged(attrs.evolve(record, log=f"using {key}", unusable=f"crashed with {key}"))
    assert verdict(judgement, "EVENT-11").findings
    assert key not in repr(judgement)


def test_an_unusable_scenario_costs_the_verdict() -> None:
    """
    Where nothing failed and a scenario broke off, the outcome is that the target was unusable.
    """
    broken = played(ordinary("broken"), [[]], unusable="It crashed.", log="Traceback")
    judgement = judged(played(ordinary()), broken, select=("EVENT-01", "EVENT-03"))
    assert judgement.outcome is Outcome.UNUSABLE
    assert [view.unusable for view in judgement.scenarios] == ["", "It crashed."]
    assert judgement.scenarios[1].log == "Traceback"
    assert "broken" in judgement.summary


@pytest.mark.parametrize("method", [Method.FLUSH, Method.SHUTDOWN])
def test_a_flush_that_failed_by_its_own_word_is_no_pass(method: Method) -> None:
    """
    Though every event came: the scenario was not driven to its end, and says so with what was answered.
    """
    record = attrs.evolve(failing(played(ordinary()), method), log="Traceback")
    judgement = judged(record, select=("EVENT-01", "EVENT-03"))
    assert judgement.outcome is Outcome.UNUSABLE
    assert [(view.unusable, view.log) for view in judgement.scenarios] == [("it stumbled", "Traceback")]
    assert verdict(judgement, "EVENT-03").status is Status.PASSED
    (wordless,) = judged(failing(played(ordinary()), method, message="")).scenarios
    assert wordless.unusable == f"`{method.value}` was answered with an error"


def test_a_flush_may_fail_where_segment_does() -> None:
    """
    There an error is the honest answer.
    """
    faltering = attrs.evolve(ordinary(), faults=(Fault(kind=FaultKind.STATUS, status=503),))
    judgement = judged(
        failing(played(faltering), Method.FLUSH), played(ordinary("other")), select=("EVENT-01",)
    )
    assert judgement.outcome is Outcome.CONFORMANT
    broken = attrs.evolve(played(faltering), unusable="It crashed.")
    assert judged(broken, select=("EVENT-01",)).outcome is Outcome.UNUSABLE


def test_what_was_refused_need_not_be_shut_down() -> None:
    """
    There is nothing to deliver; nor is an error for an activity the end of the scenario.
    """
    chat, conversation, _ = talk("elsewhere")
    conversation.says("Hello?")
    chat.connection(region="eu")
    refused = failing(played(chat.scenario("The EU, for a test.")), Method.SHUTDOWN, Method.ACTIVITY)
    judgement = judged(refused, played(ordinary()), select=("EVENT-01",))
    assert judgement.outcome is Outcome.CONFORMANT


def test_a_declared_lack_is_not_applicable() -> None:
    """
    What could not be judged because a feature is declared lacking says so, with where that is followed up.

    It need not be declared again in the scenarios that follow.
    """
    silent = attrs.evolve(played(ordinary("later"), [[]]), steps=())
    judgement = judged(refusing(played(ordinary()), "messages"), silent)
    found = verdict(judgement, "EVENT-07")
    assert found.status is Status.NOT_APPLICABLE
    assert "messages" in found.reason
    assert "https://issues.example/7" in found.reason


def test_a_declared_lack_need_not_be_followed_up_anywhere() -> None:
    """
    Then it is told by itself.
    """
    refused = refusing(played(ordinary()), "messages")
    steps = tuple(attrs.evolve(step, issue_url="") for step in refused.steps)
    found = verdict(judged(attrs.evolve(refused, steps=steps)), "EVENT-07")
    assert found.reason == "the implementation declares that it does not support messages"


def test_excuses_alone_are_inconclusive() -> None:
    """
    Where everything that decides is excused and nothing passed, nothing was shown.
    """
    judgement = judged(refusing(played(ordinary()), "messages"), select=("EVENT-03", "EVENT-06"))
    assert {each.status for each in judgement.verdicts} == {Status.NOT_APPLICABLE}
    assert judgement.outcome is Outcome.INCONCLUSIVE


def test_a_record_without_its_end_is_noted() -> None:
    """
    A run that was broken off is judged for what there is, and every report says so.
    """
    record = Record(header=toys.HEADER, scenarios=(played(ordinary()),), complete=False)
    assert any("footer" in note for note in judge_record(record).notes)
    assert not judge_record(attrs.evolve(record, complete=True)).notes


def test_a_file_that_is_no_record_is_refused(tmp_path: Path) -> None:
    """
    Evidence that is not ours is not judged.
    """
    other = tmp_path / "other.ndjson"
    other.write_text('{"hello": "world"}\n', encoding="utf-8")
    with pytest.raises(UsageError):
        judge_record(other)


def test_a_judgement_is_the_same_each_time() -> None:
    """
    One record gives one judgement, to the last letter.
    """
    records = [played(ordinary(name), change=lambda call: {**call, "context": 1}) for name in ("one", "two")]
    assert judged(*records) == judged(*records)


def test_the_summary_counts_what_must_be() -> None:
    """
    The first sentence says who, whether, and how many.
    """
    judgement = judged(played(ordinary()), select=("EVENT-03", "EVENT-04"))
    assert judgement.summary == "toy is conformant: 2 of 2 MUST requirements are fulfilled."


def test_statuses_count_green_only_where_something_was_compared() -> None:
    """
    Nothing passes without an exercise, in any judgement.
    """
    judgements = [judged(), judged(played(ordinary())), judged(played(ordinary(), [[]]))]
    for judgement in judgements:
        passed = [each for each in judgement.verdicts if each.status is Status.PASSED]
        assert all(each.exercised for each in passed)
    levels = Counter(row.level for row in catalogue().requirements)
    assert levels[Level.MUST] > levels[Level.SHOULD] > levels[Level.MAY] > 0


def test_a_check_yields_findings_where_its_subject_stands() -> None:
    """
    A difference without a place of its own is placed where its subject is.
    """
    evidence = Evidence(scenario=played(ordinary()))
    check = Check(
        requirement="EVENT-01",
        over=lambda seen: seen.events[1:2],
        find=lambda _evidence, _event: iter([Difference(expected="this", observed="that")]),
    )
    exercised, (finding,) = check.judge(evidence)
    assert exercised == 1
    assert (finding.exchange, finding.message, finding.scenario) == (1, 1, "toy")
