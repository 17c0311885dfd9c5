"""
EVENT: which live-chat events there are, and what they are called.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Container, Iterable, Iterator, Mapping

from attrs import frozen

from conformance.checks.check import NO_EVENT, Check, Difference, Sighting, every_event, place_of, shown
from conformance.checks.correspondence import Pair, Stray
from conformance.checks.evidence import Evidence
from conformance.checks.expectation import Expected
from conformance.checks.observation import Observed
from conformance.checks.recognition import Kind
from conformance.checks.strays import ONCE, TALK, conversation_of, host_of, strays_by_requirement
from conformance.model import Activity, ActivityType


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


# --- EVENT-01, EVENT-02, EVENT-11: names and types, on the wire


def track_calls(evidence: Evidence) -> Iterable[Observed]:
    """
    Every Track call, and whatever else bears a live-chat event's name.
    """
    return (
        call for call in evidence.calls if call.first.type == "track" or call in evidence.live_chat_events
    )


def named_calls(evidence: Evidence) -> Iterable[Observed]:
    """
    The live-chat events, and Track calls with no usable name at all.
    """
    return (
        call
        for call in evidence.calls
        if call in evidence.live_chat_events or (call.first.type == "track" and not _has_name(call))
    )


def name_is_documented(evidence: Evidence, event: Observed) -> Iterator[Difference]:
    """
    EVENT-01: the name is one of the four, letter for letter.
    """
    if event.name in tuple(Kind):
        return
    pair = evidence.pair_of.get(event)
    kind = pair.expected.kind if pair else event.kind
    yield Difference(
        expected=f'the event name "{kind.value}"' if kind else "one of the four documented event names",
        observed=f"the event name {shown(event.name)}"
        if _has_name(event)
        else f"no name: {shown(event.name)}",
        pointer="/event",
    )


def type_is_track(_evidence: Evidence, event: Observed) -> Iterator[Difference]:
    """
    EVENT-02: a live-chat event is a Track call. (A missing type is TRANSPORT-09's.)
    """
    if event.first.type not in ("track", None):
        yield Difference(
            expected=f'a call of type "track" for {shown(event.name)}',
            observed=f"a call of type {shown(event.first.type)}",
            pointer="/type",
        )


def event_is_planned(evidence: Evidence, call: Observed) -> Iterator[Difference]:
    """
    EVENT-11: no Track event beside the four.
    """
    if _has_name(call) and call not in evidence.live_chat_events:
        yield Difference(
            expected="no Track event beside the four live-chat events",
            observed=f"a Track event named {shown(call.name)}",
            pointer="/event",
        )


def _has_name(call: Observed) -> bool:
    return isinstance(call.name, str) and bool(call.name.strip())


# --- EVENT-03, 04, 06, 07: exactly one event for what calls for one


def counts(kind: Kind) -> Callable[[Evidence], Iterator[Count]]:
    """
    A function of the evidence that yields, for every event of the kind that is called for, how often it was
    seen.

    Only scenarios without faults count here: what a fault loses or doubles is DELIVERY's. So is what was
    left in the buffer when no flush was asked for.
    """

    def over(evidence: Evidence) -> Iterator[Count]:
        if evidence.scenario.faults:
            return
        others = _by_host(evidence, strays_by_requirement(evidence).get(ONCE[kind], ()))
        for wanted in evidence.expected:
            if wanted.kind is kind and wanted not in evidence.left_in_buffer:
                yield Count(
                    expected=wanted, pair=evidence.pair_for.get(wanted), others=tuple(others.get(wanted, ()))
                )

    return over


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
            **{**place_of(count.pair), **place_of(copies[0])},
        )
    for stray in count.others:
        origin = f" for {described(stray.origin)}" if stray.origin else ""
        yield Difference(expected=expected, observed=f"one more{origin}", **place_of(stray))


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
            expected=f'no "{Kind.ENDED.value}": nobody ended the conversation',
            observed=f'a "{Kind.ENDED.value}" for it',
            **place_of(stray),
        )


def messages_said(evidence: Evidence) -> Iterator[Silence]:
    """
    Each message said by either side, with the events that report it as going the other way.
    """
    messages = {ActivityType.VISITOR_MESSAGE, ActivityType.AGENT_MESSAGE}
    return _silences(evidence, messages, strays_by_requirement(evidence).get("EVENT-08", ()))


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
    yield from _silences(evidence, set(ActivityType) - TALK, strays)
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
    reporting: dict[str, list[Stray]] = {}
    for stray in strays:
        if stray.origin is not None:
            reporting.setdefault(stray.origin.id, []).append(stray)
    for connection in evidence.connections:
        for activity in () if connection.silent else connection.activities:
            if activity.type in types:
                yield Silence(activity=activity, strays=tuple(reporting.get(activity.id, ())))


# --- EVENT-10: times follow the chat


def conversations(evidence: Evidence) -> Iterator[tuple[Observed, ...]]:
    """
    The events of each conversation of at least two, in the order of the chat, or of arrival where nobody
    knows it. What the chat does not call for is named elsewhere.
    """
    groups: dict[str, list[Observed]] = {}
    if evidence.connections:
        for pair in evidence.pairs:
            groups.setdefault(pair.expected.conversation_id, []).append(pair.observed)
    else:
        for event in evidence.events:
            groups.setdefault(event.text("conversation_id") or "", []).append(event)
    return (tuple(group) for name, group in groups.items() if name and len(group) > 1)


def times_follow_chat(evidence: Evidence, events: tuple[Observed, ...]) -> Iterator[Difference]:
    """
    EVENT-10: Started is the earliest, Ended the latest, and messages keep their order, by `timestamp`.
    """
    for earlier, later in itertools.pairwise(events):
        if not _known_order(evidence, earlier, later):
            continue
        before, after = _moments(earlier, later)
        if after < before:
            yield Difference(
                expected=f"{shown(later.name)} no earlier than the {shown(earlier.name)} before it",
                observed=f"{_said(later)}, {(before - after).total_seconds():g} s earlier",
                pointer="/timestamp",
                **place_of(later),
            )


def _said(event: Observed) -> str:
    return "no `timestamp`, and arrived" if event.time is None else shown(event.first.sent["timestamp"])


def _moments(earlier: Observed, later: Observed) -> tuple[dt.datetime, dt.datetime]:
    """
    The times of two events by one clock: the sender's where both say it, Segment's where neither does.

    Where only one says it they cannot be compared, and are taken as equal.
    """
    if earlier.time is not None and later.time is not None:
        return earlier.time, later.time
    if earlier.time is None and later.time is None:
        return earlier.first.received_at, later.first.received_at
    return later.first.received_at, later.first.received_at


def _known_order(evidence: Evidence, earlier: Observed, later: Observed) -> bool:
    """
    Whether the order of two events is certain: both are in the script, or a start or an end is among them.
    """
    scripted = earlier in evidence.pair_of and later in evidence.pair_of
    return scripted or earlier.kind is Kind.STARTED or later.kind is Kind.ENDED


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
        requirement="EVENT-01",
        over=named_calls,
        find=name_is_documented,
        unexercised=NO_EVENT,
    ),
    Check(
        requirement="EVENT-02",
        over=every_event,
        find=type_is_track,
        unexercised=NO_EVENT,
    ),
    Check(
        requirement="EVENT-03",
        over=counts(Kind.STARTED),
        find=seen_once,
        unexercised="no conversation was begun",
    ),
    Check(
        requirement="EVENT-04",
        over=counts(Kind.ENDED),
        find=seen_once,
        unexercised="no conversation was ended",
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
        over=counts(Kind.SENT),
        find=seen_once,
        unexercised="no customer message was said",
    ),
    Check(
        requirement="EVENT-07",
        over=counts(Kind.RECEIVED),
        find=seen_once,
        unexercised="no agent message was said",
    ),
    Check(
        requirement="EVENT-08",
        over=messages_said,
        find=direction_is_customers,
        given=Sighting.MESSAGES,
        unexercised="no message was said",
    ),
    Check(
        requirement="EVENT-09",
        over=quiet_activities,
        find=nothing_sent,
        given=Sighting.EVENTS,
        unexercised="nothing was done in the chat beside talking",
    ),
    Check(
        requirement="EVENT-10",
        over=conversations,
        find=times_follow_chat,
        unexercised="no conversation yielded two events",
    ),
    Check(
        requirement="EVENT-11",
        over=track_calls,
        find=event_is_planned,
        given=Sighting.EVENTS,
        unexercised="no Track call was seen",
    ),
)
