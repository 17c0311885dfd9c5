"""
Mutants that send the wrong events at the wrong moments: too many, too few, out of turn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

import attrs

from conformance.model import Activity, ActivityType, ChatMessage, Visitor, format_time
from conformance.reference import ENDED, RECEIVED, SENT, STARTED
from tests.mutants.bridge import Bridge, Call, Change, SingleOutbox
from tests.mutants.changes import lacking, named
from tests.mutants.mutant import Mutant

_SWAP = {SENT: RECEIVED, RECEIVED: SENT}


def _no_end_by(side: str) -> Callable[[Bridge, Activity, tuple[str, ...]], Sequence[str]]:
    """
    Nothing for an end that this side asks for.
    """
    return lambda _bridge, activity, events: () if activity.ended_by == side else events


def _no_end(_bridge: Bridge, _activity: Activity, events: tuple[str, ...]) -> Sequence[str]:
    return [event for event in events if event != ENDED]


def _ended_twice(_bridge: Bridge, _activity: Activity, calls: list[Call]) -> Iterable[Call]:
    for call in calls:
        yield call
        if call["event"] == ENDED:
            yield {**call, "messageId": f"again-{call['messageId']}"}


def _remember_last(bridge: Bridge, activity: Activity, calls: list[Call]) -> Iterable[Call]:
    last, ended = bridge.memory.setdefault("last", {}), bridge.memory.setdefault("ended", set())
    for call in calls:
        if call["event"] == ENDED:
            ended.add(activity.conversation_id)
            last.pop(activity.conversation_id, None)
        elif activity.conversation_id not in ended:
            last[activity.conversation_id] = call
        yield call


def _end_the_silent(bridge: Bridge) -> None:
    """
    Ends whatever conversation is still open, as a timeout does.
    """
    for call in bridge.memory.pop("last", {}).values():
        properties = {name: value for name, value in call["properties"].items() if name != "message_id"}
        bridge.put(
            {**call, "event": ENDED, "messageId": f"{call['messageId']}-end", "properties": properties}
        )


def _started_on_reload(_bridge: Bridge, activity: Activity, events: tuple[str, ...]) -> Sequence[str]:
    reloaded = activity.type is ActivityType.WIDGET_OPENED and activity.conversation_id
    return (STARTED,) if reloaded else events


def _started_by_agent(bridge: Bridge, activity: Activity, events: tuple[str, ...]) -> Sequence[str]:
    """
    Started with the first word of an agent, and never without one.
    """
    started = bridge.memory.setdefault("started", set())
    names = [event for event in events if event != STARTED]
    if activity.type is ActivityType.AGENT_MESSAGE and activity.conversation_id not in started:
        started.add(activity.conversation_id)
        return [STARTED, *names]
    return names


def _started_when_assigned(bridge: Bridge, activity: Activity, events: tuple[str, ...]) -> Sequence[str]:
    """
    Started with the customer's first message of which an agent is known.
    """
    started = bridge.memory.setdefault("started", set())
    names = [event for event in events if event != STARTED]
    if SENT in events and activity.agent and activity.conversation_id not in started:
        started.add(activity.conversation_id)
        return [STARTED, *names]
    return names


def _started_with_the_widget(bridge: Bridge, activity: Activity, events: tuple[str, ...]) -> Sequence[str]:
    """
    Started as soon as somebody types, whether or not a word is ever said.
    """
    typed = activity.type is ActivityType.VISITOR_TYPING
    started = bridge.memory.setdefault("started", set())
    if typed and activity.conversation_id not in started:
        started.add(activity.conversation_id)
        return (STARTED,)
    return [event for event in events if event != STARTED or activity.conversation_id not in started]


def _first_without_sent(_bridge: Bridge, _activity: Activity, events: tuple[str, ...]) -> Sequence[str]:
    return (STARTED,) if STARTED in events else events


def _only_messages_of_the_first(bridge: Bridge, activity: Activity, events: tuple[str, ...]) -> Sequence[str]:
    """
    Nothing of the agent's second message and those after it.
    """
    heard = bridge.memory.setdefault("heard", {})
    if RECEIVED in events and heard.setdefault(activity.conversation_id, activity.id) != activity.id:
        return ()
    return events


def _survey(bridge: Bridge, activity: Activity, calls: list[Call]) -> Iterable[Call]:
    """
    After the end, a message that nobody wrote.
    """
    yield from calls
    if activity.type is ActivityType.CONVERSATION_ENDED:
        message = ChatMessage(id=f"survey-{activity.id}", text="How did we do?")
        later = activity.at + dt.timedelta(seconds=5)
        asked = attrs.evolve(activity, id=f"survey-{activity.id}", message=message, at=later)
        yield bridge.call(RECEIVED, asked)


def _resolved_early(_bridge: Bridge, activity: Activity, call: Call) -> Call:
    """
    Ended with the time of the agent's last click, before the customer's last word.
    """
    early = format_time(activity.at - dt.timedelta(seconds=30))
    return {**call, "timestamp": early} if call["event"] == ENDED else call


def _notes_as_received(_bridge: Bridge, activity: Activity, events: tuple[str, ...]) -> Sequence[str]:
    return (RECEIVED,) if activity.type is ActivityType.INTERNAL_NOTE else events


def _noting_visitor(bridge: Bridge, activity: Activity, call: Call) -> Call:
    """
    Notes name no visitor, so their events go to whoever spoke last in the conversation.
    """
    visitors: dict[str | None, Visitor] = bridge.memory.setdefault("visitors", {})
    if activity.visitor is not None:
        visitors[activity.conversation_id] = activity.visitor
    known = visitors.get(activity.conversation_id)
    return {**call, "anonymousId": known.id if known else "nobody"}


def _commands_as_received(_bridge: Bridge, activity: Activity, events: tuple[str, ...]) -> Sequence[str]:
    note = activity.type is ActivityType.INTERNAL_NOTE and activity.message
    return (RECEIVED,) if note and note.text.startswith("/") else events


def _on(kind: ActivityType, event: str) -> Change:
    """
    The event for an activity that calls for none.
    """
    return Change(
        events=lambda _bridge, activity, events: (event,) if activity.type is kind else events,
        call=lambda _bridge, _activity, call: {
            **call,
            "properties": {name: value for name, value in call["properties"].items() if value is not None},
        },
    )


def _transcript(bridge: Bridge, activity: Activity, calls: list[Call]) -> Iterable[Call]:
    """
    At the end the whole conversation once more.
    """
    said = bridge.memory.setdefault(activity.conversation_id, [])
    for call in calls:
        yield call
        if call["event"] == ENDED:
            yield from ({**old, "messageId": f"replay-{old['messageId']}"} for old in said)
            said.clear()
        else:
            said.append(call)


def _started_late(_bridge: Bridge, activity: Activity, call: Call) -> Call:
    """
    Started with a time slightly after the message that set it off.
    """
    late = format_time(activity.at + dt.timedelta(seconds=0.8))
    return {**call, "timestamp": late} if call["event"] == STARTED else call


def _keep_back(bridge: Bridge, _activity: Activity, calls: list[Call]) -> Iterable[Call]:
    if bridge.connected is not None:
        bridge.memory.setdefault("kept", []).extend(calls)
    return ()


def _newest_first(bridge: Bridge) -> None:
    """
    Sends what was kept back in the wrong order.
    """
    for call in reversed(bridge.memory.pop("kept", [])):
        bridge.put(call)


def _at_connect(bridge: Bridge) -> None:
    """
    A test message, to see whether the connection works.
    """
    if bridge.settings is None:
        return
    test = Activity(
        id=f"test-{bridge.settings.workspace.slug}",
        type=ActivityType.VISITOR_MESSAGE,
        at=dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC),
        conversation_id="test-conversation",
        visitor=Visitor(id="test-visitor"),
        message=ChatMessage(id="test-message", text="Test"),
    )
    bridge.put(bridge.call(SENT, test))


ENDS = (
    Mutant(name="no-end", line="Flow: no Ended", violates=("EVENT-04",), change=Change(events=_no_end)),
    Mutant(
        name="no-end-by-the-visitor",
        line="Flow: no Ended",
        violates=("EVENT-04",),
        change=Change(events=_no_end_by("visitor")),
    ),
    Mutant(
        name="no-end-by-the-agent",
        line="Flow: no Ended",
        violates=("EVENT-04",),
        change=Change(events=_no_end_by("agent")),
    ),
    Mutant(
        name="ended-twice",
        line="Flow: Ended twice",
        violates=("EVENT-04",),
        change=Change(calls=_ended_twice),
    ),
    Mutant(
        name="ended-on-silence",
        line="Flow: Ended on silence",
        violates=("EVENT-05",),
        consequences=("EVENT-04",),
        change=Change(calls=_remember_last, flushing=_end_the_silent, closing=_end_the_silent),
    ),
    Mutant(
        name="ended-with-the-connection",
        line="Flow: Ended on silence",
        violates=("EVENT-05",),
        consequences=("EVENT-04", "SETUP-03"),
        change=Change(calls=_remember_last, closing=_end_the_silent),
    ),
    Mutant(
        name="events-after-the-end",
        line="Flow: events after Ended",
        violates=("EVENT-07",),
        consequences=("EVENT-09",),
        change=Change(calls=_survey),
    ),
    Mutant(
        name="end-before-the-last-word",
        line="Flow: events after Ended",
        violates=("EVENT-10", "ENVELOPE-05"),
        change=Change(call=_resolved_early),
    ),
)

STARTS = (
    Mutant(
        name="started-on-reload",
        line="Flow: Started twice (reload)",
        violates=("EVENT-03",),
        change=Change(events=_started_on_reload),
    ),
    Mutant(
        name="started-by-the-agent",
        line="Flow: Started on the agent's message",
        violates=("EVENT-03",),
        change=Change(events=_started_by_agent),
    ),
    Mutant(
        name="started-when-assigned",
        line="Flow: Started lost until an agent is assigned",
        violates=("EVENT-03",),
        change=Change(events=_started_when_assigned),
    ),
    Mutant(
        name="started-on-typing",
        line="Flow: Started before a word is said",
        violates=("EVENT-03", "EVENT-09"),
        change=Change(events=_started_with_the_widget),
    ),
    Mutant(
        name="first-message-without-sent",
        line="Flow: first message without Sent",
        violates=("EVENT-06",),
        change=Change(events=_first_without_sent),
    ),
    Mutant(
        name="started-after-its-message",
        line="Flow: out of order",
        violates=("EVENT-10",),
        change=Change(call=_started_late),
    ),
)

MESSAGES = (
    Mutant(
        name="first-answer-only",
        line="Flow: a message lost",
        violates=("EVENT-07",),
        change=Change(events=_only_messages_of_the_first),
    ),
    Mutant(
        name="direction-swapped",
        line="Flow: direction swapped",
        violates=("EVENT-08",),
        consequences=("EVENT-06", "EVENT-07"),
        change=Change(call=named(lambda name: _SWAP.get(name, name))),
    ),
    Mutant(
        name="agents-write-as-sent-too",
        line="Flow: direction swapped",
        violates=("EVENT-08",),
        change=Change(
            events=lambda _bridge, _activity, events: (RECEIVED, SENT) if RECEIVED in events else events
        ),
    ),
    Mutant(
        name="notes-as-received",
        line="Flow: notes and slash commands as Received",
        violates=("EVENT-09",),
        change=Change(events=_notes_as_received, call=_noting_visitor),
    ),
    Mutant(
        name="commands-as-received",
        line="Flow: notes and slash commands as Received",
        violates=("EVENT-09",),
        change=Change(events=_commands_as_received, call=_noting_visitor),
    ),
    Mutant(
        name="typing-as-sent",
        line="Flow: typing as Sent",
        violates=("EVENT-09",),
        change=_on(ActivityType.VISITOR_TYPING, SENT),
    ),
    Mutant(
        name="joining-as-received",
        line="Flow: joining as Received",
        violates=("EVENT-09",),
        change=_on(ActivityType.AGENT_JOINED, RECEIVED),
    ),
    Mutant(
        name="widget-as-started",
        line="Flow: opening the widget as Started",
        violates=("EVENT-03", "EVENT-09"),
        consequences=("PROPERTY-07",),
        change=_on(ActivityType.WIDGET_OPENED, STARTED),
    ),
    Mutant(
        name="transcript-replayed",
        line="Flow: replayed transcript duplicates",
        violates=("EVENT-03", "EVENT-06", "EVENT-07"),
        consequences=("DELIVERY-07",),
        change=Change(calls=_transcript),
    ),
    Mutant(
        name="newest-first",
        line="Flow: out of order",
        violates=("EVENT-10", "ENVELOPE-06"),
        change=Change(
            call=lacking("timestamp"),
            calls=_keep_back,
            flushing=_newest_first,
            closing=_newest_first,
            outbox=SingleOutbox,
        ),
    ),
    Mutant(
        name="test-message-on-connect",
        line="Transport: test mode still sending",
        violates=("EVENT-06",),
        change=Change(opened=_at_connect),
    ),
)

MUTANTS = (*ENDS, *STARTS, *MESSAGES)
