"""
IDENTITY: who an event is about, which must be the visitor and nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from conformance.checks.check import NO_CALL, Check, Difference, every_call, place_of, shown
from conformance.checks.correspondence import Pair
from conformance.checks.evidence import Evidence
from conformance.checks.observation import Observed
from conformance.model import Activity, Visitor

FIELDS = ("userId", "anonymousId")


@frozen(kw_only=True, eq=False)
class Sharing:
    """
    A visitor among others: the events about them, the visitors whom each identity belongs to by the chat, and
    who was given any other identity first.
    """

    visitor: Visitor
    pairs: tuple[Pair, ...]
    owners: Mapping[str, tuple[str, ...]]
    taken: Mapping[tuple[str, str], str]


def has_identity(_evidence: Evidence, call: Observed) -> Iterator[Difference]:
    """
    IDENTITY-01: a non-empty string `userId` or `anonymousId`; the other may be absent or null, but nothing
    else.
    """
    values = {field: call.first.call.get(field) for field in FIELDS}
    wrong = {field: value for field, value in values.items() if not _is_identity(value) and value is not None}
    if any(_is_identity(value) for value in values.values()) and not wrong:
        return
    said = ", ".join(
        f"`{field}` {shown(value)}" for field, value in values.items() if field in call.first.call
    )
    yield Difference(
        expected="a non-empty string `userId` or `anonymousId`, the other absent or null",
        observed=said or "neither",
        pointer=f"/{next(iter(wrong))}" if wrong else "",
    )


def _is_identity(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def identified(evidence: Evidence) -> Iterator[Pair]:
    """
    The events whose visitor is known, and that carry an identity at all. (That they do is IDENTITY-01's.)
    """
    return (pair for pair in evidence.pairs if pair.observed.identities)


def identity_is_visitors(evidence: Evidence, pair: Pair) -> Iterator[Difference]:
    """
    IDENTITY-02: the visitor's own id, in one convention throughout; once identified, the site's id may
    stand there.
    """
    fields = _fields_with_visitor(pair)
    if not fields and not _is_sites_user(pair):
        yield Difference(
            expected=f"the visitor's own id {shown(pair.expected.visitor.id)}",
            observed=_said(pair.observed),
            pointer=f"/{pair.observed.identities[0][0]}",
        )
    elif fields and not fields & _convention(evidence):
        yield Difference(
            expected="the visitor's id in the same field as on the visitor's other events",
            observed=_said(pair.observed),
            pointer=f"/{min(fields)}",
        )


def _convention(evidence: Evidence) -> set[str]:
    """
    The fields that carry the visitor's id on the first event that has it: what the others are held to.

    To be asked for where an event has it.
    """
    found = (_fields_with_visitor(pair) for pair in evidence.pairs)
    return next(fields for fields in found if fields)


def _fields_with_visitor(pair: Pair) -> set[str]:
    own = pair.expected.visitor.id
    return {field for field, value in pair.observed.identities if value == own}


def _is_sites_user(pair: Pair) -> bool:
    users = pair.expected.user_ids
    return any(field == "userId" and value in users for field, value in pair.observed.identities)


def _said(event: Observed) -> str:
    return ", ".join(f"`{field}` {shown(value)}" for field, value in event.identities)


def visitors_among_others(evidence: Evidence) -> Iterator[Sharing]:
    """
    Each visitor of several, with whom the identities belong to, or were given to first.
    """
    by_visitor: dict[str, list[Pair]] = {}
    for pair in identified(evidence):
        by_visitor.setdefault(pair.expected.visitor.id, []).append(pair)
    owners = _owners(evidence.activities)
    taken: dict[tuple[str, str], str] = {}
    for name, pairs in by_visitor.items() if len(by_visitor) > 1 else ():
        visitor = pairs[0].expected.visitor
        yield Sharing(visitor=visitor, pairs=tuple(pairs), owners=owners, taken=dict(taken))
        for pair in pairs:
            for identity in pair.observed.identities:
                taken.setdefault(identity, name)


def _owners(activities: Iterable[Activity]) -> Mapping[str, tuple[str, ...]]:
    """
    The visitors that each identity belongs to: their own ids, and the site's for them.
    """
    owners: dict[str, dict[str, None]] = {}
    for visitor in (activity.visitor for activity in activities if activity.visitor):
        for identity in (visitor.id, visitor.user_id):
            if identity is not None:
                owners.setdefault(identity, {})[visitor.id] = None
    return {identity: tuple(visitors) for identity, visitors in owners.items()}


def identity_is_unshared(evidence: Evidence, sharing: Sharing) -> Iterator[Difference]:
    """
    IDENTITY-03: two visitors never share an identity, unless the site itself knows them as one user.

    An agent's is IDENTITY-04's.
    """
    for pair in sharing.pairs:
        for field, value in pair.observed.identities:
            other = _other_with(sharing, field, value)
            if other is not None and value not in evidence.agents:
                yield Difference(
                    expected=f"an identity of visitor {shown(sharing.visitor.id)} alone",
                    observed=f"`{field}` {shown(value)}, which visitor {shown(other)} has too",
                    pointer=f"/{field}",
                    **place_of(pair),
                )


def _other_with(sharing: Sharing, field: str, value: str) -> str | None:
    """
    Another visitor whose identity it is; None where it is the visitor's own, or nobody else's.
    """
    owners = sharing.owners.get(value)
    if owners is None:
        return sharing.taken.get((field, value))
    return None if sharing.visitor.id in owners else owners[0]


def events_with_agent(evidence: Evidence) -> Iterator[Pair]:
    """
    The events with an identity, in scenarios in which an agent takes part.
    """
    return identified(evidence) if evidence.agents else iter(())


def identity_is_no_agent(evidence: Evidence, pair: Pair) -> Iterator[Difference]:
    """
    IDENTITY-04: an agent is never the identity.
    """
    for field, value in pair.observed.identities:
        if value in evidence.agents:
            yield Difference(
                expected=f"the visitor as the identity: {shown(pair.expected.visitor.id)}",
                observed=f"`{field}` {shown(value)}, which is an agent's {evidence.agents[value]}",
                pointer=f"/{field}",
            )


def events_of_identified(evidence: Evidence) -> Iterator[Pair]:
    """
    The events about visitors whom the site has identified by then.
    """
    return (pair for pair in identified(evidence) if pair.expected.user_ids)


def user_is_sites(_evidence: Evidence, pair: Pair) -> Iterator[Difference]:
    """
    IDENTITY-05: once the visitor is identified, `userId` is the site's own user id.
    """
    current = pair.expected.user_ids[0]
    user = dict(pair.observed.identities).get("userId")
    if user != current:
        yield Difference(
            expected=f"`userId` {shown(current)}, by which the site knows the visitor",
            observed=f"`userId` {shown(user)}" if user else "no `userId`",
            pointer="/userId",
        )


UNKNOWN = "no event could be told to its visitor"

CHECKS = (
    Check(requirement="IDENTITY-01", over=every_call, find=has_identity, unexercised=NO_CALL),
    Check(requirement="IDENTITY-02", over=identified, find=identity_is_visitors, unexercised=UNKNOWN),
    Check(
        requirement="IDENTITY-03",
        over=visitors_among_others,
        find=identity_is_unshared,
        unexercised="no scenario showed events of two visitors",
    ),
    Check(
        requirement="IDENTITY-04",
        over=events_with_agent,
        find=identity_is_no_agent,
        unexercised="no event with an identity was seen in a chat with an agent",
    ),
    Check(
        requirement="IDENTITY-05",
        over=events_of_identified,
        find=user_is_sites,
        unexercised="no event about an identified visitor was seen",
    ),
)
