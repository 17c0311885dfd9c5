"""
Mutants that get the properties wrong: their names, types, values, or what stands beside them.
"""

from __future__ import annotations

import re
from typing import Any

from conformance.model import Activity, activity_to_json
from conformance.reference import ENDED, RECEIVED, SENT, STARTED
from tests.mutants.bridge import Bridge, Call, Change
from tests.mutants.changes import AGENT, Properties, adding, each, filling, properties, without
from tests.mutants.mutant import Mutant

DURATION = "conversation_duration"
_AGENTLESS = (STARTED, SENT, ENDED)


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def _camel_case(_activity: Activity, given: Properties) -> Properties:
    return {_camel(name): value for name, value in given.items()}


def _near_misses(_activity: Activity, given: Properties) -> Properties:
    return {{"conversation_id": "conversationid"}.get(name, name): value for name, value in given.items()}


def _real_name_as_username(_activity: Activity, given: Properties) -> Properties:
    return given | ({"agent_username": given["agent_name"]} if "agent_name" in given else {})


def _swapped(_activity: Activity, given: Properties) -> Properties:
    if "agent_name" not in given:
        return given
    return given | {"agent_name": given["agent_username"], "agent_username": given["agent_name"]}


def _first_agent_for_ever(bridge: Bridge, activity: Activity, call: Call) -> Call:
    """
    Names on Sent and Ended whoever answered first, also after a hand-over.
    """
    first: dict[str | None, dict[str, Any]] = bridge.memory.setdefault("first", {})
    own = {name: call["properties"][name] for name in AGENT if name in call["properties"]}
    stale = first.setdefault(activity.conversation_id, own) if own else {}
    if call["event"] == RECEIVED:
        return call
    return {**call, "properties": {**call["properties"], **stale}}


def _falling(bridge: Bridge, activity: Activity, call: Call) -> Call:
    """
    Counts the seconds since the last event on Ended, so that the duration falls.
    """
    last = bridge.memory.get(activity.conversation_id, activity.at)
    bridge.memory[activity.conversation_id] = activity.at
    if call["event"] != ENDED:
        return call
    return {**call, "properties": {**call["properties"], DURATION: int((activity.at - last).total_seconds())}}


def _whole_payload(activity: Activity, given: Properties) -> Properties:
    return given | {"payload": activity_to_json(activity)}


def _body(change: Any) -> Any:
    def with_body(activity: Activity, given: Properties) -> Properties:
        return given | ({"message_body": change(activity.message.text)} if activity.message else {})

    return properties(with_body, (SENT, RECEIVED))


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace('"', "&quot;")


NAMES = (
    Mutant(
        name="camel-case-properties",
        line="Properties: camelCase",
        violates=("PROPERTY-14",),
        change=Change(call=properties(_camel_case)),
    ),
    Mutant(
        name="misspelt-property",
        line="Properties: camelCase",
        violates=("PROPERTY-14",),
        change=Change(call=properties(_near_misses)),
    ),
    Mutant(
        name="no-properties",
        line="Properties: `{}`",
        violates=("PROPERTY-07", "PROPERTY-08", "PROPERTY-09", "PROPERTY-10", "PROPERTY-12", "PROPERTY-13"),
        change=Change(call=properties(lambda _activity, _given: {})),
    ),
)

AGENTS = (
    Mutant(
        name="real-name-as-username",
        line="Properties: real name in `agent_username`",
        violates=("PROPERTY-09", "PROPERTY-10"),
        change=Change(call=properties(_real_name_as_username)),
    ),
    Mutant(
        name="name-and-username-swapped",
        line="Properties: real name in `agent_username`",
        violates=("PROPERTY-09",),
        change=Change(call=properties(_swapped, (RECEIVED,))),
    ),
    Mutant(
        name="no-author",
        line="Properties: missing ids",
        violates=("PROPERTY-09",),
        change=Change(call=without(*AGENT, on=(RECEIVED,))),
    ),
    Mutant(
        name="template-text",
        line="Properties: leaked template text",
        violates=("PROPERTY-09",),
        change=Change(call=each("agent_name", lambda _name: "{{agent.name}}", on=(RECEIVED,))),
    ),
    Mutant(
        name="empty-for-unknown",
        line='Properties: `""` for unknown',
        violates=("PROPERTY-10",),
        change=Change(call=filling(dict.fromkeys(AGENT, ""))),
    ),
    Mutant(
        name="made-up-agent",
        line="Properties: an agent where there is none yet",
        violates=("PROPERTY-10",),
        change=Change(
            call=filling({"agent_id": "0", "agent_name": "Bot", "agent_username": "bot"}, _AGENTLESS)
        ),
    ),
    Mutant(
        name="stale-agent",
        line="Properties: the agent before a hand-over",
        violates=("PROPERTY-10",),
        change=Change(call=_first_agent_for_ever),
    ),
    Mutant(
        name="no-assigned-agent",
        line="Properties: no agent where one is assigned",
        violates=("PROPERTY-10",),
        change=Change(call=without(*AGENT, on=_AGENTLESS)),
    ),
)

IDS = (
    Mutant(
        name="notification-as-message-id",
        line="Properties: notification id as `message_id`",
        violates=("PROPERTY-08",),
        change=Change(
            call=properties(
                lambda activity, given: given | ({"message_id": activity.id} if activity.message else {})
            )
        ),
    ),
    Mutant(
        name="no-message-id",
        line="Properties: missing ids",
        violates=("PROPERTY-08",),
        change=Change(call=without("message_id")),
    ),
    Mutant(
        name="no-conversation-id",
        line="Properties: missing ids",
        violates=("PROPERTY-07",),
        change=Change(call=without("conversation_id")),
    ),
    Mutant(
        name="conversation-id-per-message",
        line="Properties: leaked template text",
        violates=("PROPERTY-07",),
        change=Change(call=each("conversation_id", lambda _name: "${conversation.id}", on=(RECEIVED,))),
    ),
    Mutant(
        name="visitor-as-conversation",
        line="Properties: the visitor's id as `conversation_id`",
        violates=("PROPERTY-07",),
        change=Change(
            call=properties(
                lambda activity, given: (
                    given | {"conversation_id": activity.visitor.id if activity.visitor else ""}
                )
            )
        ),
    ),
    Mutant(
        name="empty-message-id",
        line='Properties: `""` for unknown',
        violates=("PROPERTY-08",),
        change=Change(call=each("message_id", lambda _name: "", on=(RECEIVED,))),
    ),
    Mutant(
        name="wrong-message-id-on-started",
        line="Properties: notification id as `message_id`",
        violates=("PROPERTY-08",),
        change=Change(call=each("message_id", lambda name: f"n-{name}", on=(STARTED,))),
    ),
)

DURATIONS = (
    Mutant(
        name="no-duration-at-the-end",
        line="Properties: duration missing",
        violates=("PROPERTY-12",),
        change=Change(call=without(DURATION, on=(ENDED,))),
    ),
    Mutant(
        name="duration-at-the-end-only",
        line="Properties: duration missing",
        violates=("PROPERTY-13",),
        change=Change(call=without(DURATION, on=(STARTED, SENT, RECEIVED))),
    ),
    Mutant(
        name="milliseconds",
        line="Properties: duration in milliseconds",
        violates=("PROPERTY-11",),
        change=Change(call=each(DURATION, lambda seconds: seconds * 1000)),
    ),
    Mutant(
        name="negative-duration",
        line="Properties: duration negative",
        violates=("PROPERTY-11",),
        change=Change(call=each(DURATION, lambda seconds: -seconds)),
    ),
    Mutant(
        name="falling-duration",
        line="Properties: duration falling",
        violates=("PROPERTY-11",),
        change=Change(call=_falling),
    ),
    Mutant(
        name="one-second-at-start",
        line="Properties: duration non-zero at Started",
        violates=("PROPERTY-11",),
        change=Change(call=each(DURATION, lambda seconds: seconds + 1, on=(STARTED,))),
    ),
    Mutant(
        name="duration-starts-anew-each-day",
        line="Properties: duration falling",
        violates=("PROPERTY-11",),
        change=Change(call=each(DURATION, lambda seconds: seconds % 86_400)),
    ),
)

ADDITIONS = (
    Mutant(
        name="e-mail-as-property",
        line="Properties: e-mail as an extra",
        violates=("PROPERTY-17",),
        change=Change(call=adding({"contact": "ann@example.com"})),
    ),
    Mutant(
        name="ip-as-property",
        line="Properties: IP as an extra",
        violates=("PROPERTY-17",),
        change=Change(call=adding({"visitor_address": "203.0.113.9"})),
    ),
    Mutant(
        name="url-as-property",
        line="Properties: URL as an extra",
        violates=("PROPERTY-17",),
        change=Change(call=adding({"page_url": "https://shop.example/?session=7"}, (SENT,))),
    ),
    Mutant(
        name="whole-payload",
        line="Properties: whole payload dumped",
        violates=("PROPERTY-17",),
        consequences=("WAREHOUSE-04",),
        change=Change(call=properties(_whole_payload)),
    ),
    Mutant(
        name="body-cut-short",
        line="Properties: a `message_body` that is not the message's text",
        violates=("PROPERTY-16",),
        change=Change(call=_body(lambda text: text[:20])),
    ),
    Mutant(
        name="body-escaped",
        line="Properties: a `message_body` that is not the message's text",
        violates=("PROPERTY-16",),
        change=Change(call=_body(_escaped)),
    ),
)

WAREHOUSE = (
    Mutant(
        name="float-first",
        line="Warehouse: float-first duration",
        violates=("WAREHOUSE-03",),
        change=Change(call=each(DURATION, float)),
    ),
    Mutant(
        name="user-id-as-property",
        line="Warehouse: `userId` as a property",
        violates=("PROPERTY-15",),
        consequences=("PROPERTY-17",),
        change=Change(call=adding({"userId": "u-1"}, (SENT,))),
    ),
    Mutant(
        name="timestamp-as-property",
        line="Warehouse: a reserved column's name as a property",
        violates=("PROPERTY-15",),
        consequences=("PROPERTY-17",),
        change=Change(call=adding({"receivedAt": "2026-03-01T10:00:00Z"}, (RECEIVED,))),
    ),
    Mutant(
        name="overlong-value",
        line="Warehouse: string over 512",
        violates=("WAREHOUSE-04",),
        consequences=("PROPERTY-17",),
        change=Change(call=adding({"transcript": "x" * 513}, (ENDED,))),
    ),
)

MUTANTS = (*NAMES, *AGENTS, *IDS, *DURATIONS, *ADDITIONS, *WAREHOUSE)
