"""
What is one call and what are two: attempts belong together, and nothing else does.
"""

from __future__ import annotations

from typing import Any

import pytest

from conformance.checks import Evidence, Observed
from tests.unit import toys
from tests.unit.toys import KEY, Call, exchange, ordinary, played

REFUSED: dict[str, Any] = {"kept": False, "fault": "status"}
OWN = f"{KEY[:-2]}01"


def sent_twice(first: Call, second: Call, *, kept: bool) -> tuple[Observed, ...]:
    """
    The calls seen where two requests carry one each, and the first is taken in or not.
    """
    exchanges = (
        exchange({"batch": [first]}, key=OWN, **({} if kept else REFUSED)),
        exchange({"batch": [second]}, key=OWN, sequence=2),
    )
    return Evidence(scenario=played(ordinary(), exchanges=exchanges)).calls


def a_call(**members: object) -> Call:
    """
    The reference's first call, with other members.
    """
    return {**toys.sent(ordinary())[0][0], **members}


@pytest.mark.parametrize("kept", [True, False])
def test_one_id_and_one_content_are_one_call(kept: bool) -> None:
    """
    Whether or not the first attempt was taken in, and in whatever order its members are written.
    """
    backwards = dict(reversed(a_call().items()))
    backwards["properties"] = dict(reversed(a_call()["properties"].items()))
    (call,) = sent_twice(a_call(), backwards, kept=kept)
    assert [message.exchange for message in call.messages] == [1, 2]


@pytest.mark.parametrize("kept", [True, False])
def test_one_id_and_two_contents_are_two_calls(kept: bool) -> None:
    """
    A second event under the first one's id is no attempt to send the first.
    """
    assert len(sent_twice(a_call(), a_call(event="Something else"), kept=kept)) == 2


@pytest.mark.parametrize("nameless", [None, "", 5])
def test_without_an_id_it_is_a_retry_where_the_first_was_not_taken(nameless: object) -> None:
    """
    And another call with the same content where it was.
    """
    call = a_call(messageId=nameless)
    assert [len(seen.messages) for seen in sent_twice(call, call, kept=False)] == [2]
    assert [len(seen.messages) for seen in sent_twice(call, call, kept=True)] == [1, 1]
    other = a_call(messageId=nameless, event="Something else")
    assert [len(seen.messages) for seen in sent_twice(call, other, kept=False)] == [1, 1]


def test_a_retry_that_was_taken_ends_the_retries() -> None:
    """
    What comes after it with the same content and no id is another call.
    """
    call = a_call(messageId=None)
    exchanges = tuple(
        exchange({"batch": [call]}, key=OWN, sequence=number, **(REFUSED if number == 1 else {}))
        for number in (1, 2, 3)
    )
    seen = Evidence(scenario=played(ordinary(), exchanges=exchanges)).calls
    assert [len(each.messages) for each in seen] == [2, 1]


def test_what_went_to_a_stranger_did_not_reach_segment() -> None:
    """
    Though it may be an event.
    """
    calls = toys.sent(ordinary())[0]
    exchanges = (
        exchange({"batch": calls}, key=OWN, endpoint="example.com"),
        exchange({"batch": calls[:1]}, key=OWN, sequence=2),
    )
    seen = Evidence(scenario=played(ordinary(), exchanges=exchanges, intercepted=True)).calls
    assert [[message.exchange for message in each.messages] for each in seen] == [[2]]


@pytest.mark.parametrize(
    ("type_", "members", "name"),
    [
        ("track", {"event": "E", "name": "N"}, "E"),
        ("track", {"name": "N"}, None),
        ("page", {"name": "N"}, "N"),
        ("screen", {"name": "N"}, "N"),
        ("screen", {"event": "E", "name": "N"}, "E"),
        ("page", {}, None),
        ({}, {"name": "N"}, None),
    ],
)
def test_a_track_call_is_named_by_its_event(type_: object, members: Call, name: object) -> None:
    """
    Whatever else it calls `name`, Segment drops it without one; Page and Screen calls have a name instead.
    """
    call = {"type": type_, "userId": "u-1", **members}
    (seen,) = Evidence(scenario=played(ordinary(), [[call]])).calls
    assert seen.name == name
