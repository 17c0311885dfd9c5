"""
What happens in a chat: visitors, agents, messages, and the activities that bring them together.

An activity is the unit of the stimulus (docs/drivers.md). Its JSON form is the one on the wire to every
kind of implementation; unknown members are ignored, and what is unknown is absent, never null or empty.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen


class ActivityType(enum.StrEnum):
    """
    The kinds of thing that happen in a chat, by their names on the wire.
    """

    VISITOR_MESSAGE = "visitor_message"
    AGENT_MESSAGE = "agent_message"
    CONVERSATION_ENDED = "conversation_ended"
    AGENT_JOINED = "agent_joined"
    VISITOR_IDENTIFIED = "visitor_identified"
    INTERNAL_NOTE = "internal_note"
    VISITOR_TYPING = "visitor_typing"
    WIDGET_OPENED = "widget_opened"


@frozen(kw_only=True)
class Visitor:
    """
    Who visits the site; `user_id` and `traits` only once the site has identified them.
    """

    id: str
    user_id: str | None = None
    traits: Mapping[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class Agent:
    """
    Who answers: `name` is the real name, `username` the handle.
    """

    id: str
    name: str
    username: str


@frozen(kw_only=True)
class ChatMessage:
    """
    One thing said in the chat. (`conformance.model.Message` is a tracking call.)
    """

    id: str
    text: str


@frozen(kw_only=True)
class Activity:
    """
    One thing that happens in the chat, at `at` on the chat's own clock (aware, UTC).

    The same `id` again is the same activity delivered twice.
    """

    id: str
    type: ActivityType
    at: dt.datetime
    conversation_id: str | None = None
    visitor: Visitor | None = None
    agent: Agent | None = None
    message: ChatMessage | None = None
    ended_by: str | None = None


def format_time(moment: dt.datetime) -> str:
    """
    The moment as RFC 3339 in UTC with milliseconds, as the driver protocol writes it.
    """
    utc = moment.astimezone(dt.UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def activity_to_json(activity: Activity) -> dict[str, Any]:
    """
    The activity as the driver protocol sends it; what is unknown is left out.
    """
    members: dict[str, Any] = {
        "id": activity.id,
        "type": activity.type.value,
        "at": format_time(activity.at),
        "conversation_id": activity.conversation_id,
        "visitor": _visitor_to_json(activity.visitor),
        "agent": _agent_to_json(activity.agent),
        "message": activity.message and {"id": activity.message.id, "text": activity.message.text},
        "ended_by": activity.ended_by,
    }
    return {name: value for name, value in members.items() if value is not None}


def activity_from_json(members: Mapping[str, Any]) -> Activity:
    """
    The activity that a JSON object of the driver protocol stands for; unknown members are ignored.

    Raises KeyError, TypeError or ValueError for what the schema `chat/activity` would refuse.
    """
    visitor, agent, message = members.get("visitor"), members.get("agent"), members.get("message")
    return Activity(
        id=members["id"],
        type=ActivityType(members["type"]),
        at=dt.datetime.fromisoformat(members["at"]),
        conversation_id=members.get("conversation_id"),
        visitor=None
        if visitor is None
        else Visitor(id=visitor["id"], user_id=visitor.get("user_id"), traits=visitor.get("traits", {})),
        agent=None
        if agent is None
        else Agent(id=agent["id"], name=agent["name"], username=agent["username"]),
        message=None if message is None else ChatMessage(id=message["id"], text=message["text"]),
        ended_by=members.get("ended_by"),
    )


def _visitor_to_json(visitor: Visitor | None) -> dict[str, Any] | None:
    if visitor is None:
        return None
    known = {"id": visitor.id, "user_id": visitor.user_id, "traits": dict(visitor.traits) or None}
    return {name: value for name, value in known.items() if value is not None}


def _agent_to_json(agent: Agent | None) -> dict[str, Any] | None:
    return None if agent is None else {"id": agent.id, "name": agent.name, "username": agent.username}
