"""
How a target is named, and how much of what it writes is kept.
"""

import threading
import time
from concurrent.futures import Future

import pytest

from conformance.drivers import Carrier, open_target, parse_target
from conformance.drivers.log import BOUND, Log, last_words, quoted
from conformance.drivers.messages import request_line
from conformance.drivers.worker import wait_for
from conformance.errors import UsageError

KEY = "Qm7k2Vd9Xw4Rt6Yb"


@pytest.mark.parametrize(
    ("text", "carrier", "words"),
    [
        ("stdio:node 'my bridge.mjs'", Carrier.STDIO, ("node", "my bridge.mjs")),
        ("python:acme.bridge:Bridge", Carrier.PYTHON, ("acme.bridge", "Bridge")),
        ("python:bridge:Bridge.testing", Carrier.PYTHON, ("bridge", "Bridge.testing")),
        ("webhook:http://[::1]:80/x", Carrier.WEBHOOK, ("http://[::1]:80/x",)),
        ("webhook:http://localhost:{port}/chat", Carrier.WEBHOOK, ("http://localhost:{port}/chat",)),
    ],
)
def test_a_target_is_read_and_written_alike(text: str, carrier: Carrier, words: tuple[str, ...]) -> None:
    """
    `str()` of a target is what the user wrote, and reads as the same target.
    """
    target = parse_target(text)
    assert (target.carrier, target.words, str(target)) == (carrier, words, text)
    assert parse_target(str(target)) == target


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("stdoi:node x", "Did you mean 'stdio:node x'?"),
        ("Python:a:b", "Did you mean 'python:a:b'?"),
        ("http://127.0.0.1:1/", "Did you mean 'webhook:http://127.0.0.1:1/'?"),
        ("node bridge.mjs", "Write stdio:COMMAND"),
        ("", "Write stdio:COMMAND"),
        ("stdio:", "Name one"),
        ("stdio:''", "Name one"),
        ("stdio:node 'x", "Close every quote"),
        ("stdio:node \0", "Remove it"),
        ("python:bridge", "python:MODULE:ATTRIBUTE"),
        ("python:bridge:", "python:MODULE:ATTRIBUTE"),
        ("python:./bridge.py:Bridge", "python:MODULE:ATTRIBUTE"),
        ("webhook:https://127.0.0.1:1/", "http://127.0.0.1:{port}"),
        ("webhook:http://127.0.0.1/", "http://127.0.0.1:{port}"),
        ("webhook:http://127.0.0.1:99999/", "http://127.0.0.1:{port}"),
        ("webhook:http://127.0.0.1:1/a b", "http://127.0.0.1:{port}"),
        ("webhook:localhost:80", "http://127.0.0.1:{port}"),
    ],
)
def test_any_other_text_says_what_to_write(text: str, cure: str) -> None:
    """
    What names no target is the user's to mend, and the message says how.
    """
    with pytest.raises(UsageError) as failed:
        parse_target(text)
    assert cure in failed.value.cure


@pytest.mark.parametrize(
    ("launch", "flush_url", "why"),
    [
        (None, None, "without a command"),
        ("node x", None, "without a way to flush"),
        ("node 'x", "http://127.0.0.1:{port}/flush", "cannot be split"),
        ("node x", "ftp://x", "--flush-url 'ftp://x' is no http URL"),
    ],
)
def test_a_webhook_target_needs_its_command_and_a_way_to_flush(
    launch: str | None, flush_url: str | None, why: str
) -> None:
    """
    What is missing or unreadable is told before anything is launched.
    """
    target = parse_target("webhook:http://127.0.0.1:{port}/")
    with pytest.raises(UsageError, match=why):
        open_target(target, launch=launch, flush_url=flush_url)


def test_a_short_log_is_whole_and_masked() -> None:
    """
    Nothing is left out of a log within bounds but the write key, also where a chunk's end had split it.
    """
    log = Log()
    for chunk in (b"key=" + KEY[:5].encode(), KEY[5:].encode(), b" done\xff"):
        log.add(chunk)
    assert log.text([KEY]) == "key=[write key] done\ufffd"


@pytest.mark.parametrize("shift", range(0, 2 * len(KEY)))
def test_no_part_of_a_key_stays_at_the_gap(shift: int) -> None:
    """
    Wherever the gap of a long log cuts a key, what is left of the key is not shown.
    """
    log = Log()
    log.add(b"." * (BOUND - shift) + KEY.encode() + b"-" * 3 * BOUND)
    shown = log.text([KEY])
    assert "bytes left out" in shown
    assert KEY[:2] not in shown


def test_a_log_without_end_takes_no_more_than_its_bounds() -> None:
    """
    Ten megabytes leave 64 KiB of the beginning and 64 KiB of the end, and the right count between.
    """
    log = Log()
    for number in range(10_000):
        log.add(f"{number:>1023}\n".encode())
    shown = log.text([])
    assert f"{10_000 * 1024 - 2 * BOUND:,} bytes left out" in shown
    assert shown.endswith("9999\n")
    assert len(shown) < 2 * BOUND + 100


def test_quoted_text_is_short_harmless_and_masked() -> None:
    """
    What a message quotes can neither steer a terminal, nor fill it, nor betray a key.
    """
    shown = quoted(f"\x1b[2J{KEY}" + "x" * 1000, [KEY])
    assert shown.startswith(r"'\x1b[2J[write key]x")
    assert len(shown) < 220


def test_the_last_words_are_the_last_line_that_says_something() -> None:
    """
    Empty lines at the end of a log say nothing, and an empty log has no last words.
    """
    assert last_words("a\nError: b\n\n") == " Its log ends with 'Error: b'."
    assert last_words("\n") == ""


def test_a_request_is_one_line_to_every_reader() -> None:
    """
    Line ends that only some readers know (Node.js's `readline` does) are escaped.
    """
    activity = {
        "id": "a\u2028\u2029\x85b",
        "type": "widget_opened",
        "at": "2026-03-01T10:00:00.000Z",
        "visitor": {"id": "v"},
    }
    line = request_line(1, "activity", activity).decode()
    assert len(line.splitlines()) == 1
    assert r"a\u2028\u2029\u0085b" in line


def test_a_result_is_waited_for_as_long_as_is_said_and_no_longer() -> None:
    """
    However many looks that takes; what is there is there at once.
    """
    future: Future[str] = Future()
    began = time.monotonic()
    assert not wait_for(future, 0.3)
    assert 0.3 <= time.monotonic() - began < 5
    assert not wait_for(future, 0.0)
    threading.Timer(0.3, future.set_result, ["done"]).start()
    assert wait_for(future)
    assert wait_for(future, 0.0)
