"""
A baseline hides what is known, counts it, and fails the run as soon as it is no longer true.
"""

import contextlib
import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from conformance.errors import UsageError
from conformance.judge import (
    Baseline,
    KnownFailure,
    apply_baseline,
    baseline_text,
    cover,
    parse_baseline,
    read_baseline,
    updated,
    write_baseline,
)
from conformance.model import Finding, Implementation, Judgement, Outcome, Status, Verdict
from conformance.reporting import render

DAY = dt.date(2026, 3, 1)


def judged(**statuses: Status) -> Judgement:
    """
    A judgement of `acme` made on DAY, with a status for each requirement: `EVENT_04=Status.FAILED`.
    """
    verdicts = tuple(
        Verdict(requirement=name.replace("_", "-"), status=status, findings=_findings(name, status))
        for name, status in statuses.items()
    )
    failed = any(status is Status.FAILED for status in statuses.values())
    return Judgement(
        outcome=Outcome.NOT_CONFORMANT if failed else Outcome.CONFORMANT,
        summary="",
        profile="chatlio",
        fail_on="must",
        spec_revision="1",
        toolkit="0",
        implementation=Implementation(name="acme"),
        target="python:acme:Bridge",
        started_at="2026-03-01T10:00:00Z",
        seed=0,
        budget="standard",
        verdicts=verdicts,
        scenarios=(),
        exchanges=(),
    )


def _findings(name: str, status: Status) -> tuple[Finding, ...]:
    if status is not Status.FAILED:
        return ()
    return (Finding(requirement=name.replace("_", "-"), expected="one Ended", observed="none"),) * 2


def entry(requirement: str, *, expires: dt.date = DAY, implementation: str = "acme") -> KnownFailure:
    return KnownFailure(
        requirement=requirement,
        implementation=implementation,
        reason="the vendor mends it",
        issue="https://issues.example/7",
        expires=expires,
    )


def baseline(*entries: KnownFailure) -> Baseline:
    return Baseline(name="known.toml", known=entries)


def test_a_known_failure_is_hidden_and_counted() -> None:
    """
    A known failure keeps its status and its findings, is counted as hidden, and no longer decides.
    """
    judgement = apply_baseline(
        judged(EVENT_04=Status.FAILED, EVENT_03=Status.PASSED), baseline(entry("EVENT-04"))
    )
    verdict = judgement.verdicts[0]
    assert judgement.outcome is Outcome.CONFORMANT
    assert (judgement.hidden, verdict.known, verdict.status) == (2, 2, Status.FAILED)
    assert verdict.reason == "known until 2026-03-01: the vendor mends it (https://issues.example/7)"
    assert judgement.summary.endswith("A baseline hides that EVENT-04 failed.")


def test_a_new_failure_still_fails() -> None:
    """
    What the baseline does not name decides as it would without one.
    """
    judgement = apply_baseline(
        judged(EVENT_04=Status.FAILED, EVENT_06=Status.FAILED), baseline(entry("EVENT-04"))
    )
    assert judgement.outcome is Outcome.NOT_CONFORMANT
    assert "EVENT-06 failed" in judgement.summary


@pytest.mark.parametrize(
    ("known", "status", "note"),
    [
        (
            entry("EVENT-04"),
            Status.PASSED,
            "EVENT-04 is in known.toml and passes now. Take its entry out, or let --update-baseline do it.",
        ),
        (
            entry("EVENT-04", expires=dt.date(2026, 2, 28)),
            Status.FAILED,
            "The entry for EVENT-04 in known.toml expired on 2026-02-28. "
            "Mend the failure, or agree on a new date.",
        ),
        (
            entry("EVNT-04"),
            Status.PASSED,
            "known.toml names the requirement 'EVNT-04', which there is not. Did you mean EVENT-04?",
        ),
        (
            entry("?"),
            Status.PASSED,
            "known.toml names the requirement '?', which there is not.",
        ),
    ],
    ids=["stale", "expired", "misspelt", "unknown"],
)
def test_an_entry_that_is_no_longer_true_fails_the_run(
    known: KnownFailure, status: Status, note: str
) -> None:
    """
    A stale, an expired and an unknown entry each make the whole not conformant, with a note that says why.
    """
    judgement = apply_baseline(judged(EVENT_04=status), baseline(known))
    assert judgement.outcome is Outcome.NOT_CONFORMANT
    assert judgement.notes == (note,)


@contextlib.contextmanager
def clocks_of(zone: str) -> Iterator[None]:
    """
    For as long as it is open, the machine's clocks are those of the time zone.
    """
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TZ", zone)
            time.tzset()
            yield
    finally:
        time.tzset()


@pytest.mark.parametrize("zone", ["UTC", "east-14", "west+12"])
def test_a_day_is_the_same_wherever_it_is_judged(zone: str) -> None:
    """
    A known failure is hidden to the end of its last day in UTC, and a new one has its days from there.
    """
    judgement = judged(EVENT_04=Status.FAILED)
    with clocks_of(zone):
        assert apply_baseline(judgement, baseline(entry("EVENT-04"))).hidden == 2
        yesterday = entry("EVENT-04", expires=dt.date(2026, 2, 28))
        assert apply_baseline(judgement, baseline(yesterday)).hidden == 0
        (new,) = updated(baseline(), judgement, {"EVENT-04"}).known
    assert new.expires == dt.date(2026, 5, 30)


def test_a_known_failure_without_an_issue_is_told_by_its_reason_alone() -> None:
    """
    There may be nothing to follow up.
    """
    known = attrs.evolve(entry("EVENT-04"), issue="")
    (verdict,) = cover(judged(EVENT_04=Status.FAILED), baseline(known)).verdicts
    assert verdict.reason == "known until 2026-03-01: the vendor mends it"


def test_what_was_not_judged_is_left_alone() -> None:
    """
    An entry for another implementation, or for a requirement this run could not judge, says nothing of it.
    """
    known = baseline(entry("EVENT-03", implementation="other"), entry("EVENT-04"), entry("EVENT-05"))
    judgement = apply_baseline(judged(EVENT_03=Status.PASSED, EVENT_04=Status.INCONCLUSIVE), known)
    assert judgement.notes == ()
    assert judgement.hidden == 0


def test_covering_alone_objects_to_nothing() -> None:
    """
    One short chat proves no entry stale, so there it is only hidden what is known.
    """
    judgement = judged(EVENT_04=Status.PASSED)
    assert cover(judgement, baseline(entry("EVENT-04"))) == judgement


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    """
    Any text survives: quotes, backslashes, control characters and other alphabets.
    """
    hostile = attrs.evolve(
        entry("EVENT-04"), reason='he said "no"\\\n\x07\x7f', implementation="名前 #[[known]]"
    )
    path = tmp_path / "known.toml"
    write_baseline(path, baseline(hostile, entry("EVENT-05")))
    assert set(read_baseline(path).known) == {hostile, entry("EVENT-05")}


def test_updating_makes_the_least_difference() -> None:
    """
    Entries that stay keep every letter and comment; those that passed go; new ones come in, in their place.
    """
    before = (
        "# Ours.\n\n"
        "# asked the vendor on Monday\n"
        "[[known]]\nrequirement='EVENT-04'\nimplementation='acme'\n"
        "issue='https://issues.example/7'\nreason='odd spacing' # kept\nexpires=2026-03-01\n\n"
        "[[known]]\nrequirement='EVENT-07'\nimplementation='acme'\nissue=''\nreason=''\nexpires=2026-03-01\n"
    )
    known = parse_baseline(before, "known.toml")
    judgement = judged(EVENT_03=Status.FAILED, EVENT_04=Status.FAILED, EVENT_07=Status.PASSED)
    after = baseline_text(updated(known, judgement, {"EVENT-03", "EVENT-04"}), before)
    kept = before.split("\n\n")[1]
    new = (
        '[[known]]\nrequirement = "EVENT-03"\nimplementation = "acme"\n'
        'reason = "not yet explained"\nissue = ""\nexpires = 2026-05-30'
    )
    assert after == f"# Ours.\n\n{new}\n\n{kept}\n"


def test_updating_twice_changes_nothing() -> None:
    """
    What was just updated needs no updating, and hides all that decides.
    """
    judgement = judged(EVENT_04=Status.FAILED)
    once = updated(baseline(), judgement, {"EVENT-04"})
    text = baseline_text(once, "")
    assert baseline_text(updated(parse_baseline(text, ""), judgement, {"EVENT-04"}), text) == text
    assert apply_baseline(judgement, once).outcome is Outcome.CONFORMANT


def test_updating_renews_an_expired_date_and_keeps_the_rest() -> None:
    """
    An expired entry that still fails keeps its reason and issue; others' entries and unjudged ones stay.
    """
    old = entry("EVENT-04", expires=dt.date(2026, 1, 1))
    others = (entry("EVENT-04", implementation="zeta"), entry("EVENT-09"))
    known = updated(
        baseline(old, *others, entry("EVENT-99")), judged(EVENT_04=Status.FAILED), {"EVENT-04"}
    ).known
    renewed = attrs.evolve(old, expires=dt.date(2026, 5, 30))
    assert known == (renewed, entry("EVENT-09"), others[0])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("known = 3", "There is no table"),
        ("[[knwon]]", "Did you mean known? In the baseline known.toml write [[known]]."),
        ("[[known]]\nrequirement = 'EVENT-04'", "lacks implementation, reason, issue, expires"),
        (
            "[[known]]\nreasn = ''",
            "There is no key 'reasn'. Did you mean reason? It stands in known.toml, entry 1. "
            "The keys are requirement, implementation, reason, issue, expires.",
        ),
        ("known = ['EVENT-04']", "known.toml, entry 1: it is no table."),
        ("[[known", "is not TOML"),
        (
            "[[known]]\nrequirement=''\nimplementation=''\nreason=''\nissue=''\nexpires='2026-01-01'",
            "expires is a date, as in 2026-12-31 without quotes, not '2026-01-01'",
        ),
        (
            "[[known]]\nrequirement=''\nimplementation=''\nreason=''\nissue=7\nexpires=2026-01-01",
            "known.toml, entry 1: issue is a text, not 7.",
        ),
        (
            "[[known]]\nrequirement='A'\nimplementation='b'\nreason=''\nissue=''\nexpires=2026-01-01\n" * 2,
            "two entries for A of b",
        ),
    ],
)
def test_a_baseline_that_is_none_is_refused(text: str, message: str) -> None:
    """
    Every mistake in the file is named, with where it stands and what to write instead.
    """
    with pytest.raises(UsageError) as caught:
        parse_baseline(text, "known.toml")
    assert message in str(caught.value)
    assert caught.value.cure


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: No such file"),
        (b"# M\xfcller", "is not UTF-8: invalid start byte at byte 3"),
        (b"[[known", "is not TOML: "),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None, message: str) -> None:
    """
    With what to do about it.
    """
    path = tmp_path / "known.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        read_baseline(path)
    assert caught.value.what.startswith(f"The baseline {path} {message}")
    assert caught.value.cure


@pytest.mark.parametrize("format_name", ["text", "markdown", "html", "junit", "sarif"])
def test_every_report_says_why_a_failure_is_known(format_name: str) -> None:
    """
    A report for people tells the reason; one for build servers counts the failure as none.
    """
    judgement = apply_baseline(judged(EVENT_04=Status.FAILED), baseline(entry("EVENT-04")))
    text = render(judgement, format_name)
    assert "the vendor mends it" in text
    assert "<failure" not in text
    assert ("suppressions" in text) == (format_name == "sarif")


@pytest.mark.parametrize("name", ["a file/known.toml", "a folder", "x" * 254])
def test_a_baseline_that_cannot_be_written_leaves_nothing_beside_it(tmp_path: Path, name: str) -> None:
    """
    A place that nothing can be written to is one clear line, and no half-written file stays behind.
    """
    (tmp_path / "a file").touch()
    (tmp_path / "a folder").mkdir()
    before = set(tmp_path.iterdir())
    with pytest.raises(UsageError, match=r"The baseline .* cannot be written: ") as caught:
        write_baseline(tmp_path / name, baseline(entry("EVENT-05")))
    assert caught.value.cure
    assert set(tmp_path.iterdir()) == before


FIRST = "requirement = 'EVENT-04'\nimplementation = 'acme'\nissue = ''\nreason = ''\nexpires = 2026-03-01\n"
SECOND = FIRST.replace("04", "05")
AS_ONE_LINE = ", ".join(FIRST.strip().split("\n"))


@pytest.mark.parametrize(
    "before",
    [
        f"[[known]]\n{FIRST}\n  [[known]]\n{SECOND}",
        f"  [[known]]\n{FIRST}\n[[known]]\n{SECOND}",
        f"[[ known ]]\n{FIRST}\n[[known]]\n{SECOND}",
        f"known = [\n{{{AS_ONE_LINE}}},\n# and\n{{{AS_ONE_LINE.replace('04', '05')}}},\n]\n",
    ],
    ids=["second indented", "first indented", "spaced", "in line"],
)
def test_each_entry_is_written_once_however_it_was_spelt(before: str) -> None:
    """
    Where its lines cannot be told for certain it is written anew; comments on top stay.
    """
    known = parse_baseline(f"# Ours.\n\n{before}", "known.toml")
    text = baseline_text(known, f"# Ours.\n\n{before}")
    assert text.startswith("# Ours.\n")
    assert parse_baseline(text, "known.toml") == known


@pytest.mark.parametrize("before", ["[[known]]\nrequirement = 'EVENT-04'\n", "[[known]]\nrequirement\n"])
def test_what_was_no_baseline_is_one_once_it_is_written(before: str) -> None:
    """
    Entries that say too little, or are not TOML, are not taken over.
    """
    known = baseline(entry("EVENT-04"))
    assert parse_baseline(baseline_text(known, before), "known.toml") == known


def test_a_file_of_another_system_is_left_as_it_is(tmp_path: Path) -> None:
    """
    Ends of lines are no difference; where there is one, the whole file gets line feeds.
    """
    path = tmp_path / "known.toml"
    lines = ("# Ours.", "", "[[known]]", *FIRST.strip().split("\n"), "")
    path.write_bytes("\r\n".join(lines).encode())
    known = read_baseline(path)
    write_baseline(path, known)
    assert path.read_bytes() == "\r\n".join(lines).encode()
    write_baseline(path, attrs.evolve(known, known=(*known.known, entry("EVENT-05"))))
    assert path.read_bytes().startswith("\n".join(lines).encode())
    assert b"\r" not in path.read_bytes()
