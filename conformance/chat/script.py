"""
A way to write down a conversation so that it reads like one.

    chat = Script("full-conversation")
    ann, peter = chat.visitor(), chat.agent("Peter Gibbons")
    talk = chat.conversation(ann)
    talk.says("I seem to have lost my stapler.")
    talk.hears(peter, "What colour is it?")
    talk.ends(by="visitor")
    scenario = chat.scenario("A conversation from the first word to the last.")

Everything is deterministic: ids follow from the script's name and the order of its lines, and the chat's own
clock starts at ten o'clock on 1 March 2026 and moves on only as the script says.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from conformance.model import Activity, ActivityType, Agent, ChatMessage, Connection, Fault, Scenario, Visitor

START = dt.datetime(2026, 3, 1, 10, 0, 0, tzinfo=dt.UTC)
BEAT = 4.2
"""Seconds of chat between one activity and the next; no whole number, so that rounding shows."""

_VISITORS = uuid.UUID("5b8f1c9e-3f4d-5a58-9c1b-0d2a7f6e4b10")


class Script:
    """
    Writes down what happens in a chat, one activity after another.

    `name` is the scenario's, and keeps its ids apart from every other script's. `beat` is the time between
    two activities, in seconds of the chat's own clock. `listener`, where there is one, is told of each
    activity as it is written down, so that a script can be spoken while it is written.
    """

    def __init__(
        self,
        name: str,
        *,
        beat: float = BEAT,
        start: dt.datetime = START,
        listener: Callable[[Activity], object] | None = None,
    ) -> None:
        self._name, self._beat, self._now = name, dt.timedelta(seconds=beat), start
        self._listener = listener
        self._counts: dict[str, int] = {}
        self._visitors: dict[str, Visitor] = {}
        self._activities: list[Activity] = []
        self._connections: list[Connection] = []

    @property
    def activities(self) -> tuple[Activity, ...]:
        """
        What was written since the last connection, in order.
        """
        return tuple(self._activities)

    def visitor(self, *, user_id: str | None = None, traits: Mapping[str, Any] | None = None) -> Visitor:
        """
        Somebody new on the site; with `user_id` when the site knows them before they say a word.
        """
        known = uuid.uuid5(_VISITORS, f"{self._name}/{self._next('visitor')}")
        visitor = Visitor(id=str(known), user_id=user_id, traits=dict(traits or {}))
        self._visitors[visitor.id] = visitor
        return visitor

    def agent(self, name: str, *, username: str = "") -> Agent:
        """
        Somebody who answers. Without `username` Peter Gibbons becomes `pgibbons`.
        """
        first, *_, last = name.split()
        handle = username or f"{first[0]}{last}".lower()
        return Agent(id=f"U{self._digest('agent', 8).upper()}", name=name, username=handle)

    def conversation(self, visitor: Visitor) -> Conversation:
        """
        A conversation that the visitor may begin; nothing happens until somebody does something in it.
        """
        return Conversation(script=self, id=f"c-{self._digest('conversation', 12)}", visitor=visitor)

    def message(self, text: str) -> ChatMessage:
        """
        A message of its own id.
        """
        return ChatMessage(id=f"m-{self._digest('message', 12)}", text=text)

    def wait(self, seconds: float) -> None:
        """
        Lets the chat's clock run on while nothing happens.
        """
        self._now += dt.timedelta(seconds=seconds)

    def write(self, kind: ActivityType, visitor: Visitor | None = None, **members: Any) -> Activity:
        """
        Adds an activity that happens now, by the visitor as known by now, and moves the clock on by a beat.
        """
        activity = Activity(
            id=f"{self._name}-{self._next('activity'):04d}",
            type=kind,
            at=self._now,
            visitor=None if visitor is None else self._visitors.get(visitor.id, visitor),
            **members,
        )
        self._now += self._beat
        self.tell(activity)
        return activity

    def tell(self, activity: Activity) -> None:
        """
        Adds an activity that was made elsewhere, such as a generated one.
        """
        self._activities.append(activity)
        if self._listener is not None:
            self._listener(activity)

    def again(self, activity: Activity) -> None:
        """
        Delivers an activity a second time, exactly as it was.
        """
        self.tell(activity)

    def opens_widget(self, visitor: Visitor) -> Activity:
        """
        The visitor opens the chat's widget, without saying anything.
        """
        return self.write(ActivityType.WIDGET_OPENED, visitor)

    def identifies(
        self, visitor: Visitor, user_id: str, *, during: str | None = None, **traits: Any
    ) -> Activity:
        """
        The site learns who the visitor is; whatever they do from now on carries their user id.

        `during` is the id of the conversation that this happens in, if it does.
        """
        self._visitors[visitor.id] = attrs.evolve(visitor, user_id=user_id, traits=traits)
        return self.write(ActivityType.VISITOR_IDENTIFIED, visitor, conversation_id=during)

    def connection(self, *, region: str = "us", write_key: bool = True, flush: bool = True) -> Connection:
        """
        Puts what was written since the last connection under one `initialize`.
        """
        connection = Connection(activities=self.activities, region=region, write_key=write_key, flush=flush)
        self._activities = []
        self._connections.append(connection)
        return connection

    def scenario(
        self, purpose: str, *, faults: tuple[Fault, ...] = (), pace: float = 0.0, waits: bool = False
    ) -> Scenario:
        """
        The whole script as a scenario; what stands under no connection yet gets an ordinary one.
        """
        if self._activities:
            self.connection()
        connections = tuple(self._connections)
        return Scenario(
            name=self._name, purpose=purpose, connections=connections, faults=faults, pace=pace, waits=waits
        )

    def _next(self, kind: str) -> int:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return self._counts[kind]

    def _digest(self, kind: str, length: int) -> str:
        name = f"{self._name}/{kind}/{self._next(kind)}"
        return hashlib.sha256(name.encode()).hexdigest()[:length]


class Conversation:
    """
    One conversation of a script. It remembers which agent is assigned, as the activities have to tell.
    """

    def __init__(self, *, script: Script, id: str, visitor: Visitor) -> None:
        self.id = id
        self._script, self._visitor = script, visitor
        self._assigned: Agent | None = None

    def says(self, text: str) -> Activity:
        """
        The visitor writes.
        """
        message = self._script.message(text)
        return self._write(ActivityType.VISITOR_MESSAGE, agent=self._assigned, message=message)

    def hears(self, agent: Agent, text: str) -> Activity:
        """
        An agent writes to the visitor. Whoever answers first where nobody is assigned is assigned by that.
        """
        self._assigned = self._assigned or agent
        return self._write(ActivityType.AGENT_MESSAGE, agent=agent, message=self._script.message(text))

    def joins(self, agent: Agent) -> Activity:
        """
        An agent joins and is assigned, in the place of whoever was before: that is how a hand-over looks.
        """
        self._assigned = agent
        return self._write(ActivityType.AGENT_JOINED, agent=agent)

    def notes(self, agent: Agent, text: str) -> Activity:
        """
        An agent writes something that the visitor never sees: a note, or a command to the chat tool.
        """
        message = self._script.message(text)
        return self._script.write(
            ActivityType.INTERNAL_NOTE, conversation_id=self.id, agent=agent, message=message
        )

    def types(self) -> Activity:
        """
        The visitor is seen typing.
        """
        return self._write(ActivityType.VISITOR_TYPING)

    def opens_widget(self) -> Activity:
        """
        The visitor opens the widget again while the conversation goes on.
        """
        return self._write(ActivityType.WIDGET_OPENED)

    def identifies(self, user_id: str, **traits: Any) -> Activity:
        """
        The site learns in the course of the conversation who the visitor is.
        """
        return self._script.identifies(self._visitor, user_id, during=self.id, **traits)

    def ends(self, *, by: str) -> Activity:
        """
        The `visitor` or the `agent` ends the conversation explicitly.
        """
        return self._write(ActivityType.CONVERSATION_ENDED, agent=self._assigned, ended_by=by)

    def _write(self, kind: ActivityType, **members: Any) -> Activity:
        return self._script.write(kind, self._visitor, conversation_id=self.id, **members)
