"""
Which observed event answers which expected one.

The events of a faulty implementation have to be recognised in spite of the fault, so that each fault is named
once, under its own requirement: a wrong `message_id` is no missing message. So the pairing goes from the
surest agreement to the faintest, and never pairs an event that plainly belongs to something else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Mapping, Sequence

from attrs import define, field, frozen

from conformance.checks.chat import Chat, milliseconds
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


TOLERANCE = 1.0
"""Seconds by which a duration may be off: the page counts whole ones and does not say how it rounds."""

_Facts = Mapping[str, Hashable]
_ByKind = Mapping[tuple[Kind | None, str], Expected]

_SURE = (
    ("kind", "message", "conversation", "moment"),
    ("kind", "message", "conversation"),
    ("kind", "message"),
    ("kind", "conversation", "moment"),
    ("kind", "visitor", "moment"),
)
"""What leaves no doubt where two events agree in it: the message, or the place and the very moment."""

_DISPLACED = (("kind", "once_in"),)
"""The same for a Started or Ended that another moment of its conversation set off."""

_FAINT = (("kind", "conversation"),)
"""What is taken for want of better of an event that says nothing sure about itself."""

_FAINTEST = (("kind", "moment"), ("kind", "visitor"), ("kind",))
"""The same where it does not even name a conversation that took place: the moment, the visitor, the order."""

_NAMELESS = (("message", "conversation"), ("conversation", "moment"), ("visitor", "moment"))
"""What lets a foreign name stand for a missing event: all but the name is in its place."""


def correspond(
    expected: Sequence[Expected], observed: Sequence[Observed], strangers: Sequence[Observed], chat: Chat
) -> Correspondence:
    """
    Pairs what had to be seen with what was seen; `strangers` are Track calls whose names mean none of the
    four.
    """
    origins = {seen: chat.origin_of(seen) for seen in observed}
    pairing = _Pairing(
        missing=list(expected),
        wanted={wanted: _facts_of_expected(wanted) for wanted in expected},
        seen={seen: _facts_of_observed(seen, origins.get(seen), chat) for seen in (*observed, *strangers)},
    )
    left = pairing.pair(observed, _SURE)
    sure = frozenset(pairing.matched)
    origins |= dict.fromkeys(_mistimed_ends(pairing, left, origins))
    pairing.pair([seen for seen in left if origins[seen] is not None], _DISPLACED)
    moments = {wanted: origins[seen] for wanted, seen in pairing.matched.items() if wanted not in sure}
    unplaced = pairing.pair([seen for seen in left if origins[seen] is None], _FAINT)
    pairing.pair([seen for seen in unplaced if not chat.names_conversation(seen)], _FAINTEST)
    pairing.pair(strangers, _NAMELESS)
    answering = frozenset(pairing.matched.values())
    strays = [seen for seen in left if seen not in answering]
    pairs, left = _with_copies(pairing, expected, strays, origins, moments)
    return Correspondence(
        pairs=pairs,
        missing=tuple(pairing.missing),
        strays=tuple(Stray(observed=seen, origin=origins[seen]) for seen in left),
        adopted=answering.intersection(strangers),
    )


@define(kw_only=True)
class _Pairing:
    """
    The pairing while it is made: what is missing so far, and who has found whom.

    `wanted` and `seen` are what is known of the events on either side, by the names in the tables above.
    """

    missing: list[Expected]
    wanted: Mapping[Expected, _Facts]
    seen: Mapping[Observed, _Facts]
    matched: dict[Expected, Observed] = field(factory=dict)

    def pair(self, observed: Iterable[Observed], ladder: Iterable[tuple[str, ...]]) -> list[Observed]:
        """
        Pairs what agrees in the facts that each rung names, first come first served, and gives what is left.
        """
        left = list(observed)
        for names in ladder:
            left = self._pair(left, names)
        return left

    def _pair(self, observed: Iterable[Observed], names: tuple[str, ...]) -> list[Observed]:
        waiting: dict[Hashable, deque[Expected]] = {}
        for wanted in self.missing:
            waiting.setdefault(_key(self.wanted[wanted], names), deque()).append(wanted)
        waiting.pop(None, None)
        left = []
        for seen in observed:
            queue = waiting.get(_key(self.seen[seen], names))
            if queue:
                self.matched[queue.popleft()] = seen
            else:
                left.append(seen)
        self.missing = [wanted for wanted in self.missing if wanted not in self.matched]
        return left


def _key(facts: _Facts, names: tuple[str, ...]) -> Hashable:
    """
    The facts of these names, None where one is not known: it agrees with nothing.
    """
    key = tuple(facts[name] for name in names)
    return None if None in key else key


def _facts_of_expected(wanted: Expected) -> _Facts:
    return {
        "kind": wanted.kind,
        "message": wanted.message_id,
        "conversation": wanted.conversation_id,
        "once_in": wanted.conversation_id if wanted.kind in _ONCE else None,
        "visitor": wanted.visitor.id,
        "moment": milliseconds(wanted.activity.at),
    }


def _facts_of_observed(seen: Observed, origin: Activity | None, chat: Chat) -> _Facts:
    """
    What an event tells of itself; `origin` is the activity that it plainly reports.
    """
    named = seen.text("conversation_id")
    return {
        "kind": seen.kind,
        "message": seen.text("message_id"),
        "conversation": named,
        "once_in": (named or origin.conversation_id) if origin and seen.kind in _ONCE else None,
        "visitor": chat.visitor_of(seen),
        "moment": None if seen.time is None else milliseconds(seen.time),
    }


_ONCE = frozenset({Kind.STARTED, Kind.ENDED})
"""The kinds of which a conversation has one."""


def _mistimed_ends(
    pairing: _Pairing, left: Iterable[Observed], origins: Mapping[Observed, Activity | None]
) -> list[Observed]:
    """
    The Ended events that know how long their conversation came to last: whatever moment their time tells,
    they were made at the end.
    """
    ends = {wanted.conversation_id: wanted for wanted in pairing.missing if wanted.kind is Kind.ENDED}
    return [
        seen
        for seen in left
        if seen.kind is Kind.ENDED
        and _is_end(seen, ends.get(seen.text("conversation_id")), instead_of=origins[seen])
    ]


def _is_end(seen: Observed, end: Expected | None, *, instead_of: Activity | None) -> bool:
    """
    Whether an event's duration is that of the end, and not that of the moment which its time tells.
    """
    if end is None or instead_of is None or seen.duration is None:
        return False
    then = end.duration - (end.activity.at - instead_of.at).total_seconds()
    return abs(seen.duration - end.duration) <= TOLERANCE < abs(seen.duration - then)


def _with_copies(
    pairing: _Pairing,
    expected: Sequence[Expected],
    strays: Iterable[Observed],
    origins: Mapping[Observed, Activity | None],
    moments: Mapping[Expected, Activity | None],
) -> tuple[tuple[Pair, ...], list[Observed]]:
    """
    The pairs, each with the strays that report once more what it reports, and the strays that are left.

    A stray that tells nothing sure of its origin is known by the `messageId` it shares with a pair.
    """
    answered: _ByKind = {(wanted.kind, wanted.activity.id): wanted for wanted in pairing.matched}
    by_id: _ByKind = {
        (wanted.kind, _id_of(seen)): wanted for wanted, seen in pairing.matched.items() if _id_of(seen)
    }
    copies: dict[Expected, list[Observed]] = {}
    left = []
    for seen in strays:
        origin = origins[seen]
        known, key = (answered, origin.id) if origin else (by_id, _id_of(seen))
        wanted = known.get((seen.kind, key))
        if wanted is None:
            left.append(seen)
        else:
            copies.setdefault(wanted, []).append(seen)
    pairs = tuple(
        Pair(
            expected=wanted,
            observed=pairing.matched[wanted],
            copies=tuple(copies.get(wanted, ())),
            moment=moments.get(wanted),
        )
        for wanted in expected
        if wanted in pairing.matched
    )
    return pairs, left


def _id_of(seen: Observed) -> str:
    return seen.first.message_id if isinstance(seen.first.message_id, str) else ""
