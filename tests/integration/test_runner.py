"""
The runner: real processes on one side, the real mock on the other, and what the record says of both.
"""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from conformance.chat import Script, scenario
from conformance.drivers import Limits, Target, parse_target
from conformance.errors import UsageError
from conformance.ingestion import receive, request_of
from conformance.model import Fault, FaultKind
from conformance.record import Answer, Method, Record, ScenarioRecord, read_record, write_record
from conformance.runner import Played, Progress, RunOptions, header_for, run, run_scenario, unusable
from conformance.runner.curtain import Curtain, Interrupted

REFERENCE = parse_target("python:conformance.reference:Reference")

TOY = """
import json, os, sys, time
words = sys.argv[1:]
def said(word): return word in words
print("toy", os.getpid(), file=sys.stderr, flush=True)
for line in sys.stdin:
    request = json.loads(line)
    method, params, reply = request["method"], request.get("params", {}), {"result": {}}
    if method == "initialize":
        print("key is", params["source"]["write_key"], file=sys.stderr, flush=True)
        reply = {"result": {"implementation": {"name": "toy", "version": "1"}}}
    if said("crash-on-" + method):
        sys.exit("I give up.")
    if said("fail-on-" + method):
        reply = {"error": {"code": -32603, "message": "not today"}}
    if said("hang-on-" + method):
        time.sleep(60)
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], **reply}), flush=True)
    if method == "shutdown":
        break
"""


@pytest.fixture
def toy(tmp_path: Path) -> Target:
    """
    A program that answers everything and sends nothing; see `told`.
    """
    script = tmp_path / "toy.py"
    script.write_text(TOY)
    return parse_target(f"stdio:{sys.executable} {script}")


def told(toy: Target, *words: str) -> Target:
    """
    The toy, told what to do wrong: `crash-on-flush`, `fail-on-activity`, `hang-on-shutdown` and so on.
    """
    return parse_target(f"{toy} {' '.join(words)}")


def methods(record: ScenarioRecord) -> list[Method]:
    """
    The methods that were called, in order.
    """
    return [step.method for step in record.steps]


def test_a_record_holds_every_step_and_every_exchange() -> None:
    """
    Initialize with its settings and who answered, each activity, flush and shutdown, and what Segment got.
    """
    played = scenario("full-conversation")
    record = run_scenario(played, REFERENCE)

    said = [step.activity for step in record.steps if step.activity]
    assert said == list(played.connections[0].activities)
    assert methods(record) == [
        Method.INITIALIZE,
        *[Method.ACTIVITY] * len(said),
        Method.FLUSH,
        Method.SHUTDOWN,
    ]
    assert all(step.answer is Answer.TAKEN for step in record.steps)
    first = record.steps[0]
    assert first.implementation is not None
    assert first.implementation.name == "conformance-reference"
    assert first.settings is not None
    assert first.settings.workspace.region == "us"
    assert [exchange.endpoint for exchange in record.exchanges] == ["us"]
    assert all(exchange.kept for exchange in record.exchanges)
    assert (record.unusable, record.name, record.purpose) == ("", played.name, played.purpose)


def test_steps_and_exchanges_share_one_clock() -> None:
    """
    Times are in the order of events: no request is older than the activity it reports.
    """
    record = run_scenario(scenario("slow-chat"), REFERENCE)
    times = [step.at for step in record.steps]
    assert times == sorted(times)
    assert record.started_at <= times[0] <= record.exchanges[0].at
    assert record.pace == 0.1
    last, first = record.steps[-3].at, record.steps[1].at
    assert (last - first).total_seconds() >= 0.1 * 24


def test_each_connection_has_a_write_key_of_its_own() -> None:
    """
    32 letters and digits, the same for the same seed, and what is said under one never comes under the other.
    """
    record = run_scenario(scenario("rotated-write-key"), REFERENCE, options=RunOptions(seed=7))
    again = run_scenario(scenario("rotated-write-key"), REFERENCE, options=RunOptions(seed=7))
    other = run_scenario(scenario("rotated-write-key"), REFERENCE, options=RunOptions(seed=8))

    def keys(of: ScenarioRecord) -> list[str]:
        return [step.settings.source.write_key for step in of.steps if step.settings]

    assert keys(record) == keys(again)
    assert not {*keys(record)} & {*keys(other)}
    assert all(len(key) == 32 and key.isalnum() for key in keys(record))
    assert [receive(request_of(each), {}).write_key for each in record.exchanges] == keys(record)
    assert [step.connection for step in record.steps if step.settings] == [1, 2, 3]


@pytest.mark.parametrize("name", ["eu-workspace", "unknown-region", "missing-write-key"])
def test_after_a_refusal_the_chat_goes_on_and_nothing_is_flushed(name: str) -> None:
    """
    The refusal is written down with its code; the activities are still told, and must go nowhere.
    """
    record = run_scenario(scenario(name), REFERENCE)
    opening = record.steps[0]
    assert opening.answer is Answer.REFUSED
    assert opening.code in {-32001, -32002}
    assert opening.message
    assert methods(record)[1:] == [*[Method.ACTIVITY] * 6, Method.SHUTDOWN]
    assert record.exchanges == ()


def test_without_a_flush_the_shutdown_delivers() -> None:
    """
    A connection that asks for no flush gets none, and its exchanges are in the record all the same.
    """
    record = run_scenario(scenario("full-buffer"), REFERENCE)
    assert Method.FLUSH not in methods(record)
    assert len(record.exchanges) >= 1


def test_a_fault_begins_with_its_activity() -> None:
    """
    The schedule hears of each activity before it is told, so a fault strikes from that one on.
    """
    chat = Script("struck-midway")
    talk = chat.conversation(chat.visitor())
    talk.says("This is delivered.")
    chat.connection()
    struck = talk.says("This is not, at first.")
    fault = Fault(kind=FaultKind.STATUS, status=503, start=struck.id, requests=1)
    record = run_scenario(chat.scenario("A fault from the second message on.", faults=(fault,)), REFERENCE)
    assert [exchange.reply.status for exchange in record.exchanges] == [200, 503, 200]
    assert record.faults == (fault,)


def test_a_crash_costs_only_its_scenario(toy: Target) -> None:
    """
    What happened before it is kept, with the log, the write key masked; the next scenario has a new process.
    """
    records = list(run(told(toy, "crash-on-flush"), [scenario("first-message"), scenario("ended-by-agent")]))
    for record in records:
        assert "exit code 1" in record.unusable
        assert methods(record)[-1] is Method.FLUSH
        assert record.steps[-1].answer is Answer.FAILED
        assert "I give up." in record.log
        assert "[write key]" in record.log
    processes = {record.log.split()[1] for record in records}
    assert len(processes) == 2
    assert not unusable(records)


def test_a_request_that_failed_is_a_step_and_the_chat_goes_on(toy: Target) -> None:
    """
    An error in reply to an activity is written down; the implementation lives, and is asked on.
    """
    record = run_scenario(scenario("ended-by-agent"), told(toy, "fail-on-activity"))
    assert record.unusable == ""
    answers = [step.answer for step in record.steps]
    assert answers == [Answer.TAKEN, *[Answer.FAILED] * 3, Answer.TAKEN, Answer.TAKEN]
    assert "not today" in record.steps[1].message


def test_who_cannot_initialize_is_unusable(toy: Target) -> None:
    """
    An error that is no refusal leaves nothing to talk to; a run of such scenarios has nothing to judge.
    """
    records = list(run(told(toy, "fail-on-initialize"), [scenario("first-message"), scenario("burst")]))
    assert [methods(record) for record in records] == [[Method.INITIALIZE]] * 2
    assert all("not today" in record.unusable for record in records)
    assert unusable(records)


def test_a_program_that_is_not_there_is_unusable() -> None:
    """
    The record says so, and has no steps.
    """
    record = run_scenario(scenario("first-message"), parse_target("stdio:no-such-program-anywhere"))
    assert "no-such-program-anywhere" in record.unusable
    assert record.steps == ()
    assert unusable([record])


def test_a_limit_passed_is_unusable(toy: Target) -> None:
    """
    Who does not answer in time is given up, and the record says which limit it was.
    """
    options = RunOptions(limits=Limits(flush=0.2))
    record = run_scenario(scenario("first-message"), told(toy, "hang-on-flush"), options=options)
    assert "`flush` within 0.2 s" in record.unusable
    assert 0.2 <= record.steps[-1].elapsed < 10


def test_records_come_in_order_and_are_numbered_through(tmp_path: Path) -> None:
    """
    However scenarios overlap, they are yielded as asked for, and no exchange number occurs twice.
    """
    played = [scenario(name) for name in ("slow-chat", "first-message", "burst", "ended-by-agent")]
    heard: list[Progress] = []
    records = tuple(run(REFERENCE, played, options=RunOptions(workers=3), progress=heard.append))

    assert [record.name for record in records] == [each.name for each in played]
    numbers = [exchange.sequence for record in records for exchange in record.exchanges]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [(each.done, each.total, each.name) for each in heard] == [
        (1, 4, "slow-chat"),
        (2, 4, "first-message"),
        (3, 4, "burst"),
        (4, 4, "ended-by-agent"),
    ]
    assert {each.outcome for each in heard} == {Played.PLAYED}

    header = header_for(
        REFERENCE, options=RunOptions(), started_at=dt.datetime.now(dt.UTC), scenarios=records
    )
    kept = Record(header=header, scenarios=records)
    write_record(tmp_path / "record.ndjson", kept)
    assert read_record(tmp_path / "record.ndjson") == kept


def test_the_header_says_who_was_judged(toy: Target) -> None:
    """
    The implementation is who it said it was; a target that never said so is unknown.
    """
    now = dt.datetime.now(dt.UTC)
    options = RunOptions(seed=42, budget="quick")
    records = [run_scenario(scenario("first-message"), toy)]
    header = header_for(toy, options=options, started_at=now, scenarios=records, settings=("--budget quick",))
    assert header.implementation.name == "toy"
    assert (header.seed, header.budget, header.target) == (42, "quick", str(toy))
    assert header.options == ("--budget quick",)
    assert header_for(toy, options=options, started_at=now).implementation.name == "unknown implementation"


def children() -> set[int]:
    """
    The processes that this one started and that still run.
    """
    return {child.pid for child in psutil.Process(os.getpid()).children(recursive=True)}


def test_leaving_early_ends_every_process(toy: Target) -> None:
    """
    Who stops reading waits for no limit, and leaves nothing running.
    """
    before = children()
    played = [scenario("full-buffer"), *[scenario("first-message")] * 3]
    records = run(told(toy, "hang-on-flush"), played, options=RunOptions(workers=2))
    assert next(records).unusable == ""
    began = time.monotonic()
    records.close()
    assert time.monotonic() - began < 20
    assert children() - before == set()


CTRL_C = """
import sys
from conformance.chat import scenario
from conformance.drivers import parse_target
from conformance.runner import run
for record in run(parse_target(sys.argv[1]), [scenario("first-message")] * 3):
    print(record.name)
"""


def test_ctrl_c_ends_every_process(toy: Target) -> None:
    """
    A run that is interrupted at the keyboard ends at once, with the processes of all its workers.
    """
    command = [sys.executable, "-c", CTRL_C, str(told(toy, "hang-on-flush"))]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        deadline = time.monotonic() + 30
        running = psutil.Process(process.pid)
        while len(toys := running.children()) < 2:
            assert time.monotonic() < deadline
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=20)
    assert output == b""
    assert errors.endswith(b"KeyboardInterrupt\n")
    assert not any(each.is_running() for each in toys)


def test_a_fallen_curtain_breaks_a_scenario_off(toy: Target) -> None:
    """
    A process that is waited for is ended, and the scenario with it.
    """
    curtain, began = Curtain(), time.monotonic()
    errors: list[BaseException] = []

    def play() -> None:
        try:
            run_scenario(scenario("first-message"), told(toy, "hang-on-flush"), curtain=curtain)
        except Interrupted as error:
            errors.append(error)

    before = children()
    thread = threading.Thread(target=play)
    thread.start()
    while not children() - before:
        assert time.monotonic() - began < 20
    curtain.fall()
    thread.join(20)
    assert not thread.is_alive()
    assert len(errors) == 1
    assert children() - before == set()


def test_options_that_do_not_fit_the_target_are_the_users(toy: Target) -> None:
    """
    A launch command for a program that is no service is refused before anything is played.
    """
    with pytest.raises(UsageError, match="webhook"):
        list(run(toy, [scenario("first-message")], options=RunOptions(launch="node server.mjs")))
