"""
DELIVERY: what becomes of events when Segment, the network or the chat misbehaves.

Loss and doubles are judged on what Segment would have kept after deduplication. A retry is no double.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import itertools
from collections import Counter
from collections.abc import Iterator

from attrs import frozen

from conformance.checks.check import Check, Difference, Sighting, place_of
from conformance.checks.correspondence import Pair
from conformance.checks.evidence import Evidence
from conformance.checks.expectation import Expected
from conformance.checks.observation import Observed
from conformance.model import Exchange, Fault, FaultKind, Message
from conformance.record import Answer, Method, Step

PATIENCE = 2.0
"""Seconds within which an activity is to be taken, whatever Segment does."""

SLACK = dt.timedelta(milliseconds=100)
"""By how much a wait may fall short: clocks and schedulers are not exact."""

DATE_SLACK = dt.timedelta(seconds=1)
"""The same for a wait until an HTTP date, which knows whole seconds only: senders round either way."""

ATTEMPTS = 2
"""Requests with one refused event that are still no storm: one, and one more by mistake."""


@frozen(kw_only=True, eq=False)
class Wanted:
    """
    An event that had to survive: `pair` is None when it was never seen at all.
    """

    expected: Expected
    pair: Pair | None


@frozen(kw_only=True, eq=False)
class Retry:
    """
    A call whose request was answered with a wait, and the next request that carried it again.
    """

    refused: Exchange
    wait: dt.timedelta
    again: Exchange
    message: Message


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
    if wanted.pair is not None and _accepted(wanted.pair):
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
    comes.
    """
    shut_down = any(step.method is Method.SHUTDOWN for step in evidence.scenario.steps)
    for wanted in _wanted(evidence) if shut_down and not evidence.scenario.faults else ():
        flushed = evidence.connection_by_number[wanted.expected.connection].flushed
        if not flushed and (wanted.pair or wanted.expected in evidence.left_in_buffer):
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
        if any(_redirects(exchange) for exchange in _exchanges(evidence, pair)):
            yield pair


def redirect_is_no_success(evidence: Evidence, pair: Pair) -> Iterator[Difference]:
    """
    DELIVERY-08: after a redirect the event is sent again, or the implementation says that it was not
    delivered.
    """
    closing = (step for step in evidence.scenario.steps if step.method in {Method.FLUSH, Method.SHUTDOWN})
    admitted = any(step.answer is not Answer.TAKEN for step in closing)
    last = _exchanges(evidence, pair)[-1]
    # What was sent again, and lost to something else than the redirect, was not taken for a success.
    if not _accepted(pair) and not admitted and _redirects(last):
        message = pair.observed.first
        yield Difference(
            expected="the event delivered all the same, or an error from flush or shutdown",
            observed=f"the redirect was taken for success{_by_library(message)}, and the event is lost",
            **place_of(pair),
        )


# --- DELIVERY-02, 03, 04: retries


def retried_events(evidence: Evidence) -> Iterator[Pair]:
    """
    The events that were sent again after a request that Segment did not answer with success.
    """
    for pair in evidence.correspondence.pairs:
        exchanges = _exchanges(evidence, pair)
        if len(exchanges) > 1 and any(_failed(exchange) for exchange in exchanges[:-1]):
            yield pair


def retry_keeps_message_id(evidence: Evidence, pair: Pair) -> Iterator[Difference]:
    """
    DELIVERY-02: a retry has the `messageId` of the first attempt, so that Segment keeps only one.
    """
    attempts = sorted(_messages(pair), key=lambda message: message.exchange)
    first = attempts[0]
    for message in attempts[1:]:
        same = isinstance(first.message_id, str) and message.message_id == first.message_id
        if not same and _failed(evidence.exchange_by_sequence[first.exchange]):
            yield Difference(
                expected="the `messageId` of the first attempt",
                observed="no `messageId`" if message.message_id is None else "another `messageId`",
                exchange=message.exchange,
                message=message.index,
                pointer="/messageId",
            )
            return


def waits(evidence: Evidence) -> Iterator[Retry]:
    """
    The calls that were sent again after a 429 that says how long to wait.
    """
    for call in evidence.calls:
        for message, later in itertools.pairwise(call.messages):
            refused = evidence.exchange_by_sequence.get(message.exchange)
            again = evidence.exchange_by_sequence.get(later.exchange)
            wait = _wait_asked(refused) if refused else None
            # An activity delivered twice may stand twice in one batch, or be under way already: no retry yet.
            if refused and again and wait is not None and again.at > (refused.reply.at or refused.at):
                yield Retry(refused=refused, wait=wait, again=again, message=later)


def _wait_asked(exchange: Exchange) -> dt.timedelta | None:
    """
    The least wait a 429 asks for: `Retry-After` in seconds or as a date, else `X-RateLimit-Reset` in seconds.
    """
    if exchange.reply.status != 429:
        return None
    headers = {name.lower(): value.strip() for name, value in exchange.reply.headers}
    value = headers.get("retry-after") or headers.get("x-ratelimit-reset") or ""
    if value.isdecimal():
        return dt.timedelta(seconds=int(value)) - SLACK
    try:
        return email.utils.parsedate_to_datetime(value) - (exchange.reply.at or exchange.at) - DATE_SLACK
    except (TypeError, ValueError):
        return None


def wait_is_kept(_evidence: Evidence, retry: Retry) -> Iterator[Difference]:
    """
    DELIVERY-03: after 429 the sender waits at least as long as it was asked to.
    """
    answered = retry.refused.reply.at or retry.refused.at
    waited = retry.again.at - answered
    if waited < retry.wait:
        yield Difference(
            expected=f"no retry within {retry.wait.total_seconds():.1f} s of the 429 it was answered with",
            observed=f"a retry{_by_library(retry.message)} after {waited.total_seconds():.2f} s",
            exchange=retry.again.sequence,
            message=retry.message.index,
        )


def refused_calls(evidence: Evidence) -> Iterator[Observed]:
    """
    The calls of which a request was answered 400, but for those that the chat itself brought about twice.
    """
    for call in evidence.calls:
        pair = evidence.pair_of.get(call)
        again = pair is not None and pair.expected.activity.id in evidence.redelivered
        if not again and _refused(evidence, call):
            yield call


def refusal_is_final(evidence: Evidence, call: Observed) -> Iterator[Difference]:
    """
    DELIVERY-04: what Segment calls malformed is not sent again and again.
    """
    refused = _refused(evidence, call)
    if len(refused) > ATTEMPTS:
        yield Difference(
            expected="an event whose request was answered 400 is given up, or mended",
            observed=f"sent unchanged {len(refused)} times",
            exchange=refused[-1].exchange,
            message=refused[-1].index,
        )


def _refused(evidence: Evidence, call: Observed) -> list[Message]:
    """
    The attempts of a call whose requests were answered 400.
    """
    exchanges = evidence.exchange_by_sequence
    return [
        message
        for message in call.messages
        if message.exchange in exchanges and exchanges[message.exchange].reply.status == 400
    ]


# --- DELIVERY-06, 07: the chat goes on, and may repeat itself


def activities_under_faults(evidence: Evidence) -> Iterator[Step]:
    """
    The activities that were delivered while Segment was slow or dead.
    """
    if evidence.scenario.faults and not evidence.scenario.unusable:
        yield from (step for step in evidence.scenario.steps if step.method is Method.ACTIVITY)


def chat_is_not_held_up(_evidence: Evidence, step: Step) -> Iterator[Difference]:
    """
    DELIVERY-06: an activity is taken within two seconds, whatever Segment does.
    """
    if step.elapsed > PATIENCE:
        yield Difference(
            expected=f"the activity is taken within {PATIENCE:g} s",
            observed=f"it took {step.elapsed:.1f} s",
            activity=step.activity.id if step.activity else None,
        )


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
    ids = Counter(str(message.message_id) for message in _messages(pair))
    new_one = len(ids) > 1 and min(ids.values()) == 1
    if new_one or not all(message.message_id for message in _messages(pair)[1:]):
        yield Difference(
            expected=f'one "{pair.expected.kind.value}" for an activity delivered twice',
            observed=f"{len(pair.copies) + 1} events that Segment cannot tell to be one",
            **{**place_of(pair), **place_of(pair.copies[0] if pair.copies else pair)},
        )


# --- what became of a pair's attempts


def _by_library(message: Message) -> str:
    """
    The library that a call says it was sent by: what an SDK is known to miss is told with its name.
    """
    context = message.call.get("context")
    library = context.get("library") if isinstance(context, dict) else None
    if not isinstance(library, dict) or not isinstance(library.get("name"), str):
        return ""
    version = library.get("version")
    return f" by {library['name']} {version if isinstance(version, str) else ''}".rstrip()[:100]


def _messages(pair: Pair) -> list[Message]:
    return [message for seen in (pair.observed, *pair.copies) for message in seen.messages]


def _exchanges(evidence: Evidence, pair: Pair) -> list[Exchange]:
    sequences = sorted({message.exchange for message in _messages(pair)})
    found = (evidence.exchange_by_sequence.get(sequence) for sequence in sequences)
    return [exchange for exchange in found if exchange is not None]


def _redirects(exchange: Exchange) -> bool:
    return exchange.reply.status is not None and 300 <= exchange.reply.status < 400


def _failed(exchange: Exchange) -> bool:
    status = exchange.reply.status
    return exchange.fault is not None and (status is None or status >= 300 or not exchange.kept)


def _accepted(pair: Pair) -> bool:
    return any(seen.accepted for seen in (pair.observed, *pair.copies))


def _attempts(evidence: Evidence, pair: Pair) -> str:
    count = len(_exchanges(evidence, pair))
    return "once" if count == 1 else f"{count} times"


NO_FAULT = "no scenario with a fault was run"

CHECKS = (
    Check(requirement="DELIVERY-01", over=events_under_faults, find=event_survives, unexercised=NO_FAULT),
    Check(
        requirement="DELIVERY-02",
        over=retried_events,
        find=retry_keeps_message_id,
        unexercised="no event was sent again after a fault",
    ),
    Check(
        requirement="DELIVERY-03",
        over=waits,
        find=wait_is_kept,
        unexercised="no event was sent again after a 429 with Retry-After",
    ),
    Check(
        requirement="DELIVERY-04",
        over=refused_calls,
        find=refusal_is_final,
        unexercised="no request was answered 400",
    ),
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
