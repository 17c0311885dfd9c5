"""
Of which activity an event speaks, and how a captured value is shown.
"""

from __future__ import annotations

import datetime as dt

import pytest

from conformance.chat import Script
from conformance.checks.chat import chat_of, milliseconds
from conformance.checks.check import shown


def test_where_two_activities_share_a_place_the_first_is_meant() -> None:
    """
    Such as typing and the message at the same moment, or a note that quotes a message.
    """
    script = Script("shared")
    visitor = script.visitor(user_id="u-1")
    conversation = script.conversation(visitor)
    typed = conversation.types()
    script.wait(-4.2)
    conversation.says("Hello?")
    chat = chat_of(script.activities)
    moment = milliseconds(typed.at)
    assert chat.by_conversation_and_time[conversation.id, moment] is typed
    assert chat.by_visitor_and_time[visitor.id, moment] is typed
    assert chat.visitors == {visitor.id: visitor.id, "u-1": visitor.id}


def test_moments_are_compared_to_the_millisecond() -> None:
    """
    As senders write them.
    """
    moment = dt.datetime(2026, 3, 1, 10, 0, 0, 123_600, tzinfo=dt.UTC)
    assert milliseconds(moment) == 1_772_359_200_124
    assert milliseconds(moment - dt.timedelta(microseconds=200)) == 1_772_359_200_123


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Zoë", '"Zoë"'),
        (None, "null"),
        ({"a": [1, 2.5, True]}, '{"a":[1,2.5,true]}'),
        ("x" * 78, f'"{"x" * 78}"'),
        ("x" * 79, f'"{"x" * 78}…'),
    ],
)
def test_a_value_is_shown_as_json_on_one_line(value: object, text: str) -> None:
    """
    Of eighty characters at most.
    """
    assert shown(value) == text
