"""
DELIVERY: how what was not taken is sent again.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import itertools
from collections.abc import Iterator

from attrs import frozen

from conformance.checks.attempts import by_library, exchanges_of, failed, messages_of
from conformance.checks.check import Check, Difference
from conformance.checks.correspondence import Pair
from conformance.checks.evidence import Evidence
from conformance.checks.observation import Observed
from conformance.model import Exchange, Message

SLACK = dt.timedelta(milliseconds=100)
"""By how much a wait may fall short: clocks and schedulers are not exact."""

DATE_SLACK = dt.timedelta(seconds=1)
"""The same for a wait until an HTTP date, which knows whole seconds only: senders round either way."""

ATTEMPTS = 2
"""Requests with one refused event that are still no storm: one, and one more by mistake."""


@frozen(kw_only=True, eq=False)
class Retry:
    """
    A call whose request was answered with a wait, and the next request that carried it again.
    """

    refused: Exchange
    wait: dt.timedelta
    again: Exchange
    message: Message


def retried_events(evidence: Evidence) -> Iterator[Pair]:
    """
    The events that were sent again after a request that Segment did not answer with success.
    """
    for pair in evidence.correspondence.pairs:
        exchanges = exchanges_of(evidence, pair)
        if any(failed(exchange) for exchange in exchanges[:-1]):
            yield pair


def retry_keeps_message_id(evidence: Evidence, pair: Pair) -> Iterator[Difference]:
    """
    DELIVERY-02: a retry has the `messageId` of the first attempt, so that Segment keeps only one.
    """
    attempts = sorted(messages_of(pair), key=lambda message: message.exchange)
    first = attempts[0]
    for message in attempts[1:]:
        same = isinstance(first.message_id, str) and message.message_id == first.message_id
        if not same and failed(evidence.exchange_by_sequence[first.exchange]):
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
    reply = exchange.reply
    value = (reply.header("retry-after") or reply.header("x-ratelimit-reset") or "").strip()
    try:
        if value.isdecimal():
            return dt.timedelta(seconds=int(value)) - SLACK
        return email.utils.parsedate_to_datetime(value) - (reply.at or exchange.at) - DATE_SLACK
    except (TypeError, ValueError, OverflowError):
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
            observed=f"a retry{by_library(retry.message)} after {waited.total_seconds():.2f} s",
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


CHECKS = (
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
)
