"""
Strategies for what happens in a chat: single activities, one conversation, many of them interleaved.
"""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from conformance.chat.script import START
from conformance.chat.sketch import Act, Move, Part, Sketch, Trouble, activities_of, scenario_of
from conformance.chat.strategies.faults import fault_schedules
from conformance.chat.strategies.people import NAMES, agents, identifiers, messages, texts, visitors
from conformance.model import Activity, ActivityType, Scenario

GAPS = (
    4_200,
    0,
    1,
    999,
    1_000,
    1_001,
    1_500,
    59_999,
    60_001,
    3_600_000,
    86_400_000,
    259_200_000,
)
"""Milliseconds between two activities: none, around a whole second and a minute, an hour, days."""

STARTS = (
    START,
    dt.datetime(2026, 3, 8, 9, 59, 58, 500_000, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 29, 0, 59, 58, tzinfo=dt.UTC),
    dt.datetime(2026, 10, 25, 0, 59, 58, 999_000, tzinfo=dt.UTC),
    dt.datetime(2026, 11, 1, 8, 59, 59, tzinfo=dt.UTC),
    dt.datetime(2028, 2, 28, 23, 59, 58, tzinfo=dt.UTC),
    dt.datetime(2028, 2, 29, 12, 0, 0, tzinfo=dt.UTC),
    dt.datetime(2026, 12, 31, 23, 59, 59, 999_000, tzinfo=dt.UTC),
    dt.datetime(2038, 1, 19, 3, 14, 7, tzinfo=dt.UTC),
    dt.datetime(2001, 9, 9, 1, 46, 39, tzinfo=dt.UTC),
)
"""An ordinary morning; clocks about to change in California and in Europe; leap days; ends of ages."""

_ACTS = (
    *(Act.SAYS,) * 4,
    *(Act.HEARS,) * 3,
    *(Act.ENDS,) * 3,
    *(Act.JOINS,) * 2,
    Act.IDENTIFIES,
    Act.AGAIN,
    Act.NOTES,
    Act.TYPES,
    Act.LOOKS,
)
_OTHER_REGIONS = ("eu", "ap-southeast", "mars")


def activities() -> SearchStrategy[Activity]:
    """
    Single activities of every type, each legal by itself, with just the members that its type has.
    """
    return st.sampled_from(list(ActivityType)).flatmap(_activities_of_type)


def conversations() -> SearchStrategy[tuple[Activity, ...]]:
    """
    One conversation of one visitor, from the first message on: with or without agents, notes, an end.
    """
    first = st.builds(Move, act=st.just(Act.SAYS), text=texts())
    course = st.builds(
        lambda opening, moves, names, start: Sketch(
            parts=(Part(moves=(opening, *_before_end(moves))),), names=names, start=start
        ),
        first,
        st.lists(_moves(visitors=1), max_size=30),
        _names(),
        _starts(),
    )
    return course.map(lambda sketch: activities_of(sketch, "conversation"))


def chats() -> SearchStrategy[tuple[Activity, ...]]:
    """
    Several conversations at once: visitors who leave and return, agents who hand over, notes, redeliveries.
    """
    course = st.builds(
        lambda part, names, start: Sketch(parts=(part,), names=names, start=start),
        _parts(),
        _names(),
        _starts(),
    )
    return course.map(lambda sketch: activities_of(sketch, "chat"))


def scenarios() -> SearchStrategy[Scenario]:
    """
    Chats under one or more connections, some of which may send nothing, before a Segment that may falter.
    """
    return sketches().map(lambda sketch: scenario_of(sketch, "generated"))


@st.composite
def sketches(draw: DrawFn) -> Sketch:
    """
    Scenarios in outline, before they have a name: what a generated run draws, plays and makes smaller.
    """
    troubled = draw(st.sampled_from([False, False, False, True]))
    schedule = draw(fault_schedules()) if troubled else ()
    shutdown = draw(st.sampled_from([False, True, True] if troubled else [False] * 7 + [True]))
    parts = [draw(_parts()) for _ in range(draw(st.sampled_from([1, 1, 1, 1, 2, 3])))]
    return Sketch(
        parts=tuple(part if number == 0 else draw(_settings_of(part)) for number, part in enumerate(parts)),
        troubles=tuple(Trouble(fault=fault, at=draw(st.none() | st.integers(0, 15))) for fault in schedule),
        names=draw(_names()),
        start=draw(_starts()),
        shutdown=shutdown,
    )


def _before_end(moves: list[Move]) -> tuple[Move, ...]:
    """
    The moves up to the first end, as what follows would be another conversation.
    """
    end = next((number for number, move in enumerate(moves) if move.act is Act.ENDS), len(moves))
    return tuple(moves[: end + 1])


def _moves(*, visitors: int) -> SearchStrategy[Move]:
    return st.builds(
        Move,
        act=st.sampled_from(_ACTS),
        visitor=st.integers(0, visitors - 1),
        agent=st.integers(0, 2),
        text=texts(),
        gap=st.one_of(st.sampled_from(GAPS), st.integers(0, 20_000)),
        by=st.sampled_from(["visitor", "agent"]),
        back=st.integers(0, 8),
    )


def _parts() -> SearchStrategy[Part]:
    few = st.lists(_moves(visitors=2), min_size=1, max_size=40)
    many = st.lists(_moves(visitors=3), min_size=10, max_size=40)
    return st.builds(Part, moves=st.one_of(few, many).map(tuple))


def _settings_of(part: Part) -> SearchStrategy[Part]:
    """
    The part under other settings than the ordinary ones, now and then; never more than one of them is amiss.
    """
    others = [Part(moves=part.moves, region=region) for region in _OTHER_REGIONS]
    keyless = Part(moves=part.moves, write_key=False)
    return st.sampled_from([part, keyless] + [part] * 4 + others + [part] * 4 + [keyless])


def _names() -> SearchStrategy[tuple[tuple[str, str], ...]]:
    return st.one_of(
        st.just(NAMES[:3]), st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True).map(tuple)
    )


def _starts() -> SearchStrategy[dt.datetime]:
    moments = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2037, 12, 31), timezones=st.just(dt.UTC))
    return st.one_of(
        st.sampled_from(STARTS),
        moments.map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)),
    )


def _activities_of_type(kind: ActivityType) -> SearchStrategy[Activity]:
    visitor, conversation = visitors(), identifiers("c")
    somewhere = st.none() | conversation
    spoken = {"conversation_id": conversation, "visitor": visitor, "message": messages()}
    members: dict[ActivityType, dict[str, SearchStrategy[object]]] = {
        ActivityType.VISITOR_MESSAGE: {**spoken, "agent": st.none() | agents()},
        ActivityType.AGENT_MESSAGE: {**spoken, "agent": agents()},
        ActivityType.CONVERSATION_ENDED: {
            "conversation_id": conversation,
            "visitor": visitor,
            "agent": st.none() | agents(),
            "ended_by": st.sampled_from(["visitor", "agent"]),
        },
        ActivityType.AGENT_JOINED: {"conversation_id": conversation, "visitor": visitor, "agent": agents()},
        ActivityType.VISITOR_IDENTIFIED: {
            "conversation_id": somewhere,
            "visitor": visitor.filter(lambda found: found.user_id is not None),
        },
        ActivityType.INTERNAL_NOTE: {
            "conversation_id": conversation,
            "agent": agents(),
            "message": messages(),
        },
        ActivityType.VISITOR_TYPING: {"conversation_id": somewhere, "visitor": visitor},
        ActivityType.WIDGET_OPENED: {"conversation_id": somewhere, "visitor": visitor},
    }
    return st.builds(Activity, id=identifiers("act"), type=st.just(kind), at=_starts(), **members[kind])
