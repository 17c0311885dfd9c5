"""
What Segment must see for a script: the events that the activities of a scenario call for.

This is the kit's edge over any validator: it knows which calls must exist. The rules are those of LIVECHAT,
one for each type of activity (docs/drivers.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from attrs import frozen

from conformance.checks.recognition import Kind
from conformance.errors import Unsupported
from conformance.model import Activity, ActivityType, Settings, Visitor
from conformance.record import Answer, Method, ScenarioRecord, Step


@frozen(kw_only=True, eq=False)
class Expected:
    """
    One event that Segment must see. Two are equal only when they are the same one.

    `duration` is in seconds since the conversation's first customer message; `user_ids` are the site's ids
    for the visitor that were known by then, latest first.
    """

    kind: Kind
    activity: Activity
    connection: int
    duration: float
    user_ids: tuple[str, ...]

    @property
    def way(self) -> tuple[Kind, str | None]:
        """
        The way in which the event is called for: its kind and, of an end, whose doing it was.
        """
        return self.kind, self.activity.ended_by

    @property
    def conversation_id(self) -> str | None:
        """
        The id of the conversation that the event belongs to.
        """
        return self.activity.conversation_id

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

    `deliveries` has each activity as often as it was delivered; `activities` has each once, and `untaken` the
    ids of those that were answered with an error every time. `flushed` tells whether a flush was asked for
    after the last of them, and done.
    """

    number: int
    settings: Settings
    opening: Step
    activities: tuple[Activity, ...]
    deliveries: tuple[str, ...]
    untaken: frozenset[str]
    flushed: bool

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
        return declared_unsupported(self.opening)


def connections_of(scenario: ScenarioRecord) -> tuple[ConnectionFacts, ...]:
    """
    The connections of a scenario, in order, each with the activities that count as said under it.
    """
    return tuple(_connection(step, step.settings, scenario.steps) for step in scenario.steps if step.settings)


def _connection(opening: Step, settings: Settings, steps: Sequence[Step]) -> ConnectionFacts:
    own = [step for step in steps if step.connection == opening.connection]
    said = [step.activity for step in own if step.activity and not declared_unsupported(step)]
    failed = {step.activity.id for step in own if step.activity and step.answer is Answer.FAILED}
    taken = {step.activity.id for step in own if step.activity and step.answer is not Answer.FAILED}
    course = [step for step in own if step.method in {Method.ACTIVITY, Method.FLUSH}]
    return ConnectionFacts(
        number=opening.connection,
        settings=settings,
        opening=opening,
        activities=tuple({activity.id: activity for activity in said}.values()),
        deliveries=tuple(activity.id for activity in said),
        untaken=frozenset(failed - taken),
        flushed=bool(course) and course[-1].method is Method.FLUSH and course[-1].answer is Answer.TAKEN,
    )


def declared_unsupported(step: Step) -> bool:
    """
    Whether a request was declined as something that the implementation does not support at all.
    """
    return step.answer is Answer.REFUSED and step.code == Unsupported.code


def expected_events(connection: ConnectionFacts) -> Iterator[Expected]:
    """
    Every event that what was said under a connection calls for, in the order of the chat.

    A connection that must stay silent, or that was declared unsupported, calls for none.
    """
    if connection.silent or connection.unsupported:
        return
    begun: dict[str | None, dt.datetime] = {}
    users: dict[str, tuple[str, ...]] = {}
    for activity in connection.activities:
        _learn_user(activity, users)
        kinds = _kinds_called_for(activity, begun=activity.conversation_id in begun)
        if Kind.STARTED in kinds:
            begun[activity.conversation_id] = activity.at
        for kind in kinds:
            yield Expected(
                kind=kind,
                activity=activity,
                connection=connection.number,
                duration=(activity.at - begun.get(activity.conversation_id, activity.at)).total_seconds(),
                user_ids=users.get(activity.visitor.id, ()) if activity.visitor else (),
            )


def _kinds_called_for(activity: Activity, *, begun: bool) -> tuple[Kind, ...]:
    """
    LIVECHAT's rules: the customer's messages are Sent, the agent's are Received, an explicit end is Ended.
    """
    match activity.type:
        case ActivityType.VISITOR_MESSAGE if not begun:
            return (Kind.STARTED, Kind.SENT)
        case ActivityType.VISITOR_MESSAGE:
            return (Kind.SENT,)
        case ActivityType.AGENT_MESSAGE:
            return (Kind.RECEIVED,)
        case ActivityType.CONVERSATION_ENDED:
            return (Kind.ENDED,)
        case _:
            return ()


def _learn_user(activity: Activity, users: dict[str, tuple[str, ...]]) -> None:
    visitor = activity.visitor
    if visitor and visitor.user_id and visitor.user_id not in users.get(visitor.id, ())[:1]:
        users[visitor.id] = (visitor.user_id, *users.get(visitor.id, ()))
