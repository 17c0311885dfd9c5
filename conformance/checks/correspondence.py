"""
Which observed event answers which expected one.

The events of a faulty implementation have to be recognised in spite of the fault, so that each fault is named
once, under its own requirement: a wrong `message_id` is no missing message. So the pairing goes from the
surest agreement to the faintest, and never pairs an event that plainly belongs to something else.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

from attrs import define, field, frozen

from conformance.checks.expectation import Expected
from conformance.checks.observation import Observed
from conformance.checks.recognition import Kind
from conformance.model import Activity


@frozen(kw_only=True, eq=False)
class Pair:
    """
    An expected event and the observed one that answers it.

    `copies` are further observed events that report the same. A `displaced` pair is a Started or Ended of
    the right conversation that reports another moment (`moment`) than the one that calls for it.
    """

    expected: Expected
    observed: Observed
    copies: tuple[Observed, ...] = ()
    moment: Activity | None = None

    @property
    def displaced(self) -> bool:
        """
        Whether the event was set off by the wrong moment of the chat.
        """
        return self.moment is not None


@frozen(kw_only=True, eq=False)
class Stray:
    """
    An observed live-chat event that nothing calls for; `origin` is the activity it reports, if that is plain.
    """

    observed: Observed
    origin: Activity | None


@frozen(kw_only=True)
class Correspondence:
    """
    How what was seen answers what had to be seen.

    `pairs` are in the order of the chat, `missing` and `strays` what is left on either side; `adopted` are
    the observations under a foreign name that stand exactly where an expected event is missing.
    """

    pairs: tuple[Pair, ...] = ()
    missing: tuple[Expected, ...] = ()
    strays: tuple[Stray, ...] = ()
    adopted: frozenset[Observed] = frozenset()


@frozen(kw_only=True)
class Chat:
    """
    What was said, with the look-ups that tell which activity or visitor an observed event speaks of.
    """

    by_message: Mapping[str, Activity]
    by_conversation_and_time: Mapping[Hashable, Activity]
    by_visitor_and_time: Mapping[Hashable, Activity]
    visitors: Mapping[str, str]
    conversations: frozenset[str]

    def names_conversation(self, observed: Observed) -> bool:
        """
        Whether the event carries the id of a conversation that took place.
        """
        return observed.text("conversation_id") in self.conversations

    def visitor_of(self, observed: Observed) -> str | None:
        """
        The id of the visitor whose identity the event carries, None when it carries nobody's.
        """
        known = (self.visitors.get(value) for _, value in observed.identities)
        return next((visitor for visitor in known if visitor is not None), None)

    def origin_of(self, observed: Observed) -> Activity | None:
        """
        The activity that the event plainly reports: by its message, or by its place and time in the chat.
        """
        message = self.by_message.get(observed.text("message_id") or "")
        if message is not None or observed.time is None:
            return message
        moment = _milliseconds(observed.time)
        conversation = self.by_conversation_and_time.get((observed.text("conversation_id"), moment))
        return conversation or self.by_visitor_and_time.get((self.visitor_of(observed), moment))


def chat_of(activities: Iterable[Activity]) -> Chat:
    """
    The look-ups for what was said; where two activities share a key, it speaks of the first.
    """
    said = list(activities)
    visitors: dict[str, str] = {}
    for activity in said:
        if activity.visitor:
            visitors.setdefault(activity.visitor.id, activity.visitor.id)
            visitors.setdefault(activity.visitor.user_id or activity.visitor.id, activity.visitor.id)
    latest_first = said[::-1]
    return Chat(
        by_message={a.message.id: a for a in latest_first if a.message},
        by_conversation_and_time={(a.conversation_id, _milliseconds(a.at)): a for a in latest_first},
        by_visitor_and_time={(a.visitor.id, _milliseconds(a.at)): a for a in latest_first if a.visitor},
        visitors=visitors,
        conversations=frozenset(a.conversation_id for a in said if a.conversation_id),
    )


def correspond(
    expected: Sequence[Expected], observed: Sequence[Observed], strangers: Sequence[Observed], chat: Chat
) -> Correspondence:
    """
    Pairs what had to be seen with what was seen; `strangers` are Track calls whose names mean none of the
    four.
    """
    pairing = _Pairing(expected=list(expected), observed=list(observed))
    for key_of_expected, key_of_observed in _sure(chat):
        pairing.pair(key_of_expected, key_of_observed)
    origins = {seen: chat.origin_of(seen) for seen in pairing.observed}
    pairing.displace(origins)
    for key_of_expected, key_of_observed in _faint(chat, origins):
        pairing.pair(key_of_expected, key_of_observed)
    strays = pairing.observed
    pairing.observed = list(strangers)
    for key_of_expected, key_of_observed in _nameless(chat):
        pairing.pair(key_of_expected, key_of_observed)
    adopted = frozenset(pairing.matched.values()) & frozenset(strangers)
    pairs, left = _with_copies(pairing, expected, strays, origins)
    return Correspondence(
        pairs=pairs,
        missing=tuple(pairing.expected),
        strays=tuple(Stray(observed=seen, origin=origins[seen]) for seen in left),
        adopted=adopted,
    )


@define(kw_only=True)
class _Pairing:
    """
    The pairing while it is made: what is left on either side, and who has found whom.

    `moments` are those that set off the Started and Ended events that another moment calls for.
    """

    expected: list[Expected]
    observed: list[Observed]
    matched: dict[Expected, Observed] = field(factory=dict)
    moments: dict[Expected, Activity] = field(factory=dict)

    def pair(
        self, key_of_expected: Callable[[Expected], Hashable], key_of_observed: Callable[[Observed], Hashable]
    ) -> None:
        """
        Pairs what has the same key, first come first served; a key of None agrees with nothing.
        """
        waiting: dict[Hashable, deque[Expected]] = {}
        for wanted in self.expected:
            waiting.setdefault(key_of_expected(wanted), deque()).append(wanted)
        waiting.pop(None, None)
        left = []
        for seen in self.observed:
            queue = waiting.get(key_of_observed(seen))
            if queue:
                self.matched[queue.popleft()] = seen
            else:
                left.append(seen)
        self.observed = left
        self.expected = [wanted for wanted in self.expected if wanted not in self.matched]

    def displace(self, origins: Mapping[Observed, Activity | None]) -> None:
        """
        Pairs a missing Started or Ended with one of its conversation that another moment set off.
        """
        before = set(self.matched)
        once = {Kind.STARTED, Kind.ENDED}
        self.pair(
            lambda wanted: (wanted.kind, wanted.conversation_id) if wanted.kind in once else None,
            lambda seen: (
                (seen.kind, _conversation_of(seen, origins[seen]))
                if seen.kind in once and origins[seen]
                else None
            ),
        )
        for wanted in self.matched.keys() - before:
            moment = origins[self.matched[wanted]]
            assert moment is not None
            self.moments[wanted] = moment


def _conversation_of(seen: Observed, origin: Activity | None) -> str | None:
    return seen.text("conversation_id") or (origin.conversation_id if origin else None)


_Keys = tuple[Callable[[Expected], Hashable], Callable[[Observed], Hashable]]


def _sure(chat: Chat) -> Iterator[_Keys]:
    """
    Agreements that leave no doubt: the message, or the place and the very moment in the chat.
    """
    yield (
        lambda wanted: _all(wanted.kind, wanted.message_id, wanted.conversation_id, _moment(wanted)),
        lambda seen: _all(seen.kind, seen.text("message_id"), seen.text("conversation_id"), _time(seen)),
    )
    yield (
        lambda wanted: _all(wanted.kind, wanted.message_id, wanted.conversation_id),
        lambda seen: _all(seen.kind, seen.text("message_id"), seen.text("conversation_id")),
    )
    yield (
        lambda wanted: _all(wanted.kind, wanted.message_id),
        lambda seen: _all(seen.kind, seen.text("message_id")),
    )
    yield (
        lambda wanted: _all(wanted.kind, wanted.conversation_id, _moment(wanted)),
        lambda seen: _all(seen.kind, seen.text("conversation_id"), _time(seen)),
    )
    yield (
        lambda wanted: _all(wanted.kind, wanted.visitor.id, _moment(wanted)),
        lambda seen: _all(seen.kind, chat.visitor_of(seen), _time(seen)),
    )


def _faint(chat: Chat, origins: Mapping[Observed, Activity | None]) -> Iterator[_Keys]:
    """
    Agreements for events that say nothing sure about themselves: the time, the conversation, the visitor, the
    order.
    """

    def unplaced(seen: Observed, *key: Hashable) -> Hashable:
        return None if origins[seen] is not None else _all(seen.kind, *key)

    yield (
        lambda wanted: (wanted.kind, _moment(wanted)),
        lambda seen: unplaced(seen, _time(seen)),
    )
    yield (
        lambda wanted: (wanted.kind, wanted.conversation_id),
        lambda seen: unplaced(seen, seen.text("conversation_id")),
    )
    yield (
        lambda wanted: (wanted.kind, wanted.visitor.id),
        lambda seen: None if chat.names_conversation(seen) else unplaced(seen, chat.visitor_of(seen)),
    )
    yield (
        lambda wanted: (wanted.kind, ""),
        lambda seen: None if chat.names_conversation(seen) else unplaced(seen, ""),
    )


def _nameless(chat: Chat) -> Iterator[_Keys]:
    """
    Agreements that let a foreign name stand for a missing event: all but the name is in its place.
    """
    yield (
        lambda wanted: _all(wanted.message_id, wanted.conversation_id),
        lambda seen: _all(seen.text("message_id"), seen.text("conversation_id")),
    )
    yield (
        lambda wanted: _all(wanted.conversation_id, _moment(wanted)),
        lambda seen: _all(seen.text("conversation_id"), _time(seen)),
    )
    yield (
        lambda wanted: _all(wanted.visitor.id, _moment(wanted)),
        lambda seen: _all(chat.visitor_of(seen), _time(seen)),
    )


def _with_copies(
    pairing: _Pairing,
    expected: Sequence[Expected],
    strays: Iterable[Observed],
    origins: Mapping[Observed, Activity | None],
) -> tuple[tuple[Pair, ...], list[Observed]]:
    """
    The pairs, each with the strays that report once more what it reports, and the strays that are left.

    A stray that tells nothing sure of its origin is known by the `messageId` it shares with a pair.
    """
    answered = {(wanted.kind, wanted.activity.id): wanted for wanted in pairing.matched}
    by_id = {(wanted.kind, _id_of(seen)): wanted for wanted, seen in pairing.matched.items()}
    copies: dict[Expected, list[Observed]] = {}
    left = []
    for seen in strays:
        origin = origins[seen]
        wanted = answered.get((seen.kind, origin.id)) if origin and seen.kind else None
        if wanted is None and origin is None and _id_of(seen) and seen.kind:
            wanted = by_id.get((seen.kind, _id_of(seen)))
        if wanted is None:
            left.append(seen)
        else:
            copies.setdefault(wanted, []).append(seen)
    pairs = tuple(
        Pair(
            expected=wanted,
            observed=pairing.matched[wanted],
            copies=tuple(copies.get(wanted, ())),
            moment=pairing.moments.get(wanted),
        )
        for wanted in expected
        if wanted in pairing.matched
    )
    return pairs, left


def _id_of(seen: Observed) -> str:
    return seen.first.message_id if isinstance(seen.first.message_id, str) else ""


def _all(*parts: Hashable) -> Hashable:
    return None if None in parts else parts


def _moment(wanted: Expected) -> int:
    return _milliseconds(wanted.activity.at)


def _time(seen: Observed) -> int | None:
    return None if seen.time is None else _milliseconds(seen.time)


def _milliseconds(moment: dt.datetime) -> int:
    return round(moment.timestamp() * 1000)
