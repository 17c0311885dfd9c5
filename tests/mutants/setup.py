"""
Mutants that connect where they may not, to where they should not, or with another write key.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from conformance.errors import RegionUnsupported, WriteKeyMissing
from conformance.model import Activity, Endpoints, Settings
from conformance.reference import Outbox, Reference
from tests.mutants.bridge import PLAIN, Bridge, Call, Change, QuickOutbox
from tests.mutants.changes import adding, context
from tests.mutants.mutant import Mutant

OTHER_KEY = "Xk9mT2vQ8rLw4pZc7nBy1sHd6fGj3aEu"
"""A write key that nobody configured."""


def _wants_region(settings: Settings) -> None:
    if settings.workspace.region != "us":
        raise RegionUnsupported(f"The region {settings.workspace.region} is not supported.")


def _wants_key(settings: Settings) -> None:
    if not settings.source.write_key:
        raise WriteKeyMissing("There is no write key.")


def _any_region(_bridge: Bridge, settings: Settings) -> None:
    _wants_key(settings)


def _any_key(_bridge: Bridge, settings: Settings) -> None:
    _wants_region(settings)


def _at_eu(_bridge: Bridge, settings: Settings) -> Settings:
    return attrs.evolve(settings, endpoints=Endpoints(us=settings.endpoints.eu, eu=settings.endpoints.us))


def _by_region(_bridge: Bridge, settings: Settings) -> Settings:
    """
    Takes the endpoint of the workspace's region, as a sender for any source would.
    """
    chosen = settings.endpoints.eu if settings.workspace.region == "eu" else settings.endpoints.us
    return attrs.evolve(settings, endpoints=Endpoints(us=chosen, eu=settings.endpoints.eu))


def _unnamed_region(_bridge: Bridge, settings: Settings) -> None:
    if settings.workspace.region != "us":
        raise RegionUnsupported("This workspace is not supported.")
    _wants_key(settings)


def _wrong_excuse(_bridge: Bridge, settings: Settings) -> None:
    if settings.workspace.region != "us":
        raise WriteKeyMissing(f"The region {settings.workspace.region} is not supported.")
    _wants_key(settings)


def _refuses_and_sends(bridge: Bridge, settings: Settings) -> None:
    """
    Says that it does not connect a workspace elsewhere, and does.
    """
    if settings.workspace.region != "us":
        bridge.connect(settings)
    Reference.refuse(bridge, settings)


def _other_key(_bridge: Bridge, settings: Settings) -> Settings:
    key = settings.source.write_key and OTHER_KEY
    return attrs.evolve(settings, source=attrs.evolve(settings.source, write_key=key))


def _cut_key(_bridge: Bridge, settings: Settings) -> Settings:
    """
    Keeps the write key in a field of thirty letters.
    """
    key = settings.source.write_key[:30]
    return attrs.evolve(settings, source=attrs.evolve(settings.source, write_key=key))


def _test_key(_bridge: Bridge, settings: Settings) -> Settings:
    """
    Falls back to a built-in key for tests when there is none.
    """
    key = settings.source.write_key or OTHER_KEY
    return attrs.evolve(settings, source=attrs.evolve(settings.source, write_key=key))


def _first_key(bridge: Bridge, settings: Settings) -> Settings:
    """
    Goes on with the first key it was ever given.
    """
    key = settings.source.write_key and bridge.memory.setdefault("key", settings.source.write_key)
    return attrs.evolve(settings, source=attrs.evolve(settings.source, write_key=key))


def _both_keys(bridge: Bridge, _activity: Activity, calls: list[Call]) -> list[Call]:
    """
    Sends each call under the old key too, once there was one.
    """
    assert bridge.settings is not None
    old = bridge.memory.setdefault("key", bridge.settings.source.write_key)
    if old == bridge.settings.source.write_key:
        return calls
    return calls + [{**call, "writeKey": old} for call in calls]


def _key_in(place: Callable[[str], dict[str, object]]) -> Callable[[Bridge, Activity, Call], Call]:
    """
    Each call with what `place` makes of the write key in its context.
    """

    def changed(bridge: Bridge, activity: Activity, call: Call) -> Call:
        key = bridge.settings.source.write_key if bridge.settings else ""
        return context(lambda given: given | place(key))(bridge, activity, call)

    return changed


def _key_as_property(bridge: Bridge, activity: Activity, call: Call) -> Call:
    key = bridge.settings.source.write_key if bridge.settings else ""
    return adding({"message_body": f"key {key}"}, ("Live Chat Conversation Ended",))(bridge, activity, call)


def _blurting(bridge: Bridge) -> None:
    """
    Fails to flush, and tells its log the write key.
    """
    if bridge.connected is not None:
        bridge.connected.flush()
        raise RuntimeError(f"cannot flush for {bridge.connected.write_key}")


class NoKeyOutbox(QuickOutbox):
    """
    Sends without credentials where it has no key.
    """

    def headers(self) -> dict[str, str]:
        """
        Credentials only where there is a key.
        """
        return super().headers() if self.write_key else dict(PLAIN)


def _silent_outbox(endpoint: str, write_key: str) -> Outbox:
    """
    An outbox that takes everything and sends nothing where it has no key.
    """
    return QuickOutbox(endpoint, write_key) if write_key else _Sink(endpoint, write_key)


class _Sink(QuickOutbox):
    def put(self, call: object) -> None:
        """
        Forgets the call.
        """


REGIONS = (
    Mutant(
        name="sends-to-eu",
        line="Transport: wrong region",
        violates=("REGION-01", "REGION-02"),
        change=Change(settings=_at_eu),
    ),
    Mutant(
        name="follows-the-region",
        line="Transport: wrong region",
        violates=("REGION-02", "REGION-03", "REGION-04"),
        change=Change(settings=_by_region, refuse=_any_region),
    ),
    Mutant(
        name="region-ignored",
        line="Transport: wrong region",
        violates=("REGION-03", "REGION-04"),
        change=Change(refuse=_any_region),
    ),
    Mutant(
        name="refuses-and-sends",
        line="Transport: wrong region",
        violates=("REGION-03",),
        change=Change(refuse=_refuses_and_sends),
    ),
    Mutant(
        name="refusal-without-region",
        line="Setup: a refusal that does not name the region",
        violates=("REGION-04",),
        change=Change(refuse=_unnamed_region),
    ),
    Mutant(
        name="refusal-by-another-code",
        line="Setup: a refusal for another reason",
        violates=("REGION-04",),
        change=Change(refuse=_wrong_excuse),
    ),
)

KEYS = (
    Mutant(
        name="hard-coded-key",
        line="Setup: another write key than the one configured",
        violates=("SETUP-01",),
        change=Change(settings=_other_key),
    ),
    Mutant(
        name="key-cut-short",
        line="Setup: another write key than the one configured",
        violates=("SETUP-01",),
        change=Change(settings=_cut_key),
    ),
    Mutant(
        name="built-in-test-key",
        line="Transport: test mode still sending",
        violates=("SETUP-02",),
        consequences=("SETUP-01",),
        change=Change(settings=_test_key, refuse=_any_key),
    ),
    Mutant(
        name="sends-without-key",
        line="Setup: sending without a write key",
        violates=("SETUP-02",),
        consequences=("TRANSPORT-03",),
        change=Change(refuse=_any_key, outbox=NoKeyOutbox),
    ),
    Mutant(
        name="silent-without-key",
        line="Setup: no word about a missing write key",
        violates=("SETUP-02",),
        change=Change(refuse=_any_key, outbox=_silent_outbox),
    ),
    Mutant(
        name="old-key-after-rotation",
        line="Transport: old write key after rotation",
        violates=("SETUP-03",),
        change=Change(settings=_first_key),
    ),
    Mutant(
        name="old-key-beside-the-new",
        line="Transport: old write key after rotation",
        violates=("SETUP-03",),
        change=Change(calls=_both_keys),
    ),
    Mutant(
        name="key-in-context",
        line="Setup: the write key in the context",
        violates=("SETUP-04",),
        change=Change(call=_key_in(lambda key: {"source": {"key": key}})),
    ),
    Mutant(
        name="key-in-properties",
        line="Setup: the write key in the properties",
        violates=("SETUP-04",),
        change=Change(call=_key_as_property),
    ),
    Mutant(
        name="key-in-log",
        line="Setup: the write key in the log",
        violates=("SETUP-04",),
        change=Change(flushing=_blurting),
    ),
)

MUTANTS = (*REGIONS, *KEYS)
