"""
Single rules of Segment's ingestion, at the very places where a slip would change them.
"""

import datetime as dt
import gzip
import tracemalloc
import zlib
from typing import Any

import pytest

from conformance.ingestion import (
    BODY_BOUND,
    DECOMPRESSED_BOUND,
    MAX_DEPTH,
    decode_archived,
    deduplicate,
    ingested,
    message_id_of,
    split_target,
)
from conformance.ingestion.bodies import read_body
from conformance.model import Message
from tests.unit.intakes import KEY, NOW, received

TRACK = {"type": "track", "event": "E", "userId": "u"}


def single(**members: Any) -> Message:
    """
    The one message of a batch with one member.
    """
    (message,) = received({"batch": [{**TRACK, **members}]}).messages
    return message


def drop(**members: Any) -> str | None:
    return single(**members).drop


# --- bodies


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", " gzip ", "identity, gzip", "gzip,identity"])
def test_gzip_has_two_names_and_identity_is_none_at_all(encoding: str) -> None:
    """
    RFC 9110: `x-gzip` is the same, names are without case, and `identity` changes nothing.
    """
    body = read_body(gzip.compress(b'{"a": 1}'), encoding)
    assert (body.document, body.problem, body.size) == ({"a": 1}, None, 8)


@pytest.mark.parametrize("encoding", ["", "identity", "Identity, identity", " , "])
def test_without_an_encoding_the_body_is_what_it_is(encoding: str) -> None:
    """
    An empty list of encodings is none.
    """
    assert read_body(b'{"a": 1}', encoding).document == {"a": 1}


@pytest.mark.parametrize("encoding", ["gzip, gzip", "gzip gzip", "deflate", "br, gzip"])
def test_any_other_encoding_is_refused(encoding: str) -> None:
    """
    Also gzip twice: nothing says that Segment unpacks it.
    """
    assert read_body(gzip.compress(b"{}"), encoding).problem == "unsupported_encoding"


@pytest.mark.parametrize(
    ("after", "problem"), [(b"\0", None), (b"\0\0\0", None), (b" ", "bad_gzip"), (b"X", "bad_gzip")]
)
def test_behind_a_gzip_stream_only_zeros_are_padding(after: bytes, problem: str | None) -> None:
    """
    As gzip itself has it; anything else is rubbish.
    """
    assert read_body(gzip.compress(b"{}") + after, "gzip").problem == problem


def test_what_is_compressed_otherwise_is_no_gzip() -> None:
    """
    zlib's own format under the label `gzip` is refused.
    """
    assert read_body(zlib.compress(b"{}"), "gzip").problem == "bad_gzip"


@pytest.mark.parametrize(("more", "problem"), [(0, None), (1, "payload_too_large")])
def test_what_unpacks_to_the_bound_is_read_and_a_byte_more_is_not(more: int, problem: str | None) -> None:
    """
    The bound itself is allowed.
    """
    packed = gzip.compress(b"{}" + b" " * (DECOMPRESSED_BOUND - 2 + more))
    assert read_body(packed, "gzip").problem == problem


def test_unpacking_stops_at_the_bound() -> None:
    """
    A bomb takes no more memory than a body that fits.
    """
    bomb = gzip.compress(bytes(12 * DECOMPRESSED_BOUND))
    tracemalloc.start()
    assert read_body(bomb, "gzip").problem == "payload_too_large"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * DECOMPRESSED_BOUND


@pytest.mark.parametrize(("depth", "problem"), [(MAX_DEPTH, None), (MAX_DEPTH + 1, "too_deep")])
def test_a_document_may_be_as_deep_as_the_bound(depth: int, problem: str | None) -> None:
    """
    The brackets of the object itself count.
    """
    inner = b"[" * (depth - 1) + b"]" * (depth - 1)
    assert read_body(b'{"a": ' + inner + b"}", "").problem == problem


def test_a_lone_surrogate_excuses_no_other_mistake() -> None:
    """
    What is no JSON for another reason too is malformed.
    """
    body = read_body(rb'{"a": "\ud83d", }', "")
    assert (body.problem, body.document) == ("malformed_json", None)


@pytest.mark.parametrize(
    "number", [b"1.00000000000000000000001", b"1" + b"0" * 25 + b".5", b"1e-" + b"0" * 25]
)
def test_a_long_fraction_is_no_huge_integer(number: bytes) -> None:
    """
    Only an integer loses its value when it is read as a float.
    """
    assert read_body(b'{"a": ' + number + b"}", "").notes == ()


# --- paths


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/v1/batch#part", "/v1/batch", ""),
        ("/v1/batch?a=b#part", "/v1/batch", "a=b"),
        ("http://api.segment.io/v1/batch?a=b", "/v1/batch", "a=b"),
        ("http://api.segment.io", "/", ""),
        ("http://api.segment.io/to/http://other/v1", "/to/http://other/v1", ""),
        ("/to/http://api.segment.io/v1/batch", "/to/http://api.segment.io/v1/batch", ""),
        ("api.segment.io:443", "api.segment.io:443", ""),
    ],
)
def test_a_target_has_a_path_and_a_query(target: str, path: str, query: str) -> None:
    """
    The fragment counts for nothing, and a scheme and host only where the target begins with them.
    """
    assert split_target(target) == (path, query)


@pytest.mark.parametrize(
    ("document", "types"),
    [
        ({"type": "track"}, ["track"]),
        ({"event": "E"}, [None]),
        ({"userId": "u"}, []),
        ({"batch": []}, []),
        ({"batch": [TRACK]}, ["track"]),
    ],
)
def test_on_nobodys_path_a_body_has_to_look_like_a_call(document: Any, types: list[str | None]) -> None:
    """
    By a type, by an event, or by being a batch.
    """
    assert [message.type for message in received(document, target="/elsewhere").messages] == types


# --- keys


@pytest.mark.parametrize("name", ["writeKey", "write_key", "write-key", "WRITEKEY"])
@pytest.mark.parametrize("value", ["k", ""])
def test_a_key_in_the_url_is_seen_under_any_spelling(name: str, value: str) -> None:
    """
    Also an empty one, as somebody meant to put it there.
    """
    forms = [
        (c.form, c.key) for c in received({}, target=f"/v1/batch?{name}={value}", headers=()).credentials
    ]
    assert forms == [("query", value)]


def test_basic_credentials_are_strict_base64() -> None:
    """
    Python would skip over what is none, and find a key that nobody sent.
    """
    assert received({}, headers=(("Authorization", "Basic a!zo="),)).credentials == ()
    assert received({}, headers=(("Authorization", "Basic azo="),)).credentials != ()


def test_a_key_in_the_body_is_enough() -> None:
    """
    On a single call, on a batch, or on a batch's member.
    """
    assert received({**TRACK, "writeKey": KEY}, target="/v1/track", headers=()).problem is None
    assert received({"batch": [TRACK], "writeKey": KEY}, headers=()).problem is None
    assert received({"batch": [{**TRACK, "writeKey": KEY}]}, headers=()).problem is None


def test_a_member_without_a_key_gets_none_from_its_neighbour() -> None:
    """
    It is dropped alone.
    """
    intake = received({"batch": [{**TRACK, "writeKey": KEY}, TRACK]}, headers=())
    assert [message.drop for message in intake.messages] == [None, "missing_write_key"]


@pytest.mark.parametrize("value", [5, "", None, {}])
def test_what_is_no_key_stands_for_the_requests_own(value: object) -> None:
    """
    A member's `writeKey` counts where it is a text with something in it.
    """
    (message,) = received({"batch": [{**TRACK, "writeKey": value}]}).messages
    assert (message.write_key, message.drop) == (KEY, None)


# --- requests


def test_what_ends_at_the_bound_was_cut_short_by_its_sender() -> None:
    """
    A body as long as the bound is read whole; only beyond it does the mock stop reading.
    """
    assert received({}, size=BODY_BOUND, complete=False).problem == "body_incomplete"
    assert received({}, size=BODY_BOUND + 1, complete=False).problem == "payload_too_large"


def test_an_intake_holds_the_document_and_a_reply_in_json() -> None:
    """
    The checks read the document; the Ruby SDK parses the reply.
    """
    intake = received({"batch": [TRACK], "sentAt": "now"})
    assert intake.document == {"batch": [TRACK], "sentAt": "now"}
    assert intake.reply.headers == (("Content-Type", "application/json"),)


# --- calls


def test_a_members_own_time_of_sending_wins() -> None:
    """
    A batch's `sentAt` is for members without one.
    """
    (own, none) = received({"batch": [{**TRACK, "sentAt": "a"}, TRACK], "sentAt": "b"}).messages
    assert (own.call["sentAt"], none.call["sentAt"]) == ("a", "b")


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ({"previousId": "p", "userId": None}, None),
        ({"previousId": 5}, "id_not_string"),
        ({"anonymousId": 5}, "id_not_string"),
        ({"anonymousId": "a", "userId": None}, None),
        ({"userId": None}, "no_user_anon_id"),
    ],
)
def test_an_alias_may_go_by_its_previous_id(call: dict[str, Any], reason: str | None) -> None:
    """
    Of the call types it alone.
    """
    assert drop(**{**call, "type": "alias"}) == reason


def test_a_previous_id_is_no_identity_of_other_calls() -> None:
    """
    A Track call with nothing else has none.
    """
    assert drop(previousId="p", userId=None) == "no_user_anon_id"


@pytest.mark.parametrize("message_id", ["", 5, None, []])
def test_what_is_no_id_makes_no_duplicate(message_id: Any) -> None:
    """
    Such calls get an id made from where they stood, and from what they say.
    """
    twice = received({"batch": [{**TRACK, "messageId": message_id}] * 2}).messages
    assert [message.drop for message in deduplicate(twice, set())] == [None, None]
    assert all(message_id_of(message).startswith("api-") for message in twice)
    assert message_id_of(single(messageId=message_id)) != message_id_of(
        single(messageId=message_id, event="F")
    )


@pytest.mark.parametrize(
    ("context", "stored"),
    [
        ({"ip": "1"}, {"ip": "1", "library": {"name": "unknown", "version": "unknown"}}),
        ({"library": None}, {"library": {"name": "unknown", "version": "unknown"}}),
        ({"library": {"name": "own"}}, {"library": {"name": "own"}}),
        ("text", "text"),
        (None, {"library": {"name": "unknown", "version": "unknown"}}),
    ],
)
def test_an_unknown_library_is_added_where_none_is_named(context: Any, stored: Any) -> None:
    """
    To a context that is there as well; one that is no object stays what it is.
    """
    assert ingested(single(context=context), "acme")["context"] == stored


# --- archives

ARCHIVED = {
    **TRACK,
    "messageId": "m",
    "timestamp": "2026-03-01T09:00:00Z",
    "receivedAt": "2026-03-01T10:00:00Z",
}


def test_an_archived_time_that_segment_made_was_not_sent() -> None:
    """
    `timestamp` is always in an archive; without an `originalTimestamp` the sender wrote none.
    """
    message = decode_archived(ARCHIVED, 0)
    assert "timestamp" not in message.sent
    assert message.timestamp == NOW - dt.timedelta(hours=1)
    assert (message.received_at, message.endpoint, message.write_key) == (NOW, "", None)


def test_an_archive_without_times_still_gives_moments() -> None:
    """
    The arrival stands for the time, the time for the arrival, and 1970 for both.
    """
    without = {name: value for name, value in ARCHIVED.items() if name != "timestamp"}
    assert decode_archived(without, 0).timestamp == NOW
    alone = {name: value for name, value in ARCHIVED.items() if name != "receivedAt"}
    assert decode_archived(alone, 0).received_at == NOW - dt.timedelta(hours=1)
    assert decode_archived(TRACK, 0).received_at == dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
