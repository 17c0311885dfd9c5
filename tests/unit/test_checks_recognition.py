"""
Which event, and which property, a name means: itself, however it is written, or a slip of the pen.
"""

from __future__ import annotations

import itertools

import pytest

from conformance.checks.recognition import PROPERTY_NAMES, Kind, kind_of, named_properties

LONG = ("agent_username", "conversation_duration", "conversation_id")
SHORT = ("agent_id", "agent_name", "message_id")


def slips(name: str) -> list[str]:
    """
    The name with one letter left out, put in, or replaced, at its beginning, in its middle and at its end.
    """
    places = (0, len(name) // 2, len(name) - 1)
    return [
        slip
        for at in places
        for slip in (
            f"{name[:at]}{name[at + 1 :]}",
            f"{name[:at]}z{name[at:]}",
            f"{name}z",
            f"{name[:at]}z{name[at + 1 :]}",
        )
    ]


@pytest.mark.parametrize("kind", Kind)
def test_an_event_is_known_however_it_is_written(kind: Kind) -> None:
    """
    Case, spaces and separators make no difference.
    """
    words = kind.value.split()
    written = (kind.value, kind.value.lower(), "_".join(words), "-".join(words).upper(), "".join(words))
    assert {kind_of(name) for name in written} == {kind}


@pytest.mark.parametrize("kind", Kind)
def test_an_event_is_known_in_spite_of_two_slips(kind: Kind) -> None:
    """
    Wherever they are; not in spite of three.
    """
    once = slips(kind.value)
    twice = [again for slip in once for again in slips(slip)]
    assert {kind_of(name) for name in itertools.chain(once, twice)} == {kind}
    assert kind_of(f"zzz{kind.value}") is None
    assert kind_of(f"{kind.value}zzz") is None
    assert kind_of(f"z{kind.value[1:-2]}zz") is None
    assert kind_of(kind.value[3:]) is None
    assert kind_of(kind.value.replace("Chat", "zzzt")) is None


@pytest.mark.parametrize("name", ["Order Completed", "Chat", "", "   ", None, 5, ["Live Chat Message Sent"]])
def test_a_stranger_is_no_event(name: object) -> None:
    """
    Nor is what is no name at all.
    """
    assert kind_of(name) is None


def test_a_name_without_end_is_no_event() -> None:
    """
    A hundred characters are looked at, and no more.
    """
    assert kind_of(Kind.SENT.value.ljust(100, "_")) is Kind.SENT
    assert kind_of(Kind.SENT.value.ljust(101, "_")) is None
    assert named_properties({"agent_id".ljust(100, "-"): 1}).keys() == {"agent_id"}
    assert named_properties({"agent_id".ljust(101, "-"): 1}) == {}


@pytest.mark.parametrize("name", PROPERTY_NAMES)
def test_a_property_is_known_in_spite_of_a_slip(name: str) -> None:
    """
    Of two in a long name; not of two in a short one, where they make another word.
    """
    for slip in slips(name):
        assert named_properties({slip: 1}).keys() == {name}, slip
    twice = {
        bool(named_properties({again: 1})) for again in (f"zz{name}", f"{name}zz", name[2:], f"z{name}z")
    }
    assert twice == {name in LONG}
    assert named_properties({f"{name}zzz": 1}) == {}
    assert {*LONG, *SHORT} == set(PROPERTY_NAMES)


def test_the_right_name_comes_before_a_wrong_one() -> None:
    """
    One value has one meaning: a misspelt name counts only where the right one is absent, and the first does.
    """
    both = named_properties({"agentId": "wrong", "agent_id": "right"})
    assert {name: (found.spelling, found.value) for name, found in both.items()} == {
        "agent_id": ("agent_id", "right")
    }
    twice = named_properties({"agentId": "first", "AgentID": "second"})
    assert [(found.value, found.pointer) for found in twice.values()] == [("first", "/properties/agentId")]
