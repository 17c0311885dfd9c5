"""
What was seen: each distinct call once, with every attempt to send it, and what its name means.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from collections.abc import Iterable, Mapping

import orjson
from attrs import frozen

from conformance.checks.recognition import Kind, NamedProperty, kind_of, named_properties
from conformance.model import Message, read_time

NOT_KEPT = "not_kept"
"""The drop reason of a call whose request Segment answered with a fault and did not take in."""

_CONTENT = ("type", "event", "name", "userId", "anonymousId", "timestamp", "properties")


@frozen(kw_only=True, eq=False, slots=False)
class Observed:
    """
    One distinct call as an implementation sent it, once or, being retried, several times.

    `messages` are the attempts in the order of arrival, all of one content. `kind` is the live-chat event
    that its name means, None for any other call. Two observations are equal only when they are the same
    one.
    """

    messages: tuple[Message, ...]
    kind: Kind | None

    @property
    def first(self) -> Message:
        """
        The first attempt, which stands for the call wherever attempts do not matter.
        """
        return self.messages[0]

    @property
    def accepted(self) -> bool:
        """
        Whether Segment kept any attempt. A duplicate of something else is lost.
        """
        return any(message.drop is None for message in self.messages)

    @property
    def name(self) -> object:
        """
        The name as sent: the `event` of a Track call, the `name` of a Page or Screen call; any JSON value.
        """
        return _name_of(self.first)

    @functools.cached_property
    def properties(self) -> Mapping[str, NamedProperty]:
        """
        The documented properties it carries, by documented name, under whatever spelling.
        """
        return named_properties(self.first.properties)

    @functools.cached_property
    def time(self) -> dt.datetime | None:
        """
        The `timestamp` as sent, None when it is absent or cannot be read.
        """
        return read_time(self.first.sent.get("timestamp"))

    def text(self, name: str) -> str | None:
        """
        The value of a documented property where it is a string, else None.
        """
        found = self.properties.get(name)
        return found.value if found is not None and isinstance(found.value, str) else None

    @property
    def duration(self) -> float | None:
        """
        The `conversation_duration` in seconds, as sent; None when it is absent or no number.
        """
        found = self.properties.get("conversation_duration")
        value = None if found is None else found.value
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    @functools.cached_property
    def identities(self) -> tuple[tuple[str, str], ...]:
        """
        The usable identities as (field, value): `anonymousId` and `userId`, where non-empty strings.
        """
        fields = ((field, self.first.call.get(field)) for field in ("anonymousId", "userId"))
        return tuple((field, value) for field, value in fields if isinstance(value, str) and value)


@frozen(kw_only=True)
class Sender:
    """
    Where a call with a given `messageId` was seen first: the scenario, and a digest of what it carried.
    """

    scenario: str
    content: bytes


def content_of(message: Message) -> bytes:
    """
    A digest of what a call says, the same for every attempt: not when or how it was sent.
    """
    said = {name: message.call[name] for name in _CONTENT if name in message.call}
    coded = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(coded, digest_size=16).digest()


def observe(messages: Iterable[Message]) -> tuple[Observed, ...]:
    """
    The distinct calls among the messages, in the order of their first arrival.

    Attempts belong together when they have one `messageId` and one content. Without a usable `messageId`, a
    call with the content of one that Segment did not take is its retry.
    """
    groups: dict[object, list[Message]] = {}
    for message in messages:
        groups.setdefault(_group_of(message, groups), []).append(message)
    return tuple(
        Observed(messages=tuple(group), kind=kind_of(_name_of(group[0]))) for group in groups.values()
    )


def _group_of(message: Message, groups: Mapping[object, list[Message]]) -> object:
    content = content_of(message)
    if isinstance(message.message_id, str) and message.message_id:
        return (message.message_id, content)
    earlier = groups.get(content)
    untaken = earlier is not None and all(attempt.drop == NOT_KEPT for attempt in earlier)
    return content if earlier is None or untaken else (message.exchange, message.index)


def _name_of(message: Message) -> object:
    """
    A Track call is named by its `event` alone; a Page or Screen call that has none, by its `name`.
    """
    has_name = message.type in ("page", "screen") and "event" not in message.call
    return message.call.get("name") if has_name else message.event
