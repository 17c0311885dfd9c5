"""
JSON Pointers: whatever a member is called, what points to it leads there.
"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.checks import CHECKS, Evidence
from conformance.model.pointers import pointer_to, steps_of
from conformance.record import ScenarioRecord


@pytest.mark.parametrize(
    ("steps", "pointer"),
    [
        ((), ""),
        (("properties", "agent_id"), "/properties/agent_id"),
        (("batch", 0, "a/b"), "/batch/0/a~1b"),
        (("m~n", ""), "/m~0n/"),
        (("~1",), "/~01"),
    ],
)
def test_a_pointer_is_as_rfc_6901_has_it(steps: tuple[str | int, ...], pointer: str) -> None:
    """
    A slash in a name is `~1`, a tilde `~0`, and an empty name is a name too.
    """
    assert pointer_to(*steps) == pointer


@given(st.lists(st.text()))
def test_what_a_pointer_is_made_of_is_read_back(steps: list[str]) -> None:
    """
    The steps of a pointer are those it was made of, whatever they hold.
    """
    assert steps_of(pointer_to(*steps)) == tuple(steps)


def test_a_finding_points_to_a_property_of_any_name() -> None:
    """
    A property whose name has a slash in it is found by the pointer of its finding.
    """
    call = {"type": "track", "event": "Live Chat Message Sent", "properties": {"a/b~c": 1}}
    scenario = ScenarioRecord(
        name="event", purpose="", started_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC), archived=(call,)
    )
    [check] = [check for check in CHECKS if check.requirement == "PROPERTY-17"]
    _, [finding] = check.judge(Evidence(scenario=scenario))
    assert steps_of(finding.pointer or "") == ("properties", "a/b~c")
