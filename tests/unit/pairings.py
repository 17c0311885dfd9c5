"""
Two conversations side by side, and faults to put upon what is sent for them: what the pairing is tested with.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from conformance.checks import Evidence
from conformance.checks.correspondence import Correspondence
from conformance.model import Scenario
from tests.unit import toys
from tests.unit.toys import Call, played

NOW = "2026-11-22T12:00:00Z"

Change = Callable[[Call], Call]


@functools.cache
def two_visitors() -> Scenario:
    """
    Two conversations that go on side by side, each with every kind of event, and with two of most.
    """
    chat, ann, peter = toys.talk("two")
    bob = chat.conversation(chat.visitor())
    ann.says("Is anybody there?")
    bob.says("Good morning.")
    ann.hears(peter, "I am.")
    bob.hears(peter, "Good morning to you.")
    bob.says("I have a question.")
    ann.says("I have one, too.")
    bob.hears(peter, "Ask it.")
    ann.hears(peter, "So ask.")
    bob.ends(by="visitor")
    ann.ends(by="agent")
    return chat.scenario("Two conversations at once, for a test of the pairing.")


def reference_calls() -> list[Call]:
    """
    What the reference sends for them, in the order of the chat.
    """
    (calls,) = toys.sent(two_visitors())
    return calls


def pairing(calls: Sequence[Call]) -> Correspondence:
    """
    How the calls, in this order of arrival, answer the chat.
    """
    return Evidence(scenario=played(two_visitors(), [calls])).correspondence


def without(*names: str) -> Change:
    """
    Leaves out these properties.
    """
    return lambda call: {
        **call, "properties": {name: value for name, value in call["properties"].items() if name not in names}
    }  # fmt: skip


def having(**properties: Any) -> Change:
    """
    Sets properties on every event, whatever they were.
    """
    return lambda call: {**call, "properties": {**call["properties"], **properties}}


def members(**values: Any) -> Change:
    """
    Sets members of every call; None leaves one out.
    """
    return lambda call: {name: value for name, value in {**call, **values}.items() if value is not None}


def all_of(*changes: Change) -> Change:
    """
    One change after the other.
    """
    return lambda call: functools.reduce(lambda changed, change: change(changed), changes, call)


def replaced(name: str, *instead: Call) -> list[Call]:
    """
    The reference's calls, with others in the place of the last of a name.
    """
    calls = reference_calls()
    at = max(index for index, call in enumerate(calls) if call["event"] == name)
    return [*calls[:at], *instead, *calls[at + 1 :]]


def last(name: str) -> Call:
    """
    The last event of a name, which is Ann's: the conversation that ends last.
    """
    return [call for call in reference_calls() if call["event"] == name][-1]


def again(call: Call, change: Change = lambda call: call) -> Call:
    """
    The same event under another `messageId`, changed or not.
    """
    return {**change(call), "messageId": f"again-{call['messageId']}"}


STRANGE_NAME = members(event="chat.event")
LATE = members(timestamp=NOW)
NOBODY = members(anonymousId="nobody", userId=None)
