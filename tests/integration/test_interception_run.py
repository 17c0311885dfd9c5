"""
Intercepted runs, judged: who dials Segment itself is heard like anybody else; who is not heard is not judged.
"""

import datetime as dt
import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil
import pytest

from conformance.chat import SCENARIOS, scenario
from conformance.drivers import Limits, Target, parse_target
from conformance.errors import UsageError
from conformance.judge import judge
from conformance.model import Judgement, Outcome, Status, Verdict
from conformance.record import ScenarioRecord, read_record
from conformance.runner import RunOptions, header_for, run

TARGETS = Path(__file__).parent / "targets"
IMPLEMENTATIONS = Path(__file__).parents[1] / "implementations"
SHORT = Limits(flush=1.0, shutdown=1.0)
CHAT = ("first-message", "full-conversation", "eu-workspace")

Tool = Callable[..., Path]


def program(*words: Path | str) -> Target:
    return parse_target(f"stdio:{shlex.join(map(str, words))}")


def judged(
    target: Target,
    *names: str,
    allow_hosts: tuple[str, ...] = (),
    limits: Limits | None = None,
) -> tuple[Judgement, tuple[ScenarioRecord, ...]]:
    """
    The judgement of an intercepted run of the scenarios, or of all, and what was recorded.
    """
    options = RunOptions(intercept=True, allow_hosts=allow_hosts, limits=limits or Limits())
    played = [scenario(name) for name in names] or SCENARIOS
    records = tuple(run(target, played, options=options))
    header = header_for(target, options=options, started_at=dt.datetime.now(dt.UTC), scenarios=records)
    return judge(header, records), records


def verdicts(judgement: Judgement) -> Mapping[str, Verdict]:
    return {verdict.requirement: verdict for verdict in judgement.verdicts}


@pytest.mark.slow
def test_the_official_sdk_with_no_host_configured_is_conformant() -> None:
    """
    In every named scenario, faults and all, it is heard over TLS; one SHOULD it misses, as everywhere else.
    """
    judgement, records = judged(program(sys.executable, IMPLEMENTATIONS / "intercepted_bridge.py"))
    assert judgement.outcome is Outcome.CONFORMANT, judgement.summary
    assert {v.requirement for v in judgement.verdicts if v.status is Status.FAILED} == {"DELIVERY-08"}
    found = verdicts(judgement)
    for name in ("TRANSPORT-10", "REGION-06"):  # the two of which only an interception gives evidence
        assert (found[name].status, found[name].thin) == (Status.PASSED, False)
        assert found[name].exercised > len(SCENARIOS)
    assert len(records) == len(SCENARIOS)
    assert {(exchange.endpoint, exchange.secure) for each in records for exchange in each.exchanges} == {
        ("us", True)
    }


@pytest.fixture
def curl_bridge(tool: Tool) -> Callable[[str], Target]:
    """
    The bridge that has curl dial, with the words it is given.
    """
    tool("curl", why="send events as any program would")

    def bridge(words: str) -> Target:
        return program(sys.executable, TARGETS / "curl_bridge.py", *words.split())

    return bridge


@pytest.mark.parametrize(
    ("words", "failed"),
    [
        ("https://api.segment.io", set()),
        ("http://api.segment.io", {"TRANSPORT-10"}),
        ("https://events.eu1.segmentapis.com", {"REGION-01", "REGION-02"}),
        ("https://api.segment.io --also https://collector.example/x", {"REGION-06"}),
        ("https://api.segment.io --also http://collector.example/x", {"REGION-06"}),
        ("https://api.segment.io --first https://telemetry.example/x", set()),
        ("https://api.segment.io --first http://telemetry.example/x", set()),
        ("https://api.segment.io --also https://cdn-settings.segment.com/x", set()),
    ],
)
def test_curl_is_judged_by_where_it_dials(
    words: str, failed: set[str], curl_bridge: Callable[[str], Target]
) -> None:
    """
    Plain HTTP, the EU and strangers who can have learned of the chat are each named by their requirement.
    """
    judgement, _ = judged(curl_bridge(words), *CHAT)
    assert {v.requirement for v in judgement.verdicts if v.status is Status.FAILED} == failed
    found = verdicts(judgement)
    assert found["TRANSPORT-10"].exercised > 0
    assert found["REGION-06"].exercised > 0


def test_a_host_that_is_allowed_is_no_finding(curl_bridge: Callable[[str], Target]) -> None:
    """
    The chat's own API may be dialled when the user says so; it is refused and recorded all the same.
    """
    target = curl_bridge("https://api.segment.io --also https://api.chat.example/x")
    judgement, records = judged(target, *CHAT, allow_hosts=("chat.example",))
    assert verdicts(judgement)["REGION-06"].status is Status.PASSED
    assert records[0].allowed_hosts == ("chat.example",)
    refused = [each for each in records[0].exchanges if each.endpoint == "api.chat.example"]
    assert {each.reply.status for each in refused} == {403}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("http://127.0.0.1:9 --noproxy *", "no connection reached the proxy"),
        ("https://api.segment.io --cacert /dev/null", "does not trust"),
    ],
)
def test_who_is_not_heard_is_not_judged(
    words: str, reason: str, curl_bridge: Callable[[str], Target]
) -> None:
    """
    Everything is inconclusive with the reason and the remedy; nothing is passed, and no event called missing.
    """
    judgement, records = judged(curl_bridge(words), *CHAT, "two-visitors")
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert {verdict.status for verdict in judgement.verdicts} == {Status.INCONCLUSIVE}
    assert all(reason in verdict.reason for verdict in judgement.verdicts)
    assert reason in judgement.notes[0]
    assert "docs/interception.md" in judgement.notes[0]
    assert len(records) == 2, "the rest is not played"


def test_who_dials_only_strangers_is_judged(curl_bridge: Callable[[str], Target]) -> None:
    """
    A runtime that is seen to heed the proxy, and tells Segment nothing, fails: it could have been heard.
    """
    judgement, _ = judged(curl_bridge("https://collector.example"), *CHAT)
    failed = {v.requirement for v in judgement.verdicts if v.status is Status.FAILED}
    assert failed >= {"EVENT-03", "EVENT-06", "EVENT-07", "REGION-06"}


def test_a_runtime_that_ignores_proxies_is_told_of(tool: Tool) -> None:
    """
    The official Node.js SDK dials past the proxy, where it is kept from any host; that is no verdict on it.
    """
    node = tool("node", why="run the bridge on the official Node.js SDK")
    tool("npm", why="install the official Node.js SDK")
    bridge = IMPLEMENTATIONS / "node" / "bridge.mjs"
    assert (bridge.parent / "node_modules").is_dir(), "The Node.js SDK is not installed: run `make setup`."
    target = program("env", "-u", "NODE_USE_ENV_PROXY", node, "--require", TARGETS / "no_names.cjs", bridge)
    judgement, records = judged(target, *CHAT, limits=SHORT)
    assert judgement.outcome is Outcome.INCONCLUSIVE, judgement.summary
    assert "does not heed HTTPS_PROXY" in judgement.notes[0]
    assert [len(each.exchanges) for each in records] == [0, 0]


def test_a_python_target_cannot_be_intercepted() -> None:
    """
    That is said before anything is played, with what to do instead.
    """
    target = parse_target("python:conformance.reference:Reference")
    with pytest.raises(UsageError, match=r"cannot hear python:.*stdio:"):
        list(run(target, [scenario("first-message")], options=RunOptions(intercept=True)))


def command(*words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "conformance", *words]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_the_command_intercepts(tmp_path: Path, curl_bridge: Callable[[str], Target]) -> None:
    """
    `run --intercept` judges, keeps in the record what may be dialled, and repeats the options to reproduce.
    """
    target = curl_bridge("http://api.segment.io --also https://api.chat.example/x")
    record = tmp_path / "record.ndjson"
    said = command(
        *("run", str(target), "--intercept", "--allow-host", "chat.example", "--scenario", "first-message"),
        *("--record", str(record), "--report", "json=-", "--select", "TRANSPORT-10"),
    )
    assert said.returncode == 1, said.stderr
    assert "--intercept --allow-host chat.example" in said.stdout
    [kept] = read_record(record).scenarios
    assert (kept.intercepted, kept.allowed_hosts) == (True, ("chat.example",))


def test_the_command_says_when_the_proxy_port_is_taken() -> None:
    """
    One clear line and exit code 2, and no process of the target's is left.
    """
    before = {child.pid for child in psutil.Process(os.getpid()).children(recursive=True)}
    target = program(sys.executable, IMPLEMENTATIONS / "intercepted_bridge.py")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        said = command("run", str(target), "--intercept", "--proxy-port", port)
    assert said.returncode == 2
    assert said.stderr.splitlines()[0] == (
        f"Error: The proxy of --intercept cannot listen on 127.0.0.1:{port}: Address already in use."
    )
    assert {child.pid for child in psutil.Process(os.getpid()).children(recursive=True)} == before


def test_who_is_not_heard_is_told_no_generated_chats(curl_bridge: Callable[[str], Target]) -> None:
    """
    A whole run of the command ends after two scenarios, with exit code 4 and the reason in its report.
    """
    target = curl_bridge("https://api.segment.io --cacert /dev/null")
    said = command("run", str(target), "--intercept", "--report", "text=-")
    assert said.returncode == 4, said.stderr
    assert "Nothing was judged: the implementation came to the proxy" in said.stdout
    assert "generated" not in said.stdout + said.stderr
