"""
ENVELOPE: what a call carries beside its event: ids, times, context.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from conformance.checks.check import NO_CALL, NO_EVENT, Check, Difference, every_call, every_event, shown
from conformance.checks.correspondence import Pair
from conformance.checks.evidence import Evidence
from conformance.checks.observation import Observed, content_of
from conformance.ingestion import MESSAGE_ID_LENGTH
from conformance.model import format_time, read_time

TIMES = ("timestamp", "sentAt", "originalTimestamp")
OBJECTS = ("context", "integrations", "properties")
TOLERANCE = dt.timedelta(seconds=1)
HISTORICAL = dt.timedelta(seconds=60)


def has_message_id(_evidence: Evidence, call: Observed) -> Iterator[Difference]:
    """
    ENVELOPE-01: there is a `messageId`.
    """
    if call.first.message_id in (None, ""):
        yield Difference(expected="a `messageId`", observed=_present(call, "messageId"), pointer="/messageId")


def calls_with_message_id(evidence: Evidence) -> Iterator[Observed]:
    """
    The calls that carry a `messageId` of whatever type.
    """
    return (call for call in evidence.calls if call.first.message_id not in (None, ""))


def message_id_fits(_evidence: Evidence, call: Observed) -> Iterator[Difference]:
    """
    ENVELOPE-02: a `messageId` is a string of at most 100 characters.
    """
    value = call.first.message_id
    expected = f"a string of at most {MESSAGE_ID_LENGTH} characters"
    if not isinstance(value, str):
        yield Difference(expected=expected, observed=shown(value), pointer="/messageId")
    elif len(value) > MESSAGE_ID_LENGTH:
        observed = f"{len(value)} characters: {shown(value)}"
        yield Difference(expected=expected, observed=observed, pointer="/messageId")


def message_id_is_unique(evidence: Evidence, call: Observed) -> Iterator[Difference]:
    """
    ENVELOPE-03: no other event, of this scenario or one before it, has the same `messageId`.
    """
    value = call.first.message_id
    if not isinstance(value, str):
        return
    first = evidence.first_with_message_id[value]
    earlier = evidence.earlier.get(value)
    if first is not call and not _one_event(evidence, first, call):
        where = f"a different event of exchange {first.first.exchange}"
    elif earlier is not None and earlier.content != content_of(call.first):
        where = f"a different event of the scenario {earlier.scenario}"
    else:
        return
    yield Difference(
        expected="a `messageId` of its own",
        observed=f"{shown(value)}, which is also that of {where}; Segment drops the second",
        pointer="/messageId",
    )


def _one_event(evidence: Evidence, first: Observed, second: Observed) -> bool:
    """
    Whether two calls report one event of the chat, as they may when its activity was delivered twice.
    """
    pair = evidence.pair_of.get(first)
    return pair is not None and pair is evidence.pair_of.get(second)


def timed_calls(evidence: Evidence) -> Iterator[Observed]:
    """
    The calls that carry any time of the sender's.
    """
    return (call for call in evidence.calls if any(call.first.call.get(name) is not None for name in TIMES))


def times_are_iso(_evidence: Evidence, call: Observed) -> Iterator[Difference]:
    """
    ENVELOPE-04: each time is an ISO 8601 date-time with a zone, of any offset and precision.
    """
    for name in TIMES:
        value = call.first.call.get(name)
        if value is not None and read_time(value) is None:
            yield Difference(
                expected=f"`{name}` is an ISO 8601 date-time with a zone",
                observed=shown(value),
                pointer=f"/{name}",
            )


def timed_events(evidence: Evidence) -> Iterator[Pair]:
    """
    The events that carry a readable `timestamp`, and whose cause in the chat is known.
    """
    return (pair for pair in evidence.pairs if pair.observed.time is not None)


def timestamp_is_chats(_evidence: Evidence, pair: Pair) -> Iterator[Difference]:
    """
    ENVELOPE-05: `timestamp` is when the chat event took place, give or take a second.
    """
    took_place, said = pair.expected.activity.at, pair.observed.time
    if said is None or abs(said - took_place) <= TOLERANCE:
        return
    late = abs(said - pair.observed.first.received_at) < HISTORICAL
    yield Difference(
        expected=f"`timestamp` {format_time(took_place)}, when it took place in the chat",
        observed=f"{shown(pair.observed.first.sent.get('timestamp'))}"
        + (", when it was sent" if late else ""),
        pointer="/timestamp",
    )


def late_events(evidence: Evidence) -> Iterator[Pair]:
    """
    The events that were sent more than a minute after they took place.
    """
    for pair in evidence.pairs:
        if pair.observed.first.received_at - pair.expected.activity.at > HISTORICAL:
            yield pair


def late_event_is_timed(_evidence: Evidence, pair: Pair) -> Iterator[Difference]:
    """
    ENVELOPE-06: an event sent late says when it took place.
    """
    if pair.observed.first.sent.get("timestamp") is None:
        yield Difference(
            expected=f"a `timestamp`: it took place at {format_time(pair.expected.activity.at)}",
            observed="no `timestamp`, so Segment takes the time of arrival",
            pointer="/timestamp",
        )


def names_library(_evidence: Evidence, call: Observed) -> Iterator[Difference]:
    """
    ENVELOPE-07: `context.library` names the sending library, on the call or its batch.
    """
    library = _in_context(call, "library")
    if not (isinstance(library, dict) and _text(library.get("name"))):
        yield Difference(
            expected="`context.library` with a name", observed=shown(library), pointer="/context/library"
        )


def names_integration(_evidence: Evidence, event: Observed) -> Iterator[Difference]:
    """
    ENVELOPE-08: `context.integration` has the name and the version of the integration.
    """
    integration = _in_context(event, "integration")
    fields = integration if isinstance(integration, dict) else {}
    if not (_text(fields.get("name")) and _text(fields.get("version"))):
        yield Difference(
            expected="`context.integration` with a name and a version",
            observed=shown(integration),
            pointer="/context/integration",
        )


def members_are_objects(_evidence: Evidence, call: Observed) -> Iterator[Difference]:
    """
    ENVELOPE-09: `context`, `integrations` and `properties`, where present, are objects.
    """
    for name in OBJECTS:
        value = call.first.call.get(name)
        if value is not None and not isinstance(value, dict):
            yield Difference(expected=f"`{name}` is an object", observed=shown(value), pointer=f"/{name}")


def _in_context(call: Observed, name: str) -> object:
    context = call.first.call.get("context")
    return context.get(name) if isinstance(context, dict) else None


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _present(call: Observed, name: str) -> str:
    return shown(call.first.sent[name]) if name in call.first.sent else "none"


CHECKS = (
    Check(requirement="ENVELOPE-01", over=every_call, find=has_message_id, unexercised=NO_CALL),
    Check(
        requirement="ENVELOPE-02",
        over=calls_with_message_id,
        find=message_id_fits,
        unexercised="no call carried a `messageId`",
        optional=True,
    ),
    Check(
        requirement="ENVELOPE-03",
        over=calls_with_message_id,
        find=message_id_is_unique,
        across=True,
        unexercised="no call carried a `messageId`",
        optional=True,
    ),
    Check(
        requirement="ENVELOPE-04",
        over=timed_calls,
        find=times_are_iso,
        unexercised="no call carried a time of the sender's, which it may leave to Segment",
        optional=True,
    ),
    Check(
        requirement="ENVELOPE-05",
        over=timed_events,
        find=timestamp_is_chats,
        unexercised="no event with a `timestamp` could be told to its cause in the chat",
        optional=True,
    ),
    Check(
        requirement="ENVELOPE-06",
        over=late_events,
        find=late_event_is_timed,
        unexercised="no event was sent more than a minute after it took place",
    ),
    Check(requirement="ENVELOPE-07", over=every_call, find=names_library, unexercised=NO_CALL),
    Check(
        requirement="ENVELOPE-08",
        over=every_event,
        find=names_integration,
        unexercised=NO_EVENT,
    ),
    Check(requirement="ENVELOPE-09", over=every_call, find=members_are_objects, unexercised=NO_CALL),
)
