"""
Scripts: what a line of a conversation becomes.
"""

import datetime as dt

import pytest

from conformance.chat import Script
from conformance.model import ActivityType


def test_a_line_is_an_activity_of_the_driver_protocol() -> None:
    """
    What the visitor says, hears and ends are activities with the conversation, the visitor and the message.
    """
    chat = Script("any")
    ann, peter = chat.visitor(), chat.agent("Peter Gibbons")
    talk = chat.conversation(ann)
    said, heard, ended = talk.says("Hi"), talk.hears(peter, "Hello"), talk.ends(by="visitor")

    assert [each.type.value for each in chat.activities] == [
        "visitor_message",
        "agent_message",
        "conversation_ended",
    ]
    assert {each.conversation_id for each in chat.activities} == {talk.id}
    assert said.visitor == heard.visitor == ended.visitor == ann
    assert said.message is not None
    assert said.message.text == "Hi"
    assert heard.agent == peter
    assert ended.ended_by == "visitor"


def test_an_agent_is_named_by_id_name_and_username() -> None:
    """
    The three differ, so that none can stand in for another unnoticed.
    """
    peter = Script("any").agent("Peter Gibbons")
    assert peter.username == "pgibbons"
    assert len({peter.id, peter.name, peter.username}) == 3


def test_the_assigned_agent_follows_joins_and_first_answers() -> None:
    """
    Nobody is assigned at first, then who answers, then who joins; who only helps out is not.
    """
    chat = Script("any")
    peter, joanna, helper = chat.agent("Peter Gibbons"), chat.agent("Joanna C"), chat.agent("Samir N")
    talk = chat.conversation(chat.visitor())
    first = talk.says("1")
    talk.hears(peter, "2")
    second = talk.says("3")
    talk.joins(joanna)
    talk.hears(helper, "4")
    third, end = talk.says("5"), talk.ends(by="agent")
    assert [each.agent for each in (first, second, third, end)] == [None, peter, joanna, joanna]


def test_once_identified_a_visitor_stays_so_in_every_conversation() -> None:
    """
    The user id is absent before the site knows the visitor, and there from that very activity on.
    """
    chat = Script("any")
    ann = chat.visitor()
    before = chat.conversation(ann).says("anonymous")
    known = chat.identifies(ann, "u-1", plan="pro")
    after = chat.conversation(ann).says("known")
    assert [each.visitor.user_id for each in (before, known, after) if each.visitor] == [None, "u-1", "u-1"]
    assert known.visitor is not None
    assert known.visitor.traits == {"plan": "pro"}


def test_the_clock_is_the_chats_own() -> None:
    """
    It begins at ten o'clock on 1 March 2026, and moves on by a beat and by what the script waits.
    """
    chat = Script("any", beat=2.5)
    talk = chat.conversation(chat.visitor())
    first = talk.says("1")
    chat.wait(60)
    second = talk.says("2")
    assert first.at == dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)
    assert (second.at - first.at).total_seconds() == 62.5


def test_again_is_the_same_activity() -> None:
    """
    A second delivery has the same id and time as the first, and takes no time in the chat.
    """
    chat = Script("any")
    talk = chat.conversation(chat.visitor())
    first = talk.says("1")
    chat.again(first)
    second = talk.says("2")
    assert chat.activities == (first, first, second)


def test_connections_part_what_is_said() -> None:
    """
    Each connection has what was written since the one before; the rest gets an ordinary connection.
    """
    chat = Script("any")
    talk = chat.conversation(chat.visitor())
    first = talk.says("1")
    chat.connection(region="eu", write_key=False, flush=False)
    second = talk.says("2")
    refused, ordinary = chat.scenario("Two.").connections
    assert (refused.activities, refused.region, refused.write_key, refused.flush) == (
        (first,),
        "eu",
        False,
        False,
    )
    assert (ordinary.activities, ordinary.region, ordinary.write_key, ordinary.flush) == (
        (second,),
        "us",
        True,
        True,
    )


@pytest.mark.parametrize("kind", [ActivityType.VISITOR_TYPING, ActivityType.WIDGET_OPENED])
def test_what_is_no_message_has_none(kind: ActivityType) -> None:
    """
    Typing and opening the widget carry the visitor, and neither message nor agent.
    """
    chat = Script("any")
    talk = chat.conversation(chat.visitor())
    activity = talk.types() if kind is ActivityType.VISITOR_TYPING else talk.opens_widget()
    assert activity.type is kind
    assert activity.message is None
    assert activity.agent is None
