"""
The JSON Schemas: two validators agree on them, times are really checked, and what is wrong is explained.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.errors import UsageError
from conformance.spec import schema, schema_names, validator

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
