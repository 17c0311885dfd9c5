"""
The catalogue holds every requirement of the specification, and the validators agree with each other.
"""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.errors import UsageError
from conformance.model.requirements import Basis, Profile
from conformance.spec import catalogue, nearest, regions, schema, schema_names, schemas_root, validator

# The specification's own table: id, level, basis, what judging needs. Data, not derived from the catalogue.
ROWS = tuple(
    tuple(row.split())
    for row in """
    EVENT-01 MUST documented O
    EVENT-02 MUST documented O
    EVENT-03 MUST documented S
    EVENT-04 MUST documented S
    EVENT-05 MUST documented S
    EVENT-06 MUST documented S
    EVENT-07 MUST documented S
    EVENT-08 MUST documented S
    EVENT-09 MUST inferred S
    EVENT-10 SHOULD inferred O
    EVENT-11 SHOULD documented O
    PROPERTY-01 MUST documented O
    PROPERTY-02 MUST documented O
    PROPERTY-03 MUST documented O
    PROPERTY-04 MUST documented O
    PROPERTY-05 MUST documented O
    PROPERTY-06 MUST documented O
    PROPERTY-07 MUST documented O/S
    PROPERTY-08 MUST documented O/S
    PROPERTY-09 MUST documented S
    PROPERTY-10 SHOULD inferred S
    PROPERTY-11 MUST documented S
    PROPERTY-12 MUST documented O
    PROPERTY-13 SHOULD documented O
    PROPERTY-14 MUST documented O
    PROPERTY-15 SHOULD documented O
    PROPERTY-16 MAY documented S
    PROPERTY-17 SHOULD practice O
    IDENTITY-01 MUST documented O
    IDENTITY-02 MUST documented S
    IDENTITY-03 MUST inferred S
    IDENTITY-04 MUST inferred S
    IDENTITY-05 SHOULD documented S
    ENVELOPE-01 SHOULD documented O
    ENVELOPE-02 MUST documented O
    ENVELOPE-03 MUST documented O
    ENVELOPE-04 MUST documented O
    ENVELOPE-05 MUST documented S
    ENVELOPE-06 SHOULD documented S
    ENVELOPE-07 SHOULD documented O
    ENVELOPE-08 SHOULD documented O
    ENVELOPE-09 MUST documented O
    TRANSPORT-01 MUST documented O
    TRANSPORT-02 MUST documented O
    TRANSPORT-03 MUST documented O
    TRANSPORT-04 SHOULD documented O
    TRANSPORT-05 MUST documented O
    TRANSPORT-06 MUST documented O
    TRANSPORT-07 MUST practice O
    TRANSPORT-08 SHOULD documented O
    TRANSPORT-09 MUST documented O
    TRANSPORT-10 MUST inferred O/F
    DELIVERY-01 MUST practice F
    DELIVERY-02 MUST inferred F
    DELIVERY-03 SHOULD documented F
    DELIVERY-04 SHOULD practice F
    DELIVERY-05 MUST practice S
    DELIVERY-06 SHOULD practice F
    DELIVERY-07 SHOULD practice S
    DELIVERY-08 SHOULD practice F
    REGION-01 MUST documented O
    REGION-02 MUST documented O
    REGION-03 MUST documented F
    REGION-04 SHOULD inferred F
    REGION-05 MUST documented F
    REGION-06 MUST inferred O
    WAREHOUSE-01 MUST documented O
    WAREHOUSE-02 MUST documented O
    WAREHOUSE-03 MUST documented O
    WAREHOUSE-04 SHOULD documented O
    SETUP-01 MUST documented O
    SETUP-02 MUST inferred F
    SETUP-03 MUST inferred F
    SETUP-04 MUST practice O
    ROUTING-01 MUST documented O
""".strip().splitlines()
)

# What does not happen: silence alone passes none of these.
NEGATIVE = {
    *("EVENT-05", "EVENT-08", "EVENT-09", "IDENTITY-03", "IDENTITY-04", "TRANSPORT-07", "DELIVERY-07"),
    *("REGION-02", "REGION-03", "REGION-05", "REGION-06", "SETUP-02", "SETUP-03", "SETUP-04"),
}

SENT: dict[str, Any] = schema("events/message-sent")["examples"][0]


def sent(**changes: object) -> dict[str, Any]:
    """
    A compliant Sent event, but for these members.
    """
    return {**SENT, **changes}


def lasting(duration: object) -> dict[str, Any]:
    """
    A compliant Sent event, but for its duration.
    """
    return sent(properties={**SENT["properties"], "conversation_duration": duration})


def nested(depth: int) -> list[Any]:
    """
    A list in a list in a list, that deep.
    """
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


# ---------------------------------------------------------------- the catalogue


def test_every_requirement_of_the_specification_is_in_the_catalogue_once_and_in_order() -> None:
    """
    Id, level, basis and needs of all 75 requirements are the specification's.
    """
    held = [
        (each.id, each.level.value, each.basis.value, "/".join(each.needs))
        for each in catalogue().requirements
    ]
    assert held == list(ROWS)
    assert len(held) == 75


def test_every_text_is_there_and_says_something_of_its_own() -> None:
    """
    No statement, reason or cure is empty, unfinished, or used twice.
    """
    rows = catalogue().requirements
    texts = [text for row in rows for text in (row.statement, row.why, row.mend)]
    assert len(set(texts)) == 3 * len(rows)
    assert [text for text in texts if len(text) < 30 or not text.endswith(".")] == []
    assert [row.id for row in rows if not row.section] == []


def test_texts_mark_names_in_pairs() -> None:
    """
    Every backtick that opens has one that closes, so that a report can set names apart.
    """
    rows = catalogue().requirements
    texts = [text for row in rows for text in (row.statement, row.why, row.mend, row.section)]
    assert [text for text in texts if text.count("`") % 2] == []


def test_every_id_that_a_text_mentions_exists() -> None:
    """
    A text that sends the reader to another requirement sends them to one that is there.
    """
    text = (schemas_root() / "requirements.toml").read_text(encoding="utf-8")
    known = {row[0] for row in ROWS}
    mentioned = set(re.findall(r"\b(?!EXCLUDED|UNSPECIFIED)[A-Z]{5,}-\d\d\b", text))
    assert mentioned == known


def test_every_source_is_known_and_used() -> None:
    """
    Requirements name sources by their keys, and each source has a use.
    """
    everything = catalogue()
    keys = {source.key for source in everything.sources}
    named = {key for row in everything.requirements for key in row.source}
    assert named == keys
    assert {key for row in everything.excluded for key in row.source} <= keys


def test_what_is_documented_names_a_document() -> None:
    """
    Only a requirement that rests on practice may be without a source, and its section says so.
    """
    bare = [row for row in catalogue().requirements if not row.source]
    assert {row.basis for row in bare} == {Basis.PRACTICE}
    assert all(row.section.startswith("No document says so") for row in bare)


def test_the_live_chat_profile_drops_the_regions_and_nothing_else() -> None:
    """
    Every requirement holds in the profile chatlio; in live-chat all but those on regions.
    """
    everything = catalogue().requirements
    assert all(Profile.CHATLIO in row.profiles for row in everything)
    kept = {row.id for row in everything if Profile.LIVE_CHAT in row.profiles}
    assert {row.id for row in everything if row.chapter != "REGION"} == kept


def test_negative_requirements_are_marked() -> None:
    """
    Whatever demands that something does not happen is marked, so that doing nothing cannot pass it.
    """
    marked = {row.id for row in catalogue().requirements if row.negative}
    assert marked >= NEGATIVE
    assert not marked & {"EVENT-03", "EVENT-04", "EVENT-06", "EVENT-07", "REGION-01", "DELIVERY-01"}


def test_ids_of_all_kinds_are_unique() -> None:
    """
    No id names two rows, of whatever kind.
    """
    everything = catalogue()
    ids = [row.id for row in everything.requirements]
    ids += [row.id for row in everything.excluded]
    ids += [row.id for row in everything.unspecified]
    assert len(ids) == len(set(ids))


def test_what_is_left_out_says_why() -> None:
    """
    All six setup steps and the loading of warehouses are excluded with reasons; seven points are left open.
    """
    everything = catalogue()
    assert all(row.reason and row.statement and row.section for row in everything.excluded)
    assert all(row.topic and row.open and row.treatment for row in everything.unspecified)
    assert (len(everything.excluded), len(everything.unspecified)) == (5, 7)


def test_the_catalogue_is_read_once_and_frozen() -> None:
    """
    Everyone holds the same catalogue, and nobody can change it.
    """
    assert catalogue() is catalogue()
    assert catalogue().revision == "2026-11-22"
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        catalogue().requirements[0].level = "MAY"  # type: ignore[misc,assignment]  # the attempt is the test


def test_a_requirement_is_found_by_its_id() -> None:
    """
    An id leads to its requirement.
    """
    assert catalogue().requirement("EVENT-03").id == "EVENT-03"


@pytest.mark.parametrize(
    ("typed", "meant"), [("event-03", "EVENT-03"), ("PROPRETY-11", "PROPERTY-11"), ("DELIVRY", "DELIVERY")]
)
def test_an_unknown_id_names_the_nearest(typed: str, meant: str) -> None:
    """
    A mistyped id is a usage error that asks for the one that was meant.
    """
    with pytest.raises(UsageError, match=rf"Did you mean {meant}\?"):
        catalogue().requirement(typed)


@pytest.mark.parametrize(("name", "found"), [("Quik", "quick"), ("STANDARD", "standard"), ("zzz", None)])
def test_the_nearest_name_is_found_whatever_its_case(name: str, found: str | None) -> None:
    """
    A near name is found in any letter case; where nothing is near, nothing is made up.
    """
    assert nearest(name, ["quick", "standard", "exhaustive"]) == found


# ---------------------------------------------------------------- regions


def test_the_regions_are_the_specifications() -> None:
    """
    The source works in the US only, and each region has its own hosts.
    """
    us, eu = regions()
    assert (us.key, us.endpoint, us.chatlio) == ("us", "https://api.segment.io", True)
    assert (eu.key, eu.endpoint, eu.chatlio) == ("eu", "https://events.eu1.segmentapis.com", False)
    assert us.token_host != eu.token_host


# ---------------------------------------------------------------- the validators

DURATIONS = [
    (45, True),
    (45.0, True),
    (0, True),
    (45.5, False),
    (True, False),
    (None, False),
    ("", False),
    ("45", False),
]
DURATIONS += [(-1, False), (10**400, True), (float("nan"), False), (float("inf"), False)]

CALLS: list[tuple[dict[str, Any], bool]] = [
    (sent(), True),
    (sent(userId="u-42", anonymousId=None), True),
    (sent(userId="u-42", anonymousId=""), False),
    (sent(userId=None, anonymousId=None), False),
    (sent(userId=False), False),
    (sent(userId=0), False),
    (sent(messageId="m" * 100), True),
    (sent(messageId="m" * 101), False),
    (sent(messageId=7), False),
    (sent(context=[]), False),
    (sent(integrations=None), False),
    (sent(properties=None), False),
    (sent(properties={}), False),
    (sent(type="identify"), False),
    (sent(_metadata={"nodeVersion": "20"}), True),
    (sent(anonymousId="\ud800"), True),
    (sent(event="\ud800"), False),
]

TIMES = [
    ("2026-03-01T10:00:00Z", True),
    ("2026-03-01T10:00:00.1234567Z", True),
    ("2026-03-01T11:00:00.123456789+01:00", True),
    ("2026-11-22T03:19:28.188+00:00", True),
    ("2024-02-29T23:59:59.999Z", True),
    ("2026-02-29T10:00:00Z", False),
    ("2026-03-01T10:00:00", False),
    ("2026-03-01", False),
    ("2026-03-01T10:00:00Z\n", False),
    ("yesterday", False),
    ("", False),
    (1_772_359_200, False),
    (None, False),
]


def verdicts(name: str, value: object) -> tuple[bool, bool]:
    """
    What the fast and the explaining validator say.
    """
    return validator(name).is_valid(value), validator(name).explain(value) == []


@pytest.mark.parametrize(("duration", "allowed"), DURATIONS)
def test_both_validators_agree_on_durations(duration: object, allowed: bool) -> None:
    """
    `45` and `45.0` are integers; `45.5`, `true`, `null` and `""` are not, and nothing is below 0.
    """
    assert verdicts("events/message-sent", lasting(duration)) == (allowed, allowed)


@pytest.mark.parametrize(("call", "allowed"), CALLS)
def test_both_validators_agree_on_calls(call: dict[str, Any], allowed: bool) -> None:
    """
    The fast validator and the explaining one give the same answer, and it is the specification's.
    """
    assert verdicts("events/message-sent", call) == (allowed, allowed)


@pytest.mark.parametrize(("time", "allowed"), TIMES)
def test_times_are_really_checked(time: object, allowed: bool) -> None:
    """
    A time has a zone, any offset and any number of digits; a bare `format` would have let all of it pass.
    """
    assert verdicts("segment/call#time", time) == (allowed, allowed)
    assert verdicts("events/message-sent", sent(timestamp=time)) == (allowed, allowed)


@pytest.mark.parametrize(
    ("time", "allowed"), [(time, allowed) for time, allowed in TIMES if isinstance(time, str)]
)
def test_times_have_a_second_opinion(time: str, allowed: bool) -> None:
    """
    A validator of RFC 3339 that is not ours gives the same answers, but for a closing line break.
    """
    opinion = importlib.import_module("rfc3339_validator").validate_rfc3339
    assert opinion(time.rstrip("\n") if allowed else time.replace("\n", "?")) is allowed


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("2026-03-01T10:00:00Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(member=st.sampled_from([*SENT, "sentAt", "originalTimestamp"]), value=VALUES)
def test_both_validators_agree_whatever_a_member_is(member: str, value: object) -> None:
    """
    Whatever one member is replaced by, the two validators give the same answer.
    """
    for name in ("events/message-sent", "profiles/live-chat", "segment/call"):
        fast, slow = verdicts(name, sent(**{member: value}))
        assert fast == slow


@pytest.mark.parametrize("name", schema_names())
@pytest.mark.parametrize("value", [nested(10_000), {"properties": nested(10_000)}, 10**4_000, "\ud800"])
def test_hostile_values_are_answered(name: str, value: object) -> None:
    """
    Depth, length and broken Unicode get an answer, never an exception.
    """
    fast, slow = verdicts(name, value)
    assert fast == slow


def test_depth_beyond_words_is_named() -> None:
    """
    A refused value that is too deep to print yields one violation that says so.
    """
    [violation] = validator("events/message-sent").explain(sent(event=nested(10_000)))
    assert "too deep" in violation.message


def test_depth_where_anything_is_allowed_is_no_fault() -> None:
    """
    A member nobody asked about may be as deep as it likes.
    """
    assert verdicts("events/message-sent", sent(extra=nested(10_000))) == (True, True)


def test_an_explanation_points_to_the_place() -> None:
    """
    A violation has a JSON Pointer, the keyword that refused, and a sentence.
    """
    [violation] = validator("profiles/chatlio").explain(lasting("45"))
    assert violation.path == "/properties/conversation_duration"
    assert violation.keyword == "type"
    assert violation.message == "'45' is not of type 'integer'"


def test_a_pointer_is_escaped() -> None:
    """
    A slash or a tilde in a name is written as JSON Pointer wants it.
    """
    from jsonschema import Draft202012Validator

    from conformance.spec.explanation import violations

    strict = Draft202012Validator({"properties": {"a/b~c": {"type": "string"}}})
    assert [each.path for each in violations(strict, {"a/b~c": 1})] == ["/a~1b~0c"]


def test_an_explanation_follows_the_form_that_was_meant() -> None:
    """
    Of eight kinds of activity only the one that the value names is explained.
    """
    message = {
        "id": "act-1",
        "type": "visitor_message",
        "at": "2026-03-01T10:00:00.000Z",
        "conversation_id": "c-1",
    }
    found = validator("chat/activity").explain({**message, "visitor": {"id": "v-1"}})
    assert [each.message for each in found] == ["'message' is a required property"]


def test_an_unknown_form_is_told_which_are_known() -> None:
    """
    A name that no form has is answered with the names there are.
    """
    [violation] = validator("profiles/chatlio").explain(sent(event="Chat Started"))
    assert violation.message.startswith("/event is none of 'Live Chat Conversation Started', ")


def test_a_missing_identity_is_put_into_words() -> None:
    """
    A call without an identity is told what an identity is, not shown a whole payload.
    """
    [violation] = validator("segment/call").explain({"type": "track", "event": "x"})
    assert violation.message.endswith(
        "userId or anonymousId is a non-empty string; the other may be absent or null."
    )


def test_an_explanation_says_a_thing_once() -> None:
    """
    A fault that two schemas notice, the call's and the Track call's, is explained once.
    """
    found = validator("segment/batch").explain({"batch": [sent(userId="")]})
    assert [each.path for each in found] == ["/batch/0/userId"]


def test_an_explanation_is_bounded() -> None:
    """
    However much is wrong, an explanation has at most 100 violations of at most 240 characters.
    """
    found = validator("segment/batch").explain({"batch": [{"type": "x" * 10_000}] * 500})
    assert 50 <= len(found) <= 100
    assert max(len(each.message) for each in found) <= 240


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("events/mesage-sent", "events/message-sent"),
        ("events/properties#agentid", "events/properties#agent_id"),
    ],
)
def test_an_unknown_schema_names_the_nearest(typed: str, meant: str) -> None:
    """
    A mistyped schema or anchor is a usage error that asks for the one that was meant.
    """
    with pytest.raises(UsageError, match=rf"Did you mean {meant}\?"):
        validator(typed)


def test_a_schema_is_handed_out_as_a_copy() -> None:
    """
    Whoever changes the schema they were given changes nobody else's.
    """
    schema("segment/call").clear()
    assert schema("segment/call")["title"]


def test_the_heavy_libraries_wait_until_they_are_used() -> None:
    """
    Reading the catalogue loads no validator.
    """
    heavy = "{'jsonschema', 'jsonschema_rs', 'referencing'}"
    program = (
        f"import sys, conformance.spec as s; s.catalogue(); s.regions(); print({heavy} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
