"""
Who an event is about, and what is said where it is about somebody else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conformance.chat import Script
from conformance.model import Finding, Scenario
from conformance.reference import ENDED, STARTED
from tests.unit import toys
from tests.unit.toys import Call, judged, ordinary, played, talk, verdict

VISITOR = str(toys.sent(ordinary())[0][0]["anonymousId"])


def found(
    requirement: str, change: Callable[[Call], Call], scenario: Scenario | None = None
) -> tuple[Finding, ...]:
    """
    What is found against a requirement when every call is changed.
    """
    return verdict(judged(played(scenario or ordinary(), change=change)), requirement).findings


def told(*findings: Finding) -> list[tuple[str, str, str | None]]:
    """
    Expected, observed, and where.
    """
    return [(each.expected, each.observed, each.pointer) for each in findings]


def identified(**members: Any) -> Callable[[Call], Call]:
    """
    Every call with these identities and no others.
    """

    def change(call: Call) -> Call:
        rest = {name: value for name, value in call.items() if name not in ("userId", "anonymousId")}
        return {**rest, **members}

    return change


def on(name: str, change: Callable[[Call], Call]) -> Callable[[Call], Call]:
    """
    The change on the events of one name.
    """
    return lambda call: change(call) if call["event"] == name else call


@pytest.mark.parametrize(
    ("members", "observed", "pointer"),
    [
        ({}, "neither", ""),
        ({"userId": None, "anonymousId": None}, "`userId` null, `anonymousId` null", ""),
        ({"userId": " ", "anonymousId": VISITOR}, f'`userId` " ", `anonymousId` "{VISITOR}"', "/userId"),
        ({"userId": VISITOR, "anonymousId": 5}, f'`userId` "{VISITOR}", `anonymousId` 5', "/anonymousId"),
        ({"anonymousId": True}, "`anonymousId` true", "/anonymousId"),
    ],
)
def test_an_identity_is_a_text(members: dict[str, object], observed: str, pointer: str) -> None:
    """
    One is enough, and what stands beside it is one too, or nothing.
    """
    expected = "a non-empty string `userId` or `anonymousId`, the other absent or null"
    assert told(*found("IDENTITY-01", identified(**members))) == [(expected, observed, pointer)]
    assert found("IDENTITY-01", identified(userId=VISITOR, anonymousId=None)) == ()


def test_somebody_elses_identity_is_told_with_the_visitors_own() -> None:
    """
    All of it, and at its first field.
    """
    (finding,) = found("IDENTITY-02", on(ENDED, identified(anonymousId="u-1", userId="u-2")))
    assert told(finding) == [
        (f'the visitor\'s own id "{VISITOR}"', '`anonymousId` "u-1", `userId` "u-2"', "/anonymousId")
    ]


@pytest.mark.parametrize(("first", "other"), [("userId", "anonymousId"), ("anonymousId", "userId")])
def test_the_visitors_id_keeps_its_field(first: str, other: str) -> None:
    """
    The one that it had on the first event.
    """

    def change(call: Call) -> Call:
        return identified(**{first if call["event"] == STARTED else other: VISITOR})(call)

    (finding,) = found("IDENTITY-02", change)
    assert told(finding) == [
        (
            "the visitor's id in the same field as on the visitor's other events",
            f'`{other}` "{VISITOR}"',
            f"/{other}",
        )
    ]
    assert finding.times == 4
    assert found("IDENTITY-02", identified(userId=VISITOR, anonymousId=VISITOR)) == ()


def two_visitors() -> tuple[Scenario, str, str]:
    """
    Two conversations, and the ids of their visitors.
    """
    chat = Script("two")
    visitors = [chat.visitor(), chat.visitor()]
    for visitor in visitors:
        conversation = chat.conversation(visitor)
        conversation.says("Hello?")
    return chat.scenario("Two visitors, for a test."), visitors[0].id, visitors[1].id


def test_a_shared_identity_is_told_with_both_visitors() -> None:
    """
    At the later one's events.
    """
    scenario, ann, bob = two_visitors()
    (finding,) = found("IDENTITY-03", identified(anonymousId="shared"), scenario)
    assert told(finding) == [
        (
            f'an identity of visitor "{bob}" alone',
            f'`anonymousId` "shared", which visitor "{ann}" has too',
            "/anonymousId",
        )
    ]
    assert (finding.times, finding.activity) == (2, "two-0002")


def known_and_unknown(*users: str | None) -> Scenario:
    """
    Conversations of visitors whom the site knows by these ids, or does not know.
    """
    chat = Script("several")
    for user in users:
        chat.conversation(chat.visitor(user_id=user)).says("Hello?")
    return chat.scenario("Several visitors, for a test.")


@pytest.mark.parametrize("users", [(None, "u-88"), ("u-88", None)], ids=["before", "after"])
def test_the_sites_id_is_nobody_elses(users: tuple[str | None, ...]) -> None:
    """
    It is told at the events of whom it does not belong to, whether they come before or after the owner's.
    """
    scenario = known_and_unknown(*users)
    visitors = [str(call["anonymousId"]) for call in toys.sent(scenario)[0][::2]]
    stranger, owner = visitors if users[0] is None else reversed(visitors)
    (finding,) = found("IDENTITY-03", lambda call: {**call, "userId": "u-88"}, scenario)
    assert told(finding) == [
        (
            f'an identity of visitor "{stranger}" alone',
            f'`userId` "u-88", which visitor "{owner}" has too',
            "/userId",
        )
    ]
    assert finding.times == 2


def test_whom_the_site_knows_as_one_may_share_its_id() -> None:
    """
    Two visitors of one user, say on two machines; not a third, who is told of with the first of them.
    """
    assert found("IDENTITY-03", lambda call: call, known_and_unknown("u-88", "u-88")) == ()
    scenario = known_and_unknown("u-88", "u-88", None)
    first, *_, third = (str(call["anonymousId"]) for call in toys.sent(scenario)[0][::2])
    (finding,) = found("IDENTITY-03", lambda call: {**call, "userId": "u-88"}, scenario)
    assert (finding.activity, finding.times) == ("several-0003", 2)
    assert third in finding.expected
    assert first in finding.observed


@pytest.mark.parametrize("field", ["userId", "anonymousId"])
def test_a_visitors_id_is_nobody_elses_in_any_field(field: str) -> None:
    """
    Though they have it in another.
    """
    scenario, ann, bob = two_visitors()
    (finding,) = found("IDENTITY-03", identified(**{field: bob}), scenario)
    assert told(finding) == [
        (
            f'an identity of visitor "{ann}" alone',
            f'`{field}` "{bob}", which visitor "{bob}" has too',
            f"/{field}",
        )
    ]


def test_a_visitor_alone_shares_nothing() -> None:
    """
    Then there is nothing to compare.
    """
    assert verdict(judged(played(ordinary())), "IDENTITY-03").exercised == 0
    assert verdict(judged(played(two_visitors()[0])), "IDENTITY-03").exercised == 2


def test_a_single_event_can_share_an_identity() -> None:
    """
    A visitor of whom one event is left is a visitor.
    """
    scenario, ann, _ = two_visitors()
    (calls,) = toys.sent(scenario)
    shared = [*calls[:2], {**calls[3], "anonymousId": ann}]
    (finding,) = verdict(judged(played(scenario, [shared])), "IDENTITY-03").findings
    assert finding.message == 2


def test_an_agent_is_told_by_what_was_taken_from_them() -> None:
    """
    Their id, their name or their username.
    """
    chat, conversation, peter = talk()
    conversation.says("Hello?")
    conversation.hears(peter, "Hello!")
    scenario = chat.scenario("An agent answers, for a test.")
    own = str(toys.sent(scenario)[0][0]["anonymousId"])
    for value, what in ((peter.id, "id"), (peter.name, "name"), (peter.username, "username")):
        (finding,) = found("IDENTITY-04", identified(userId=value, anonymousId=own), scenario)
        assert told(finding) == [
            (
                f'the visitor as the identity: "{own}"',
                f'`userId` "{value}", which is an agent\'s {what}',
                "/userId",
            )
        ]


@pytest.mark.parametrize(
    ("members", "observed"), [({}, "no `userId`"), ({"userId": "u-0"}, '`userId` "u-0"')]
)
def test_an_identified_visitor_has_the_sites_user_id(members: dict[str, str], observed: str) -> None:
    """
    The latest that the site told.
    """
    chat = Script("known")
    visitor = chat.visitor(user_id="u-7")
    chat.conversation(visitor).says("Hello?")
    scenario = chat.scenario("A known visitor, for a test.")
    (finding,) = found("IDENTITY-05", identified(anonymousId=visitor.id, **members), scenario)
    assert told(finding) == [('`userId` "u-7", by which the site knows the visitor', observed, "/userId")]
