"""
What Segment makes of a request: paths, bodies, keys, limits, and its reply.
"""

import base64
import gzip
import json
from typing import Any

import pytest

from conformance.ingestion import (
    BATCH_LIMIT,
    BODY_BOUND,
    DECODED_BOUND,
    EVENT_LIMIT,
    SourceState,
    receive,
    size_of,
)
from tests.unit.intakes import BASIC, KEY, SOURCES, SUCCESS, a_request, answer, drops, received

TRACK = {"type": "track", "event": "Live Chat Message Sent", "userId": "u-1", "messageId": "m-1"}


@pytest.mark.parametrize("word", ["track", "identify", "page", "screen", "group", "alias"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_a_single_call_gets_its_type_from_its_path(word: str, slash: str) -> None:
    """
    Each call type has a path of its own and a short form, with or without a trailing slash.
    """
    call = {"userId": "u", "event": "E"}
    for path in (word, word[0]):
        intake = received(call, target=f"/v1/{path}{slash}")
        assert answer(intake) == SUCCESS
        assert [message.type for message in intake.messages] == [word]
        assert intake.messages[0].sent == call
        assert drops(intake) == [None]


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/v1/import", "/v1/batch/", "/v1/batch?x=1"])
def test_batches_have_three_paths(path: str) -> None:
    """
    ``/v1/batch``, ``/v1/b`` and ``/v1/import`` take a batch.
    """
    assert drops(received({"batch": [TRACK, TRACK]}, target=path)) == [None, None]


def test_what_stands_before_v1_is_the_base_urls_and_is_noted() -> None:
    """
    A sender may be configured with a base URL that carries a path: the last two segments count.
    """
    intake = received({"batch": [TRACK]}, target="/prefix/v1/batch")
    assert (intake.problem, intake.notes, drops(intake)) == (None, ("path_prefix",), [None])


@pytest.mark.parametrize(
    "path", ["/v1/v1/batch", "/batch", "/v1", "/", "", "/v1/tracks", "/V1/batch", "*", "/v2/track"]
)
def test_other_paths_are_nobodys_and_their_calls_are_still_decoded(path: str) -> None:
    """
    A doubled ``/v1`` is the classic mistake; the judge has to see what was sent there.
    """
    intake = received({"batch": [TRACK]}, target=path)
    assert answer(intake)[0] == 404
    assert (intake.problem, drops(intake)) == ("unknown_path", ["unknown_path"])


def test_a_target_may_be_absolute() -> None:
    """
    A proxy's client sends the whole URL as the target.
    """
    assert drops(received({"batch": [TRACK]}, target="http://api.segment.io/v1/batch")) == [None]


def test_only_post_is_taken() -> None:
    """
    A redirect turns a POST into an empty GET, which carries nothing.
    """
    intake = receive(a_request(b"", method="GET"), SOURCES)
    assert (answer(intake)[0], intake.problem) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        pytest.param(b"", "malformed_json", id="nothing"),
        pytest.param(b"{", "malformed_json", id="half an object"),
        pytest.param(b'{"a": NaN}', "malformed_json", id="NaN"),
        pytest.param(b'{"a": Infinity}', "malformed_json", id="Infinity"),
        pytest.param(b'{"a": 1e999}', "malformed_json", id="no such double"),
        pytest.param(b'{"a": "\xff"}', "malformed_json", id="invalid UTF-8"),
        pytest.param(b"\xef\xbb\xbf{}", "malformed_json", id="byte order mark"),
        pytest.param(b'"' + rb"\"" * 2_000_000, "malformed_json", id="endless string"),
        pytest.param(b'{"a": "\\', "malformed_json", id="half an escape"),
        pytest.param(b"[" * 10_000, "too_deep", id="deep arrays"),
        pytest.param(b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "too_deep", id="deep objects"),
        pytest.param(b"[]", "not_an_object", id="array"),
        pytest.param(b'"text"', "not_an_object", id="string"),
        pytest.param(b"7", "not_an_object", id="number"),
        pytest.param(b"null", "not_an_object", id="null"),
    ],
)
def test_what_is_no_json_object_is_answered_400(body: bytes, problem: str) -> None:
    """
    Segment says "malformed JSON"; the problem says more closely what it was.
    """
    intake = receive(a_request(body), SOURCES)
    assert intake.problem == problem
    assert answer(intake) == (
        400,
        {"success": False, "message": "malformed JSON", "code": "invalid_request"},
    )


def test_gzip_is_unpacked_also_in_several_members() -> None:
    """
    ``Content-Encoding: gzip`` is accepted, and a gzip stream may have members.
    """
    text = json.dumps({"batch": [TRACK]}).encode()
    labelled = (BASIC, ("Content-Encoding", "GZip"))
    for packed in (gzip.compress(text), gzip.compress(text[:9]) + gzip.compress(text[9:])):
        assert drops(receive(a_request(packed, headers=labelled), SOURCES)) == [None]


@pytest.mark.parametrize(
    ("packed", "problem"),
    [
        pytest.param(gzip.compress(b'{"batch":[]}')[:-9], "bad_gzip", id="truncated"),
        pytest.param(b'{"batch":[]}', "bad_gzip", id="not packed"),
        pytest.param(b"", "bad_gzip", id="nothing"),
        pytest.param(gzip.compress(b"{}") + b"rubbish", "bad_gzip", id="rubbish behind"),
        pytest.param(gzip.compress(b"{}") * 1000, "bad_gzip", id="a thousand members"),
        pytest.param(gzip.compress(b" " * (BODY_BOUND + 1)), "payload_too_large", id="bomb"),
    ],
)
def test_gzip_that_is_none_or_does_not_end_is_refused(packed: bytes, problem: str) -> None:
    """
    Truncated streams, rubbish, a thousand members and bombs are refused, and unpacking stops at a bound.
    """
    intake = receive(a_request(packed, headers=(BASIC, ("Content-Encoding", "gzip"))), SOURCES)
    assert (intake.problem, answer(intake)[0]) == (problem, 400)


def test_other_encodings_are_refused() -> None:
    """
    Nothing says that Segment unpacks anything but gzip.
    """
    assert (
        receive(a_request(headers=(BASIC, ("Content-Encoding", "br"))), SOURCES).problem
        == "unsupported_encoding"
    )


@pytest.mark.parametrize(
    ("member", "note"),
    [
        ('"properties": {"a": 1, "a": 2}', "duplicate_member"),
        ('"properties": {"a": 123456789012345678901}', "huge_integer"),
        ('"properties": {"a": "\\ud83d"}', "lone_surrogate"),
    ],
)
def test_oddities_of_json_are_noted_and_let_pass(member: str, note: str) -> None:
    """
    Names that come twice, integers over 64 bits and halves of surrogate pairs are JSON all the same.
    """
    body = f'{{"event": "E", "userId": "u", {member}}}'.encode()
    intake = receive(a_request(body, target="/v1/track"), SOURCES)
    assert (intake.notes, drops(intake)) == ((note,), [None])


def test_the_last_of_two_equal_names_counts_and_strings_are_not_mistaken_for_names() -> None:
    """
    A colon, a brace or an escaped quote inside a string is no structure.
    """
    odd = {"event": 'a "quoted": {[:,123456789012345678901', "userId": "u\\"}
    assert received(odd, target="/v1/track").notes == ()
    body = b'{"event": "A", "userId": "u", "event": "B"}'
    assert receive(a_request(body, target="/v1/track"), SOURCES).messages[0].event == "B"


def test_a_proper_surrogate_pair_next_to_a_lone_one_stays_whole() -> None:
    """
    Only the half that stands alone is replaced.
    """
    body = rb'{"event": "\ud83d\ude00\ud83d \\ud83d", "userId": "u"}'
    (message,) = receive(a_request(body, target="/v1/track"), SOURCES).messages
    assert message.event == "\U0001f600\ufffd \\ud83d"


def test_every_form_of_key_is_seen() -> None:
    """
    Basic, body, member, bearer and query are all reported; the last two authenticate nothing by themselves.
    """
    document = {"batch": [{**TRACK, "writeKey": "own"}], "writeKey": "body"}
    intake = received(document, target="/v1/batch?writeKey=q", headers=(("authorization", "bEARER tok"),))
    forms = [(credential.form, credential.key) for credential in intake.credentials]
    assert forms == [("bearer", "tok"), ("query", "q"), ("body", "body"), ("message", "own")]
    assert intake.write_key == "body"
    assert intake.messages[0].write_key == "own"


@pytest.mark.parametrize(("written", "colon"), [(f"{KEY}:", True), (KEY, False), (f"{KEY}:secret", True)])
def test_basic_credentials_do_with_and_without_the_colon(written: str, colon: bool) -> None:
    """
    Segment takes both; TRANSPORT-04 is judged from the colon that is reported.
    """
    header = ("AUTHORIZATION", "basic  " + base64.b64encode(written.encode()).decode())
    intake = received({"batch": [TRACK]}, headers=(header,))
    assert [(credential.key, credential.colon) for credential in intake.credentials] == [(KEY, colon)]
    assert drops(intake) == [None]


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("Authorization", "Bearer " + KEY),),
        (("Authorization", "Basic " + base64.b64encode(b":").decode()),),
        (("Authorization", "Basic !!!"),),
        (("Authorization", "Basic /w=="),),
        (("Authorization", ""),),
    ],
)
def test_without_a_key_the_request_is_refused_and_its_calls_are_still_decoded(
    headers: tuple[tuple[str, str], ...],
) -> None:
    """
    Segment answers 400 "An invalid write key was provided" when there is no key, and 200 when it is unknown.
    """
    intake = received({"batch": [TRACK]}, headers=headers, target=f"/v1/batch?writeKey={KEY}")
    assert answer(intake)[1]["message"] == "An invalid write key was provided"
    assert drops(intake) == ["missing_write_key"]


def test_keys_do_not_show_in_the_representation_of_values() -> None:
    """
    A failing assertion or a traceback prints values; a key is a secret.
    """
    intake = received({"batch": [TRACK]})
    assert KEY not in repr(intake.credentials) + repr(SOURCES[KEY])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"userId": None}, "no_user_anon_id"),
        ({"userId": ""}, "no_user_anon_id"),
        ({"userId": False}, "id_not_string"),
        ({"userId": 0}, "id_not_string"),
        ({"anonymousId": 5}, "id_not_string"),
        ({"event": None}, "event_not_defined"),
        ({"event": ""}, "event_not_defined"),
        ({"event": 5}, "event_not_string"),
        ({"properties": []}, "properties_not_object"),
        ({"type": None}, "type_not_defined"),
        ({"type": "trak"}, "type_not_known"),
        ({"type": ["track"]}, "type_not_known"),
        ({"anonymousId": None, "properties": None, "context": None}, None),
    ],
)
def test_calls_that_say_too_little_are_dropped_in_silence(change: dict[str, Any], reason: str | None) -> None:
    """
    The reply is 200 all the same: the reason shows only in the debugger.
    """
    intake = received({"batch": [{**TRACK, **change}]})
    assert (answer(intake), drops(intake)) == (SUCCESS, [reason])


def test_members_that_are_no_objects_are_dropped_and_the_others_kept() -> None:
    """
    One bad member does not spoil its batch.
    """
    assert drops(received({"batch": [1, None, TRACK, [], "x"]})) == [
        "not_an_object",
        "not_an_object",
        None,
        "not_an_object",
        "not_an_object",
    ]


@pytest.mark.parametrize("document", [{}, {"batch": []}, {"batch": {}}, {"batch": None}])
def test_an_empty_batch_is_answered_200(document: Any) -> None:
    """
    ``empty_batch`` is one of the reasons that show only in the debugger.
    """
    intake = received(document)
    assert (answer(intake), intake.problem, intake.messages) == (SUCCESS, "empty_batch", ())


@pytest.mark.parametrize(
    ("source", "endpoint", "reason"),
    [
        (None, "us", "unknown_source"),
        (SourceState(write_key=KEY, workspace="acme", region="us", enabled=False), "us", "source_disabled"),
        (SourceState(write_key=KEY, workspace="acme", region="us"), "eu", "wrong_region"),
        (SourceState(write_key=KEY, workspace="acme", region="eu"), "us", "wrong_region"),
        (SourceState(write_key=KEY, workspace="acme", region="ap"), "eu", "wrong_region"),
        (SourceState(write_key=KEY, workspace="acme", region="eu"), "eu", None),
    ],
)
def test_the_key_decides_whether_a_source_takes_the_call(
    source: SourceState | None, endpoint: str, reason: str | None
) -> None:
    """
    An unknown, disabled or foreign source drops in silence.
    """
    sources = {} if source is None else {KEY: source}
    intake = received({"batch": [TRACK]}, sources=sources, endpoint=endpoint)
    assert (answer(intake), drops(intake)) == (SUCCESS, [reason])


def test_strict_refuses_the_wrong_region() -> None:
    """
    The documents say both "rejected" and "no visible error": strict is the first of them.
    """
    request = a_request(json.dumps({"batch": [TRACK]}).encode(), endpoint="eu")
    intake = receive(request, SOURCES, strict=True)
    assert answer(intake)[0] == 400
    assert drops(intake) == ["wrong_region"]


def test_a_strangers_host_is_not_segment() -> None:
    """
    An intercepted host that is none of Segment's takes nothing, and what went there is decoded.
    """
    intake = received({"batch": [TRACK]}, endpoint="collector.example")
    assert (intake.problem, drops(intake)) == ("not_segment", ["not_segment"])


def sized(size: int) -> dict[str, Any]:
    """
    A call of that many bytes as compact JSON.
    """
    empty = {**TRACK, "properties": {"a": ""}}
    filling = size - len(json.dumps(empty, separators=(",", ":")))
    return {**TRACK, "properties": {"a": "x" * filling}}


def test_an_event_of_32_kb_passes_and_one_byte_more_does_not() -> None:
    """
    A single call that is too large is refused with 400; a batch's member is dropped by itself.
    """
    for size, reason in ((EVENT_LIMIT, None), (EVENT_LIMIT + 1, "event_too_large")):
        intake = received({"batch": [sized(size), TRACK]})
        assert (size_of(intake.messages[0]), drops(intake)) == (size, [reason, None])
    body = json.dumps(sized(EVENT_LIMIT + 1), separators=(",", ":")).encode()
    single = receive(a_request(body, target="/v1/track"), SOURCES)
    assert (answer(single)[1]["message"], drops(single)) == ("Exceed payload limit", ["payload_too_large"])
    assert drops(receive(a_request(body[:-1].replace(b"x", b"", 1) + b"}", target="/v1/track"), SOURCES)) == [
        None
    ]


def test_a_batch_of_500_kb_passes_and_one_byte_more_does_not() -> None:
    """
    The bound counts the bytes after unpacking.
    """
    text = json.dumps({"batch": [TRACK]}).encode()
    for size, problem in ((BATCH_LIMIT, None), (BATCH_LIMIT + 1, "payload_too_large")):
        padded = text + b" " * (size - len(text))
        assert receive(a_request(padded), SOURCES).problem == problem
        packed = a_request(gzip.compress(padded), headers=(BASIC, ("Content-Encoding", "gzip")))
        assert receive(packed, SOURCES).problem == problem


@pytest.mark.parametrize(("count", "reason"), [(2_500, None), (2_501, "too_many_events")])
def test_more_than_2500_members_are_dropped_in_silence(count: int, reason: str | None) -> None:
    """
    All of them, as nobody says which 2,500 would be kept.
    """
    member = {"type": "track", "event": "E", "userId": "u"}
    intake = received({"batch": [member] * count})
    assert (answer(intake), set(drops(intake))) == (SUCCESS, {reason})


def test_no_more_members_are_decoded_than_the_bound() -> None:
    """
    A body of ones would otherwise become a million messages.
    """
    intake = received({"batch": [1] * (DECODED_BOUND + 1)})
    assert len(intake.messages) == DECODED_BOUND
    assert "members_not_decoded" in intake.notes
    assert "members_not_decoded" not in received({"batch": [1] * DECODED_BOUND}).notes


@pytest.mark.parametrize(
    ("size", "problem"), [(1_000, "body_incomplete"), (BODY_BOUND + 1, "payload_too_large")]
)
def test_a_body_cut_short_carries_nothing(size: int, problem: str) -> None:
    """
    A sender that broke off is told apart from one that was stopped at the bound.
    """
    body = json.dumps({"batch": [TRACK]}).encode()
    intake = receive(a_request(body, size=size, complete=False), SOURCES)
    assert (intake.problem, drops(intake)) == (problem, [problem])
