"""
Programs driven over standard input and output: what is asked, what is taken for an answer, and how they end.
"""

import contextlib
import datetime as dt
import json
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from conformance.drivers import Limits, OpenTarget, Target, open_target, parse_target
from conformance.errors import (
    ImplementationError,
    Refusal,
    RegionUnsupported,
    TargetUnusable,
    ToolkitError,
    Unsupported,
    WriteKeyMissing,
)
from conformance.model import (
    Activity,
    ActivityType,
    ChatMessage,
    Endpoints,
    Implementation,
    Settings,
    Source,
    Visitor,
    Workspace,
)

TARGETS = Path(__file__).parent / "targets"
KEY = "Qm7k2Vd9Xw4Rt6Yb1Nc8Lp3Hs5Jf0Gz7"
SETTINGS = Settings(
    workspace=Workspace(slug="acme", region="us"),
    source=Source(name="Chatlio", slug="chatlio", write_key=KEY),
    endpoints=Endpoints(us="http://127.0.0.1:41001", eu="http://127.0.0.1:41002"),
)
SHORT = Limits(initialize=30.0, activity=0.3, flush=0.3, shutdown=0.3)
METHODS = ("initialize", "activity", "flush", "shutdown")
INITIALIZED = '{"jsonrpc":"2.0","id":ID,"result":{"implementation":{"name":"answering"}}}'
DONE = '{"jsonrpc":"2.0","id":ID,"result":{}}'


def message(text: str) -> Activity:
    return Activity(
        id="act-1",
        type=ActivityType.VISITOR_MESSAGE,
        at=dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC),
        conversation_id="c-1",
        visitor=Visitor(id="v-1"),
        message=ChatMessage(id="m-1", text=text),
    )


def program(script: str, *arguments: str) -> Target:
    return parse_target("stdio:" + shlex.join([sys.executable, "-S", str(TARGETS / script), *arguments]))


def ask(target: OpenTarget, method: str) -> None:
    match method:
        case "initialize":
            target.initialize(SETTINGS)
        case "activity":
            target.activity(message("hello"))
        case "flush":
            target.flush()
        case "shutdown":
            target.shutdown()


def ask_until(target: OpenTarget, method: str) -> None:
    for each in METHODS[: METHODS.index(method) + 1]:
        ask(target, each)


def wait_until(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    """
    Whether the condition came to hold within the seconds; looked at without pause but for the system's calls.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
    return True


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def child_in(log: str) -> int:
    return int(next(line for line in log.splitlines() if line.startswith("child ")).split()[1])


def test_all_four_methods_reach_the_program_and_it_exits_with_zero() -> None:
    """
    initialize names the implementation, activity and flush are taken, shutdown ends the process.
    """
    with open_target(program("obedient.py")) as target:
        assert target.initialize(SETTINGS) == Implementation(name="obedient", language="python")
        target.activity(message("hello"))
        target.flush()
        running = target.exit_code
        target.shutdown()
        assert (running, target.exit_code) == (None, 0)
        assert [json.loads(line)["method"] for line in target.log.splitlines()] == list(METHODS)


@pytest.mark.parametrize(
    "text", ["naïve – 名前", "👩‍👩‍👧 \U0010fffd", "line\nbreak\u2028\u2029\x85\x00\x7f", "x" * 300_000]
)
def test_text_arrives_as_it_was(text: str) -> None:
    """
    Any text survives the way there: characters of four bytes, line breaks, more than a pipe holds.
    """
    with open_target(program("obedient.py")) as target:
        target.initialize(SETTINGS)
        target.activity(message(text))
        target.shutdown()
        if len(text) < 1000:
            heard = json.loads(target.log.splitlines()[1])
            assert heard["params"]["message"]["text"] == text


def test_a_second_connection_opens_in_the_same_process() -> None:
    """
    `initialize` may come again without a new process.
    """
    with open_target(program("obedient.py")) as target:
        target.initialize(SETTINGS)
        target.initialize(SETTINGS)
        target.shutdown()
        assert target.log.count('"initialize"') == 2


def test_the_environment_given_is_added_to_ours(tmp_path: Path) -> None:
    """
    What the caller adds reaches the program beside what was there already.
    """
    script = tmp_path / "show.py"
    script.write_text("import os, sys; sys.stderr.write(os.environ['ADDED'] + str('PATH' in os.environ))")
    target = parse_target("stdio:" + shlex.join([sys.executable, str(script)]))
    with (
        open_target(target, environment={"ADDED": "yes"}) as opened,
        pytest.raises(TargetUnusable, match="exit code 0"),
    ):
        opened.initialize(SETTINGS)
    assert opened.log == "yesTrue"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ('{"code":-32001,"message":"not in eu"}', RegionUnsupported),
        ('{"code":-32002,"message":"write_key_missing"}', WriteKeyMissing),
    ],
)
def test_refusals_are_raised_as_what_they_are(error: str, kind: type[Refusal]) -> None:
    """
    The codes of the protocol come back as the refusal of that name, and the process is asked on.
    """
    answers = ('{"jsonrpc":"2.0","id":ID,"error":' + error + "}", DONE, DONE, "@0")
    with open_target(program("answering.py", *answers)) as target:
        with pytest.raises(kind, match=kind.name):
            target.initialize(SETTINGS)
        target.activity(message("goes nowhere"))
        target.shutdown()


def test_an_unsupported_feature_is_named() -> None:
    """
    The refusal `unsupported` carries the feature, and where it is followed up.
    """
    data = '{"feature":"redelivery","issue_url":"https://example.com/7"}'
    answer = '{"jsonrpc":"2.0","id":ID,"error":{"code":-32003,"message":"no","data":' + data + "}}"
    with (
        open_target(program("answering.py", INITIALIZED, answer)) as target,
        pytest.raises(Unsupported) as refused,
    ):
        ask_until(target, "activity")
    assert (refused.value.feature, refused.value.issue_url) == ("redelivery", "https://example.com/7")


def test_any_other_error_is_the_requests_and_the_process_lives() -> None:
    """
    An error that is no refusal fails the request; the next one is answered as ever.
    """
    error = '{"jsonrpc":"2.0","id":ID,"error":{"code":-32000,"message":"disk full, ' + KEY + '"}}'
    with open_target(program("answering.py", INITIALIZED, error, DONE)) as target:
        target.initialize(SETTINGS)
        with pytest.raises(ImplementationError, match="disk full") as failed:
            target.activity(message("hello"))
        assert KEY not in str(failed.value)
        target.flush()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("Server started", "not JSON"),
        ("[]", "no JSON object"),
        ('{"level":"info","msg":"hi"}', "not as driver/reply has it"),
        ('{"jsonrpc":"2.0","method":"log","params":{}}', "a request or a notification"),
        ('{"jsonrpc":"2.0","id":99,"result":{}}', "not 1"),
        ('{"jsonrpc":"2.0","id":true,"result":{}}', "not 1"),
        ('{"jsonrpc":"2.0","result":{}}', "'id' is a required property"),
        ('{"jsonrpc":"1.0","id":ID,"result":{}}', "'2.0' was expected"),
        (
            '{"jsonrpc":"2.0","id":ID,"result":{},"error":{"code":1,"message":"x"}}',
            "both a result and an error",
        ),
        ('{"jsonrpc":"2.0","id":ID}', "driver/reply"),
        ('{"jsonrpc":"2.0","id":ID,"result":{}}', "driver/initialize-result"),
        ('{"jsonrpc":"2.0","id":ID,"result":{"implementation":{"name":"\\ud800"}}}', "not JSON"),
        ('{"jsonrpc":"2.0","id":ID,"result":{"n":NaN}}', "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"jsonrpc":"2.0","id":null,"error":{"code":"x"}}', "driver/reply"),
    ],
)
def test_what_is_no_reply_makes_the_target_unusable(answer: str, why: str) -> None:
    """
    A line that is no reply to the request is quoted, with why it is none and what to do.
    """
    with open_target(program("answering.py", answer)) as target:
        with pytest.raises(TargetUnusable) as failed:
            target.initialize(SETTINGS)
        assert why in failed.value.what
        assert "standard error" in failed.value.cure
        assert len(str(failed.value)) < 800
        with pytest.raises(TargetUnusable, match="given up earlier"):
            target.flush()


def test_empty_lines_and_windows_line_ends_are_passed_over() -> None:
    """
    What cannot be mistaken for a message does no harm.
    """
    with open_target(program("answering.py", "\n\r\n" + INITIALIZED + "\r")) as target:
        assert target.initialize(SETTINGS).name == "answering"


@pytest.mark.parametrize("method", METHODS)
def test_a_crash_is_told_with_the_exit_code_and_the_last_words(method: str) -> None:
    """
    Whichever method it happens in, a crash is the target's, at once, with what it said last.
    """
    with open_target(program("misbehaving.py", "crash", method)) as target:
        with pytest.raises(TargetUnusable, match=f"exit code 1 before it answered `{method}`") as failed:
            ask_until(target, method)
        assert "the stapler is gone" in str(failed.value)
        assert target.exit_code == 1


def test_a_signal_is_told_by_name() -> None:
    """
    A process that was killed is said to have been.
    """
    with (
        open_target(program("misbehaving.py", "kill", "activity")) as target,
        pytest.raises(TargetUnusable, match="signal SIGKILL"),
    ):
        ask_until(target, "activity")


@pytest.mark.parametrize("method", METHODS)
def test_a_limit_holds_for_every_method(method: str) -> None:
    """
    A method that does not answer costs its limit, and is named with it.
    """
    limits = Limits(**{each: 0.3 if each == method else 30.0 for each in METHODS})
    with (
        open_target(program("misbehaving.py", "hang", method), limits=limits) as target,
        pytest.raises(TargetUnusable, match=rf"did not answer `{method}` within 0\.3 s"),
    ):
        ask_until(target, method)


def test_the_limit_holds_for_a_program_that_does_not_read() -> None:
    """
    A message larger than the pipe is not waited for longer than the limit.
    """
    with open_target(program("misbehaving.py", "stay", "initialize"), limits=SHORT) as target:
        target.initialize(SETTINGS)
        with pytest.raises(TargetUnusable, match=r"within 0\.3 s"):
            target.activity(message("x" * 3_000_000))


def test_a_closed_output_is_noticed_at_once() -> None:
    """
    A program that can no longer answer is not waited for.
    """
    limits = Limits(activity=60.0)
    with (
        open_target(program("misbehaving.py", "close", "activity"), limits=limits) as target,
        pytest.raises(TargetUnusable, match="closed its standard output"),
    ):
        ask_until(target, "activity")


def test_chatter_is_quoted_without_the_write_key() -> None:
    """
    A log line on standard output is quoted, its write key masked.
    """
    with (
        open_target(program("misbehaving.py", "chatter", "activity")) as target,
        pytest.raises(TargetUnusable, match="Listening with key") as failed,
    ):
        ask_until(target, "activity")
    assert KEY not in str(failed.value)


@pytest.mark.parametrize(("behaviour", "why"), [("flood", "not JSON"), ("endless_line", "more than 1 MiB")])
def test_output_without_end_is_bounded(behaviour: str, why: str) -> None:
    """
    Never-ending output ends the target, not our memory.
    """
    with open_target(program("misbehaving.py", behaviour, "activity")) as target:
        before = psutil.Process().memory_info().rss
        with pytest.raises(TargetUnusable, match=why):
            ask_until(target, "activity")
        assert psutil.Process().memory_info().rss - before < 32 * 1024 * 1024


def test_a_log_without_end_is_kept_in_bounds_and_masked() -> None:
    """
    Of a large log the beginning and the end are kept, how much is missing is said, and no key is in it.
    """
    with open_target(program("misbehaving.py", "endless_log", "activity")) as target:
        ask_until(target, "shutdown")
        log = target.log
    assert log.startswith("the beginning\nline 0: [write key]")
    assert "bytes left out" in log
    assert "line 39999" in log
    assert KEY not in log
    assert len(log) < 3 * 64 * 1024


def test_another_exit_code_than_zero_after_shutdown_is_told() -> None:
    """
    `shutdown` ends with exit code 0, or the target has not ended as it should.
    """
    with open_target(program("misbehaving.py", "exit_three", "shutdown")) as target:
        with pytest.raises(TargetUnusable, match="exit code 3 after `shutdown`"):
            ask_until(target, "shutdown")
        assert target.exit_code == 3


def test_a_process_that_stays_after_shutdown_is_told_and_ended() -> None:
    """
    The reply to `shutdown` is not enough: the process has to go.
    """
    limits = Limits(shutdown=0.3)
    with open_target(program("misbehaving.py", "stay", "shutdown"), limits=limits) as target:
        with pytest.raises(TargetUnusable, match="still running"):
            ask_until(target, "shutdown")
        assert target.exit_code is None
    assert target.exit_code == -15


def test_words_after_the_last_reply_are_told() -> None:
    """
    Standard output is the protocol's to the end.
    """
    with (
        open_target(program("misbehaving.py", "say_goodbye", "shutdown")) as target,
        pytest.raises(TargetUnusable, match="'bye' after its last reply"),
    ):
        ask_until(target, "shutdown")


def test_a_process_that_ignores_sigterm_is_killed() -> None:
    """
    What does not go when it is asked to goes all the same.
    """
    with open_target(program("misbehaving.py", "ignore", "activity"), limits=SHORT) as target:
        with pytest.raises(TargetUnusable, match="did not answer"):
            ask_until(target, "activity")
        assert wait_until(lambda: "deaf" in target.log)
    assert target.exit_code == -9


@pytest.mark.parametrize("last", ["activity", "shutdown"])
def test_children_left_behind_are_gone_with_the_target(last: str) -> None:
    """
    A child of the program does not outlive the context, whether the program ended in order or not.
    """
    with open_target(program("misbehaving.py", "leave_child", "activity")) as target:
        ask_until(target, last)
        assert wait_until(lambda: "child " in target.log)
        child = child_in(target.log)
        assert not is_gone(child)
    assert wait_until(lambda: is_gone(child))


def test_a_child_that_holds_the_pipes_does_not_hold_us() -> None:
    """
    The end of the program is noticed although a child keeps its output open, and the child goes too.
    """
    with open_target(program("misbehaving.py", "orphan", "activity")) as target:
        began = time.monotonic()
        with pytest.raises(TargetUnusable, match="exit code 5"):
            ask_until(target, "activity")
        assert time.monotonic() - began < 5.0
        assert wait_until(lambda: "child " in target.log)
        child = child_in(target.log)
    assert wait_until(lambda: is_gone(child))


def test_an_interrupt_leaves_nothing_running() -> None:
    """
    Ctrl-C in the middle of a run ends the program like any other way out.
    """
    leaving = program("misbehaving.py", "leave_child", "activity")
    with contextlib.suppress(KeyboardInterrupt), open_target(leaving) as target:
        ask_until(target, "activity")
        assert wait_until(lambda: "child " in target.log)
        raise KeyboardInterrupt
    assert target.exit_code == -15
    assert wait_until(lambda: is_gone(child_in(target.log)))


@pytest.mark.parametrize("name", ["no-such-program-anywhere", "."])
def test_a_program_that_cannot_be_started_is_named(name: str) -> None:
    """
    A missing or unfit program is the target's fault (exit code 3), and one clear line.
    """
    with (
        pytest.raises(TargetUnusable, match=repr(name).replace(".", r"\.")) as failed,
        open_target(parse_target(f"stdio:{name}")),
    ):
        pass
    assert failed.value.cure


def test_a_bad_message_of_ours_is_our_fault() -> None:
    """
    What our own schema refuses is never sent, and never blamed on the implementation.
    """
    nameless = Activity(id="", type=ActivityType.WIDGET_OPENED, at=dt.datetime.now(dt.UTC))
    with open_target(program("obedient.py")) as target:
        target.initialize(SETTINGS)
        with pytest.raises(ToolkitError, match="driver/request"):
            target.activity(nameless)
