"""
`doctor`: the first thing that does not work is named, with what to do about it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.integration.command import REFERENCE, command

BRIDGE = """
import json, sys, urllib.request
for line in sys.stdin:
    request = json.loads(line)
    method, params = request["method"], request.get("params", {})
    result = {}
    if method == "initialize":
        settings, result = params, {"implementation": {"name": "ill"}}
    if method == "activity" and SENDS:
        key = KEY or settings["source"]["write_key"]
        call = {"event": EVENT, "writeKey": key, **IDENTITY}
        url = settings["endpoints"][ENDPOINT] + PATH
        sent = urllib.request.Request(url, json.dumps(call).encode(), {"Content-Type": "application/json"})
        try:
            urllib.request.urlopen(sent).close()
        except urllib.error.HTTPError:
            pass
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}), flush=True)
    if method == "shutdown":
        break
"""

WELL = {
    "SENDS": True,
    "KEY": "",
    "EVENT": "Live Chat Message Sent",
    "ENDPOINT": "us",
    "PATH": "/v1/track",
    "IDENTITY": {"anonymousId": "visitor"},
}


def ill(folder: Path, **changed: object) -> str:
    """
    A target with one thing wrong.
    """
    constants = "".join(f"{name} = {value!r}\n" for name, value in {**WELL, **changed}.items())
    (folder / "ill.py").write_text(constants + BRIDGE, encoding="utf-8")
    return f"stdio:{sys.executable} ill.py"


def test_a_healthy_target_is_told_so(tmp_path: Path) -> None:
    """
    Every step works, and the exit code is 0.
    """
    done = command("doctor", REFERENCE, folder=tmp_path)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("✓") == 7
    assert "now `run` it" in done.stdout


@pytest.mark.parametrize(
    ("changed", "step", "advice"),
    [
        ({"SENDS": False}, "✗ reach Segment", "Does it send to endpoints.us"),
        ({"ENDPOINT": "eu"}, "✗ reach Segment", "US workspaces only"),
        ({"KEY": "somebody-elses-key"}, "✗ be let in", "Use the write key that initialize gives"),
        ({"PATH": "/v2/events"}, "✗ be let in", "POST JSON to /v1/track"),
        ({"IDENTITY": {}}, "✗ be let in", "visitor's id as anonymousId or userId"),
        ({"ENDPOINT": "eu"}, "1 request, at the EU endpoint", "where the source's workspace is"),
        ({}, "✗ be events of the chat", "Live Chat Conversation Started"),
    ],
)
def test_what_is_wrong_is_named_with_its_cure(
    changed: dict[str, object], step: str, advice: str, tmp_path: Path
) -> None:
    """
    A bridge that starts and sends nothing, or to the wrong place, or is not let in, is told which.
    """
    done = command("doctor", ill(tmp_path, **changed), folder=tmp_path)
    assert done.returncode == 3, done.stdout + done.stderr
    assert step in done.stdout
    assert advice in " ".join(done.stdout.split())


def test_what_it_logged_is_told_where_nothing_arrives(tmp_path: Path) -> None:
    """
    A bridge that sends elsewhere, and writes to its log that this fails, is quoted.
    """
    target = ill(tmp_path)
    text = (tmp_path / "ill.py").read_text(encoding="utf-8")
    text = text.replace('settings["endpoints"][ENDPOINT]', "'http://127.0.0.1:9'")
    text = text.replace(
        "HTTPError:\n            pass", "URLError as fault:\n            print(fault, file=sys.stderr)"
    )
    (tmp_path / "ill.py").write_text(text, encoding="utf-8")
    done = command("doctor", target, folder=tmp_path)
    said = " ".join(done.stdout.split())
    assert "✗ reach Segment no request arrived, at either endpoint. Its log ends with '<urlopen error" in said
    assert said.count("Its log ends with") == 1


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("stdio:no-such-program", "no program 'no-such-program'"),
        ("stdio:echo hello", "not JSON"),
        ("stdio:true", "ended with exit code 0"),
        ("python:no_such_module:Bridge", "no module 'no_such_module'"),
    ],
)
def test_a_target_that_does_not_start_is_told_why(target: str, said: str, tmp_path: Path) -> None:
    """
    The first step fails with the driver's own words, and the others are left out.
    """
    done = command("doctor", target, folder=tmp_path)
    assert done.returncode == 3
    assert said in " ".join(done.stdout.split())
    assert done.stdout.count("✗") == 2, "one step, and the line that says what to do"
    assert done.stdout.count("did not come to that") == 6


def test_a_target_that_never_answers_is_given_up(tmp_path: Path) -> None:
    """
    The time limit of the method that hangs is named.
    """
    (tmp_path / "mute.py").write_text("import sys\nfor line in sys.stdin: pass\n", encoding="utf-8")
    target = f"stdio:{sys.executable} mute.py"
    done = command("doctor", target, "--initialize-timeout", "0.5", folder=tmp_path)
    assert done.returncode == 3
    assert "within 0.5 s" in " ".join(done.stdout.split())
