"""
What Segment must see for a script: the events that the activities of a scenario call for.

This is the kit's edge over any validator: it knows which calls must exist. The rules are those of LIVECHAT,
one for each type of activity (docs/drivers.md).
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence

import attrs
from attrs import frozen

from conformance.checks.recognition import Kind
from conformance.errors import Unsupported
from conformance.model import Activity, ActivityType, Agent, Settings, Visitor
from conformance.record import Answer, Method, ScenarioRecord, Step


@frozen(kw_only=True, eq=False)
class Expected:
    """
    One event that Segment must see. Two are equal only when they are the same one.

    `place` is its position in the chat; `duration` is in seconds since the conversation's first customer
    message; `assigned` lists the agents who may rightly be named as assigned, None among them where none
    may be; `user_ids` are the site's ids for the visitor that were known by then, latest first.
    """

    kind: Kind
    activity: Activity
    connection: int
    place: int
    duration: float
    assigned: tuple[Agent | None, ...]
    user_ids: tuple[str, ...]

    @property
    def conversation_id(self) -> str:
        """
        The id of the conversation that the event belongs to.
        """
        return self.activity.conversation_id or ""

    @property
    def visitor(self) -> Visitor:
        """
        The visitor whose conversation it is.
        """
        return self.activity.visitor or Visitor(id="")

    @property
    def message_id(self) -> str | None:
        """
        The id of the chat message that the event reports or was set off by; None for an end.
        """
        return self.activity.message.id if self.activity.message else None


@frozen(kw_only=True)
class ConnectionFacts:
    """
    One connection as it went: its settings, how `initialize` was answered, and what was said under it.

    `deliveries` has each activity as often as it was delivered; `activities` has each once. `flushed` tells
    whether a flush came after the last of them. `ends_at` is when the next connection was opened.
    """

    number: int
    settings: Settings
    opening: Step
    activities: tuple[Activity, ...]
    deliveries: tuple[str, ...]
    flushed: bool
    ends_at: dt.datetime | None = None

    @property
    def has_write_key(self) -> bool:
        """
        Whether the source's write key was given at all.
        """
        return bool(self.settings.source.write_key)

    @property
    def in_us(self) -> bool:
        """
        Whether the workspace processes its data in the US, the only region that may be connected (CHATLIO).
        """
        return self.settings.workspace.region == "us"

    @property
    def silent(self) -> bool:
        """
        Whether nothing at all may be sent under this connection.
        """
        return not (self.has_write_key and self.in_us)

    @property
    def unsupported(self) -> bool:
        """
        Whether the implementation declared that it cannot open such a connection.
        """
        return _declared_unsupported(self.opening)


@frozen(kw_only=True)
class _Conversation:
    """
    A conversation while its script is read.
    """

    started_at: dt.datetime | None = None
    agent: Agent | None = None


def connections_of(scenario: ScenarioRecord) -> tuple[ConnectionFacts, ...]:
    """
    The connections of a scenario, in order, each with the activities that count as said under it.
    """
    openings = [step for step in scenario.steps if step.method is Method.INITIALIZE and step.settings]
    following = [step.at for step in openings[1:]]
    return tuple(
        _connection(opening, scenario.steps, ends_at)
        for opening, ends_at in itertools.zip_longest(openings, following)
    )


def _connection(opening: Step, steps: Sequence[Step], ends_at: dt.datetime | None) -> ConnectionFacts:
    own = [step for step in steps if step.connection == opening.connection]
    said = [step.activity for step in own if step.activity and not _declared_unsupported(step)]
    last_said = max((index for index, step in enumerate(own) if step.activity), default=-1)
    assert opening.settings is not None
    return ConnectionFacts(
        number=opening.connection,
        settings=opening.settings,
        opening=opening,
        activities=tuple({activity.id: activity for activity in said}.values()),
        deliveries=tuple(activity.id for activity in said),
        flushed=any(step.method is Method.FLUSH for step in own[last_said + 1 :]),
        ends_at=ends_at,
    )


def _declared_unsupported(step: Step) -> bool:
    return step.answer is Answer.REFUSED and step.code == Unsupported.code


def expected_events(connection: ConnectionFacts) -> Iterator[Expected]:
    """
    Every event that what was said under a connection calls for, in the order of the chat.

    A connection that must stay silent, or that was declared unsupported, calls for none.
    """
    if connection.silent or connection.unsupported:
        return
    conversations: dict[str, _Conversation] = {}
    users: dict[str, tuple[str, ...]] = {}
    for place, activity in enumerate(connection.activities):
        _learn_user(activity, users)
        known = conversations.get(activity.conversation_id or "", _Conversation())
        conversation = _after(known, activity)
        if activity.conversation_id:
            conversations[activity.conversation_id] = conversation
        for kind in _kinds_called_for(activity, known):
            yield Expected(
                kind=kind,
                activity=activity,
                connection=connection.number,
                place=place,
                duration=_seconds(conversation.started_at, activity.at),
                assigned=_assigned(activity, conversation),
                user_ids=users.get(activity.visitor.id, ()) if activity.visitor else (),
            )


def _kinds_called_for(activity: Activity, known: _Conversation) -> tuple[Kind, ...]:
    """
    LIVECHAT's rules: the customer's messages are Sent, the agent's are Received, an explicit end is Ended.
    """
    match activity.type:
        case ActivityType.VISITOR_MESSAGE if known.started_at is None:
            return (Kind.STARTED, Kind.SENT)
        case ActivityType.VISITOR_MESSAGE:
            return (Kind.SENT,)
        case ActivityType.AGENT_MESSAGE:
            return (Kind.RECEIVED,)
        case ActivityType.CONVERSATION_ENDED:
            return (Kind.ENDED,)
        case _:
            return ()


def _after(known: _Conversation, activity: Activity) -> _Conversation:
    starts = activity.type is ActivityType.VISITOR_MESSAGE and known.started_at is None
    seen = activity.agent is not None and activity.type is not ActivityType.INTERNAL_NOTE
    return attrs.evolve(
        known,
        started_at=activity.at if starts else known.started_at,
        agent=activity.agent if seen else known.agent,
    )


def _assigned(activity: Activity, conversation: _Conversation) -> tuple[Agent | None, ...]:
    """
    Who may be named as the assigned agent: whom the activity names, else whoever took part last, or nobody.
    """
    if activity.agent is not None:
        return (activity.agent,)
    return (None, conversation.agent) if conversation.agent else (None,)


def _learn_user(activity: Activity, users: dict[str, tuple[str, ...]]) -> None:
    visitor = activity.visitor
    if visitor and visitor.user_id and visitor.user_id not in users.get(visitor.id, ())[:1]:
        users[visitor.id] = (visitor.user_id, *users.get(visitor.id, ()))


def _seconds(since: dt.datetime | None, until: dt.datetime) -> float:
    return (until - since).total_seconds() if since else 0.0
