"""
Whatever comes over the wire, it is judged, and never upsets a check.
"""

from __future__ import annotations

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.model import Status
from conformance.reference import STARTED
from tests.unit import toys
from tests.unit.toys import Call, judged, ordinary, played, verdict

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(
        [STARTED, "live chat ended", "track", "", "2026-03-01T10:00:00.000Z", "9999-12-31T23:59:59Z"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = st.sampled_from(
    ["type", "event", "messageId", "timestamp", "sentAt", "userId", "anonymousId", "properties", "context"]
)
NAMES = st.sampled_from(
    ["agent_id", "agent_name", "agentUsername", "conversation_duration", "conversation_id", "message_id", "x"]
)


@settings(max_examples=60)
@given(index=st.integers(0, 4), member=MEMBERS, value=JSON)
def test_no_member_of_a_call_upsets_a_check(index: int, member: str, value: object) -> None:
    """
    Whatever JSON stands in the place of a member, it is judged, and never our error.
    """
    (calls,) = toys.sent(ordinary())
    calls[index] = {**calls[index], member: value}
    judgement = judged(played(ordinary(), [calls]))
    assert [each.reason for each in judgement.verdicts if each.status is Status.ERROR] == []


@settings(max_examples=60)
@given(changes=st.dictionaries(NAMES, JSON, min_size=1, max_size=4))
def test_no_property_upsets_a_check(changes: dict[str, object]) -> None:
    """
    Nor whatever stands in the place of a property, on every event at once.
    """

    def changed(call: Call) -> Call:
        return {**call, "properties": {**call["properties"], **changes}}

    judgement = judged(played(ordinary(), change=changed), played(ordinary("other")))
    assert [each.reason for each in judgement.verdicts if each.status is Status.ERROR] == []


@settings(max_examples=60)
@given(document=JSON | st.binary(max_size=40))
def test_no_body_upsets_a_check(document: object) -> None:
    """
    Nor whatever comes as a body, next to an ordinary one.
    """
    record = played(ordinary())
    odd = toys.exchange(document, sequence=2, key=f"{toys.KEY[:-2]}01")
    judgement = judged(attrs.evolve(record, exchanges=(*record.exchanges, odd)))
    assert [each.reason for each in judgement.verdicts if each.status is Status.ERROR] == []
    assert verdict(judgement, "EVENT-03").status is Status.PASSED
