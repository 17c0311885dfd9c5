"""
How often a scenario gives occasion to judge each requirement, counted by other means than the checks': from
the script, and from the bodies of the requests as `json` reads them.

It holds for the reference alone, whose calls are all live-chat events with all that the catalogue wants.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import frozen

from conformance.model import Activity, ActivityType, Exchange
from conformance.record import Method, ScenarioRecord, Step

_PROPERTIES = ("agent_id", "agent_name", "agent_username", "conversation_duration", "conversation_id")
_NEW, _END, _SENT, _RECEIVED = "Started", "Ended", "Sent", "Received"
_WORDS = {ActivityType.VISITOR_MESSAGE: _SENT, ActivityType.AGENT_MESSAGE: _RECEIVED}


@frozen(kw_only=True)
class _Call:
    """
    One call, and every request that carried it.
    """

    body: Mapping[str, Any]
    requests: tuple[Exchange, ...]

    @property
    def word(self) -> str:
        """
        The last word of the event's name, which tells the four apart.
        """
        return str(self.body["event"]).rpartition(" ")[2]

    @property
    def properties(self) -> Mapping[str, Any]:
        """
        The event's properties.
        """
        return dict(self.body["properties"])

    @property
    def kept(self) -> bool:
        """
        Whether Segment took one of the requests in.
        """
        return any(request.kept for request in self.requests)

    def met(self, unlucky: Callable[[Exchange], bool]) -> bool:
        """
        Whether one of its requests came to such an end.
        """
        return any(unlucky(request) for request in self.requests)

    def sent_again_after(self, unlucky: Callable[[Exchange], bool]) -> bool:
        """
        Whether one of its requests, and not the last, came to such an end.
        """
        return any(unlucky(request) for request in self.requests[:-1])


def occasions(scenario: ScenarioRecord) -> dict[str, int]:
    """
    How often each requirement is exercised by the reference in a scenario.
    """
    calls = list(_calls(scenario))
    return {
        **_of_every_event(len(calls), in_us=any(_speaks(step) for step in _openings(scenario))),
        **_of_properties(calls),
        **_of_chat(scenario),
        **_of_requests(scenario),
        **_of_people(scenario, calls),
        **_of_faults(scenario, calls),
        **_of_settings(scenario, len(calls)),
        **_of_tables(calls),
    }


def _calls(scenario: ScenarioRecord) -> Iterator[_Call]:
    bodies: dict[str, Mapping[str, Any]] = {}
    requests: dict[str, list[Exchange]] = {}
    for exchange in scenario.exchanges:
        for call in json.loads(exchange.body)["batch"] if exchange.complete else ():
            bodies.setdefault(call["messageId"], call)
            requests.setdefault(call["messageId"], []).append(exchange)
    for name, body in bodies.items():
        yield _Call(body=body, requests=tuple(requests[name]))


def _openings(scenario: ScenarioRecord) -> list[Step]:
    return [step for step in scenario.steps if step.method is Method.INITIALIZE]


def _speaks(opening: Step) -> bool:
    settings = opening.settings
    return settings is not None and settings.workspace.region == "us" and bool(settings.source.write_key)


def _said(scenario: ScenarioRecord) -> dict[tuple[int, str], Activity]:
    """
    What was said under the connections that may send, each activity once.
    """
    speaking = {step.connection for step in _openings(scenario) if _speaks(step)}
    return {
        (step.connection, step.activity.id): step.activity
        for step in scenario.steps
        if step.activity and step.connection in speaking
    }


def _words(scenario: ScenarioRecord) -> Iterator[tuple[str, tuple[int, str], Activity]]:
    """
    Each event that is called for: its word, the connection and the conversation, and what calls for it.
    """
    begun = set()
    for (connection, _), activity in _said(scenario).items():
        course = (connection, activity.conversation_id or "")
        if activity.type is ActivityType.VISITOR_MESSAGE and course not in begun:
            begun.add(course)
            yield _NEW, course, activity
        if activity.type in _WORDS:
            yield _WORDS[activity.type], course, activity
        if activity.type is ActivityType.CONVERSATION_ENDED:
            yield _END, course, activity


def _of_every_event(count: int, *, in_us: bool) -> dict[str, int]:
    names = (
        "EVENT-01 EVENT-02 EVENT-11 PROPERTY-07 PROPERTY-14 PROPERTY-15 PROPERTY-17 IDENTITY-01 IDENTITY-02"
    )
    envelope = [f"ENVELOPE-{number:02d}" for number in range(1, 10)]
    return {
        **dict.fromkeys([*names.split(), *envelope, "ROUTING-01"], count),
        "REGION-01": count if in_us else 0,
    }


def _of_properties(calls: list[_Call]) -> dict[str, int]:
    words = Counter(call.word for call in calls)
    carried = Counter(name for call in calls for name in call.properties)
    names = (*_PROPERTIES, "message_id")
    return {
        **{f"PROPERTY-{number:02d}": carried[name] for number, name in enumerate(names, start=1)},
        "PROPERTY-08": carried["message_id"],
        "PROPERTY-09": words[_RECEIVED],
        "PROPERTY-10": len(calls) - words[_RECEIVED],
        "PROPERTY-11": carried["conversation_duration"],
        "PROPERTY-12": words[_END],
        "PROPERTY-13": len(calls) - words[_END],
        "PROPERTY-16": 0,
    }


def _of_chat(scenario: ScenarioRecord) -> dict[str, int]:
    events = [] if scenario.faults else list(_words(scenario))
    words = Counter(word for word, _, _ in events)
    said = _said(scenario)
    conversations = {activity.conversation_id for activity in said.values()} - {None}
    ended = {
        step.activity.conversation_id
        for step in scenario.steps
        if step.activity and step.activity.type is ActivityType.CONVERSATION_ENDED
    }
    talk = sum(activity.type in _WORDS for activity in said.values())
    ends = sum(activity.type is ActivityType.CONVERSATION_ENDED for activity in said.values())
    courses = Counter(course[1] for _, course, _ in _words(scenario))
    return {
        "EVENT-03": words[_NEW],
        "EVENT-04": words[_END],
        "EVENT-05": 0 if scenario.faults else len(conversations - ended),
        "EVENT-06": words[_SENT],
        "EVENT-07": words[_RECEIVED],
        "EVENT-08": talk,
        "EVENT-09": len(said) - talk - ends,
        "EVENT-10": sum(count > 1 for count in courses.values()),
    }


def _of_requests(scenario: ScenarioRecord) -> dict[str, int]:
    every = len(scenario.exchanges)
    whole = sum(exchange.complete for exchange in scenario.exchanges)
    names = ("TRANSPORT-01", "TRANSPORT-02", "TRANSPORT-04", "TRANSPORT-05", "TRANSPORT-06", "TRANSPORT-07")
    return {
        **dict.fromkeys([*names, "REGION-02", "SETUP-01"], every),
        **dict.fromkeys(["TRANSPORT-03", "TRANSPORT-09"], whole),
        "TRANSPORT-08": int(scenario.pace >= 0.05 and every > 0),
        "TRANSPORT-10": 0,
        "REGION-06": 0,
    }


def _of_people(scenario: ScenarioRecord, calls: list[_Call]) -> dict[str, int]:
    known: set[str] = set()
    visitors: list[str] = []
    about_known = 0
    events = Counter(activity.id for _, _, activity in _words(scenario))
    for activity in _said(scenario).values():
        visitor = activity.visitor.id if activity.visitor else ""
        if activity.visitor and activity.visitor.user_id:
            known.add(visitor)
        about_known += events[activity.id] * (visitor in known)
        visitors += [visitor] * events[activity.id]
    agents = any(step.activity and step.activity.agent for step in scenario.steps)
    several = len(set(visitors))
    return {
        "IDENTITY-03": several if several > 1 else 0,
        "IDENTITY-04": len(calls) if agents else 0,
        "IDENTITY-05": about_known,
    }


def _of_faults(scenario: ScenarioRecord, calls: list[_Call]) -> dict[str, int]:
    activities = Counter(step.activity.id for step in scenario.steps if step.activity)
    unflushed = {step.connection for step in _openings(scenario)} - {
        step.connection for step in scenario.steps if step.method is Method.FLUSH
    }
    closed = any(step.method is Method.SHUTDOWN for step in scenario.steps)
    for_good = any(fault.status in {301, 302, 307, 308, 400} for fault in scenario.faults)
    us_alone = bool(scenario.faults) and all(fault.region == "us" for fault in scenario.faults)
    events = list(_words(scenario))
    return {
        "DELIVERY-01": len(events) if scenario.faults and not for_good else 0,
        "DELIVERY-02": sum(call.sent_again_after(_failed) for call in calls),
        "DELIVERY-03": sum(
            call.sent_again_after(lambda request: request.reply.status == 429) for call in calls
        ),
        "DELIVERY-04": sum(call.met(lambda request: request.reply.status == 400) for call in calls),
        "DELIVERY-05": 0
        if scenario.faults or not closed
        else sum(course[0] in unflushed for _, course, _ in events),
        "DELIVERY-06": sum(activities.values()) if scenario.faults else 0,
        "DELIVERY-07": 0
        if scenario.faults
        else sum(activities[activity.id] > 1 for _, _, activity in events),
        "DELIVERY-08": sum(call.met(_redirected) for call in calls),
        "REGION-05": sum(not request.kept for request in scenario.exchanges) if us_alone else 0,
    }


def _failed(request: Exchange) -> bool:
    return request.reply.status != 200 or not request.kept


def _redirected(request: Exchange) -> bool:
    return request.reply.status in {301, 302, 303, 307, 308}


def _of_settings(scenario: ScenarioRecord, calls: int) -> dict[str, int]:
    settings = [step.settings for step in _openings(scenario) if step.settings]
    elsewhere = sum(each.workspace.region != "us" for each in settings)
    speaking = [step for step in _openings(scenario) if _speaks(step)]
    keyed = any(each.source.write_key for each in settings)
    return {
        "REGION-03": elsewhere,
        "REGION-04": elsewhere,
        "SETUP-03": max(0, len({step.settings.source.write_key for step in speaking if step.settings}) - 1),
        "SETUP-02": sum(not each.source.write_key for each in settings),
        "SETUP-04": calls + 1 if keyed else 0,
    }


def _of_tables(calls: list[_Call]) -> dict[str, int]:
    kept = [call for call in calls if call.kept]
    columns = {(call.word, name) for call in kept for name in call.properties}
    return {
        **dict.fromkeys(["WAREHOUSE-01", "WAREHOUSE-02"], len(kept)),
        "WAREHOUSE-03": len(columns),
        "WAREHOUSE-04": len({call.word for call in kept}),
    }
