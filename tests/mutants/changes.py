"""
The words that changes are written in: what is done to a call, or to its properties.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from conformance.model import Activity
from conformance.reference import ENDED, RECEIVED, SENT, STARTED
from tests.mutants.bridge import Bridge, Call

ALL = (STARTED, ENDED, SENT, RECEIVED)
AGENT = ("agent_id", "agent_name", "agent_username")
Properties = dict[str, Any]
CallChange = Callable[[Bridge, Activity, Call], Call]


def named(names: Callable[[str], object]) -> CallChange:
    """
    Each event under the name that the function gives it.
    """
    return lambda _bridge, _activity, call: {**call, "event": names(call["event"])}


def properties(change: Callable[[Activity, Properties], Properties], on: Collection[str] = ALL) -> CallChange:
    """
    The properties of the events `on` as the function makes them.
    """

    def changed(_bridge: Bridge, activity: Activity, call: Call) -> Call:
        if call["event"] not in on:
            return call
        return {**call, "properties": change(activity, dict(call["properties"]))}

    return changed


def without(*names: str, on: Collection[str] = ALL) -> CallChange:
    """
    The events `on` without these properties.
    """
    return properties(
        lambda _activity, given: {name: value for name, value in given.items() if name not in names}, on
    )


def each(name: str, change: Callable[[Any], Any], on: Collection[str] = ALL) -> CallChange:
    """
    The property `name`, where there is one, as the function makes it.
    """
    return properties(
        lambda _activity, given: given | ({name: change(given[name])} if name in given else {}), on
    )


def adding(extra: Mapping[str, Any], on: Collection[str] = ALL) -> CallChange:
    """
    The events `on` with these properties beside or instead of their own.
    """
    return properties(lambda _activity, given: given | dict(extra), on)


def filling(extra: Mapping[str, Any], on: Collection[str] = ALL) -> CallChange:
    """
    The events `on` with these properties where they have none of the name.
    """
    return properties(lambda _activity, given: dict(extra) | given, on)


def member(**members: Any) -> CallChange:
    """
    Each call with these members beside or instead of its own.
    """
    return lambda _bridge, _activity, call: {**call, **members}


def lacking(*names: str) -> CallChange:
    """
    Each call without these members.
    """
    return lambda _bridge, _activity, call: {name: call[name] for name in call if name not in names}


def context(change: Callable[[dict[str, Any]], Any]) -> CallChange:
    """
    Each call with its `context` as the function makes it.
    """
    return lambda _bridge, _activity, call: {**call, "context": change(dict(call["context"]))}


def identity(change: Callable[[Activity], Mapping[str, Any]]) -> CallChange:
    """
    Each call about whom the function says.
    """

    def changed(_bridge: Bridge, activity: Activity, call: Call) -> Call:
        nobody = {name: call[name] for name in call if name not in ("userId", "anonymousId")}
        return {**nobody, **change(activity)}

    return changed


def both(first: CallChange, second: CallChange) -> CallChange:
    """
    One change after the other.
    """
    return lambda bridge, activity, call: second(bridge, activity, first(bridge, activity, call))
