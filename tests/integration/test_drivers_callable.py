"""
Objects driven in the toolkit's own process: how they are found, limited, and understood when they raise.
"""

import datetime as dt
import operator
import sys
from pathlib import Path

import attrs
import pytest

from conformance.drivers import Limits, open_target, parse_target
from conformance.errors import (
    ImplementationError,
    RegionUnsupported,
    TargetUnusable,
    UsageError,
    WriteKeyMissing,
)
from conformance.model import (
    Activity,
    ActivityType,
    Endpoints,
    Implementation,
    Settings,
    Source,
    Visitor,
    Workspace,
)

KEY = "Qm7k2Vd9Xw4Rt6Yb1Nc8Lp3Hs5Jf0Gz7"
SETTINGS = Settings(
    workspace=Workspace(slug="acme", region="us"),
    source=Source(name="Chatlio", slug="chatlio", write_key=KEY),
    endpoints=Endpoints(us="http://127.0.0.1:41001", eu="http://127.0.0.1:41002"),
)
OPENED = Activity(
    id="act-1",
    type=ActivityType.WIDGET_OPENED,
    at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
    visitor=Visitor(id="v-1"),
)


@pytest.fixture(autouse=True)
def in_the_folder_of_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Modules are looked for where the toolkit was started.
    """
    monkeypatch.chdir(Path(__file__).parent / "targets")


def test_a_class_is_driven_with_typed_values() -> None:
    """
    The four methods are called with the model's values, and a mapping may say who answers.
    """
    with open_target(parse_target("python:bridges:Obedient")) as target:
        assert target.initialize(SETTINGS) == Implementation(name="obedient", version="2")
        target.activity(OPENED)
        target.flush()
        target.shutdown()
        assert (target.log, target.exit_code) == ("", None)
        with pytest.raises(TargetUnusable, match="shut down"):
            target.flush()


def test_the_search_path_is_left_as_it_was() -> None:
    """
    The current folder is searched for as long as the target is open, and no longer.
    """
    before = list(sys.path)
    with open_target(parse_target("python:bridges:Obedient")):
        assert sys.path != before
    assert sys.path == before


def test_refusals_are_known_by_kind_or_by_name() -> None:
    """
    Our own exceptions are refusals, and so is a stranger's of the same name.
    """
    keyless = attrs.evolve(SETTINGS, source=Source(name="Chatlio", slug="chatlio", write_key=""))
    abroad = attrs.evolve(SETTINGS, workspace=Workspace(slug="acme", region="eu"))
    with open_target(parse_target("python:bridges:Obedient")) as target:
        with pytest.raises(WriteKeyMissing, match="write_key_missing: there is no key"):
            target.initialize(keyless)
        with pytest.raises(RegionUnsupported, match="region_unsupported: not in eu"):
            target.initialize(abroad)


def test_an_exception_fails_the_request_and_leaves_its_traceback() -> None:
    """
    Any other exception is the request's failure; the log has its frames, and no write key.
    """
    with open_target(parse_target("python:bridges:Failing")) as target:
        target.initialize(SETTINGS)
        with pytest.raises(ImplementationError, match="ValueError: 'cannot use") as failed:
            target.activity(OPENED)
        assert "in deeper" in target.log
        assert KEY not in target.log + str(failed.value)
        target.flush()


@pytest.mark.parametrize("name", ["Exiting", "TimedOut"])
def test_no_exception_is_mistaken_for_ours(name: str) -> None:
    """
    `SystemExit` does not end the toolkit, and the target's own `TimeoutError` is not a limit passed.
    """
    with open_target(parse_target(f"python:bridges:{name}")) as target:
        target.initialize(SETTINGS)
        with pytest.raises(ImplementationError, match="in `flush`"):
            target.flush()


def test_a_limit_passed_ends_the_target_for_good() -> None:
    """
    A method that does not return costs its limit once.
    """
    with open_target(parse_target("python:bridges:Hanging"), limits=Limits(flush=0.1)) as target:
        target.initialize(SETTINGS)
        with pytest.raises(TargetUnusable, match=r"more than 0\.1 s in `flush`"):
            target.flush()
        with pytest.raises(TargetUnusable, match="given up earlier"):
            target.shutdown()


@pytest.mark.parametrize(
    ("name", "method", "arguments", "why"),
    [
        ("Asynchronous", "flush", (), "asynchronous"),
        ("Anonymous", "initialize", (SETTINGS,), "does not say who it is"),
    ],
)
def test_an_answer_that_is_none_is_told(
    name: str, method: str, arguments: tuple[Settings, ...], why: str
) -> None:
    """
    A coroutine that nobody awaits, or nothing where a name is due, would otherwise pass unseen.
    """
    with open_target(parse_target(f"python:bridges:{name}")) as target:
        asked = operator.methodcaller(method, *arguments)
        with pytest.raises(TargetUnusable, match=why):
            asked(target)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("no_such_module_here:Bridge", "no module 'no_such_module_here'"),
        ("bridges:Obedeint", "has no attribute 'Obedeint'"),
        ("bridges:number", "cannot be called"),
        ("bridges:Halved", "no `activity`, `flush`, `shutdown`"),
        ("bridges:slow_factory", r"more than 0\.3 s while being made"),
        ("broken_import:Bridge", "a_module_that_is_nowhere"),
    ],
)
def test_what_cannot_be_made_is_told(address: str, why: str) -> None:
    """
    Each way of having no object to drive has its own clear line.
    """
    opening = open_target(parse_target(f"python:{address}"), limits=Limits(initialize=0.3))
    with pytest.raises(TargetUnusable, match=why) as failed, opening:
        pass
    assert failed.value.cure
    assert not isinstance(failed.value, ImplementationError)


def test_an_environment_or_a_launch_does_not_fit() -> None:
    """
    An object in our own process can be given neither an environment nor a command.
    """
    target = parse_target("python:bridges:Obedient")
    with pytest.raises(UsageError, match="own process"):
        open_target(target, environment={"HTTPS_PROXY": "x"})
    with pytest.raises(UsageError, match="webhook"):
        open_target(target, launch="node service.js")


def test_what_it_logs_is_its_log_and_not_on_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    """
    An object has no standard error of its own, so what it logs is heard, with the write key masked.
    """
    with open_target(parse_target("python:bridges:Talkative")) as target:
        target.initialize(SETTINGS)
    assert "WARNING bridges: connected with [write key]" in target.log
    assert capfd.readouterr() == ("", "")


def test_the_path_of_imports_is_never_changed_under_a_reader() -> None:
    """
    Targets open and close side by side, while whoever looks through the path sees all that was on it.
    """
    here, before = str(Path.cwd()), sys.path
    entries = list(before)
    with open_target(parse_target("python:bridges:Obedient")):
        inner = sys.path
        with open_target(parse_target("python:bridges:Obedient")):
            assert sys.path is inner
        assert sys.path is inner
        assert here in inner
    assert before == entries
    assert sys.path == entries
