"""
`--chatlio-target`: the whole suite without a line of test code, behaving as pytest's users expect.
"""

import shlex

import pytest

from conformance.model import Status
from conformance.reporting.json import parse
from conformance.spec import catalogue
from tests.plugin.conftest import REFERENCE, Run


def test_every_requirement_is_an_item(suite: Run) -> None:
    """
    There is an item for each requirement, with an id to search for, and for each row that is excluded.
    """
    result = suite(REFERENCE, "-v", "-rs")
    for requirement in catalogue().requirements:
        result.stdout.fnmatch_lines(f"*chatlio::{requirement.id}*")
    result.stdout.fnmatch_lines("SKIPPED*excluded:*")


def test_verbose_tells_level_and_source(alone: Run) -> None:
    """
    `-v` shows the level, its basis and the source beside each item.
    """
    result = alone(REFERENCE, "-v", "-k", "EVENT-03")
    result.stdout.fnmatch_lines("*PASSED (MUST documented: LIVECHAT Live Chat Conversation Started)*")
    assert result.parseoutcomes()["passed"] == 1


def test_a_failure_tells_the_whole_story(suite: Run) -> None:
    """
    Expected, observed, the conversation, how to mend it, and the line that shows it again.
    """
    result = suite("python:bridge:Endless", "-k", "EVENT-04")
    result.stdout.fnmatch_lines(
        [
            "EVENT-04 MUST (documented): *",
            'Expected  exactly one "Live Chat Conversation Ended" *',
            "Observed  none*",
            "The conversation in full-conversation, in seconds:",
            "Mend *",
            "Again *pytest --chatlio-target=python:bridge:Endless --chatlio-scenario full-conversation "
            "--chatlio-select EVENT-04",
            "NOT CONFORMANT. No finding is hidden by a baseline.",
        ]
    )
    # Which events stand beside it, and whether before or after, depends on how fast they travel.
    course = ["> *chat *conversation ended by the visitor", "*→ Segment *Live Chat *"]
    result.stdout.fnmatch_lines_random(course)
    assert result.parseoutcomes()["failed"] == 1
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_failure_shows_the_wire(alone: Run) -> None:
    """
    A finding about a request shows that request, with its headers, its body and the reply.
    """
    result = alone("python:bridge:Wordy", "--chatlio-fail-on=should", "-k", "PROPERTY-17")
    result.stdout.fnmatch_lines(
        [
            "On the wire, exchange *, to the US endpoint:",
            "  POST /v1/batch",
            "*Authorization: Basic [[]write key]",
            '*"mood": "sunny"*',
            "  → 200*",
        ]
    )


def test_scenarios_run_once_per_session(suite: Run, pytester: pytest.Pytester) -> None:
    """
    However many items look at it and however many workers there are, the scenario is played once.
    """
    result = suite("python:bridge:Counting", scenario="first-message")
    assert result.parseoutcomes()["passed"] > 20
    assert (pytester.path / "connections.txt").read_text().splitlines() == ["first-message-1"]


@pytest.mark.parametrize("distribution", ["loadscope", "worksteal"])
def test_every_distribution_of_xdist_will_do(pytester: pytest.Pytester, distribution: str) -> None:
    """
    The scenarios run once however pytest-xdist deals the items out.
    """
    pytester.makepyfile(bridge="from tests.plugin.conftest import BRIDGE; exec(BRIDGE)")
    result = pytester.runpytest(
        "-n2",
        f"--dist={distribution}",
        "--chatlio-target=python:bridge:Counting",
        "--chatlio-scenario=first-message",
        "--chatlio-select=EVENT",
    )
    assert result.parseoutcomes()["passed"] >= 4
    assert (pytester.path / "connections.txt").read_text().splitlines() == ["first-message-1"]


def test_collecting_runs_nothing(suite: Run, pytester: pytest.Pytester) -> None:
    """
    `--co` lists the items and plays no scenario.
    """
    result = suite("python:bridge:Counting", "--co", "-q")
    result.stdout.fnmatch_lines(["chatlio::EVENT-01", "chatlio::ROUTING-01"])
    assert not (pytester.path / "connections.txt").exists()


def test_a_deselected_suite_runs_nothing(alone: Run, pytester: pytest.Pytester) -> None:
    """
    When `-k` leaves no item of the suite, no scenario is played.
    """
    pytester.makepyfile(test_own="def test_own(): pass")
    result = alone("python:bridge:Counting", "-k", "test_own")
    assert result.parseoutcomes()["passed"] == 1
    assert not (pytester.path / "connections.txt").exists()


def test_an_item_is_named_by_its_id(alone: Run) -> None:
    """
    `pytest chatlio::EVENT-03` runs that item, as it does for any test's id.
    """
    result = alone(REFERENCE, "chatlio::EVENT-03", "chatlio::EVENT-06")
    result.assert_outcomes(passed=2)


def test_the_first_failure_stops(alone: Run) -> None:
    """
    `-x` stops at the first failure.
    """
    result = alone("python:bridge:Endless", "-x", scenario="ended-by-agent")
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines("*stopping after 1 failures*")


def test_the_last_failures_run_again(pytester: pytest.Pytester) -> None:
    """
    `--lf` runs what failed the last time, and nothing else.
    """
    pytester.makepyfile(
        bridge="from tests.plugin.conftest import BRIDGE; exec(BRIDGE)", test_own="def test_own(): pass"
    )
    arguments = (
        "--chatlio-target=python:bridge:Endless",
        "--chatlio-scenario=ended-by-agent",
        "--chatlio-allow-inconclusive",
    )
    first = pytester.runpytest(*arguments).parseoutcomes()
    again = pytester.runpytest("--lf", *arguments).parseoutcomes()
    assert again["failed"] == first["failed"] > 0
    assert "passed" not in again


def test_junit_xml_has_the_requirements(alone: Run, pytester: pytest.Pytester) -> None:
    """
    pytest's own `--junitxml` has a case for each requirement, with level and source as properties.
    """
    alone(REFERENCE, "--junitxml=out.xml", "-k", "EVENT-03")
    text = (pytester.path / "out.xml").read_text()
    assert 'classname="chatlio" name="EVENT-03"' in text
    assert '<property name="level" value="MUST"' in text


def test_without_the_plugin_nothing_of_it_is_there(pytester: pytest.Pytester) -> None:
    """
    `-p no:chatlio` takes the options and the fixtures away.
    """
    result = pytester.runpytest("-p", "no:chatlio", f"--chatlio-target={REFERENCE}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines("*unrecognized arguments: --chatlio-target*")


def test_a_target_that_breaks_off_is_told_first(alone: Run) -> None:
    """
    The item `target` fails with what happened, and no requirement passes for want of evidence.
    """
    result = alone("python:bridge:Broken", "-k", "target or EVENT-03")
    result.stdout.fnmatch_lines(["*python:bridge:Broken could not be driven to the end.*", "*out of order*"])
    outcomes = result.parseoutcomes()
    assert outcomes["failed"] == 2
    assert "passed" not in outcomes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--chatlio-target=pyton:bridge:Endless"], "*Did you mean 'python:bridge:Endless'?*"),
        ([f"--chatlio-target={REFERENCE}", "--chatlio-select=EVNT-03"], "*Did you mean EVENT-03?*"),
        ([f"--chatlio-target={REFERENCE}", "chatlio::EVNT-03"], "*Did you mean EVENT-03?*"),
        (
            [f"--chatlio-target={REFERENCE}", "--chatlio-scenario=frist-message"],
            "*Did you mean first-message?*",
        ),
        ([f"--chatlio-target={REFERENCE}", "--chatlio-report=htlm"], "*Did you mean 'html'?*"),
        ([f"--chatlio-target={REFERENCE}", "--chatlio-baseline=absent.toml"], "*absent.toml cannot be read*"),
    ],
)
def test_a_mistake_is_told_before_anything_runs(
    pytester: pytest.Pytester, arguments: list[str], message: str
) -> None:
    """
    What the user got wrong ends pytest at once, with its usage code and the nearest known name.
    """
    result = pytester.runpytest(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(message)


def test_no_warning_comes_from_the_plugin(pytester: pytest.Pytester) -> None:
    """
    The suite runs under `-W error`, in a process of its own.
    """
    result = pytester.runpytest_subprocess(
        "-W",
        "error",
        f"--chatlio-target={REFERENCE}",
        "--chatlio-scenario=full-conversation",
        "-k",
        "EVENT-03",
    )
    assert result.parseoutcomes()["passed"] == 1
    assert "warning" not in result.parseoutcomes()


def test_a_targets_warning_is_no_error(alone: Run) -> None:
    """
    Filters that make errors of warnings are for the tests: the target is judged as the command judges it.
    """
    result = alone("python:bridge:Ageing", "-W", "error", "-k", "target or EVENT-03")
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] == 2
    assert outcomes["warnings"] == 1


def test_items_pass_exactly_where_verdicts_do(alone: Run, pytester: pytest.Pytester) -> None:
    """
    Passed, failed and skipped items are the passed, failed and unjudged requirements of the JSON report.
    """
    result = alone("python:bridge:Endless", "--chatlio-allow-inconclusive", "--chatlio-report=json=out.json")
    judgement = parse((pytester.path / "out.json").read_text())
    statuses = [verdict.status for verdict in judgement.verdicts]
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] == statuses.count(Status.PASSED) + 1  # the item `target`
    assert outcomes["failed"] == statuses.count(Status.FAILED)
    unjudged = statuses.count(Status.INCONCLUSIVE) + statuses.count(Status.NOT_APPLICABLE)
    assert outcomes["skipped"] == unjudged + len(catalogue().excluded)


def test_the_line_that_shows_it_again_does(alone: Run, pytester: pytest.Pytester) -> None:
    """
    The line a failure prints, typed as it is, plays the same scenario and fails the same requirement.
    """
    first = alone("python:bridge:Endless", "--chatlio-fail-on=should", "-k", "EVENT-04")
    # On CI pytest's closing summary repeats a failure in full, so the line may stand there twice.
    (line,) = {line for line in first.outlines if line.startswith("Again ")}
    words = shlex.split(line)[1:]
    assert words[0] == "pytest"
    again = pytester.runpytest("-pno:cacheprovider", *words[1:])
    again.stdout.fnmatch_lines([text for text in first.outlines if text.startswith(("Expected", "Observed"))])
    assert again.parseoutcomes()["failed"] == 1


def test_the_terminal_tells_how_far_the_run_is(alone: Run) -> None:
    """
    Whoever waits sees what for; `-q` asks not to be told.
    """
    told = alone("python:conformance.reference:Reference", "--chatlio-select=EVENT-01")
    told.stdout.fnmatch_lines(["chatlio: 1 of 1 played, full-conversation"])
    quiet = alone("python:conformance.reference:Reference", "--chatlio-select=EVENT-01", "-q")
    quiet.stdout.no_fnmatch_line("chatlio: 1 of 1*")
