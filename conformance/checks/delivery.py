"""
DELIVERY: what becomes of events when Segment, the network or the chat misbehaves.

Loss and doubles are judged on what Segment would have kept after deduplication. A retry is no double.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from attrs import frozen

from conformance.checks.attempts import by_library, exchanges_of, is_accepted, messages_of
from conformance.checks.check import Check, Difference, Sighting, place_of, shown
from conformance.checks.correspondence import Pair
from conformance.checks.evidence import Evidence
from conformance.checks.expectation import Expected
from conformance.checks.strays import TALK
from conformance.model import Fault, FaultKind
from conformance.record import Answer, Method, Step

PATIENCE = 2.0
"""Seconds within which an activity is to be taken, whatever Segment does."""


@frozen(kw_only=True, eq=False)
class Wanted:
    """
    An event that had to survive: `pair` is None when it was never seen at all.
    """

    expected: Expected
    pair: Pair | None


# --- DELIVERY-01, 05, 08: nothing is lost


def events_under_faults(evidence: Evidence) -> Iterator[Wanted]:
    """
    The events called for in scenarios whose faults all pass: none of them need be lost.
    """
    faults = evidence.scenario.faults
    if faults and all(_passes(fault) for fault in faults):
        yield from _wanted(evidence)


def _passes(fault: Fault) -> bool:
    """
    Whether a fault ends, and is one that a sender has to see through: no 4xx but 429, and no redirect.
    """
    bounded = fault.requests is not None or fault.seconds is not None
    temporary = fault.kind is not FaultKind.STATUS or fault.status >= 500 or fault.status in {200, 408, 429}
    return bounded and temporary


def _wanted(evidence: Evidence) -> Iterator[Wanted]:
    for expected in evidence.expected:
        yield Wanted(expected=expected, pair=evidence.pair_for.get(expected))


def event_survives(evidence: Evidence, wanted: Wanted) -> Iterator[Difference]:
    """
    DELIVERY-01: the event reaches Segment in spite of a fault that passes.
    """
    if wanted.pair is not None and is_accepted(wanted.pair):
        return
    yield Difference(
        expected=f'"{wanted.expected.kind.value}" delivered once the fault had passed',
        observed=f"sent {_attempts(evidence, wanted.pair)}, and not kept" if wanted.pair else "never sent",
        **place_of(wanted.pair or wanted.expected),
    )


def buffered_events(evidence: Evidence) -> Iterator[Wanted]:
    """
    The events that no flush was asked for before an orderly shutdown, in scenarios without faults.

    Those are left out that are missing for another reason: some event after them came, or their kind never
    comes. What came in spite of a shutdown that failed proves nothing.
    """
    answers = {step.answer for step in evidence.scenario.steps if step.method is Method.SHUTDOWN}
    for wanted in _wanted(evidence) if answers and not evidence.scenario.faults else ():
        flushed = evidence.connection_by_number[wanted.expected.connection].flushed
        came = wanted.pair is not None and Answer.TAKEN in answers
        if not flushed and (came or wanted.expected in evidence.left_in_buffer):
            yield wanted


def shutdown_delivers(_evidence: Evidence, wanted: Wanted) -> Iterator[Difference]:
    """
    DELIVERY-05: an orderly shutdown delivers what is still buffered.
    """
    if wanted.pair is None:
        yield Difference(
            expected=f'"{wanted.expected.kind.value}" delivered before the process ends',
            observed="never sent",
            activity=wanted.expected.activity.id,
        )


def redirected_events(evidence: Evidence) -> Iterator[Pair]:
    """
    The events of which an attempt was answered with a redirect.
    """
    for pair in evidence.correspondence.pairs:
        if any(exchange.reply.is_redirect for exchange in exchanges_of(evidence, pair)):
            yield pair


def redirect_is_no_success(evidence: Evidence, pair: Pair) -> Iterator[Difference]:
    """
    DELIVERY-08: after a redirect the event is sent again, or the implementation says that it was not
    delivered.
    """
    closing = (step for step in evidence.scenario.steps if step.method in {Method.FLUSH, Method.SHUTDOWN})
    admitted = any(step.answer is not Answer.TAKEN for step in closing)
    last = exchanges_of(evidence, pair)[-1]
    # What was sent again, and lost to something else than the redirect, was not taken for a success.
    if not is_accepted(pair) and not admitted and last.reply.is_redirect:
        message = pair.observed.first
        yield Difference(
            expected="the event delivered all the same, or an error from flush or shutdown",
            observed=f"the redirect was taken for success{by_library(message)}, and the event is lost",
        )


# --- DELIVERY-06, 07: the chat goes on, and may repeat itself


def activities_under_faults(evidence: Evidence) -> Iterator[Step]:
    """
    The activities that were delivered while Segment was slow or dead.
    """
    if evidence.scenario.faults and not evidence.scenario.unusable:
        yield from (step for step in evidence.scenario.steps if step.method is Method.ACTIVITY)


def chat_is_not_held_up(evidence: Evidence, step: Step) -> Iterator[Difference]:
    """
    DELIVERY-06: an activity is taken within two seconds, whatever Segment does.
    """
    turned_away = _is_turned_away(evidence, step)
    if turned_away or step.elapsed > PATIENCE:
        error = f"it was answered with an error: {shown(step.message, limit=200)}"
        yield Difference(
            expected=f"the activity is taken within {PATIENCE:g} s",
            observed=error if turned_away else f"it took {step.elapsed:.1f} s",
            activity=step.activity.id if step.activity else None,
        )


def _is_turned_away(evidence: Evidence, step: Step) -> bool:
    """
    Whether an activity that Segment is to hear of was never taken where it had to be.
    """
    activity, connection = step.activity, evidence.connection_by_number.get(step.connection)
    if activity is None or activity.type not in TALK or connection is None or connection.silent:
        return False
    return activity.id in connection.untaken


def redeliveries(evidence: Evidence) -> Iterator[Pair]:
    """
    The events of activities that were delivered twice.
    """
    if not evidence.scenario.faults:
        pairs = evidence.correspondence.pairs
        yield from (pair for pair in pairs if pair.expected.activity.id in evidence.redelivered)


def redelivery_is_harmless(_evidence: Evidence, pair: Pair) -> Iterator[Difference]:
    """
    DELIVERY-07: the same activity delivered twice yields no second event after deduplication.

    An implementation that doubles whatever it hears sends each of its ids again, and is named elsewhere.
    """
    ids = Counter(str(message.message_id) for message in messages_of(pair))
    new_one = len(ids) > 1 and min(ids.values()) == 1
    if new_one or not all(message.message_id for message in messages_of(pair)[1:]):
        yield Difference(
            expected=f'one "{pair.expected.kind.value}" for an activity delivered twice',
            observed=f"{len(pair.copies) + 1} events that Segment cannot tell to be one",
            **(place_of(pair.copies[0]) if pair.copies else {}),
        )


def _attempts(evidence: Evidence, pair: Pair) -> str:
    count = len(exchanges_of(evidence, pair))
    return "once" if count == 1 else f"{count} times"


NO_FAULT = "no scenario with a fault was run"

CHECKS = (
    Check(requirement="DELIVERY-01", over=events_under_faults, find=event_survives, unexercised=NO_FAULT),
    Check(
        requirement="DELIVERY-05",
        over=buffered_events,
        find=shutdown_delivers,
        unexercised="no scenario ended with a full buffer",
    ),
    Check(
        requirement="DELIVERY-06",
        over=activities_under_faults,
        find=chat_is_not_held_up,
        given=Sighting.EVENTS,
        unexercised=NO_FAULT,
    ),
    Check(
        requirement="DELIVERY-07",
        over=redeliveries,
        find=redelivery_is_harmless,
        unexercised="no event of an activity delivered twice was seen",
    ),
    Check(
        requirement="DELIVERY-08",
        over=redirected_events,
        find=redirect_is_no_success,
        unexercised="no request was answered with a redirect",
    ),
)
