"""
`serve`: the mock Segment by itself, sent to by hand.
"""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

KEY = "Qm7k2Vd9Xw4Rt6Yb1Nc8Lp3Hs5Jf0Gz7"
SENT = {"type": "track", "event": "Live Chat Message Sent", "userId": "u-1"}


@contextlib.contextmanager
def serving(*words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "conformance", "serve", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def told(process: subprocess.Popen[str]) -> dict[str, str]:
    """
    What it says before the first request, by the two words that each line begins with.
    """
    assert process.stdout is not None
    lines = iter(process.stdout.readline, "\n")
    return {" ".join(line.split()[:2]): line.split()[2] for line in lines}


def post(url: str, body: object, key: str = KEY) -> int:
    """
    The status of the reply to a body that is sent as JSON.
    """
    data = json.dumps({**body, "writeKey": key} if isinstance(body, dict) else body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            status: int = reply.status
            return status
    except urllib.error.HTTPError as error:
        return error.code


def test_serve_tells_of_each_request_what_was_kept_and_why_not() -> None:
    """
    It prints where to send and as whom, then a line for each request; Ctrl-C ends it in order, with a sum.
    """
    with serving("--write-key", KEY) as process:
        about = told(process)
        us, eu = about["US endpoint"], about["EU endpoint"]
        assert about["write key"] == KEY
        post(f"{us}/v1/track", {**SENT, "messageId": "m-1"})
        post(f"{us}/v1/track", {**SENT, "messageId": "m-1"})
        post(f"{us}/v1/batch", {"batch": [{**SENT, "messageId": each} for each in ("m-2", "m-3")]})
        post(f"{us}/v1/track", {"type": "track", "event": "Live\n\x1b[31mChat"})
        post(f"{eu}/v1/track", SENT)
        assert post(f"{us}/v1/track", "no object") == 400
        assert process.stdout is not None
        lines = [process.stdout.readline().split(" ", 2)[2].rstrip("\n") for _ in range(6)]
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=20)
    assert lines[:5] == [
        "us  POST /v1/track  200  kept Live Chat Message Sent",
        "us  POST /v1/track  200  dropped (duplicate) Live Chat Message Sent",
        "us  POST /v1/batch  200  kept Live Chat Message Sent ×2",
        "us  POST /v1/track  200  dropped (no_user_anon_id) Live��[31mChat",
        "eu  POST /v1/track  200  dropped (wrong_region) Live Chat Message Sent",
    ]
    assert lines[5].startswith('us  POST /v1/track  400  {"success":false')
    assert (rest, errors, process.returncode) == ("\n3 calls were kept and 3 dropped.\n", "", 0)


def test_strict_answers_400_to_a_key_of_another_region() -> None:
    """
    A source of the EU's workspaces is told so at the US endpoint.
    """
    with serving("--write-key", KEY, "--region", "eu", "--strict") as process:
        assert post(f"{told(process)['US endpoint']}/v1/track", SENT) == 400


def test_faults_are_met_in_the_order_of_the_file(tmp_path: Path) -> None:
    """
    A schedule decides over the first requests; the lines say which of them met a fault, and what was kept.
    """
    schedule = tmp_path / "faults.toml"
    schedule.write_text(
        '[[fault]]\nkind = "status"\nstatus = 503\nrequests = 1\n'
        '[[fault]]\nkind = "status"\nstatus = 500\nrequests = 1\nkept = true\n'
    )
    with serving("--write-key", KEY, "--faults", str(schedule)) as process:
        us = told(process)["US endpoint"]
        bodies = [{**SENT, "messageId": each} for each in ("m-1", "m-1", "m-2")]
        assert [post(f"{us}/v1/track", body) for body in bodies] == [503, 500, 200]
        assert process.stdout is not None
        lines = [process.stdout.readline().split(" ", 2)[2].rstrip("\n") for _ in range(3)]
    assert lines == [
        "us  POST /v1/track  fault status  nothing is kept",
        "us  POST /v1/track  fault status  kept Live Chat Message Sent",
        "us  POST /v1/track  200  kept Live Chat Message Sent",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('kind = "statsu"', "There is no fault 'statsu'."),
        ('kind = "hang"\nstart = "first-message-0001"', "begins with an activity, and here nobody chats."),
    ],
)
def test_a_schedule_that_cannot_be_followed_is_said_in_a_line(tmp_path: Path, text: str, line: str) -> None:
    """
    Exit code 2, before anything listens.
    """
    schedule = tmp_path / "faults.toml"
    schedule.write_text(f"[[fault]]\n{text}\n")
    with serving("--faults", str(schedule)) as process:
        output, errors = process.communicate(timeout=20)
    assert line in errors.splitlines()[0]
    assert (output, process.returncode) == ("", 2)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--region", "mars"], "There is no region 'mars'."),
        (["--us-port", "99999"], "cannot listen on 127.0.0.1:99999: there is no such port."),
        (["--eu-port", "TAKEN"], "Address already in use."),
    ],
)
def test_what_cannot_be_served_is_said_in_a_line(words: list[str], line: str) -> None:
    """
    Exit code 2, and nothing is left listening.
    """
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        with serving(*[taken if word == "TAKEN" else word for word in words]) as process:
            output, errors = process.communicate(timeout=20)
    assert line in errors.splitlines()[0]
    assert (output, process.returncode) == ("", 2)
