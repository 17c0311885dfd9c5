"""
What Segment makes of a call: what it merges, adds, corrects and keeps once.
"""

import datetime as dt
from typing import Any

import pytest

from conformance.ingestion import (
    decode_archived,
    deduplicate,
    ingested,
    message_id_of,
    request_of,
)
from conformance.model import Exchange, Reply, read_time
from tests.unit.intakes import BASIC, KEY, NOW, a_request, received

TRACK = {"type": "track", "event": "Live Chat Message Sent", "userId": "u-1", "messageId": "m-1"}


def test_a_member_inherits_from_its_batch_and_wins_over_it() -> None:
    """
    ``context`` and ``integrations`` merge name by name; ``sentAt`` is inherited whole.
    """
    shared = {"context": {"library": {"name": "b"}, "ip": "1"}, "integrations": {"All": True}, "sentAt": "s"}
    member = {**TRACK, "context": {"ip": "2"}, "integrations": None}
    call = received({"batch": [member], **shared}).messages[0].call
    assert call["context"] == {"library": {"name": "b"}, "ip": "2"}
    assert (call["integrations"], call["sentAt"]) == ({"All": True}, "s")
    spoiled = received({"batch": [{**TRACK, "context": "x"}], **shared}).messages[0]
    assert spoiled.call["context"] == "x"


@pytest.mark.parametrize(
    ("arrived", "sent_at", "original", "corrected"),
    [
        (
            "2019-05-02T03:19:12.516Z",
            "2019-05-02T03:20:52.362Z",
            "2019-05-02T03:20:45.244Z",
            "2019-05-02T03:19:05.398Z",
        ),
        (
            "2015-12-12T19:11:01.266Z",
            "2015-12-12T19:11:01.169Z",
            "2015-12-12T19:11:01.152Z",
            "2015-12-12T19:11:01.249Z",
        ),
        ("2026-03-01T10:00:00.000Z", None, "2020-01-01T01:00:00+01:00", "2020-01-01T00:00:00.000Z"),
        ("2026-03-01T10:00:00.000Z", "2020-01-01T00:00:00Z", None, "2026-03-01T10:00:00.000Z"),
        ("2026-03-01T10:00:00.000Z", "rubbish", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00.000Z"),
    ],
)
def test_times_are_corrected_for_the_senders_clock(
    arrived: str, sent_at: str | None, original: str | None, corrected: str
) -> None:
    """
    Both of Segment's published vectors, and what happens when one of the two times is missing.
    """
    given = {"sentAt": sent_at, "timestamp": original}
    call = {**TRACK, **{name: value for name, value in given.items() if value}}
    (message,) = received({"batch": [call]}, at=read_time(arrived)).messages
    stored = ingested(message, "acme")
    assert (stored["receivedAt"], stored["timestamp"]) == (arrived, corrected)
    assert stored.get("originalTimestamp") == original
    assert stored.get("sentAt") == sent_at


@pytest.mark.parametrize("timestamp", ["yesterday", 5, "0001-01-01T00:00:00Z", [], "2026-03-01T10:00:00"])
def test_a_time_that_cannot_be_reckoned_with_is_none(timestamp: Any) -> None:
    """
    Then Segment falls back on the time of arrival, and keeps what was sent beside it.
    """
    call = {**TRACK, "timestamp": timestamp, "sentAt": "9999-12-31T23:59:59Z"}
    (message,) = received({"batch": [call]}).messages
    assert message.timestamp is None
    stored = ingested(message, "acme")
    assert (stored["timestamp"], stored["originalTimestamp"]) == ("2026-03-01T10:00:00.000Z", timestamp)


def test_segment_adds_to_what_it_takes_in() -> None:
    """
    An id where there is none, the library as unknown, channel, version and project; the key is left out.
    """
    (message,) = received({"writeKey": KEY, "userId": "u", "event": "E"}, target="/v1/track").messages
    assert ingested(message, "acme") == {
        "type": "track",
        "event": "E",
        "userId": "u",
        "messageId": message_id_of(message),
        "context": {"library": {"name": "unknown", "version": "unknown"}},
        "receivedAt": "2026-03-01T10:00:00.000Z",
        "timestamp": "2026-03-01T10:00:00.000Z",
        "channel": "server",
        "version": 2,
        "projectId": "acme",
    }
    assert message_id_of(message).startswith("api-")
    assert len(message_id_of(message)) == len("api-") + 27


def test_made_up_ids_differ_by_place_and_stay_the_same() -> None:
    """
    Two equal calls without an id are two events, and judging a record again finds the same ids.
    """
    call = {"type": "track", "event": "E", "userId": "u"}
    first, second = (received({"batch": [call, call]}).messages for _ in range(2))
    assert [message_id_of(message) for message in first] == [message_id_of(message) for message in second]
    assert message_id_of(first[0]) != message_id_of(first[1])


def test_only_the_first_of_equal_message_ids_is_kept() -> None:
    """
    The id alone counts, across requests; what was dropped before does not take up an id.
    """
    seen: set[str] = set()
    bad, good = {**TRACK, "userId": None}, {**TRACK, "event": "Other"}
    once = deduplicate(received({"batch": [bad, TRACK, good]}).messages, seen)
    again = deduplicate(received({"batch": [TRACK]}).messages, seen)
    assert [message.drop for message in once] == ["no_user_anon_id", None, "duplicate"]
    assert [message.drop for message in again] == ["duplicate"]
    nameless = {"type": "track", "event": "E", "userId": "u"}
    assert [m.drop for m in deduplicate(received({"batch": [nameless, nameless]}).messages, seen)] == [
        None,
        None,
    ]


def test_an_archived_call_gives_back_what_was_sent() -> None:
    """
    A line of the raw archive is the call plus what Segment added; the judge wants the call.
    """
    sent = {**TRACK, "timestamp": "2026-03-01T09:59:59Z", "sentAt": "2026-03-01T10:00:00Z"}
    (message,) = received({"batch": [sent, {"type": "track", "event": "E", "userId": "u"}]}).messages[:1]
    archived = decode_archived(ingested(message, "acme"), 3)
    assert archived.sent == sent
    assert (archived.index, archived.exchange, archived.drop) == (3, 0, None)
    assert (archived.timestamp, archived.received_at) == (message.timestamp, NOW)
    bare = received({"event": "E", "userId": "u"}, target="/v1/track").messages[0]
    assert decode_archived(ingested(bare, "acme"), 0).message_id is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T10:00:00Z", NOW),
        ("2026-03-01t10:00:00z", NOW),
        ("2026-03-01T12:00:00+02:00", NOW),
        ("2026-03-01T12:00:00+0200", NOW),
        ("2026-03-01T04:30:00.000-05:30", NOW),
        ("2026-03-01T10:00:00.123456789Z", NOW.replace(microsecond=123456)),
        ("2026-03-01T10:00:00.1234567+00:00", NOW.replace(microsecond=123456)),
        ("2026-03-01T10:00:00.120Z", NOW.replace(microsecond=120000)),
        ("2026-03-01T10:00Z", NOW),
        ("20260301T100000Z", NOW),
        ("2026-03-01T10:00:00", None),
        ("2026-03-01 10:00:00Z", None),
        ("2026-03-01", None),
        ("2026-13-01T10:00:00Z", None),
        ("2026-02-30T10:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("1772359200", None),
        (1772359200000, None),
        (None, None),
        ("", None),
    ],
)
def test_times_are_read_with_any_offset_and_fraction(text: object, moment: dt.datetime | None) -> None:
    """
    ISO 8601 date-times with a zone are moments; everything else is none.
    """
    assert read_time(text) == moment


def test_a_request_is_the_front_half_of_an_exchange() -> None:
    """
    The judge decodes a recorded exchange with the function that answered it.
    """
    request = a_request(b'{"batch": []}')
    exchange = Exchange(
        sequence=request.sequence,
        at=request.at,
        endpoint=request.endpoint,
        method=request.method,
        target=request.target,
        headers=request.headers,
        body=request.body,
        size=request.size,
        complete=request.complete,
        reply=Reply(status=200),
        kept=True,
    )
    assert request_of(exchange) == request
    assert request.header("AUTHORIZATION") == BASIC[1]
