"""
Which of the four events a name means, and which of the six properties: exact, or only nearly so.

Names are judged as they stand on the wire. The warehouse folds case and separators together, so a fault in
a name that is looked for only there is never found.
"""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from conformance.model.pointers import pointer_to


class Kind(enum.StrEnum):
    """
    The four live-chat events by their documented names (CHATLIO, events table).
    """

    STARTED = "Live Chat Conversation Started"
    ENDED = "Live Chat Conversation Ended"
    SENT = "Live Chat Message Sent"
    RECEIVED = "Live Chat Message Received"


PROPERTY_NAMES = (
    "agent_id",
    "agent_name",
    "agent_username",
    "conversation_duration",
    "conversation_id",
    "message_id",
)
"""The six documented properties (CHATLIO, properties table), in its order."""

_SEPARATORS = re.compile(r"[\W_]+")
_LONG_NAME = 10
_LONGEST_NAME = 100


@frozen(kw_only=True)
class NamedProperty:
    """
    A documented property as an event carries it: under `spelling`, which is right when it is the name itself.
    """

    name: str
    spelling: str
    value: Any

    @property
    def pointer(self) -> str:
        """
        Where it stands in its call, as a JSON Pointer.
        """
        return pointer_to("properties", self.spelling)


def folded(name: str) -> str:
    """
    The name without case, spaces and separators.
    """
    return _SEPARATORS.sub("", name).casefold()


def kind_of(name: object) -> Kind | None:
    """
    The event that a name plainly means: itself, folded, or a slip of at most two letters. None for a
    stranger.
    """
    if not isinstance(name, str) or len(name) > _LONGEST_NAME:
        return None
    return _kind_of(name)


@functools.cache
def _kinds() -> Mapping[str, Kind]:
    return {folded(kind.value): kind for kind in Kind}


@functools.lru_cache(maxsize=4096)
def _kind_of(name: str) -> Kind | None:
    meant = _nearest(folded(name), _kinds())
    return None if meant is None else _kinds()[meant]


def named_properties(properties: Mapping[str, Any]) -> dict[str, NamedProperty]:
    """
    The documented properties an event carries, by documented name, under whatever spelling.

    A misspelt one counts only where the right name is absent, so that one value has one meaning.
    """
    found = {
        name: NamedProperty(name=name, spelling=name, value=properties[name])
        for name in PROPERTY_NAMES
        if name in properties
    }
    for spelling in [name for name in properties if name not in found]:
        meant = _property_meant(spelling) if len(spelling) <= _LONGEST_NAME else None
        if meant is not None and meant not in found:
            found[meant] = NamedProperty(name=meant, spelling=spelling, value=properties[spelling])
    return found


@functools.lru_cache(maxsize=4096)
def _property_meant(spelling: str) -> str | None:
    by_fold = {folded(name): name for name in PROPERTY_NAMES}
    meant = _nearest(folded(spelling), by_fold)
    return None if meant is None else by_fold[meant]


def _nearest(name: str, known: Iterable[str]) -> str | None:
    """
    The known name that `name` is, or that it misses by a slip: two letters in a long name, one in a short.
    """
    names = tuple(known)
    if name in names:
        return name
    slips = ((_distance(name, other), other) for other in names)
    distance, other = min(slips)
    return other if distance <= (2 if len(other) >= _LONG_NAME else 1) else None


def _distance(one: str, other: str) -> int:
    """
    The Levenshtein distance: how many letters are to be inserted, left out or replaced.
    """
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        above, row = row, [i]
        for j, counterpart in enumerate(other, start=1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != counterpart)))
    return row[-1]
