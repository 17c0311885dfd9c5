"""
Strategies for events and batches that are compliant but for one requirement.

Each is made from a compliant one by a change meant to offend a requirement, and then judged: what the checks
do not find to offend it is thrown away.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from conformance.chat.strategies.events import (
    ENDED,
    NAMES,
    RECEIVED,
    SENT,
    STARTED,
    Call,
    events,
    full_batch,
    of_size,
)
from conformance.chat.strategies.judged import offences_of_batch, offences_of_event
from conformance.ingestion import BATCH_EVENTS, EVENT_LIMIT
from conformance.spec.names import unknown

_ABSENT = object()
_TALK = (SENT, RECEIVED)


@frozen(kw_only=True)
class Invalid:
    """
    A JSON value that offends a requirement: an event, or a batch of them.

    `also` names the requirements that are offended along with it, where one cannot be without the other: an
    `agent_id` that is a number makes a column of numbers, too.
    """

    requirement: str
    value: Mapping[str, Any]
    also: frozenset[str] = frozenset()


@frozen(kw_only=True)
class _Fault:
    """
    A change that is meant to offend a requirement: one of `values` at the place that `path` leads to.
    """

    path: tuple[str, ...]
    values: tuple[object, ...]
    names: tuple[str, ...] = NAMES


def _strings(name: str) -> tuple[_Fault, ...]:
    return (_Fault(path=("properties", name), values=(None, 5, 0, True, 1.5, [], {})),)


_FAULTS: Mapping[str, tuple[_Fault, ...]] = {
    "EVENT-01": (
        _Fault(
            path=("event",),
            values=("live chat message sent", "live_chat_message_sent", "LiveChatMessageSent", " ", ""),
            names=_TALK,
        ),
    ),
    "EVENT-02": (_Fault(path=("type",), values=("page", "screen", "identify", "Track")),),
    "EVENT-11": (_Fault(path=("event",), values=("Song Played", "chat:online", "0")),),
    "PROPERTY-01": _strings("agent_id"),
    "PROPERTY-02": _strings("agent_name"),
    "PROPERTY-03": _strings("agent_username"),
    "PROPERTY-04": (
        _Fault(path=("properties", "conversation_duration"), values=("45", 45.5, None, True, [], "")),
    ),
    "PROPERTY-05": _strings("conversation_id"),
    "PROPERTY-06": _strings("message_id"),
    "PROPERTY-07": (_Fault(path=("properties", "conversation_id"), values=(_ABSENT, "")),),
    "PROPERTY-08": (_Fault(path=("properties", "message_id"), values=(_ABSENT, ""), names=_TALK),),
    "PROPERTY-12": (_Fault(path=("properties", "conversation_duration"), values=(_ABSENT,), names=(ENDED,)),),
    "PROPERTY-13": (
        _Fault(path=("properties", "conversation_duration"), values=(_ABSENT,), names=(STARTED, *_TALK)),
    ),
    "PROPERTY-14": (
        _Fault(path=("properties", "agentId"), values=("U-1",), names=(STARTED, ENDED)),
        _Fault(path=("properties", "AgentUsername"), values=("pgibbons",), names=(STARTED, ENDED)),
        _Fault(path=("properties", "message-id"), values=("m-1",), names=(STARTED, ENDED)),
    ),
    "PROPERTY-15": (
        _Fault(path=("properties", "userId"), values=("u-42",)),
        _Fault(path=("properties", "id"), values=("x",)),
        _Fault(path=("properties", "received_at"), values=("2026-03-01T10:00:00Z",)),
    ),
    "PROPERTY-17": (
        _Fault(path=("properties", "email"), values=("ann@example.com",)),
        _Fault(path=("properties", "ip"), values=("192.0.2.7",)),
        _Fault(path=("properties", "payload"), values=({}, {"visitor": {"id": "v"}})),
    ),
    "IDENTITY-01": (
        _Fault(path=("userId",), values=("", False, 0, 7, [], {})),
        _Fault(path=("anonymousId",), values=("", False, 0, 7, [], {})),
    ),
    "ENVELOPE-01": (_Fault(path=("messageId",), values=(_ABSENT, None, "")),),
    "ENVELOPE-02": (_Fault(path=("messageId",), values=("x" * 101, 7, True, [])),),
    "ENVELOPE-04": (
        _Fault(
            path=("timestamp",),
            values=(
                "2026-03-01 10:00:00",
                "2026-03-01T10:00:00",
                "yesterday",
                "2027-02-29T10:00:00Z",
                1772359200,
            ),
        ),
        _Fault(path=("sentAt",), values=("", "10:00", 0, {})),
    ),
    "ENVELOPE-07": (_Fault(path=("context", "library"), values=(_ABSENT, None, {}, "acme-bridge")),),
    "ENVELOPE-08": (_Fault(path=("context", "integration"), values=(_ABSENT, None, {"name": "acme"}, [])),),
    "ENVELOPE-09": (_Fault(path=("integrations",), values=([], True, "All")),),
    "WAREHOUSE-03": (_Fault(path=("properties", "conversation_duration"), values=(45.0, 0.0)),),
    "WAREHOUSE-04": (
        _Fault(path=("properties", "agent_name"), values=("x" * 513,)),
        _Fault(path=("properties", "conversation_id"), values=("x" * 600,)),
    ),
    "ROUTING-01": (
        _Fault(
            path=("integrations",),
            values=({"All": False}, {"Warehouses": False}, {"Warehouses": {"all": False}}),
        ),
    ),
}

INVALID_EVENTS = tuple(_FAULTS)
"""The requirements that one event by itself can offend."""


def invalid_events(*, requirement: str | None = None) -> SearchStrategy[Invalid]:
    """
    Events that offend the requirement, or any that one event can offend, and are compliant otherwise.

    Raises UsageError, naming the nearest, for a requirement that is not in `INVALID_EVENTS`.
    """
    chosen = [_known(requirement, INVALID_EVENTS)] if requirement else list(INVALID_EVENTS)
    return st.sampled_from(chosen).flatmap(_invalid_events)


def invalid_batches(*, requirement: str | None = None) -> SearchStrategy[Invalid]:
    """
    Batches that offend the requirement, or any of `INVALID_BATCHES`, and are compliant otherwise.

    Raises UsageError, naming the nearest, for a requirement that is not in `INVALID_BATCHES`.
    """
    chosen = [_known(requirement, INVALID_BATCHES)] if requirement else list(INVALID_BATCHES)
    return st.sampled_from(chosen).flatmap(
        lambda each: _judged(each, st.one_of(*_BATCHES[each]), offences_of_batch)
    )


def _invalid_events(requirement: str) -> SearchStrategy[Invalid]:
    changed = st.sampled_from(_FAULTS[requirement]).flatmap(
        lambda fault: st.builds(
            functools.partial(_changed, fault.path), events(names=fault.names), st.sampled_from(fault.values)
        )
    )
    return _judged(requirement, changed, offences_of_event)


@st.composite
def _judged(
    draw: DrawFn,
    requirement: str,
    values: SearchStrategy[Call],
    offences: Callable[[Call], frozenset[str]],
) -> Invalid:
    """
    The values that offend the requirement, as the checks find, with what else they offend.
    """
    value = draw(values)
    found = offences(value)
    assume(requirement in found)
    return Invalid(requirement=requirement, value=value, also=found - {requirement})


def _changed(path: tuple[str, ...], call: Call, value: object) -> Call:
    """
    The call with the value at the place, or with nothing there; all else is as it was.
    """
    name, *rest = path
    if rest:
        return {**call, name: _changed(tuple(rest), call.get(name, {}), value)}
    others = {key: each for key, each in call.items() if key != name}
    return others if value is _ABSENT else {**others, name: value}


def _known(requirement: str, known: tuple[str, ...]) -> str:
    if requirement not in known:
        raise unknown("requirement", requirement, known, where=f"Generated are {', '.join(known)}.")
    return requirement


def _batch_of(*members: Call) -> Call:
    return {"batch": list(members)}


_BATCHES: Mapping[str, tuple[SearchStrategy[Call], ...]] = {
    "TRANSPORT-06": (
        st.sampled_from([BATCH_EVENTS + 1, BATCH_EVENTS + 2]).map(full_batch),
        st.builds(of_size, events(names=_TALK), st.sampled_from([EVENT_LIMIT + 1, 40_000])).map(_batch_of),
        events(names=_TALK).map(lambda call: _of_many(of_size(call, EVENT_LIMIT), 16)),
    ),
    "TRANSPORT-09": (
        events().map(lambda call: _batch_of(_changed(("type",), call, _ABSENT))),
        st.tuples(events(), st.sampled_from(["", "Track", 7, None])).map(
            lambda pair: _batch_of(_changed(("type",), pair[0], pair[1]))
        ),
    ),
    "ENVELOPE-03": (
        st.tuples(events(names=(SENT,)), events(names=(RECEIVED,))).map(
            lambda pair: _batch_of(pair[0], {**pair[1], "messageId": pair[0]["messageId"]})
        ),
    ),
}

INVALID_BATCHES = tuple(_BATCHES)
"""The requirements that only show where calls travel together."""


def _of_many(call: Call, count: int) -> Call:
    return _batch_of(*({**call, "messageId": f"{number:04}"} for number in range(count)))
