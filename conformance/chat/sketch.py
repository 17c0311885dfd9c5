"""
A chat in outline: who does what, after how long. It reads as a scenario once it has a name.

A named scenario is written line by line; a generated one is drawn, and then made smaller. So an outline is a
flat list of moves, each of which means something wherever it stands: any move may be left out, and what
remains is still a chat. Ids come only with the name, so the same outline can be played again as new people.
"""

from __future__ import annotations

import datetime as dt
import enum
import uuid

import attrs
from attrs import frozen

from conformance.chat.script import START, Conversation, Script
from conformance.model import Activity, Agent, Connection, Fault, Scenario, Visitor

_AGENTS = uuid.UUID("0f6c1a52-8f0e-5f2d-a1a5-6b6b1c0a7d11")


class Act(enum.StrEnum):
    """
    What somebody does in a move.
    """

    SAYS = "says"
    HEARS = "hears"
    JOINS = "joins"
    ENDS = "ends"
    IDENTIFIES = "identifies"
    NOTES = "notes"
    TYPES = "types"
    LOOKS = "looks"
    AGAIN = "again"


@frozen(kw_only=True)
class Move:
    """
    One thing that somebody does, `gap` milliseconds after the one before.

    `visitor` and `agent` count the people of the sketch from 0. An act that makes no sense there becomes one
    that does: an agent can answer only in a conversation that a visitor has begun, so before that it is the
    visitor who speaks; and where there is nothing to be ended, noted or joined, the visitor opens the widget.
    `AGAIN` delivers the activity `back` places ago a second time.
    """

    act: Act
    visitor: int = 0
    agent: int = 0
    text: str = "Hello?"
    gap: int = 4_200
    by: str = "visitor"
    back: int = 0


@frozen(kw_only=True)
class Part:
    """
    The moves under one connection, and its settings. People may come back in a later part, conversations not.
    """

    moves: tuple[Move, ...]
    region: str = "us"
    write_key: bool = True


@frozen(kw_only=True)
class Trouble:
    """
    A fault of Segment's, from move `at` of the sketch on; None is from the first request on.
    """

    fault: Fault
    at: int | None = None


@frozen(kw_only=True)
class Sketch:
    """
    A whole chat in outline. `shutdown` ends it without a flush: whatever is buffered is then to be delivered.
    """

    parts: tuple[Part, ...]
    troubles: tuple[Trouble, ...] = ()
    names: tuple[tuple[str, str], ...] = (("Peter Gibbons", "pgibbons"), ("Milton Waddams", "mwaddams"))
    start: dt.datetime = START
    shutdown: bool = False

    @property
    def size(self) -> tuple[int, ...]:
        """
        How much there is to read: moves, faults, parts, oddities, characters. Of two sketches that show the
        same, the smaller is the better.
        """
        moves = [move for part in self.parts for move in part.moves]
        plain = Move(act=Act.SAYS)
        oddities = sum(
            (move.text != plain.text) + (move.gap != plain.gap) + bool(move.agent) + bool(move.visitor)
            for move in moves
        )
        written = sum(len(move.text) for move in moves)
        return len(moves), len(self.troubles), len(self.parts), self.shutdown, oddities, written


def scenario_of(sketch: Sketch, name: str, *, purpose: str = "A generated chat.") -> Scenario:
    """
    The sketch as a scenario of that name; its ids follow from the name, so another name gives other ids.
    """
    script = Script(name, beat=0.0, start=sketch.start)
    people = _People(script, sketch)
    connections = []
    for number, part in enumerate(sketch.parts, start=1):
        activities = _told(script, people, part)
        flush = not (sketch.shutdown and number == len(sketch.parts))
        connections.append(_connection(part, activities, flush=flush))
    said = [activity.id for connection in connections for activity in connection.activities]
    return Scenario(
        name=name,
        purpose=purpose,
        connections=tuple(connections),
        faults=tuple(_fault(trouble, said) for trouble in sketch.troubles),
    )


def activities_of(sketch: Sketch, name: str) -> tuple[Activity, ...]:
    """
    Everything that happens in the sketch, in order.
    """
    connections = scenario_of(sketch, name).connections
    return tuple(activity for connection in connections for activity in connection.activities)


def _connection(part: Part, activities: tuple[Activity, ...], *, flush: bool) -> Connection:
    return Connection(activities=activities, region=part.region, write_key=part.write_key, flush=flush)


def _fault(trouble: Trouble, said: list[str]) -> Fault:
    if trouble.at is None or not said:
        return trouble.fault
    return attrs.evolve(trouble.fault, start=said[trouble.at % len(said)])


class _People:
    """
    The visitors and agents of a sketch, made when they are first spoken of.
    """

    def __init__(self, script: Script, sketch: Sketch) -> None:
        self._script, self._names = script, sketch.names
        self._visitors: dict[int, Visitor] = {}

    def visitor(self, number: int) -> Visitor:
        """
        The visitor of that number, the same throughout the sketch.
        """
        if number not in self._visitors:
            self._visitors[number] = self._script.visitor()
        return self._visitors[number]

    def agent(self, number: int) -> Agent:
        """
        The agent of that number: the same person in every sketch that names them so.
        """
        name, username = self._names[number % len(self._names)]
        known = uuid.uuid5(_AGENTS, f"{number % len(self._names)}/{username}").hex[:8].upper()
        return Agent(id=f"U{known}", name=name, username=username)


def _told(script: Script, people: _People, part: Part) -> tuple[Activity, ...]:
    """
    What happens in a part, each conversation going on until it is ended.
    """
    desk = _Desk(script, people)
    before = len(script.activities)
    for number, move in enumerate(part.moves):
        if number:
            script.wait(move.gap / 1000)
        desk.make(move, script.activities[before:])
    return script.activities[before:]


class _Desk:
    """
    The conversations that are going on, at most one of each visitor.
    """

    def __init__(self, script: Script, people: _People) -> None:
        self._script, self._people = script, people
        self._going_on: dict[int, Conversation] = {}

    def make(self, move: Move, so_far: tuple[Activity, ...]) -> None:
        """
        Makes one move; `so_far` is what happened before it in this part.
        """
        visitor, talk = self._people.visitor(move.visitor), self._going_on.get(move.visitor)
        match move.act:
            case Act.AGAIN if so_far:
                self._script.again(so_far[-1 - move.back % len(so_far)])
            case Act.IDENTIFIES:
                during = talk.id if talk else None
                self._script.identifies(visitor, f"u-{move.visitor + 1}", during=during, plan="pro")
            case Act.SAYS | Act.HEARS if talk is None:
                self._going_on[move.visitor] = talk = self._script.conversation(visitor)
                talk.says(move.text)
            case _ if talk is None:
                self._script.opens_widget(visitor)
            case _:
                self._make_in(talk, move)

    def _make_in(self, talk: Conversation, move: Move) -> None:
        agent = self._people.agent(move.agent)
        match move.act:
            case Act.SAYS:
                talk.says(move.text)
            case Act.HEARS:
                talk.hears(agent, move.text)
            case Act.JOINS:
                talk.joins(agent)
            case Act.NOTES:
                talk.notes(agent, move.text)
            case Act.TYPES:
                talk.types()
            case Act.ENDS:
                talk.ends(by=move.by)
                del self._going_on[move.visitor]
            case _:
                talk.opens_widget()
