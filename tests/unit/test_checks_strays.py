"""
Which requirement names an event that nothing calls for: each has exactly one.
"""

from __future__ import annotations

import pytest

from conformance.chat import Script
from conformance.checks import Evidence
from conformance.checks.strays import conversation_of, host_of, strays_by_requirement
from conformance.model import Activity, Scenario, format_time
from conformance.reference import ENDED, RECEIVED, SENT, STARTED
from tests.unit import toys
from tests.unit.toys import Call, played, talk

NEVER = "2026-03-02T00:00:00Z"


def event(name: str, at: Activity | None, conversation: str, *, message: bool = False) -> Call:
    """
    A call of that name for that moment of the chat, or for none, in a conversation; with the id of the
    message that was said then, or of none.
    """
    said = at.message.id if at is not None and at.message and message else None
    return {
        "type": "track",
        "event": name,
        "messageId": "stray",
        "timestamp": format_time(at.at) if at else NEVER,
        "anonymousId": at.visitor.id if at is not None and at.visitor else "nobody",
        "properties": {"conversation_id": conversation, **({"message_id": said} if said else {})},
    }


def named(scenario: Scenario, *calls: Call) -> dict[str, list[object]]:
    """
    The `messageId`s of the strays by requirement, when these calls come after those of the reference.
    """
    batches = toys.sent(scenario)
    record = played(scenario, [*batches[:-1], [*batches[-1], *calls]])
    found = strays_by_requirement(Evidence(scenario=record))
    return {name: [stray.observed.first.message_id for stray in strays] for name, strays in found.items()}


def whole() -> tuple[Scenario, tuple[Activity, ...], str]:
    """
    A chat that was ended, after somebody looked on: its activities, and the conversation's id.
    """
    chat, conversation, peter = talk("strays")
    conversation.types()
    conversation.says("Hello?")
    conversation.joins(peter)
    conversation.hears(peter, "Hello!")
    conversation.ends(by="visitor")
    said = chat.activities
    return chat.scenario("A chat from beginning to end, for a test."), said, str(said[1].conversation_id)


@pytest.mark.parametrize(
    ("name", "place", "requirement"),
    [
        (STARTED, 0, "EVENT-03"),
        (STARTED, 2, "EVENT-03"),
        (STARTED, 4, "EVENT-03"),
        (ENDED, 0, "EVENT-04"),
        (ENDED, 1, "EVENT-04"),
        (ENDED, 3, "EVENT-04"),
        (RECEIVED, 1, "EVENT-08"),
        (SENT, 3, "EVENT-08"),
        (SENT, 0, "EVENT-09"),
        (RECEIVED, 0, "EVENT-09"),
        (SENT, 2, "EVENT-09"),
        (SENT, 4, "EVENT-06"),
        (RECEIVED, 4, "EVENT-07"),
        (STARTED, None, "EVENT-03"),
        (ENDED, None, "EVENT-04"),
        (SENT, None, "EVENT-06"),
        (RECEIVED, None, "EVENT-07"),
    ],
)
def test_a_stray_is_named_by_what_it_reports(name: str, place: int | None, requirement: str) -> None:
    """
    A second start or end; a message of the wrong direction; what calls for nothing; or one event too many.
    """
    scenario, said, conversation = whole()
    stray = event(name, None if place is None else said[place], conversation)
    assert named(scenario, stray) == {requirement: ["stray"]}


@pytest.mark.parametrize("conversation", ["own", "c-0"])
def test_an_end_in_a_chat_that_is_open_is_nobodys_end(conversation: str) -> None:
    """
    Whether it names the open conversation or none that took place.
    """
    chat, own, peter = talk("strays")
    own.says("Hello?")
    said = own.hears(peter, "Hello!")
    scenario = chat.scenario("A chat that nobody ends, for a test.")
    name = str(said.conversation_id) if conversation == "own" else conversation
    assert named(scenario, event(ENDED, None, name)) == {"EVENT-05": ["stray"]}
    assert named(scenario, event(ENDED, said, name)) == {"EVENT-05": ["stray"]}


def test_an_end_of_the_ended_beside_an_open_one_is_the_ended_ones() -> None:
    """
    It names the conversation that it speaks of.
    """
    chat, ended, peter = talk("strays")
    still = chat.conversation(chat.visitor())
    first = ended.says("Hello?")
    still.says("Hello, too?")
    ended.hears(peter, "Hello!")
    ended.ends(by="agent")
    scenario = chat.scenario("One chat ended and one open, for a test.")
    assert named(scenario, event(ENDED, None, str(first.conversation_id))) == {"EVENT-04": ["stray"]}


@pytest.mark.parametrize("name", [STARTED, ENDED, RECEIVED])
def test_where_nothing_of_its_kind_is_called_for_it_is_an_event_for_nothing(name: str) -> None:
    """
    There is no event beside which it could be counted.
    """
    chat = Script("strays")
    chat.opens_widget(chat.visitor())
    scenario = chat.scenario("A widget opened and nothing said, for a test.")
    assert named(scenario, event(name, None, "c-0")) == {"EVENT-09": ["stray"]}


def test_what_was_said_where_nothing_may_be_sent_is_not_counted_here() -> None:
    """
    All that such a connection sends belongs to REGION-03 and SETUP-02.
    """
    chat, abroad, peter = talk("strays")
    abroad.says("Bonjour?")
    overheard = abroad.hears(peter, "Bonjour!")
    chat.connection(region="eu")
    home = chat.conversation(chat.visitor())
    home.says("Hello?")
    home.ends(by="visitor")
    chat.connection()
    scenario = chat.scenario("Abroad and at home, for a test.")
    assert named(scenario, event(SENT, overheard, str(overheard.conversation_id))) == {}
    assert named(scenario, event(SENT, None, "c-0")) == {"EVENT-06": ["stray"]}
    alone, conversation, _ = talk("strays")
    conversation.says("Bonjour?")
    alone.connection(region="eu")
    silent = alone.scenario("Abroad alone, for a test.")
    assert named(silent, event(SENT, None, "c-0")) == {}


def test_a_stray_stands_beside_the_first_of_its_kind() -> None:
    """
    In its own conversation; else in the chat; and beside nothing where there is none.
    """
    chat, ann, peter = talk("strays")
    bob = chat.conversation(chat.visitor())
    for conversation in (ann, bob):
        conversation.says("Hello?")
        conversation.says("Hello??")
    joined = bob.joins(peter)
    anns, bobs = chat.activities[0], chat.activities[2]
    scenario = chat.scenario("Two visitors, for a test.")
    for name, at, conversation_id, beside in (
        (SENT, None, bobs.conversation_id, bobs),
        (SENT, joined, "c-0", bobs),
        (SENT, None, "c-0", anns),
        (RECEIVED, None, bobs.conversation_id, None),
    ):
        stray = event(name, at, str(conversation_id))
        evidence = Evidence(scenario=played(scenario, [[*toys.sent(scenario)[0], stray]]))
        ((found,),) = strays_by_requirement(evidence).values()
        host = host_of(evidence, found)
        assert (host.activity if host else None) == beside
        spoken_of = conversation_of(evidence, found)
        assert spoken_of == (None if conversation_id == "c-0" and at is None else bobs.conversation_id)
