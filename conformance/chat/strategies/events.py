"""
Strategies for what a compliant emitter sends: events, calls of every type, batches. They are JSON values.

They are for those who test a receiver or a validator. Compliant means that every check that can judge a call
by itself finds nothing in it, at whatever level.
"""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from conformance.chat.strategies.chats import STARTS
from conformance.chat.strategies.people import identifiers, texts
from conformance.checks import Kind
from conformance.ingestion import BATCH_EVENTS, BATCH_LIMIT, CALL_TYPES, EVENT_LIMIT, MESSAGE_ID_LENGTH
from conformance.model import format_time
from conformance.warehouse import VARCHAR_LENGTH

Call = dict[str, Any]

NAMES = STARTED, ENDED, SENT, RECEIVED = tuple(kind.value for kind in Kind)

_DURATIONS = (0, 1, 45, 59, 60, 3_600, 86_400, 2**31)
_LETTERS = string.ascii_letters + string.digits + "-_"


@st.composite
def events(draw: DrawFn, *, names: Iterable[str] = NAMES) -> Call:
    """
    Compliant Track calls of the four events, or of those named, as they stand in a batch.
    """
    name = draw(st.sampled_from(list(names)))
    call: Call = {
        "type": "track",
        "event": name,
        **draw(_identities()),
        "messageId": draw(message_ids()),
        "timestamp": draw(times()),
        "properties": draw(_properties(name)),
        "context": draw(_contexts()),
    }
    integrations = draw(st.sampled_from([None, {}, {"All": True}, {"All": True, "Mixpanel": False}]))
    if integrations is not None:
        call["integrations"] = integrations
    return draw(_grown(call))


@st.composite
def calls(draw: DrawFn) -> Call:
    """
    Compliant calls of all six types: the four events, and calls that have nothing to do with a chat.
    """
    kind = draw(st.sampled_from(CALL_TYPES))
    if kind == "track":
        return draw(events())
    call: Call = {
        "type": kind,
        **draw(_identities()),
        "messageId": draw(message_ids()),
        "timestamp": draw(times()),
        "context": draw(_contexts()),
    }
    own: Mapping[str, Mapping[str, SearchStrategy[object]]] = {
        "identify": {"traits": _details()},
        "page": {"name": st.sampled_from(["Home", "Pricing"]), "properties": _details()},
        "screen": {"name": st.sampled_from(["Home", "Chat"]), "properties": _details()},
        "group": {"groupId": identifiers("g"), "traits": _details()},
        "alias": {"previousId": identifiers("v")},
    }
    return call | {name: draw(values) for name, values in own[kind].items()}


def batches() -> SearchStrategy[Call]:
    """
    Compliant batches: of one call, of a few, and of as many small ones as a batch may hold.
    """
    few = st.lists(calls(), min_size=1, max_size=5, unique_by=_message_id).map(_batch_of).filter(_fits)
    full = st.sampled_from([BATCH_EVENTS, BATCH_EVENTS - 1, 100]).map(full_batch)
    return st.one_of(few, few, few, full)


def full_batch(count: int) -> Call:
    """
    A batch of so many small events, which share what may stand once for all of them.
    """
    about = {"name": "acme-bridge", "version": "1.4.2"}
    shared = {"type": "track", "event": SENT, "anonymousId": "v"}
    return {
        "batch": [
            {
                **shared,
                "messageId": f"e{number}",
                "properties": {
                    "conversation_id": "c",
                    "message_id": f"m{number}",
                    "conversation_duration": 1,
                },
            }
            for number in range(count)
        ],
        "context": {"library": about, "integration": about},
        "sentAt": "2026-03-01T10:00:00Z",
    }


def message_ids() -> SearchStrategy[str]:
    """
    Ids of a call, from one character to the hundred that Segment takes.
    """
    short = st.text(_LETTERS, min_size=1, max_size=36)
    return st.one_of(st.uuids().map(str), short, st.just("x" * MESSAGE_ID_LENGTH))


@st.composite
def times(draw: DrawFn) -> str:
    """
    ISO 8601 date-times with a zone: of any offset, with no fraction of a second or up to nine digits of it.
    """
    at = draw(
        st.one_of(st.sampled_from(STARTS), st.datetimes(dt.datetime(2001, 1, 1), dt.datetime(2037, 1, 1)))
    )
    fraction = draw(st.sampled_from(["", ".000", ".123456", ".1234567", ".123456789"]))
    zone = draw(st.sampled_from(["Z", "+00:00", "-08:00", "+05:30", "+14:00"]))
    plain = draw(st.booleans())
    return format_time(at.replace(tzinfo=dt.UTC)) if plain else f"{at:%Y-%m-%dT%H:%M:%S}{fraction}{zone}"


def _identities() -> SearchStrategy[Call]:
    visitor, user = identifiers("v"), identifiers("u")
    return st.one_of(
        st.fixed_dictionaries({"anonymousId": visitor}),
        st.fixed_dictionaries({"userId": user}),
        st.fixed_dictionaries({"anonymousId": visitor, "userId": user}),
        st.fixed_dictionaries({"anonymousId": visitor, "userId": st.none()}),
        st.fixed_dictionaries({"anonymousId": st.none(), "userId": user}),
    )


def _properties(name: str) -> SearchStrategy[Call]:
    """
    The properties of an event: what it must have, what it should have, and sometimes what it may have.
    """
    agent = {"agent_id": identifiers("U"), "agent_name": _columns(), "agent_username": _columns()}
    required: Call = {
        "conversation_id": identifiers("c"),
        "conversation_duration": st.just(0) if name == STARTED else st.sampled_from(_DURATIONS),
    }
    message = {"message_id": identifiers("m"), "message_body": texts()}
    optional: Call = {} if name == RECEIVED else dict(agent)
    if name == RECEIVED:
        required |= agent
    if name in {SENT, RECEIVED}:
        required["message_id"] = message.pop("message_id")
    optional |= {} if name == ENDED else message
    return st.fixed_dictionaries(required, optional=optional)


def _columns() -> SearchStrategy[str]:
    """
    Texts that fit into a column of the warehouse.
    """
    return texts().filter(lambda text: len(text) <= VARCHAR_LENGTH)


def _contexts() -> SearchStrategy[Call]:
    about = st.fixed_dictionaries(
        {"name": st.just("acme-bridge"), "version": st.sampled_from(["1.4.2", "0"])}
    )
    return st.fixed_dictionaries(
        {"library": about, "integration": about},
        optional={"direct": st.booleans(), "locale": st.just("nb-NO"), "active": st.just(True)},
    )


def _details() -> SearchStrategy[Call]:
    values = st.one_of(texts(), st.integers(-(2**53), 2**53), st.booleans(), st.none())
    return st.dictionaries(st.sampled_from(["plan", "url", "title", "logins"]), values, max_size=3)


def _grown(call: Call) -> SearchStrategy[Call]:
    """
    The call as it is, or with a text that makes it as large as an event may be, or one byte less.
    """
    sizes = [EVENT_LIMIT, EVENT_LIMIT - 1]
    may_grow = call["event"] in {SENT, RECEIVED}
    grown = st.sampled_from(sizes).map(lambda size: of_size(call, size))
    return st.integers(0, 15).flatmap(lambda number: grown if may_grow and not number else st.just(call))


def of_size(call: Call, size: int) -> Call:
    """
    The call with a `message_body` that makes it exactly so many bytes of compact JSON.
    """
    bare = {**call, "properties": {**call["properties"], "message_body": ""}}
    missing = max(0, size - len(orjson.dumps(bare)))
    return {**bare, "properties": {**bare["properties"], "message_body": "x" * missing}}


def _message_id(call: Call) -> str:
    return str(call["messageId"])


def _batch_of(members: list[Call]) -> Call:
    return {"batch": members}


def _fits(batch: Call) -> bool:
    return len(orjson.dumps(batch)) <= BATCH_LIMIT
