"""
Tracking calls: what stood on the wire, what Segment makes of it, and why it would not keep it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import orjson

from conformance.ingestion.clock import corrected_time
from conformance.model import Message, format_time, read_time

CALL_TYPES = ("track", "identify", "page", "screen", "group", "alias")

ADDED = frozenset({"channel", "originalTimestamp", "projectId", "receivedAt", "version"})
"""Members that Segment adds to every call it takes in."""

UNKNOWN_LIBRARY = {"name": "unknown", "version": "unknown"}


def merged(member: Mapping[str, Any], batch: Mapping[str, Any]) -> dict[str, Any]:
    """
    A batch's member as a call of its own: it inherits `context`, `integrations` and `sentAt`.

    The first two merge name by name, one level deep, and the member's own values win.
    """
    call = dict(member)
    for name in ("context", "integrations"):
        shared, own = batch.get(name), member.get(name)
        if isinstance(shared, dict) and (own is None or isinstance(own, dict)):
            call[name] = {**shared, **(own or {})}
    if call.get("sentAt") is None and batch.get("sentAt") is not None:
        call["sentAt"] = batch["sentAt"]
    return call


def compact_size(sent: Mapping[str, Any]) -> int:
    """
    Bytes of a call as compact UTF-8 JSON.
    """
    return len(orjson.dumps(sent))


def size_of(message: Message) -> int:
    """
    Bytes of the call as it was sent, written as compact UTF-8 JSON: white space and escapes cost nothing.

    A batch's member has no bytes of its own, and Segment counts it after unpacking.
    """
    return compact_size(message.sent)


def refusal(call: Mapping[str, Any]) -> str | None:
    """
    Why Segment would drop a call for what it says, None when it would not.
    """
    kind = call.get("type")
    if kind is None:
        return "type_not_defined"
    if kind not in CALL_TYPES:
        return "type_not_known"
    return (_track_refusal(call) if kind == "track" else None) or _identity_refusal(call)


def _track_refusal(call: Mapping[str, Any]) -> str | None:
    event, properties = call.get("event"), call.get("properties")
    if event is None or event == "":
        return "event_not_defined"
    if not isinstance(event, str):
        return "event_not_string"
    if properties is not None and not isinstance(properties, dict):
        return "properties_not_object"
    return None


def _identity_refusal(call: Mapping[str, Any]) -> str | None:
    names = ("userId", "anonymousId", "previousId") if call["type"] == "alias" else ("userId", "anonymousId")
    given = [call[name] for name in names if call.get(name) is not None]
    if any(not isinstance(identity, str) for identity in given):
        return "id_not_string"
    return None if any(given) else "no_user_anon_id"


def deduplicate(messages: Iterable[Message], seen: set[str]) -> tuple[Message, ...]:
    """
    The messages with those marked `duplicate` whose `messageId` was accepted before; the first one wins.

    Only the id counts (DEDUP). `seen` is read and added to, so one set serves many requests. Calls
    without an id of their own are never duplicates: each gets a new one.
    """
    return tuple(_once(message, seen) for message in messages)


def _once(message: Message, seen: set[str]) -> Message:
    message_id = message.message_id
    if message.drop is not None or not isinstance(message_id, str) or not message_id:
        return message
    if message_id in seen:
        return attrs.evolve(message, drop="duplicate")
    seen.add(message_id)
    return message


def message_id_of(message: Message) -> str:
    """
    The id under which Segment keeps a message: its own, or an `api-…` one made from where it stood.
    """
    if isinstance(message.message_id, str) and message.message_id:
        return message.message_id
    place = f"{message.exchange}/{message.index}/".encode() + orjson.dumps(message.sent)
    return f"api-{hashlib.sha256(place).hexdigest()[:27]}"


def ingested(message: Message, project_id: str) -> dict[str, Any]:
    """
    The call as destinations, archives and warehouses get it: with what Segment adds on ingest.
    """
    call = {name: value for name, value in message.call.items() if name != "writeKey"}
    if call.get("timestamp") is not None:
        call["originalTimestamp"] = call["timestamp"]
    context = call.get("context")
    if context is None or (isinstance(context, dict) and context.get("library") is None):
        call["context"] = {**(context or {}), "library": UNKNOWN_LIBRARY}
    return {
        **call,
        "messageId": message_id_of(message),
        "receivedAt": format_time(message.received_at),
        "timestamp": format_time(message.timestamp or message.received_at),
        "channel": "server",
        "version": 2,
        "projectId": project_id,
    }


def decode_archived(call: Mapping[str, Any], index: int) -> Message:
    """
    The message that one line of Segment's raw archive stands for.

    `sent` is what the sender wrote as far as the archive tells: without what Segment added, and with the
    sender's own `timestamp` in its place. There was no request we saw, so `exchange` is 0 and `endpoint`
    empty; `index` is the line's place in the archive.
    """
    sent = {name: value for name, value in call.items() if name not in ADDED | {"timestamp"}}
    if call.get("originalTimestamp") is not None:
        sent["timestamp"] = call["originalTimestamp"]
    if isinstance(call.get("messageId"), str) and call["messageId"].startswith("api-"):
        del sent["messageId"]
    if call.get("context") == {"library": UNKNOWN_LIBRARY}:
        del sent["context"]
    timestamp = read_time(call.get("timestamp"))
    received_at = read_time(call.get("receivedAt")) or timestamp or dt.datetime.fromtimestamp(0, dt.UTC)
    return Message(
        exchange=0,
        index=index,
        endpoint="",
        write_key=None,
        received_at=received_at,
        sent=sent,
        call=sent,
        drop=None,
        timestamp=timestamp or corrected_time(sent, received_at),
    )
