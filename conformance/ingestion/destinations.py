"""
The fan-out: which of a workspace's destinations an accepted call is handed on to.

Warehouses are not among them: they are loaded whatever `integrations` says of destinations.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from conformance.model import Message

STANDARD = ("Amplitude", "Mixpanel", "Webhooks")
"""The destinations of a workspace for which none are named."""

OPT_IN = frozenset({"Salesforce"})
"""Destinations that are off until a call names them, to spare their users' quotas (COMMON, integrations)."""

NO_DESTINATIONS = frozenset({"All", "Segment.io", "Warehouses"})
"""What `integrations` may name besides destinations: all of them, Segment itself, and what is loaded."""


def deliveries(message: Message, destinations: Iterable[str]) -> tuple[str, ...]:
    """
    Those of the destinations that get the call, in the order given; none get a call that was dropped.
    """
    if message.drop is not None:
        return ()
    integrations = message.call.get("integrations")
    return tuple(name for name in destinations if is_on(name, integrations))


def is_on(destination: str, integrations: Any) -> bool:
    """
    Whether `integrations` lets a call go to the destination. Names count letter for letter.

    What is said of the destination itself goes before `All`; options for it, in an object, mean on. Without
    either it is on, unless it is one that has to be asked for.
    """
    said = integrations if isinstance(integrations, dict) else {}
    if destination in said:
        own = said[destination]
        return isinstance(own, dict | list) or bool(own)
    return said.get("All") is not False and destination not in OPT_IN


def named_in(message: Message) -> tuple[str, ...]:
    """
    The destinations that the call itself names, whether to switch them on or off.
    """
    integrations = message.call.get("integrations")
    names = integrations if isinstance(integrations, dict) else ()
    return tuple(name for name in names if name not in NO_DESTINATIONS)
