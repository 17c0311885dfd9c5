"""
Whose host was dialled, and whether anything of the chat can have gone there.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import quote_plus

import pytest

from conformance.checks import Evidence
from conformance.checks.hosts import can_carry_chat, is_own_machine, is_segments, is_within
from conformance.model import Activity, ActivityType, Agent, ChatMessage, Visitor
from conformance.record import Answer, Method, ScenarioRecord, Step
from tests.unit.toys import NOW, exchange

SAID = Activity(
    id="a-1",
    type=ActivityType.AGENT_MESSAGE,
    at=NOW,
    conversation_id="c-conversation",
    visitor=Visitor(id="v-visitor", user_id="u-customer"),
    agent=Agent(id="U-AGENT-7", name="Peter Gibbons", username="pgibbons"),
    message=ChatMessage(id="m-message", text="Yes & no, Zoë"),
)


@pytest.mark.parametrize(
    ("host", "segments"),
    [
        ("us", True),
        ("eu", True),
        ("api.segment.io", True),
        ("segment.io", True),
        ("cdn-settings.segment.com", True),
        ("profiles.segmentapis.com", True),
        ("notsegment.io", False),
        ("segment.io.example.com", False),
        ("example.com", False),
        ("", False),
    ],
)
def test_a_host_is_segments_by_its_domain(host: str, segments: bool) -> None:
    """
    Or by being one of the two endpoints that the mock stands for.
    """
    assert is_segments(host) is segments


def test_allowed_domains_are_compared_without_case() -> None:
    """
    As a user may write them.
    """
    assert is_within("hooks.example.com", ["other.org", "Example.COM"])
    assert is_within("example.com", ["Example.COM"])
    assert not is_within("example.com", ["hooks.example.com"])
    assert not is_within("example.com", [])


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("app.localhost", True),
        ("10.0.0.1", False),
        ("2001:db8::1", False),
        ("localhost.example.com", False),
    ],
)
def test_the_own_machine_is_known_by_its_names(host: str, own: bool) -> None:
    """
    What is said to it leaves nothing.
    """
    assert is_own_machine(host) is own


def carries(
    *, seconds: float = 1.0, said: Activity | None = SAID, body: object = b"", **members: Any
) -> bool:
    """
    Whether a request some seconds after the activity can carry anything of it.
    """
    step = Step(
        method=Method.ACTIVITY,
        connection=1,
        at=NOW,
        elapsed=0.0,
        answer=Answer.TAKEN,
        activity=said,
    )
    request = exchange(body, at=NOW + dt.timedelta(seconds=seconds), endpoint="example.com", **members)
    record = ScenarioRecord(
        name="dialled", purpose="A stranger is dialled.", started_at=NOW, steps=(step,), exchanges=(request,)
    )
    evidence = Evidence(scenario=record)
    return can_carry_chat(evidence, evidence.arrivals[0])


@pytest.mark.parametrize(
    "word",
    [
        "c-conversation",
        "v-visitor",
        "u-customer",
        "U-AGENT-7",
        "Peter Gibbons",
        "pgibbons",
        "m-message",
        "Yes & no, Zoë",
    ],
)
def test_whatever_was_said_can_be_seen(word: str) -> None:
    """
    In the body or in the target, encoded or not.
    """
    assert carries(body=f"x{word}x".encode())
    assert carries(body=f"text={quote_plus(word)}".encode())
    assert carries(target=f"/log?text={quote_plus(word)}")


def test_what_has_nothing_of_the_chat_carries_nothing() -> None:
    """
    However much else it says.
    """
    assert not carries(body=b"c-other v-other Peter m-other", target="/health?a-1")
    assert not carries(body="Yes & no".encode("utf-16"))


@pytest.mark.parametrize(
    "members", [{"method": "CONNECT"}, {"complete": False}, {"headers": (("Content-Encoding", "br"),)}]
)
def test_what_nobody_can_look_into_may_carry_anything(members: dict[str, Any]) -> None:
    """
    A tunnel, a body that was cut short, an encoding; but not before anything was said.
    """
    assert carries(**members)
    assert carries(seconds=0.0, **members)
    assert not carries(seconds=-0.1, **members)
    assert not carries(said=None, **members)


@pytest.mark.parametrize(
    ("text", "telling"), [("stapler", True), ("staple", True), ("stamp", False), ("", False)]
)
def test_a_short_word_may_stand_there_by_chance(text: str, telling: bool) -> None:
    """
    Six characters are no chance any more.
    """
    message = ChatMessage(id="m", text=text)
    said = Activity(id="a-1", type=ActivityType.VISITOR_MESSAGE, at=NOW, message=message)
    assert carries(said=said, body=f"my {text} please".encode()) is telling
