"""
Services that decline by their log, and the ports they are given.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import attrs
import pytest

from conformance.drivers.ports import reserved_port
from conformance.drivers.refusals import refusal_in_log, way_to_refuse
from conformance.errors import RegionUnsupported, WriteKeyMissing
from conformance.model import Endpoints, Settings, Source, Workspace

KEY = "Qm7k2Vd9Xw4Rt6Yb1Nc8Lp3Hs5Jf0Gz7"


def settings(region: str = "us", key: str = KEY) -> Settings:
    return Settings(
        workspace=Workspace(slug="acme", region=region),
        source=Source(name="Chatlio", slug="chatlio", write_key=key),
        endpoints=Endpoints(us="http://127.0.0.1:41001", eu="http://127.0.0.1:41002"),
    )


@pytest.mark.parametrize(
    ("told", "log", "kind"),
    [
        (settings("eu"), "starting\nfatal: EU workspaces are not supported\n", RegionUnsupported),
        (settings("eu"), "region=eu-west refused", RegionUnsupported),
        (settings("ap-southeast-9"), "no region ap-southeast-9 here", RegionUnsupported),
        (settings("eu"), "RuntimeError: queue is full, feud in europe", None),
        (settings("eu"), "", None),
        (settings(key=""), "SEGMENT_WRITE_KEY is not set", WriteKeyMissing),
        (settings(key=""), "give me a write key", WriteKeyMissing),
        (settings(key=""), "Traceback: KeyError", None),
        (settings(), "us: the write key is bad", None),
    ],
)
def test_a_refusal_names_what_it_is_about(told: Settings, log: str, kind: type[Exception] | None) -> None:
    """
    The region as a word of its own, or the write key, and only where the settings give a reason to decline.
    """
    found = refusal_in_log(log, told, [KEY])
    assert (None if found is None else type(found)) is kind


def test_a_refusal_quotes_its_line_without_the_key() -> None:
    """
    The line becomes the message: named for what it is, with the write key masked.
    """
    told = settings("eu")
    found = refusal_in_log(f"key {KEY} belongs to eu\n", told, [KEY])
    assert found is not None
    assert found.what.startswith("region_unsupported: key ")
    assert KEY not in found.what


def test_who_ended_is_told_how_to_decline() -> None:
    """
    Advice is given only where a refusal is due.
    """
    assert "'eu'" in way_to_refuse(settings("eu"))
    assert "write key" in way_to_refuse(attrs.evolve(settings(key="")))
    assert way_to_refuse(settings()) == ""


def test_ports_in_use_at_once_are_never_the_same() -> None:
    """
    However many services are launched side by side, each has a port of its own, which nobody dials from.
    """
    with ExitStack() as stack, ThreadPoolExecutor(8) as pool:
        ports = list(pool.map(lambda _: stack.enter_context(reserved_port("127.0.0.1")), range(200)))
    assert len(set(ports)) == 200
    assert all(20_000 <= port < 32_768 for port in ports)
