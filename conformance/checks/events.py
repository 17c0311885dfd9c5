"""
EVENT: what the live-chat events are called, of which type they are, and that their times follow the chat.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator

from conformance.checks.check import NO_EVENT, Check, Difference, Sighting, every_event, place_of, shown
from conformance.checks.evidence import Evidence
from conformance.checks.observation import Observed
from conformance.checks.recognition import Kind

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


# --- EVENT-10: times follow the chat


def conversations(evidence: Evidence) -> Iterator[tuple[Observed, ...]]:
    """
    The events of each conversation of at least two, in the order of the chat, or of arrival where nobody
    knows it. What the chat does not call for is named elsewhere.
    """
    groups: dict[str | None, list[Observed]] = {}
    if evidence.connections:
        for pair in evidence.pairs:
            groups.setdefault(pair.expected.conversation_id, []).append(pair.observed)
    else:
        for event in evidence.events:
            groups.setdefault(event.text("conversation_id"), []).append(event)
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
                observed=f"{_said(later)} {(before - after).total_seconds():g} s earlier",
                pointer="/timestamp",
                **place_of(later),
            )


def _said(event: Observed) -> str:
    said = event.first.sent.get("timestamp")
    return "no `timestamp`, and arrived" if event.time is None else f"{shown(said)},"


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
    Whether the order of two events is certain: it is the script's, or a start or an end is among them.
    """
    return bool(evidence.connections) or earlier.kind is Kind.STARTED or later.kind is Kind.ENDED


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
