"""
Mutants that get wrong what a call carries beside its event: ids, times, context, switches.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from conformance.ingestion import STANDARD
from conformance.model import Activity, format_time
from conformance.reference import ENDED, SENT
from tests.mutants.bridge import Bridge, Call, Change
from tests.mutants.changes import CallChange, context, lacking, member
from tests.mutants.mutant import Mutant


def _stamped(stamp: Callable[[dt.datetime], object]) -> CallChange:
    """
    Each call with the `timestamp` that the function `stamp` makes of the activity's time.
    """
    return lambda _bridge, activity, call: {**call, "timestamp": stamp(activity.at)}


def _local_time(_bridge: Bridge, activity: Activity, call: Call) -> Call:
    """
    The local time of Paris, said to be UTC.
    """
    return {**call, "timestamp": format_time(activity.at + dt.timedelta(hours=1))}


def _flush_time(_bridge: Bridge, _activity: Activity, call: Call) -> Call:
    return {**call, "timestamp": format_time(dt.datetime.now(dt.UTC))}


def _time_of_the_start(bridge: Bridge, activity: Activity, call: Call) -> Call:
    """
    The time of the conversation's first event on all of them.
    """
    began = bridge.memory.setdefault(activity.conversation_id, call["timestamp"])
    return {**call, "timestamp": began}


def _random_id(_bridge: Bridge, _activity: Activity, call: Call) -> Call:
    return {**call, "messageId": str(uuid.uuid4())}


def _chat_message_as_id(_bridge: Bridge, activity: Activity, call: Call) -> Call:
    """
    The chat message's id for both Started and Sent, so that Segment drops one of them.
    """
    return {**call, "messageId": activity.message.id} if activity.message else call


def _number_as_id(_bridge: Bridge, _activity: Activity, call: Call) -> Call:
    return {**call, "messageId": uuid.UUID(call["messageId"]).int % 10**12}


MUTANTS = (
    Mutant(
        name="no-segment-message-id",
        line="Transport: no messageId",
        violates=("ENVELOPE-01", "DELIVERY-07"),
        change=Change(call=lacking("messageId")),
    ),
    Mutant(
        name="empty-segment-message-id",
        line="Transport: no messageId",
        violates=("ENVELOPE-01", "DELIVERY-07"),
        change=Change(call=member(messageId="")),
    ),
    Mutant(
        name="conversation-as-message-id",
        line="Transport: one messageId for two events",
        violates=("ENVELOPE-03",),
        change=Change(
            call=lambda _bridge, activity, call: {
                **call,
                "messageId": activity.conversation_id or activity.id,
            }
        ),
    ),
    Mutant(
        name="new-message-id-each-time",
        line="Transport: a new messageId for what is delivered twice",
        violates=("DELIVERY-07",),
        change=Change(call=_random_id),
    ),
    Mutant(
        name="overlong-segment-message-id",
        line="Transport: over 100 characters",
        violates=("ENVELOPE-02",),
        change=Change(call=lambda _bridge, _activity, call: {**call, "messageId": call["messageId"] * 3}),
    ),
    Mutant(
        name="numeric-segment-message-id",
        line="Transport: a messageId that is no string",
        violates=("ENVELOPE-02",),
        change=Change(call=_number_as_id),
    ),
    Mutant(
        name="shared-message-id",
        line="Transport: one messageId for two events",
        violates=("ENVELOPE-03",),
        change=Change(call=_chat_message_as_id),
    ),
    Mutant(
        name="time-without-zone",
        line="Transport: a time without a zone",
        violates=("ENVELOPE-04",),
        change=Change(call=_stamped(lambda at: f"{at:%Y-%m-%d %H:%M:%S}")),
    ),
    Mutant(
        name="time-in-seconds",
        line="Transport: a time that is no date-time",
        violates=("ENVELOPE-04",),
        change=Change(call=_stamped(lambda at: int(at.timestamp()))),
    ),
    Mutant(
        name="flush-time",
        line="Transport: flush-time timestamps",
        violates=("ENVELOPE-05",),
        change=Change(call=_flush_time),
    ),
    Mutant(
        name="time-of-the-start",
        line="Envelope: the conversation's time for each of its events",
        violates=("ENVELOPE-05",),
        change=Change(call=_time_of_the_start),
    ),
    Mutant(
        name="whole-minutes",
        line="Envelope: times cut to the minute",
        violates=("ENVELOPE-05",),
        change=Change(call=_stamped(lambda at: format_time(at.replace(second=0, microsecond=0)))),
    ),
    Mutant(
        name="local-time",
        line="Transport: local time said to be UTC",
        violates=("ENVELOPE-05",),
        change=Change(call=_local_time),
    ),
    Mutant(
        name="no-timestamp",
        line="Transport: no timestamp on what is sent late",
        violates=("ENVELOPE-06",),
        change=Change(call=lacking("timestamp")),
    ),
    Mutant(
        name="no-library",
        line="Transport: no library",
        violates=("ENVELOPE-07",),
        change=Change(call=context(lambda given: {"integration": given["integration"]})),
    ),
    Mutant(
        name="nameless-library",
        line="Transport: no library",
        violates=("ENVELOPE-07",),
        change=Change(call=context(lambda given: given | {"library": {"name": " ", "version": "1"}})),
    ),
    Mutant(
        name="no-integration",
        line="Transport: no integration",
        violates=("ENVELOPE-08",),
        change=Change(call=context(lambda given: {"library": given["library"]})),
    ),
    Mutant(
        name="integration-without-version",
        line="Transport: no integration",
        violates=("ENVELOPE-08",),
        change=Change(call=context(lambda given: given | {"integration": {"name": "chat"}})),
    ),
    Mutant(
        name="context-is-text",
        line="Transport: a context that is no object",
        violates=("ENVELOPE-09",),
        consequences=("ENVELOPE-07", "ENVELOPE-08"),
        change=Change(call=context(lambda _given: "chat")),
    ),
    Mutant(
        name="integrations-is-a-list",
        line="Transport: integrations that are no object",
        violates=("ENVELOPE-09",),
        change=Change(call=member(integrations=["All"])),
    ),
    Mutant(
        name="all-destinations-off",
        line="Transport: every destination switched off",
        violates=("ROUTING-01",),
        change=Change(call=member(integrations={"All": False, "Mixpanel": True})),
    ),
    Mutant(
        name="each-destination-off",
        line="Transport: every destination switched off",
        violates=("ROUTING-01",),
        change=Change(call=member(integrations=dict.fromkeys(STANDARD, False))),
    ),
    Mutant(
        name="warehouses-off",
        line="Transport: the warehouses switched off",
        violates=("ROUTING-01",),
        change=Change(
            call=lambda _bridge, _activity, call: (
                {**call, "integrations": {"Warehouses": False}} if call["event"] in (SENT, ENDED) else call
            )
        ),
    ),
    Mutant(
        name="overlong-context",
        line="Warehouse: string over 512",
        violates=("WAREHOUSE-04",),
        change=Change(
            call=context(lambda given: given | {"page": {"url": "https://shop.example/?" + "q" * 600}})
        ),
    ),
)
