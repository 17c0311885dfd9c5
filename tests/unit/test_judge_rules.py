"""
Single rules of the judge, at the very places where a slip would change them.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import attrs
import pytest

from conformance.checks import CHECKS, Evidence
from conformance.errors import UsageError
from conformance.judge import (
    ARCHIVE,
    Baseline,
    Criteria,
    KnownFailure,
    apply_baseline,
    baseline_text,
    judge,
    judge_record,
    parse_baseline,
    write_baseline,
)
from conformance.judge.outcome import summary_of
from conformance.judge.reproduction import reproduction
from conformance.judge.secrets import Secrets
from conformance.judge.tally import MOST_FINDINGS, Tally
from conformance.model import Finding, Implementation, Outcome, ScenarioView, Status, Verdict
from conformance.record import Record, write_record
from conformance.spec import catalogue
from tests.unit.toys import HEADER, KEY, Call, judged, ordinary, played, verdict

MUST = [row.id for row in catalogue().requirements if row.level.value == "MUST"]
SHOULD = [row.id for row in catalogue().requirements if row.level.value == "SHOULD"]
FINDING = Finding(requirement="EVENT-03", expected="one Started", observed="none", scenario="one")


def summary(outcome: Outcome, *verdicts: Verdict, unusable: int = 0) -> str:
    """
    The sentence about `acme`, with so many scenarios that could not be driven.
    """
    views = [ScenarioView(name="toy", purpose="", activities=0, exchanges=0, messages=0)] * unusable
    return summary_of(outcome, verdicts, Implementation(name="acme"), views)


def became(status: Status, *ids: str) -> list[Verdict]:
    return [Verdict(requirement=each, status=status) for each in ids]


def tally(requirement: str = "EVENT-03") -> Tally:
    check = next(check for check in CHECKS if check.requirement == requirement)
    return Tally(check=check, requirement=catalogue().requirement(requirement))


# --- sentences


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (1, "{0}"),
        (2, "{0} and {1}"),
        (3, "{0}, {1} and {2}"),
        (5, "{0}, {1}, {2}, {3} and {4}"),
        (7, "{0}, {1}, {2}, {3}, {4} and 2 more"),
    ],
)
def test_requirements_are_listed_as_people_do(count: int, named: str) -> None:
    """
    With an `and` before the last, and five at most.
    """
    sentence = summary(Outcome.NOT_CONFORMANT, *became(Status.FAILED, *MUST[:count]))
    expected = named.format(*MUST)
    assert sentence == (
        f"acme is not conformant: 0 of {count} MUST requirements are fulfilled; {expected} failed."
    )


def test_a_sentence_counts_what_was_judged_of_the_musts() -> None:
    """
    What was not applicable does not count, and a SHOULD is told of by itself.
    """
    verdicts = [
        *became(Status.PASSED, MUST[0], SHOULD[0]),
        *became(Status.NOT_APPLICABLE, MUST[1]),
        *became(Status.FAILED, SHOULD[1]),
    ]
    assert summary(Outcome.CONFORMANT, *verdicts) == (
        "acme is conformant: 1 of 1 MUST requirements are fulfilled."
        f" Of the SHOULD requirements, {SHOULD[1]} failed."
    )


def test_a_sentence_says_what_stayed_open() -> None:
    """
    By name where there are any.
    """
    verdicts = [*became(Status.PASSED, MUST[0]), *became(Status.INCONCLUSIVE, MUST[1])]
    assert summary(Outcome.INCONCLUSIVE, *verdicts).endswith(f"fulfilled; {MUST[1]} stayed inconclusive.")
    assert summary(Outcome.INCONCLUSIVE).endswith("fulfilled; the others were never shown.")


def test_a_sentence_says_how_far_somebody_could_be_driven() -> None:
    """
    Not at all, or not to the end in one scenario or in several.
    """
    passed = became(Status.PASSED, MUST[0])
    assert summary(Outcome.UNUSABLE, unusable=1) == "acme could not be driven, so nothing could be judged."
    assert "to the end in scenario toy; 1 of 1" in summary(Outcome.UNUSABLE, *passed, unusable=1)
    assert "to the end in 2 scenarios; 1 of 1" in summary(Outcome.UNUSABLE, *passed, unusable=2)


def test_a_known_failure_is_not_told_as_a_new_one() -> None:
    """
    Not among those that failed, but among those that a baseline hides.
    """
    known = [attrs.evolve(each, known=1) for each in became(Status.FAILED, SHOULD[0], MUST[0])]
    sentence = summary(Outcome.NOT_CONFORMANT, *known)
    assert sentence == (
        "acme is not conformant: 0 of 1 MUST requirements are fulfilled."
        f" A baseline hides that {SHOULD[0]} and {MUST[0]} failed."
    )


# --- tallies


def test_like_findings_are_one_and_say_where_else() -> None:
    """
    They differ in quoted values and in the scenario alone; each other scenario is named once.
    """
    found = tally()
    for scenario in ("one", "two", "two", "three", "one"):
        found.add(1, [attrs.evolve(FINDING, observed=f'"{scenario}"', scenario=scenario)])
    (finding,) = found.findings
    assert (finding.scenario, finding.elsewhere, finding.times) == ("one", ("two", "three"), 5)
    assert found.exercised == 5


def test_a_finding_of_no_scenario_stands_nowhere_else() -> None:
    """
    As one that compares scenarios.
    """
    found = tally()
    found.add(2, [FINDING, attrs.evolve(FINDING, scenario=None)])
    assert [(finding.elsewhere, finding.times) for finding in found.findings] == [((), 2)]


def test_findings_beyond_the_most_are_counted() -> None:
    """
    Each of them, and the reason says how many they are.
    """
    found = tally()
    kinds = ["".join(chr(97 + (number >> 4 * place) % 16) for place in range(2)) for number in range(99)]
    findings = [attrs.evolve(FINDING, expected=kind) for kind in kinds]
    found.add(1, findings[:MOST_FINDINGS])
    assert found.verdict(set(), "").reason == ""
    found.add(1, findings[MOST_FINDINGS : MOST_FINDINGS + 3])
    assert len(found.findings) == MOST_FINDINGS
    assert found.verdict(set(), "").reason == "3 more findings are not shown"


# --- reproduction


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, ["--scenario", "one"]),
        ({"across": True}, []),
        ({"case": "case.json"}, ["--replay", "case.json"]),
        ({"profile": "live-chat"}, ["--scenario", "one", "--profile", "live-chat"]),
    ],
)
def test_a_finding_is_shown_again_by_one_line(options: dict[str, object], words: list[str]) -> None:
    """
    The same scenario or file, the same requirement, and the profile where it is not the usual one.
    """
    given = {"profile": "chatlio", "across": False, **options}
    line = reproduction(HEADER, FINDING, **given)  # type: ignore[arg-type]  # the keywords differ in type
    at = words.index("--profile") if "--profile" in words else len(words)
    selected = [*words[:at], "--select", "EVENT-03", *words[at:]]
    assert line.split() == ["chatlio-conformance", "run", HEADER.target, *selected]


def test_a_finding_in_an_archive_is_judged_again() -> None:
    """
    It cannot be run, so neither a scenario nor a file is named.
    """
    header = attrs.evolve(HEADER, budget=ARCHIVE, target="calls.gz")
    line = reproduction(header, FINDING, "chatlio", across=False, case="case.json")
    assert line == "chatlio-conformance judge calls.gz --select EVENT-03"


# --- the loop over scenarios


def test_a_record_on_disk_is_judged_by_the_same_criteria(tmp_path: Path) -> None:
    """
    As one in memory.
    """
    path = tmp_path / "record.ndjson"
    record = Record(header=HEADER, scenarios=(played(ordinary()),))
    write_record(path, record)
    criteria = Criteria(select=("EVENT",), fail_on="should")
    assert judge_record(path, criteria) == judge_record(record, criteria)
    assert {each.requirement[:5] for each in judge_record(path, criteria).verdicts} == {"EVENT"}


def test_what_one_scenario_showed_still_counts_after_the_next() -> None:
    """
    A requirement that forbids something needs to have seen the implementation do anything, at any time.
    """
    silent = attrs.evolve(played(ordinary("second"), calls=[[]]))
    for order in ((played(ordinary()), silent), (silent, played(ordinary()))):
        assert verdict(judged(*order), "IDENTITY-04").status is Status.PASSED


def test_the_moment_of_a_run_is_written_in_utc() -> None:
    """
    To the second, with a Z.
    """
    assert judged(played(ordinary())).started_at == "2026-11-22T12:00:00Z"


def test_a_judgement_tells_which_run_it_is_of() -> None:
    """
    What was run and how, as the record's header has it, so that it can be run again; but no key.
    """
    header = attrs.evolve(
        HEADER,
        seed=7,
        budget="quick",
        target=f"stdio:bridge {KEY[:-2]}01",
        options=("--env", f"WRITE_KEY={KEY[:-2]}01"),
    )
    judgement = judge(header, [played(ordinary())])
    assert (judgement.seed, judgement.budget, judgement.toolkit) == (7, "quick", header.toolkit)
    assert judgement.implementation == header.implementation
    assert judgement.target == "stdio:bridge [write key]"
    assert judgement.options == ("--env", "WRITE_KEY=[write key]")


def test_a_judgement_tells_what_segment_hands_on() -> None:
    """
    To each destination of the workspace, and into each table of the warehouse; without the keys in it.
    """

    def leaking(call: Call) -> Call:
        return {**call, "integrations": {f"{KEY[:-2]}01": True}}

    judgement = judged(played(ordinary(), change=leaking))
    received = {view.name: sum(count.received for count in view.events) for view in judgement.destinations}
    assert received == {"Amplitude": 5, "Mixpanel": 5, "Webhooks": 5, "[write key]": 5}
    assert {table.name: table.rows for table in judgement.warehouse} == {
        "live_chat_conversation_ended": 1,
        "live_chat_conversation_started": 1,
        "live_chat_message_received": 1,
        "live_chat_message_sent": 2,
        "tracks": 5,
    }


def test_no_key_is_in_a_finding() -> None:
    """
    Not in what was expected or observed, and not in the pointer, where it has one.
    """
    secrets = Secrets()
    secrets.learn(Evidence(scenario=played(ordinary())))
    key = f"{KEY[:-2]}01"
    leaking = attrs.evolve(FINDING, expected=f"not {key}", observed=key, pointer=f"/properties/{key}")
    masked = secrets.masked_finding(leaking)
    assert (masked.expected, masked.observed) == ("not [write key]", "[write key]")
    assert masked.pointer == "/properties/[write key]"
    assert secrets.masked_finding(FINDING) == FINDING


# --- baselines


def entry(requirement: str, **members: object) -> KnownFailure:
    made = KnownFailure(
        requirement=requirement,
        implementation="toy",
        reason="the vendor's",
        issue="",
        expires=dt.date(2027, 1, 1),
    )
    return attrs.evolve(made, **members)  # type: ignore[arg-type]  # any member of any type


def test_a_baseline_leaves_what_could_not_be_driven_as_it_is() -> None:
    """
    Hiding a failure makes nobody usable.
    """
    record = played(ordinary(), calls=[[]], unusable="it died")
    judgement = judged(record, fail_on="must")
    failing = [each.requirement for each in judgement.verdicts if each.status is Status.FAILED]
    covered = apply_baseline(judgement, Baseline(name="b", known=tuple(map(entry, failing))))
    assert covered.outcome is Outcome.UNUSABLE


def test_an_entry_of_another_does_not_end_the_search() -> None:
    """
    The entries behind it are looked at too, and one without an issue is told without one.
    """
    judgement = judged(played(ordinary()))
    entries = (entry("EVENT-03", implementation="another"), entry("EVNT-03"), entry("EVENT-03"))
    notes = apply_baseline(judgement, Baseline(name="b", known=entries)).notes
    assert [note.partition(".")[0] for note in notes] == [
        "b names the requirement 'EVNT-03', which there is not",
        "EVENT-03 is in b and passes now",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[known]]\nrequirement = 1", "known.toml, entry 1 lacks implementation, reason, issue, expires."),
        ("known = 1", "There is no table 'known'"),
        ("known = [1]", "known.toml, entry 1: it is no table."),
        ("[[known]]\nreson = 1", "Did you mean"),
    ],
)
def test_a_mistake_in_a_baseline_is_named_by_its_place(text: str, message: str) -> None:
    """
    Entries are counted from one, and each message says what to do next.
    """
    with pytest.raises(UsageError) as caught:
        parse_baseline(text, "known.toml")
    assert message in str(caught.value)
    assert caught.value.cure or "Did you mean" in message


def test_an_empty_baseline_has_no_entries() -> None:
    """
    So that a comment alone is one.
    """
    assert parse_baseline("# nothing yet", "known.toml").known == ()


def test_a_baseline_is_written_in_utf_8_into_a_new_folder(tmp_path: Path) -> None:
    """
    With line feeds, and left alone when it says the same already.
    """
    path = tmp_path / "a" / "b" / "known.toml"
    baseline = Baseline(name="b", known=(entry("EVENT-03", reason="Müller müsste …"),))
    write_baseline(path, baseline)
    written = path.read_bytes()
    assert "Müller müsste …".encode() in written
    assert b"\r" not in written
    path.chmod(0o444)
    before = path.stat()
    write_baseline(path, baseline)
    assert path.stat() == before
    write_baseline(path, Baseline(name="b"))
    assert path.read_text(encoding="utf-8") == baseline_text(Baseline(name="b"), written.decode())
