"""
The command `chatlio-conformance`, run as users run it: exit codes, words, reports, and what it says.
"""

from __future__ import annotations

import json
import os
import pty
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.cli import entry, verbs
from conformance.record import read_record
from tests.integration.command import POOR, REFERENCE, REPOSITORY, command, environment, words

ONE = ("--scenario", "first-message")


def read(path: Path) -> dict[str, Any]:
    """
    A JSON report.
    """
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def findings_of(report: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """
    Every finding of a report with its requirement's id.
    """
    return [(row["id"], finding) for row in report["requirements"] for finding in row["findings"]]


# ---------------------------------------------------------------- exit codes


def test_exit_0_conformant(tmp_path: Path) -> None:
    """
    A selection that passes is conformant, and without --report the page is written where the docs say.
    """
    done = command("run", REFERENCE, *ONE, "--select", "EVENT-03", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "CONFORMANT" in done.stdout
    assert "reports/compliance.html" in done.stdout
    assert (
        (tmp_path / "reports" / "compliance.html")
        .read_text(encoding="utf-8")
        .lower()
        .startswith("<!doctype html>")
    )


def test_exit_1_not_conformant(tmp_path: Path) -> None:
    """
    A failed MUST is exit 1, whatever is inconclusive besides.
    """
    done = command("run", POOR, *ONE, folder=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "NOT CONFORMANT" in done.stdout


def test_exit_3_target_unusable(tmp_path: Path) -> None:
    """
    A target that never comes to life costs two scenarios; the rest are left unplayed, and that is told.
    """
    done = command("run", "stdio:no-such-program", folder=tmp_path)
    assert done.returncode == 3, done.stdout
    said = " ".join(done.stdout.split())
    assert "There is no program 'no-such-program' to start." in said
    assert "more scenarios were not played" in said
    assert done.stderr.count("target unusable") == 2


def test_exit_4_inconclusive_and_0_when_that_is_allowed(tmp_path: Path) -> None:
    """
    A run that leaves MUSTs open is exit 4, or 0 with --allow-inconclusive, which the summary says.
    """
    run = ("run", REFERENCE, *ONE)
    strict, lenient = (command(*run, *more, folder=tmp_path) for more in ((), ("--allow-inconclusive",)))
    assert (strict.returncode, lenient.returncode) == (4, 0)
    assert "--allow-inconclusive says" not in strict.stdout
    assert "--allow-inconclusive says" in " ".join(lenient.stdout.split())


def test_exit_5_our_own_mistake(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """
    An exception nobody foresaw is told as our mistake; its traceback lies in a file and not on the terminal.
    """
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(verbs.Verbs, "invoke", lambda *_: 1 // 0)
    assert entry.run_command(["list"]) == 5
    said = capsys.readouterr().err
    assert "mistake of the toolkit" in said
    assert "Traceback" not in said
    [kept] = tmp_path.glob("chatlio-traceback-*.txt")
    assert "ZeroDivisionError" in kept.read_text(encoding="utf-8")
    assert str(kept) in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rum"], "Did you mean 'run'?"),
        (["run", REFERENCE, "--budgte", "quick"], "--budget"),
        (["run", REFERENCE, "--budget", "quik"], "Did you mean 'quick'?"),
        (["run", REFERENCE, "--scenario", "brust"], "Did you mean burst?"),
        (["run", REFERENCE, "--select", "EVNT-03"], "Did you mean EVENT-03?"),
        (["run", REFERENCE, "--report", "htlm"], "Did you mean 'html'?"),
        (["run", REFERENCE, "--report", "html="], "names no file"),
        (["run", REFERENCE, "--seed", "one"], "--seed"),
        (["run", "sdtio:cat"], "Did you mean 'stdio:cat'?"),
        (["run"], "No target was named."),
        (["run", REFERENCE, "--launch", "sleep 1", *ONE], "Only a webhook: target is launched"),
        (["run", REFERENCE, "--record", "/proc/none/x", *ONE], "cannot be written"),
        (["run", REFERENCE, "--report", "html=.", *ONE], "is a folder"),
        (["explain", "EVNT-03"], "Did you mean EVENT-03?"),
        (["list", "scenarois"], "Did you mean scenarios?"),
        (["judge", "nothing.ndjson"], "There is no file nothing.ndjson."),
        (["report", "nothing.json"], "nothing.json cannot be read"),
    ],
)
def test_exit_2_usage(arguments: list[str], said: str, tmp_path: Path) -> None:
    """
    What cannot be used is refused before anything starts: one clear line, the nearest word, no traceback.
    """
    done = command(*arguments, folder=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "played" not in done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# ---------------------------------------------------------------- what is said, and where


def test_help_teaches_with_examples_and_loads_nothing_heavy(tmp_path: Path) -> None:
    """
    `--help` names every verb, gives examples and the exit codes, and is quick: no verb's module is loaded.
    """
    program = (
        "import sys; from conformance.cli.entry import run_command; code = run_command(['--help']);"
        "print(sorted({name.partition('.')[0] for name in sys.modules})); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert all(f"\n  {verb} " in done.stdout for verb in verbs.VERBS)
    assert 'run "stdio:node bridge.mjs"' in done.stdout
    assert "Exit codes" in done.stdout
    heavy = {"rich", "attrs", "orjson", "jsonschema", "hypothesis", "werkzeug", "jinja2"}
    assert [name for name in heavy if f"'{name}'" in done.stdout] == []


@pytest.mark.parametrize("verb", verbs.VERBS)
def test_every_verb_teaches(verb: str, tmp_path: Path) -> None:
    """
    The help of every verb has examples that begin with the command itself.
    """
    done = command(verb, "--help", folder=tmp_path)
    assert done.returncode == 0
    assert f"\n    chatlio-conformance {verb}" in done.stdout


def test_progress_is_plain_lines_where_there_is_no_terminal(tmp_path: Path) -> None:
    """
    Each scenario is a line on standard error; the verdict is on standard output, without colours.
    """
    done = command("run", REFERENCE, *ONE, "--scenario", "hand-over", folder=tmp_path)
    assert done.stderr.splitlines() == ["[1/2] first-message … played", "[2/2] hand-over … played"]
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(("variable", "coloured"), [("FORCE_COLOR", True), ("NO_COLOR", False)])
def test_colours_are_as_the_environment_wants_them(variable: str, coloured: bool, tmp_path: Path) -> None:
    """
    FORCE_COLOR colours what is no terminal, NO_COLOR leaves a terminal without colours.
    """
    ours, theirs = pty.openpty()
    out: int = subprocess.PIPE if coloured else theirs
    run = words("run", REFERENCE, *ONE, "--select", "EVENT-03")
    with subprocess.Popen(
        run, cwd=tmp_path, env=environment({variable: "1"}), stdout=out, stderr=subprocess.PIPE
    ) as process:
        os.close(theirs)
        shown = process.stdout.read() if process.stdout else drained(ours)
        assert process.wait() == 0
    os.close(ours)
    assert b"CONFORMANT" in shown
    assert (b"\x1b[1;32m" in shown) is coloured


def drained(terminal: int) -> bytes:
    """
    Everything that is written to a terminal until nobody holds it any more.
    """
    shown = b""
    try:
        while piece := os.read(terminal, 65536):
            shown += piece
    except OSError:
        pass  # Linux says so when the last writer has gone
    return shown


def test_a_report_on_standard_output_is_alone_there(tmp_path: Path) -> None:
    """
    `--report json=-` can be piped into a program: nothing else is on standard output.
    """
    done = command("run", REFERENCE, *ONE, "--report", "json=-", "--report", "html=x.html", folder=tmp_path)
    assert json.loads(done.stdout)["verdict"] == "inconclusive"
    assert "x.html" in done.stderr


def test_output_nobody_reads_is_no_error(tmp_path: Path) -> None:
    """
    `list | head -1` ends without a complaint.
    """
    with subprocess.Popen(
        words("list"), cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        complaint = process.stderr.read()
    assert complaint == b""


# ---------------------------------------------------------------- verbs


def test_explain_tells_of_a_requirement_and_of_a_chapter(tmp_path: Path) -> None:
    """
    `explain` has the source, the reason, how it is judged and how to mend; a chapter has all of its rows.
    """
    done = command("explain", "event-03", folder=tmp_path)
    assert done.returncode == 0
    assert all(f"  {part}" in done.stdout for part in ("source", "why", "judged", "mend"))
    assert command("explain", "REGION", folder=tmp_path).stdout.count("REGION-0") >= 6
    assert "excluded" in command("explain", "EXCLUDED-01", folder=tmp_path).stdout


@pytest.mark.parametrize(
    ("what", "holds"),
    [
        ("requirements", "EVENT-03"),
        ("scenarios", "burst"),
        ("checks", "conformance.checks"),
        ("formats", "junit"),
    ],
)
def test_list(what: str, holds: str, tmp_path: Path) -> None:
    """
    Each list has what it says, one a line.
    """
    done = command("list", what, folder=tmp_path)
    assert done.returncode == 0
    assert any(holds in line for line in done.stdout.splitlines())


def test_settings_of_the_file_and_the_environment_are_used(tmp_path: Path) -> None:
    """
    With a target in pyproject.toml `run` needs no argument, and the environment beats the file.
    """
    table = (
        f'[tool.chatlio-conformance]\ntarget = "{REFERENCE}"\nscenarios = ["burst"]\nselect = ["EVENT-03"]\n'
    )
    (tmp_path / "pyproject.toml").write_text(table, encoding="utf-8")
    done = command("run", folder=tmp_path, more={"CHATLIO_SCENARIO": "hand-over"})
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == ["[1/1] hand-over … played"]


def test_quick_says_what_it_leaves_out(tmp_path: Path) -> None:
    """
    Under the budget quick the waiting scenarios are not played, and what needs them says so as its reason.
    """
    run = ("run", REFERENCE, "--budget", "quick", "--select", "DELIVERY-02", "--report", "json=out.json")
    done = command(*run, folder=tmp_path)
    assert done.returncode == 4, done.stderr
    report = read(tmp_path / "out.json")
    [row] = [row for row in report["requirements"] if row["id"] == "DELIVERY-02"]
    assert "budget quick leaves out" in row["reason"]
    assert "The budget quick left out" in report["notes"][0]


def test_report_makes_any_format_from_a_saved_judgement(tmp_path: Path) -> None:
    """
    A judgement read back gives the same page as the run did, and the text where no format is named.
    """
    run = ("run", POOR, *ONE, "--report", "json=saved.json", "--report", "html=run.html")
    command(*run, folder=tmp_path)
    done = command("report", "saved.json", "--report", "html=again.html", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "run.html").read_bytes()
    assert "NOT CONFORMANT" in command("report", "saved.json", folder=tmp_path).stdout


@pytest.mark.slow
def test_the_line_of_a_finding_shows_it_again(tmp_path: Path) -> None:
    """
    The very line that a finding prints, typed into a shell, comes to the same finding.
    """
    command("run", POOR, "--budget", "quick", "--report", "json=all.json", folder=tmp_path)
    seen: dict[str, dict[str, Any]] = {}
    for requirement, finding in findings_of(read(tmp_path / "all.json")):
        seen.setdefault(requirement, finding)
    assert len(seen) >= 5
    for requirement, finding in seen.items():
        line = shlex.split(finding["reproduce"])
        assert line[:3] == ["chatlio-conformance", "run", POOR]
        again = command(*line[1:], "--report", "json=again.json", folder=tmp_path)
        assert again.returncode in {0, 1}, again.stderr
        told = findings_of(read(tmp_path / "again.json"))
        same = [(name, each["expected"], each["observed"]) for name, each in told]
        assert (requirement, finding["expected"], finding["observed"]) in same


def test_the_line_of_a_finding_keeps_what_the_target_needs(tmp_path: Path) -> None:
    """
    Settings by which a target is driven stand in the line that reproduces a finding; defaults do not.
    """
    run = ("run", POOR, *ONE, "--activity-timeout", "7", "--seed", "3", "--report", "json=out.json")
    command(*run, folder=tmp_path)
    _, finding = findings_of(read(tmp_path / "out.json"))[0]
    assert finding["reproduce"].startswith("chatlio-conformance run --activity-timeout 7.0 'stdio:")


def test_a_record_is_judged_as_the_run_was(tmp_path: Path) -> None:
    """
    `judge` of a run's record comes to the same requirements and evidence as the run itself.
    """
    kept = ("--record", "run.ndjson.gz", "--report", "json=run.json")
    command("run", POOR, *ONE, "--scenario", "hand-over", *kept, folder=tmp_path)
    done = command("judge", "run.ndjson.gz", "--report", "json=judged.json", folder=tmp_path)
    assert done.returncode == 1
    run, judged = (read(tmp_path / name) for name in ("run.json", "judged.json"))
    assert {**judged, "notes": []} == {**run, "notes": []}
    assert len(read_record(tmp_path / "run.ndjson.gz").scenarios) == 2


def test_records_are_judged_together(tmp_path: Path) -> None:
    """
    Two records are one body of evidence: what one leaves open the other may show.
    """
    for name in ("first-message", "ended-by-agent"):
        run = ("run", REFERENCE, "--scenario", name, "--record", f"{name}.ndjson", "--report", "json=x.json")
        command(*run, folder=tmp_path)
    select = ("--select", "EVENT-03", "--select", "EVENT-04", "--report", "json=both.json")
    done = command("judge", "first-message.ndjson", "ended-by-agent.ndjson", *select, folder=tmp_path)
    assert done.returncode == 0, done.stdout
    names = [scenario["name"] for scenario in read(tmp_path / "both.json")["scenarios"]]
    assert names == ["first-message", "ended-by-agent"]


def test_the_demo_says_where_its_report_is(tmp_path: Path) -> None:
    """
    `demo` judges the reference, whatever the folder is set to, and names the page as a browser takes it.
    """
    (tmp_path / "pyproject.toml").write_text(
        '[tool.chatlio-conformance]\nbudget = "none"\n', encoding="utf-8"
    )
    done = command("demo", "--budget", "quick", folder=tmp_path)
    assert done.returncode == 4, done.stderr
    page = (tmp_path / "reports" / "compliance.html").resolve()
    assert page.as_uri() in done.stderr
    assert page.is_file()


def test_the_examples_in_the_help_are_understood(tmp_path: Path) -> None:
    """
    Every option that an example in a help page shows is an option of that verb.
    """
    for verb in verbs.VERBS:
        text = command(verb, "--help", folder=tmp_path).stdout
        shown = [line for line in text.splitlines() if line.startswith(f"    chatlio-conformance {verb}")]
        options = {word for line in shown for word in shlex.split(line) if word.startswith("--")}
        assert [option for option in options if f"  {option} " not in text and f"{option}/" not in text] == []


def test_the_repository_of_these_tests_is_ours() -> None:
    """
    The poor bridge that these tests run is there.
    """
    assert (REPOSITORY / "tests" / "implementations" / "poor_bridge.py").is_file()
