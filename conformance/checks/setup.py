"""
SETUP: the write key that was configured is the one used, and it stays a secret.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import orjson
from attrs import frozen

from conformance.checks.check import Check, Difference, Sighting, place_of
from conformance.checks.evidence import Arrival, Evidence
from conformance.checks.expectation import ConnectionFacts
from conformance.checks.observation import Observed
from conformance.checks.silence import answer_under, exchanges_under, missing_key_told, reported
from conformance.errors import WriteKeyMissing
from conformance.masking import MASK
from conformance.record import Answer, Method


@frozen(kw_only=True, eq=False)
class Rotation:
    """
    A connection with another write key than those before it, and the requests that came until the next such.
    """

    connection: ConnectionFacts
    old_keys: frozenset[str]
    after: tuple[Arrival, ...]


@frozen(kw_only=True, eq=False)
class Log:
    """
    What an implementation wrote to its log in one scenario, write keys masked.
    """

    text: str


def keyed_requests(evidence: Evidence) -> Iterator[Arrival]:
    """
    The requests that present a write key, in scenarios in which one was configured.
    """
    if evidence.write_keys:
        yield from (arrival for arrival in evidence.requests if _keys(arrival))


def key_is_configured(evidence: Evidence, arrival: Arrival) -> Iterator[Difference]:
    """
    SETUP-01: the write key configured is the one used, and no other.
    """
    if _keys(arrival) - evidence.write_keys:
        yield Difference(expected="the write key that was configured", observed="another write key")


def _keys(arrival: Arrival) -> frozenset[str]:
    return frozenset(c.key for c in arrival.intake.credentials if c.key and c.form != "bearer")


def connections_without_key(evidence: Evidence) -> Iterator[ConnectionFacts]:
    """
    The connections for which no write key was given.
    """
    return (connection for connection in evidence.connections if not connection.has_write_key)


def silent_without_key(evidence: Evidence, connection: ConnectionFacts) -> Iterator[Difference]:
    """
    SETUP-02: without a write key nothing is sent, and the implementation says so.
    """
    for exchange in exchanges_under(evidence, connection):
        yield Difference(
            expected="nothing sent without a write key", observed="a request", exchange=exchange.sequence
        )
    answer = answer_under(evidence, connection)
    refused = answer.answer is Answer.REFUSED and answer.code == WriteKeyMissing.code
    if not refused and not missing_key_told(evidence.scenario.log):
        yield Difference(
            expected=f"a refusal (`{WriteKeyMissing.name}`), or a line in the log that says so",
            observed=reported(answer),
        )


def rotations(evidence: Evidence) -> Iterator[Rotation]:
    """
    The connections opened with a new write key, where something was sent between that and the next such.

    A key whose connection was never flushed may be used for what is left of it.
    """
    changes = list(_changes(evidence))
    for (connection, old_keys), following in itertools.zip_longest(changes, changes[1:]):
        after = tuple(
            arrival
            for arrival in evidence.requests
            if arrival.exchange.at > connection.opening.at
            and (following is None or arrival.exchange.at <= following[0].opening.at)
        )
        if any(_keys(arrival) for arrival in after):
            yield Rotation(connection=connection, old_keys=old_keys, after=after)


def _changes(evidence: Evidence) -> Iterator[tuple[ConnectionFacts, frozenset[str]]]:
    """
    Each connection opened with a new write key, and the keys before it.
    """
    old: frozenset[str] = frozenset()
    for connection in evidence.connections:
        key = connection.settings.source.write_key
        if old and key and key not in old and not connection.silent:
            yield connection, old
        old |= {key} if key and connection.flushed else set()


def only_new_key(_evidence: Evidence, rotation: Rotation) -> Iterator[Difference]:
    """
    SETUP-03: after the write key is changed, only the new one is used.
    """
    for arrival in rotation.after:
        if _keys(arrival) & rotation.old_keys:
            yield Difference(
                expected="only the new write key, once it was configured",
                observed="the old write key",
                **place_of(arrival),
            )


def calls_and_logs(evidence: Evidence) -> Iterator[Observed | Log]:
    """
    Every place where a write key could leak: the calls, and the implementation's log.
    """
    if evidence.write_keys:
        yield from evidence.calls
        yield Log(text=evidence.scenario.log)


def key_is_kept_secret(evidence: Evidence, place: Observed | Log) -> Iterator[Difference]:
    """
    SETUP-04: the write key appears neither in properties, nor in context, nor in the log.
    """
    if isinstance(place, Log):
        if MASK in place.text or any(key in place.text for key in evidence.write_keys):
            yield Difference(expected="no write key in the log", observed="the write key in the log")
        return
    for name in ("properties", "context"):
        carried = orjson.dumps(place.first.call.get(name))
        if any(key.encode() in carried for key in evidence.write_keys):
            yield Difference(
                expected=f"no write key in `{name}`",
                observed=f"the write key in `{name}`",
                pointer=f"/{name}",
            )


CHECKS = (
    Check(
        requirement="SETUP-01",
        over=keyed_requests,
        find=key_is_configured,
        unexercised="no request with a write key was seen",
    ),
    Check(
        requirement="SETUP-02",
        over=connections_without_key,
        find=silent_without_key,
        given=Sighting.EVENTS,
        unexercised="no scenario without a write key was run to its end",
    ),
    Check(
        requirement="SETUP-03",
        over=rotations,
        find=only_new_key,
        unexercised="no request was seen after a new write key was configured",
        occasions=frozenset({Method.INITIALIZE}),
    ),
    Check(
        requirement="SETUP-04",
        over=calls_and_logs,
        find=key_is_kept_secret,
        given=Sighting.EVENTS,
        unexercised="no scenario with a write key was run",
    ),
)
