"""
EVENT: that there is exactly one event for what calls for one, and none for what calls for none.
"""

from __future__ import annotations

import functools
from collections.abc import Container, Iterable, Iterator, Mapping

from attrs import frozen

from conformance.checks.check import MESSAGES, Check, Difference, Sighting, place_of, shown
from conformance.checks.correspondence import Pair, Stray
from conformance.checks.evidence import Evidence
from conformance.checks.expectation import Expected
from conformance.checks.recognition import Kind
from conformance.checks.strays import ONCE, TALK, conversation_of, host_of, strays_by_requirement
from conformance.model import Activity, ActivityType

QUIET = frozenset(ActivityType) - TALK
"""The activities that call for no event."""


@frozen(kw_only=True, eq=False)
class Count:
    """
    How often one expected event was seen: `pair` is None when it was not, `others` report it out of turn.
    """

    expected: Expected
    pair: Pair | None
    others: tuple[Stray, ...] = ()


@frozen(kw_only=True, eq=False)
class Silence:
    """
    Something that calls for no event, and the strays that report it all the same.

    `activity` is the last of a conversation nobody ended, or the one that calls for nothing; None stands
    for the whole scenario, where strays report nothing that took place.
    """

    activity: Activity | None
    strays: tuple[Stray, ...]


# --- EVENT-03, 04, 06, 07: exactly one event for what calls for one


def counts(kind: Kind, evidence: Evidence) -> Iterator[Count]:
    """
    For every event of the kind that is called for, how often it was seen.

    Only scenarios without faults count here: what a fault loses or doubles is DELIVERY's. So is what was
    left in the buffer when no flush was asked for.
    """
    if evidence.scenario.faults:
        return
    others = _by_host(evidence, strays_by_requirement(evidence).get(ONCE[kind], ()))
    for wanted in evidence.expected:
        if wanted.kind is kind and wanted not in evidence.left_in_buffer:
            yield Count(
                expected=wanted, pair=evidence.pair_for.get(wanted), others=tuple(others.get(wanted, ()))
            )


def _by_host(evidence: Evidence, strays: Iterable[Stray]) -> Mapping[Expected, list[Stray]]:
    hosted: dict[Expected, list[Stray]] = {}
    for stray in strays:
        host = host_of(evidence, stray)
        if host is not None:
            hosted.setdefault(host, []).append(stray)
    return hosted


def seen_once(evidence: Evidence, count: Count) -> Iterator[Difference]:
    """
    EVENT-03, 04, 06, 07: exactly one event, for exactly what calls for it.
    """
    wanted = count.expected
    expected = f'exactly one "{wanted.kind.value}" for {described(wanted.activity)}'
    if count.pair is None:
        yield Difference(expected=expected, observed="none", activity=wanted.activity.id)
        return
    if count.pair.moment is not None:
        yield Difference(
            expected=expected,
            observed=f"none then, but one for {described(count.pair.moment)}",
            **place_of(count.pair),
        )
    copies = count.pair.copies
    if copies and wanted.activity.id not in evidence.redelivered:
        yield Difference(
            expected=expected,
            observed=f"{len(copies) + 1} events with different messageIds",
            **place_of(copies[0]),
        )
    for stray in count.others:
        yield Difference(expected=expected, observed=f"one more{_reporting(stray)}", **place_of(stray))


def _reporting(stray: Stray) -> str:
    return f" for {described(stray.origin)}" if stray.origin else ""


# --- EVENT-05, EVENT-08, EVENT-09: no event for what calls for none


def open_conversations(evidence: Evidence) -> Iterator[Silence]:
    """
    Each conversation that nobody ended, by its last activity, with the Ended events that claim an end.
    """
    if evidence.scenario.faults:
        return
    strays = strays_by_requirement(evidence).get("EVENT-05", ())
    for conversation, activity in evidence.open_conversations.items():
        claims = (s for s in strays if conversation_of(evidence, s) in {conversation, None})
        yield Silence(activity=activity, strays=tuple(claims))


def not_ended(_evidence: Evidence, silence: Silence) -> Iterator[Difference]:
    """
    EVENT-05: no Ended without an explicit end.
    """
    for stray in silence.strays:
        yield Difference(
            expected=f'no "{Kind.ENDED.value}" after {described(silence.activity)}: nobody ended it',
            observed=f"one{_reporting(stray)}",
            **place_of(stray),
        )


def messages_said(evidence: Evidence) -> Iterator[Silence]:
    """
    Each message said by either side, with the events that report it as going the other way.
    """
    return _silences(evidence, MESSAGES, strays_by_requirement(evidence).get("EVENT-08", ()))


def direction_is_customers(_evidence: Evidence, silence: Silence) -> Iterator[Difference]:
    """
    EVENT-08: Sent is what the customer sent, Received what the customer received.
    """
    for stray in silence.strays:
        right = Kind.RECEIVED if stray.observed.kind is Kind.SENT else Kind.SENT
        yield Difference(
            expected=f'"{right.value}" for {described(stray.origin)}: the direction is the customer\'s',
            observed=f'"{stray.observed.kind}"',
            **place_of(stray),
        )


def quiet_activities(evidence: Evidence) -> Iterator[Silence]:
    """
    Each activity that calls for no event, with the events that report it, or nothing at all, all the same.
    """
    strays = strays_by_requirement(evidence).get("EVENT-09", ())
    yield from _silences(evidence, QUIET, strays)
    unplaced = tuple(stray for stray in strays if stray.origin is None or stray.origin.type in TALK)
    if unplaced:
        yield Silence(activity=None, strays=unplaced)


def nothing_sent(_evidence: Evidence, silence: Silence) -> Iterator[Difference]:
    """
    EVENT-09: what is neither a message nor a start nor an end yields no live-chat event.
    """
    for stray in silence.strays:
        yield Difference(
            expected=f"no live-chat event for {described(silence.activity)}",
            observed=f"{shown(stray.observed.name)}",
            **place_of(stray),
        )


def _silences(
    evidence: Evidence, types: Container[ActivityType], strays: Iterable[Stray]
) -> Iterator[Silence]:
    """
    The activities of these types, each with the strays that report it.

    Silence on what was answered with an error proves nothing: it may never have been heard.
    """
    reporting: dict[str, list[Stray]] = {}
    for stray in strays:
        if stray.origin is not None:
            reporting.setdefault(stray.origin.id, []).append(stray)
    for connection in evidence.connections:
        for activity in () if connection.silent else connection.activities:
            own = tuple(reporting.get(activity.id, ()))
            if activity.type in types and (own or activity.id not in connection.untaken):
                yield Silence(activity=activity, strays=own)


def described(activity: Activity | None) -> str:
    """
    The activity in a few words, as a finding speaks of it.
    """
    if activity is None:
        return "what did not take place"
    words = activity.type.value.replace("_", " ")
    return f"activity {activity.id} ({words})"


CHECKS = (
    Check(
        requirement="EVENT-03",
        over=functools.partial(counts, Kind.STARTED),
        find=seen_once,
        unexercised="no conversation was begun",
        occasions=frozenset({ActivityType.VISITOR_MESSAGE}),
    ),
    Check(
        requirement="EVENT-04",
        over=functools.partial(counts, Kind.ENDED),
        find=seen_once,
        unexercised="no conversation was ended",
        occasions=frozenset({ActivityType.CONVERSATION_ENDED}),
    ),
    Check(
        requirement="EVENT-05",
        over=open_conversations,
        find=not_ended,
        given=Sighting.ENDED,
        unexercised="no conversation was left open",
    ),
    Check(
        requirement="EVENT-06",
        over=functools.partial(counts, Kind.SENT),
        find=seen_once,
        unexercised="no customer message was said",
        occasions=frozenset({ActivityType.VISITOR_MESSAGE}),
    ),
    Check(
        requirement="EVENT-07",
        over=functools.partial(counts, Kind.RECEIVED),
        find=seen_once,
        unexercised="no agent message was said",
        occasions=frozenset({ActivityType.AGENT_MESSAGE}),
    ),
    Check(
        requirement="EVENT-08",
        over=messages_said,
        find=direction_is_customers,
        given=Sighting.MESSAGES,
        unexercised="no message was taken",
        occasions=MESSAGES,
    ),
    Check(
        requirement="EVENT-09",
        over=quiet_activities,
        find=nothing_sent,
        given=Sighting.EVENTS,
        unexercised="nothing but talk was taken: what is answered with an error proves nothing",
        occasions=QUIET,
    ),
)
