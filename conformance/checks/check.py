"""
What a check is: what it looks at, and what it finds there.

Deciding and explaining are one function: a check that finds nothing has compared everything. What exercises a
requirement is said apart from it (`over`), so that having nothing to look at can never be a silent pass.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson
from attrs import frozen

from conformance.checks.correspondence import Pair, Stray
from conformance.checks.evidence import Arrival, Evidence
from conformance.checks.expectation import ConnectionFacts, Expected
from conformance.checks.observation import Observed
from conformance.checks.strays import TALK
from conformance.model import ActivityType, Finding
from conformance.record import Method

Occasion = ActivityType | Method
"""What gives occasion to judge a requirement: activities by their type, or a connection after the first."""

MESSAGES = frozenset({ActivityType.VISITOR_MESSAGE, ActivityType.AGENT_MESSAGE})


class Sighting(enum.StrEnum):
    """
    What must have been seen somewhere in a run before the absence of something else proves anything.
    """

    EVENTS = "live-chat event reach Segment"
    ENDED = "Live Chat Conversation Ended for an explicit end"
    MESSAGES = "Live Chat Message Sent together with a Received"


@frozen(kw_only=True)
class Difference:
    """
    What one comparison came to: expected this, observed that, there.
    """

    expected: str
    observed: str
    activity: str | None = None
    exchange: int | None = None
    message: int | None = None
    pointer: str | None = None
    hint: str = ""


@frozen(kw_only=True)
class Check:
    """
    How a requirement is judged in one scenario.

    `over` yields the subjects that exercise it, `find` the differences in one of them. `given` is what must
    have been seen in the run for silence to count, `unexercised` the reason where there was no subject:
    the requirement is then inconclusive, or, where it is `optional` that there be any, not applicable.
    `occasions` are what can bring about a subject: an implementation that declares them unsupported, and
    takes none of them, excuses that there was none. `across` marks a comparison with earlier scenarios, which
    one scenario alone may not reproduce.
    """

    requirement: str
    over: Callable[[Evidence], Iterable[Any]]
    find: Callable[[Evidence, Any], Iterator[Difference]]
    given: Sighting | None = None
    unexercised: str = "nothing in the evidence exercises it"
    optional: bool = False
    occasions: frozenset[Occasion] = TALK
    across: bool = False

    def judge(self, evidence: Evidence) -> tuple[int, list[Finding]]:
        """
        How often the scenario exercises the requirement, and the findings in it.
        """
        exercised, findings = 0, []
        for subject in self.over(evidence):
            exercised += 1
            for difference in self.find(evidence, subject):
                findings.append(self._finding(evidence, subject, difference))
        return exercised, findings

    def _finding(self, evidence: Evidence, subject: object, difference: Difference) -> Finding:
        place = {**place_of(subject), **_told(difference)}
        pair = evidence.pair_at.get((place.get("exchange"), place.get("message")))
        return Finding(
            requirement=self.requirement,
            expected=difference.expected,
            observed=difference.observed,
            scenario=evidence.scenario.name,
            activity=place.get("activity") or (pair.expected.activity.id if pair else None),
            exchange=place.get("exchange"),
            message=place.get("message"),
            pointer=difference.pointer,
            hint=difference.hint,
        )


def _told(difference: Difference) -> dict[str, Any]:
    """
    The places that a difference names itself, which are surer than its subject's.
    """
    places = {name: getattr(difference, name) for name in ("activity", "exchange", "message")}
    return {name: place for name, place in places.items() if place is not None}


def place_of(subject: object) -> dict[str, Any]:
    """
    Where in the evidence a subject stands: the activity, the exchange, the place in its batch, where known.
    """
    place: dict[str, Any] = {}
    match subject:
        case Pair(expected=wanted, observed=seen):
            place = {"activity": wanted.activity.id, **place_of(seen)}
        case Stray(observed=seen, origin=origin):
            place = {"activity": origin.id if origin else None, **place_of(seen)}
        case Observed(messages=(first, *_)):
            place = {"exchange": first.exchange or None, "message": first.index}
        case Arrival(exchange=exchange):
            place = {"exchange": exchange.sequence}
        case Expected(activity=activity):
            place = {"activity": activity.id}
        case ConnectionFacts(activities=(first_said, *_)):
            place = {"activity": first_said.id}
    return place


NO_CALL = "no tracking call was seen"
NO_EVENT = "no live-chat event was seen"


def every_call(evidence: Evidence) -> Iterable[Observed]:
    """
    Every tracking call of every type: what a check looks `over` that holds for all of them.
    """
    return evidence.calls


def every_event(evidence: Evidence) -> Iterable[Observed]:
    """
    Every live-chat event: what a check looks `over` that holds for all of them.
    """
    return evidence.events


def shown(value: object, *, limit: int = 80) -> str:
    """
    A captured value as a finding shows it: as JSON would write it, on one line, cut to a readable length.
    """
    text = orjson.dumps(value).decode()
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
