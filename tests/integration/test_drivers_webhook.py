"""
Services driven by webhook: how they are launched, asked, and ended.
"""

import datetime as dt
import json
import shlex
import socket
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import attrs
import pytest

from conformance.drivers import Limits, OpenTarget, open_target, parse_target
from conformance.errors import ImplementationError, RegionUnsupported, TargetUnusable
from conformance.model import Activity, ActivityType, Endpoints, Settings, Source, Visitor, Workspace

SERVICE = Path(__file__).parent / "targets" / "service.py"
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
    visitor=Visitor(id="名前"),
)


def quiet_at_once(_seconds: float) -> bool:
    return True


def service(
    behaviour: str,
    *,
    url: str = "http://127.0.0.1:{port}/chat?team=1",
    limits: Limits | None = None,
    flush_url: str | None = None,
    quiet: Callable[[float], bool] = quiet_at_once,
) -> AbstractContextManager[OpenTarget]:
    launch = shlex.join([sys.executable, str(SERVICE), behaviour])
    target = parse_target(f"webhook:{url}")
    return open_target(target, limits=limits, launch=launch, flush_url=flush_url, quiet=quiet)


def test_a_service_hears_settings_and_chat_and_ends_in_order() -> None:
    """
    Settings come by the environment, each activity by POST with its type as header, the end by SIGTERM.
    """
    with service("obeys") as target:
        assert "service.py" in target.initialize(SETTINGS).name
        target.activity(OPENED)
        target.flush()
        target.shutdown()
        told, heard, last = target.log.splitlines()
        assert target.exit_code == 0
    assert json.loads(told) == {
        "SEGMENT_WRITE_KEY": "[write key]",
        "SEGMENT_REGION": "us",
        "SEGMENT_ENDPOINT_US": "http://127.0.0.1:41001",
        "SEGMENT_ENDPOINT_EU": "http://127.0.0.1:41002",
    }
    path, kind, body = heard.split(" ", 2)
    assert (path, kind, last) == ("/chat?team=1", "widget_opened", "leaving")
    assert json.loads(body)["visitor"] == {"id": "名前"}


def test_new_settings_mean_a_new_launch() -> None:
    """
    A second `initialize` ends the service in order and launches it with the new settings.
    """
    with service("obeys") as target:
        target.initialize(SETTINGS)
        target.initialize(attrs.evolve(SETTINGS, workspace=Workspace(slug="acme", region="eu")))
        target.activity(OPENED)
        target.shutdown()
    assert target.log.count("leaving") == 2
    assert '"SEGMENT_REGION": "eu"' in target.log


def test_flush_posts_to_the_flush_url_where_one_is_given() -> None:
    """
    A flush URL takes the place of waiting for quiet; `{port}` in it is the service's own.
    """
    with service("obeys", flush_url="http://127.0.0.1:{port}/flush") as target:
        target.initialize(SETTINGS)
        target.flush()
        target.shutdown()
        assert "/flush None" in target.log


def test_a_service_that_is_never_quiet_passes_the_limit_of_flush() -> None:
    """
    What waits for quiet is given the limit, and its No makes the target unusable.
    """
    with service("obeys", limits=Limits(flush=0.5), quiet=lambda seconds: seconds > 1) as target:
        target.initialize(SETTINGS)
        with pytest.raises(TargetUnusable, match=r"still sent to Segment after 0\.5 s"):
            target.flush()


def test_a_refusal_is_told_by_its_code() -> None:
    """
    4xx with a code of the protocol is a refusal, and the service lives on.
    """
    with service("refuses") as target:
        target.initialize(SETTINGS)
        with pytest.raises(RegionUnsupported, match="us only"):
            target.activity(OPENED)
        target.shutdown()


@pytest.mark.parametrize(
    ("behaviour", "why"), [("fails", "503: 'not today'"), ("dislikes", "400"), ("drops", "broke off")]
)
def test_a_request_that_fails_leaves_the_service_alive(behaviour: str, why: str) -> None:
    """
    5xx, 4xx without a known code, and a dropped connection fail the activity and no more.
    """
    with service(behaviour) as target:
        target.initialize(SETTINGS)
        for _ in range(2):
            with pytest.raises(ImplementationError, match=why):
                target.activity(OPENED)
        target.shutdown()


@pytest.mark.parametrize(
    ("behaviour", "limit", "why"),
    [
        ("dies", 10.0, "exit code 4 before it took `activity`"),
        ("hangs", 0.3, r"did not answer `activity` within 0\.3 s"),
        ("garbage", 10.0, "no HTTP"),
    ],
)
def test_a_service_that_is_gone_stays_gone(behaviour: str, limit: float, why: str) -> None:
    """
    A death, a limit passed, or garbage ends the target until it is launched again.
    """
    with service(behaviour, limits=Limits(activity=limit)) as target:
        target.initialize(SETTINGS)
        with pytest.raises(TargetUnusable, match=why) as failed:
            target.activity(OPENED)
        assert not isinstance(failed.value, ImplementationError)
        with pytest.raises(TargetUnusable, match="given up earlier"):
            target.activity(OPENED)


@pytest.mark.parametrize(
    ("behaviour", "limit", "why"),
    [
        ("exits", 10.0, "exit code 1 before .*'cannot start'"),
        ("never ready", 0.5, r"accepted no connection .* within 0\.5 s"),
    ],
)
def test_a_service_that_does_not_come_up_is_told(behaviour: str, limit: float, why: str) -> None:
    """
    A launch that ends, or never listens, costs at most the limit of `initialize`.
    """
    with (
        service(behaviour, limits=Limits(initialize=limit)) as target,
        pytest.raises(TargetUnusable, match=why),
    ):
        target.initialize(SETTINGS)


@pytest.mark.parametrize(
    ("behaviour", "limit", "why", "code"),
    [("sulks", 10.0, "exit code 3 at SIGTERM", 3), ("stays", 0.3, r"did not end within 0\.3 s", None)],
)
def test_a_service_that_does_not_end_in_order_is_told(
    behaviour: str, limit: float, why: str, code: int | None
) -> None:
    """
    SIGTERM has to be obeyed within the limit; what does not is killed all the same.
    """
    with service(behaviour, limits=Limits(shutdown=limit)) as target:
        target.initialize(SETTINGS)
        with pytest.raises(TargetUnusable, match=why):
            target.shutdown()
        assert target.exit_code == code


def test_a_service_without_a_handler_ends_in_order_by_the_signal() -> None:
    """
    To die of SIGTERM is to obey it.
    """
    plain = "import os, http.server as h; h.test(h.SimpleHTTPRequestHandler, port=int(os.environ['PORT']))"
    launch = shlex.join([sys.executable, "-c", plain])
    target = parse_target("webhook:http://127.0.0.1:{port}/")
    with open_target(target, launch=launch, quiet=quiet_at_once) as opened:
        opened.initialize(SETTINGS)
        opened.shutdown()
        assert opened.exit_code == -15


def test_a_port_in_use_is_never_taken_for_the_service() -> None:
    """
    Where somebody listens already nothing is launched, and no chat is told to a stranger.
    """
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        with (
            service("obeys", url=f"http://127.0.0.1:{port}/") as target,
            pytest.raises(TargetUnusable, match=f"port {port}, already"),
        ):
            target.initialize(SETTINGS)
        assert target.log == ""


def test_nothing_is_asked_before_initialize() -> None:
    """
    Without a launch there is nobody to ask, and nothing to end.
    """
    with service("obeys") as target:
        with pytest.raises(TargetUnusable, match="does not run"):
            target.activity(OPENED)
        target.shutdown()
