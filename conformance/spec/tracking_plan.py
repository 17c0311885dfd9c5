"""
The four events as rules of a tracking plan, so that Segment's Protocols can watch over them in production.
"""

from __future__ import annotations

from typing import Any

from conformance.spec.schemas import schema

_EVENTS = (
    "events/conversation-started",
    "events/conversation-ended",
    "events/message-sent",
    "events/message-received",
)

_KEPT = ("type", "description")
"""What a rule says of a property. Protocols reads JSON Schema draft-07, without dynamic references."""


def tracking_plan() -> dict[str, Any]:
    """
    What Segment's Public API takes as the rules of a tracking plan: one for each event, in draft-07.

    A plan looks at one event at a time. It knows nothing of the chat, so most requirements are beyond it.
    """
    return {"rules": [_rule(schema(name)) for name in _EVENTS]}


def _rule(event: dict[str, Any]) -> dict[str, Any]:
    shared = schema("events/properties")
    required = [*shared["required"], *event["properties"]["properties"].get("required", ())]
    properties = {
        "type": "object",
        "properties": {name: _property(shared["$defs"], name) for name in shared["properties"]},
        "required": required,
    }
    return {
        "type": "TRACK",
        "key": event["properties"]["event"]["const"],
        "version": 1,
        "jsonSchema": {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "description": event["description"],
            "properties": {"context": {}, "traits": {}, "properties": properties},
            "required": ["properties"],
        },
    }


def _property(definitions: dict[str, Any], name: str) -> dict[str, Any]:
    written = definitions[name]
    followed = {**definitions["seconds"], **written} if "$dynamicRef" in written else written
    return {member: followed[member] for member in _KEPT}
