"""
Services that hear the chat by webhook, run and judged from end to end.
"""

import datetime as dt
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.chat import SCENARIOS, scenario
from conformance.drivers import parse_target
from conformance.judge import judge
from conformance.model import Judgement, Outcome, Status
from conformance.record import Answer, Method, ScenarioRecord
from conformance.runner import RunOptions, header_for, run

SERVICE = Path(__file__).parent / "targets" / "chat_service.py"
TARGET = "webhook:http://127.0.0.1:{port}/chat"
CHAT = ("first-message", "full-conversation")
DECLINED = (*CHAT, "eu-workspace", "unknown-region", "missing-write-key", "moved-to-eu", "write-key-removed")


def launch(behaviour: str) -> str:
    return shlex.join([sys.executable, str(SERVICE), behaviour])


def judged(
    behaviour: str, *names: str, intercept: bool = False
) -> tuple[Judgement, tuple[ScenarioRecord, ...]]:
    """
    The judgement of the service in the scenarios, or in all, and what was recorded.
    """
    # The silence that counts as flushed is twice the usual: on a busy machine an SDK's thread may come late.
    options = RunOptions(launch=launch(behaviour), intercept=intercept, quiet=1.0)
    target = parse_target(TARGET)
    records = tuple(run(target, [scenario(name) for name in names] or SCENARIOS, options=options))
    header = header_for(target, options=options, started_at=dt.datetime.now(dt.UTC), scenarios=records)
    return judge(header, records), records


def failed(judgement: Judgement) -> set[str]:
    return {verdict.requirement for verdict in judgement.verdicts if verdict.status is Status.FAILED}


def statuses(judgement: Judgement, *requirements: str) -> set[Status]:
    return {verdict.status for verdict in judgement.verdicts if verdict.requirement in requirements}


@pytest.mark.slow
def test_a_good_service_is_conformant() -> None:
    """
    In every named scenario, faults and all; one SHOULD it misses, as its SDK does everywhere.
    """
    judgement, records = judged("good")
    assert judgement.outcome is Outcome.CONFORMANT, judgement.summary
    assert failed(judgement) == {"DELIVERY-08"}
    assert len(records) == len(SCENARIOS)


@pytest.mark.parametrize("behaviour", ["good", "answers", "keeps quiet"])
def test_a_service_may_decline_in_three_ways(behaviour: str) -> None:
    """
    It ends at launch and logs why; answers the chat 4xx with a code; or takes the chat, and logs its silence.
    """
    judgement, _ = judged(behaviour, *DECLINED)
    assert failed(judgement) == set()
    assert statuses(judgement, "REGION-03", "REGION-04", "SETUP-02") == {Status.PASSED}


def test_ending_with_a_reason_is_a_refusal() -> None:
    """
    The reason in the log is what the refusal says, and the chat that follows is refused like the launch.
    """
    _, [record] = judged("good", "eu-workspace")
    assert {step.answer for step in record.steps if step.method is not Method.SHUTDOWN} == {Answer.REFUSED}
    assert {step.code for step in record.steps if step.activity} == {-32001}
    assert "the region 'eu'" in record.steps[0].message
    assert record.unusable == ""


def test_ending_without_a_reason_is_no_refusal() -> None:
    """
    A service that only fails to start is unusable there; the message says how to decline.
    """
    judgement, records = judged("gives no reason", "first-message", "eu-workspace", "missing-write-key")
    assert judgement.outcome is Outcome.UNUSABLE
    assert "let its log name the region 'eu'" in records[1].unusable
    assert "let its log say so" in records[2].unusable
    assert statuses(judgement, "REGION-03", "SETUP-02") == {Status.INCONCLUSIVE}


def test_a_service_can_be_intercepted() -> None:
    """
    It is told Segment's own hosts, and dials them through the proxy that its environment names.
    """
    judgement, records = judged("good", *CHAT, intercept=True)
    assert failed(judgement) == set()
    settings = records[0].steps[0].settings
    assert settings is not None
    assert settings.endpoints.us == "https://api.segment.io"
    assert {exchange.secure for record in records for exchange in record.exchanges} == {True}


@pytest.mark.parametrize(
    ("behaviour", "limit", "code", "line"),
    [
        ("fails", "30", 1, "EVENT-06 MUST failed"),
        ("dies", "30", 3, "ended with exit code 4 before it took `activity`"),
        ("never ready", "1", 3, "accepted no connection on port"),
    ],
)
def test_the_command_tells_how_a_service_fails(behaviour: str, limit: str, code: int, line: str) -> None:
    """
    5xx to the chat is a failure of the service, 1; one that dies or never listens cannot be judged, 3.
    """
    words = [word for name in CHAT for word in ("--scenario", name)]
    said = subprocess.run(
        [
            *(sys.executable, "-m", "conformance", "run", TARGET, "--launch", launch(behaviour), *words),
            *("--initialize-timeout", limit, "--select", "EVENT", "--report", "text=-"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == code, said.stderr
    assert line in " ".join(said.stdout.split())
