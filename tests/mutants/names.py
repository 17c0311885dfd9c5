"""
Mutants that get the names of events wrong, or send others beside them.
"""

from __future__ import annotations

from collections.abc import Iterable

from conformance.model import Activity, ActivityType
from conformance.reference import ENDED, RECEIVED, SENT, STARTED
from tests.mutants.bridge import Bridge, Call, Change
from tests.mutants.changes import lacking, named
from tests.mutants.mutant import Mutant

_VENDOR = {
    STARTED: "chat:opened",
    ENDED: "chat:closed",
    SENT: "visitor.message.created",
    RECEIVED: "operator.message.created",
}


def _nameless_end(bridge: Bridge, activity: Activity, call: Call) -> Call:
    return lacking("event")(bridge, activity, call) if call["event"] == ENDED else call


def _name_instead(bridge: Bridge, activity: Activity, call: Call) -> Call:
    return {**lacking("event")(bridge, activity, call), "name": call["event"]}


def _with_typing(_bridge: Bridge, activity: Activity, calls: list[Call]) -> Iterable[Call]:
    """
    The calls, and for every message of the visitor a Track event that nobody planned.
    """
    yield from calls
    if activity.type is ActivityType.VISITOR_MESSAGE:
        yield {**calls[-1], "event": "Chat Widget Used", "messageId": f"used-{activity.id}", "properties": {}}


def _with_widget(bridge: Bridge, activity: Activity, calls: list[Call]) -> Iterable[Call]:
    """
    The calls, and a Track event of the vendor's own whenever the widget is opened.
    """
    yield from calls
    if activity.type is ActivityType.WIDGET_OPENED:
        yield {**bridge.call("Chat Opened", activity), "properties": {}}


def _as_screen(_bridge: Bridge, _activity: Activity, call: Call) -> Call:
    screen = {name: value for name, value in call.items() if name != "event"}
    return {**screen, "type": "screen", "name": call["event"]}


def _as_page(_bridge: Bridge, _activity: Activity, call: Call) -> Call:
    page = {name: value for name, value in call.items() if name != "event"}
    return {**page, "type": "page", "name": call["event"]} if call["event"] == STARTED else call


MUTANTS = (
    Mutant(
        name="lower-case-names",
        line="Names: wrong case",
        violates=("EVENT-01",),
        change=Change(call=named(str.lower)),
    ),
    Mutant(
        name="one-word-in-lower-case",
        line="Names: wrong case",
        violates=("EVENT-01",),
        change=Change(call=named(lambda name: name.replace("Message Sent", "message Sent"))),
    ),
    Mutant(
        name="snake-case-names",
        line="Names: snake_case",
        violates=("EVENT-01",),
        change=Change(call=named(lambda name: name.lower().replace(" ", "_"))),
    ),
    Mutant(
        name="trailing-space",
        line="Names: a space too many",
        violates=("EVENT-01",),
        change=Change(call=named(lambda name: f"{name} ")),
    ),
    Mutant(
        name="misspelt-name",
        line="Names: a near spelling",
        violates=("EVENT-01",),
        consequences=("WAREHOUSE-01",),
        change=Change(call=named(lambda name: name.replace("Received", "Recieved"))),
    ),
    Mutant(
        name="one-name-for-both-directions",
        line="Names: `Live Chat Message`",
        violates=("EVENT-01",),
        consequences=("WAREHOUSE-01",),
        change=Change(call=named(lambda name: "Live Chat Message" if name in (SENT, RECEIVED) else name)),
    ),
    Mutant(
        name="vendor-names",
        line="Names: vendor-native names",
        violates=("EVENT-01", "WAREHOUSE-01"),
        change=Change(call=named(lambda name: _VENDOR[name])),
    ),
    Mutant(
        name="undefined-name",
        line="Names: undefined or empty name",
        violates=("EVENT-01",),
        change=Change(call=_nameless_end),
    ),
    Mutant(
        name="name-in-another-member",
        line="Names: undefined or empty name",
        violates=("EVENT-01",),
        change=Change(call=_name_instead),
    ),
    Mutant(
        name="empty-name",
        line="Names: undefined or empty name",
        violates=("EVENT-01",),
        change=Change(call=named(lambda name: "" if name == RECEIVED else name)),
    ),
    Mutant(
        name="name-is-a-number",
        line="Names: undefined or empty name",
        violates=("EVENT-01",),
        change=Change(call=named(lambda name: 4 if name == ENDED else name)),
    ),
    Mutant(
        name="one-name-for-all",
        line="Names: everything under one name",
        violates=("EVENT-01",),
        consequences=("WAREHOUSE-01",),
        change=Change(call=named(lambda _name: "Live Chat Event")),
    ),
    Mutant(
        name="all-is-sent",
        line="Names: everything under one name",
        violates=("EVENT-03", "EVENT-04", "EVENT-06", "EVENT-07", "EVENT-08"),
        consequences=("DELIVERY-07",),
        change=Change(call=named(lambda _name: SENT)),
    ),
    Mutant(
        name="unplanned-event",
        line="Names: an extra unplanned event",
        violates=("EVENT-11",),
        change=Change(calls=_with_typing),
    ),
    Mutant(
        name="started-as-page",
        line="Names: an event that is no Track call",
        violates=("EVENT-02", "WAREHOUSE-01", "WAREHOUSE-02"),
        change=Change(call=_as_page),
    ),
    Mutant(
        name="all-as-screens",
        line="Names: an event that is no Track call",
        violates=("EVENT-02", "WAREHOUSE-01", "WAREHOUSE-02"),
        change=Change(call=_as_screen),
    ),
    Mutant(
        name="widget-as-event",
        line="Names: an extra unplanned event",
        violates=("EVENT-11",),
        change=Change(calls=_with_widget),
    ),
)
