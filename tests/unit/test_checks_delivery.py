"""
What is made of requests that Segment did not simply take: of each wait, retry, refusal and redirect.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import attrs
import pytest

from conformance.checks.attempts import failed
from conformance.model import ActivityType, Exchange, Fault, FaultKind, Finding, Reply, Scenario, Status
from conformance.record import Method, ScenarioRecord
from tests.unit import toys
from tests.unit.toys import KEY, NOW, Call, exchange, failing, judged, played, talk, verdict

OWN = f"{KEY[:-2]}01"


def faltering(fault: Fault) -> Scenario:
    """
    A conversation with an event of every kind, while Segment falters.
    """
    chat, conversation, peter = talk("faltering")
    conversation.says("Hello?")
    conversation.hears(peter, "Hello!")
    conversation.ends(by="visitor")
    return chat.scenario("Segment falters, for a test.", faults=(fault,), waits=True)


def with_status(status: int) -> Fault:
    """
    One request is answered with this status.
    """
    return Fault(kind=FaultKind.STATUS, status=status, requests=1)


def calls_sent() -> list[Call]:
    """
    What the reference sends in the conversation, whatever Segment does.
    """
    (calls,) = toys.sent(faltering(with_status(500)))
    return calls


def request(
    number: int,
    status: int | None = 200,
    *,
    at: float = 0.0,
    calls: Sequence[Call] | None = None,
    headers: Sequence[tuple[str, str]] = (),
    **members: Any,
) -> Exchange:
    """
    A request that carries the calls `at` seconds after the start, and is answered at once: with 200 it is
    taken in, with anything else it is not.
    """
    moment = NOW + dt.timedelta(seconds=at)
    body = {"batch": list(calls_sent() if calls is None else calls)}
    made = exchange(body, sequence=number, key=OWN)
    return attrs.evolve(
        made,
        at=moment,
        reply=Reply(status=status, headers=tuple(headers), at=moment),
        kept=status == 200,
        fault=None if status == 200 else "status",
        **members,
    )


def played_with(*exchanges: Exchange, fault: Fault | None = None, **members: Any) -> ScenarioRecord:
    """
    The record of the conversation with these exchanges.
    """
    return played(faltering(fault or with_status(503)), exchanges=exchanges, **members)


def found(requirement: str, *exchanges: Exchange, **members: Any) -> tuple[Finding, ...]:
    """
    The findings against a requirement, which has to be exercised.
    """
    judgement = verdict(judged(played_with(*exchanges, **members)), requirement)
    assert judgement.exercised
    return judgement.findings


def status_of(requirement: str, *exchanges: Exchange, **members: Any) -> Status:
    """
    What becomes of a requirement.
    """
    return verdict(judged(played_with(*exchanges, **members)), requirement).status


# --- what an answer means


@pytest.mark.parametrize(
    ("status", "redirect", "failure"),
    [
        (None, False, True),
        (200, False, False),
        (299, False, False),
        (300, True, True),
        (399, True, True),
        (400, False, True),
        (503, False, True),
    ],
)
def test_answers_are_redirects_or_failures(status: int | None, redirect: bool, failure: bool) -> None:
    """
    By the status; and a fault's success that was not taken in is a failure too.
    """
    answered = attrs.evolve(request(1, status), kept=True, fault="status")
    assert (answered.reply.is_redirect, failed(answered)) == (redirect, failure)
    assert failed(attrs.evolve(answered, kept=False))
    assert not failed(attrs.evolve(answered, fault=None))


# --- DELIVERY-01: what passes and what does not


@pytest.mark.parametrize(
    ("fault", "passes"),
    [
        (Fault(kind=FaultKind.STATUS, status=500, requests=1), True),
        (Fault(kind=FaultKind.STATUS, status=599, seconds=1.0), True),
        (Fault(kind=FaultKind.STATUS, status=408, requests=1), True),
        (Fault(kind=FaultKind.STATUS, status=429, requests=1), True),
        (Fault(kind=FaultKind.STATUS, status=200, requests=1), True),
        (Fault(kind=FaultKind.STATUS, status=409, requests=1), False),
        (Fault(kind=FaultKind.STATUS, status=499, requests=1), False),
        (Fault(kind=FaultKind.STATUS, status=307, requests=1), False),
        (Fault(kind=FaultKind.STATUS, status=500), False),
        (Fault(kind=FaultKind.HANG, seconds=1.0), True),
        (Fault(kind=FaultKind.HANG), False),
    ],
)
def test_events_have_to_survive_a_fault_that_passes(fault: Fault, passes: bool) -> None:
    """
    One that ends, and that is not the sender's own: a server error, a timeout, a rate limit.
    """
    judgement = verdict(judged(played_with(request(1), fault=fault)), "DELIVERY-01")
    assert judgement.exercised == (4 if passes else 0)


@pytest.mark.parametrize(("attempts", "told"), [(1, "sent once, and"), (2, "sent 2 times, and")])
def test_an_event_that_is_not_kept_is_lost(attempts: int, told: str) -> None:
    """
    However often it was sent.
    """
    lost = found("DELIVERY-01", *(request(number + 1, 503, at=number) for number in range(attempts)))
    assert {finding.observed for finding in lost} == {f"{told} not kept"}
    assert {finding.observed for finding in found("DELIVERY-01", request(1, calls=[]))} == {"never sent"}


# --- DELIVERY-02: the `messageId` of a retry


def renamed(**members: Any) -> list[Call]:
    """
    The calls in the other order, the first of them with other members: it is then the last of its batch.
    """
    first, *others = calls_sent()
    return [*others, {**first, **members}]


@pytest.mark.parametrize(
    ("message_id", "told"),
    [("other", "another `messageId`"), (None, "no `messageId`"), (7, "another `messageId`")],
)
def test_a_retry_under_another_id_is_found_where_it_was_sent(message_id: object, told: str) -> None:
    """
    In the later request, at its place in that batch.
    """
    (finding,) = found("DELIVERY-02", request(1, 503), request(2, calls=renamed(messageId=message_id), at=1))
    assert (finding.observed, finding.exchange, finding.message) == (told, 2, len(calls_sent()) - 1)


def test_what_was_taken_in_is_not_retried() -> None:
    """
    A second event after a success is a double, which is not this requirement's.
    """
    assert status_of("DELIVERY-02", request(1), request(2, at=1)) is Status.INCONCLUSIVE
    assert status_of("DELIVERY-02", request(1), request(2, 503, at=1)) is Status.INCONCLUSIVE


# --- DELIVERY-03: the wait that was asked for


@pytest.mark.parametrize(
    ("headers", "least"),
    [
        ([("Retry-After", "2")], 1.9),
        ([("retry-after", " 2 ")], 1.9),
        ([("X-RateLimit-Reset", "3")], 2.9),
        ([("X-RateLimit-Reset", "9"), ("Retry-After", "1")], 0.9),
        ([("Retry-After", "Sun, 22 Nov 2026 12:00:05 GMT")], 3.0),
    ],
)
def test_a_wait_is_kept_to_a_tenth_of_a_second(headers: list[tuple[str, str]], least: float) -> None:
    """
    Counted from the answer; a date, which knows whole seconds, to a second. Here the answer came one second
    past the hour.
    """
    refused = request(1, 429, at=1, headers=headers)
    assert status_of("DELIVERY-03", refused, request(2, at=1 + least)) is Status.PASSED
    (finding,) = found("DELIVERY-03", refused, request(2, at=1 + least - 0.01, calls=renamed()))[:1]
    assert finding.expected == f"no retry within {least:.1f} s of the 429 it was answered with"
    assert finding.observed == f"a retry by conformance-reference 0.1.0 after {least - 0.01:.2f} s"
    assert (finding.exchange, finding.message) == (2, len(calls_sent()) - 1)


def test_the_wait_begins_with_the_answer() -> None:
    """
    Which may come later than the request; where nobody knows when, with the request.
    """
    headers = (("Retry-After", "2"),)
    late = Reply(status=429, headers=headers, at=NOW + dt.timedelta(seconds=1))
    refused = attrs.evolve(request(1, 429), reply=late)
    assert status_of("DELIVERY-03", refused, request(2, at=2.5)) is Status.FAILED
    assert status_of("DELIVERY-03", refused, request(2, at=2.9)) is Status.PASSED
    assert status_of("DELIVERY-03", refused, request(2, at=1)) is Status.INCONCLUSIVE
    unknown = attrs.evolve(refused, reply=attrs.evolve(late, at=None))
    assert status_of("DELIVERY-03", unknown, request(2, at=1.9)) is Status.PASSED
    assert status_of("DELIVERY-03", unknown, request(2, at=1.8)) is Status.FAILED


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Retry-After", "soon")],
        [("Retry-After", "")],
        [("Retry-After", "-1")],
        [("Retry-After", "9" * 400)],
        [("Retry-After", "9" * 5000)],
        [("Retry-After", "Sun, 22 Nov 2026 12:00:05 -0000")],
    ],
)
def test_without_a_wait_that_can_be_read_none_is_judged(headers: list[tuple[str, str]]) -> None:
    """
    Nor is anything upset by what stands in its place.
    """
    assert status_of("DELIVERY-03", request(1, 429, headers=headers), request(2, at=1)) is Status.INCONCLUSIVE


def test_only_a_rate_limit_asks_for_a_wait() -> None:
    """
    Another status does not, whatever its headers.
    """
    refused = request(1, 503, headers=[("Retry-After", "2")])
    assert status_of("DELIVERY-03", refused, request(2, at=1)) is Status.INCONCLUSIVE


# --- DELIVERY-04: a refusal is final


def test_one_more_attempt_after_a_refusal_is_no_storm() -> None:
    """
    Two more are.
    """
    refused = [request(number, 400, at=number) for number in (1, 2, 3)]
    assert status_of("DELIVERY-04", *refused[:2]) is Status.PASSED
    assert status_of("DELIVERY-04", *refused) is Status.FAILED


def test_a_storm_is_found_at_its_last_request() -> None:
    """
    And at the event's place in that.
    """
    refused = [request(1, 400), request(2, 400, at=1), request(3, 400, at=2, calls=calls_sent()[::-1])]
    places = [(finding.exchange, finding.message) for finding in found("DELIVERY-04", *refused)]
    assert places == [(3, 3)]


# --- DELIVERY-06: the chat goes on


@pytest.mark.parametrize(("elapsed", "status"), [(2.0, Status.PASSED), (2.01, Status.FAILED)])
def test_an_activity_is_taken_within_two_seconds(elapsed: float, status: Status) -> None:
    """
    Two seconds are in time.
    """
    record = played_with(request(1, 503), request(2, at=1))
    steps = tuple(
        attrs.evolve(step, elapsed=elapsed) if step.method is Method.ACTIVITY else step
        for step in record.steps
    )
    slow = attrs.evolve(record, steps=steps)
    assert verdict(judged(slow), "DELIVERY-06").status is status


def test_an_error_in_the_place_of_taking_the_chat_is_told() -> None:
    """
    With what was said; but not of what Segment never hears of, nor where it was taken another time.
    """
    record = played_with(request(1, 503), request(2, at=1))
    turned_away = verdict(judged(failing(record, ActivityType.AGENT_MESSAGE)), "DELIVERY-06").findings
    assert [(each.activity, each.observed) for each in turned_away] == [
        ("faltering-0002", 'it was answered with an error: "it stumbled"')
    ]
    long = failing(record, ActivityType.AGENT_MESSAGE, message="x" * 300)
    (finding,) = verdict(judged(long), "DELIVERY-06").findings
    assert finding.observed == f'it was answered with an error: "{"x" * 198}…'
    again = [step for step in record.steps if step.activity and step.activity.id == "faltering-0002"]
    taken = attrs.evolve(failing(record, ActivityType.AGENT_MESSAGE), steps=(*record.steps, *again))
    assert verdict(judged(taken), "DELIVERY-06").status is Status.PASSED


@pytest.mark.parametrize("region", ["us", "eu"])
def test_an_error_matters_only_where_the_chat_had_to_be_taken(region: str) -> None:
    """
    Not for typing, and not under a connection that was to be refused.
    """
    chat, conversation, _ = talk("faltering")
    typed, said = conversation.types(), conversation.says("Hello?")
    chat.connection(region=region)
    scenario = chat.scenario("Segment falters, for a test.", faults=(with_status(503),), waits=True)
    ways = {each.type for each in (typed, said)}
    found = verdict(judged(failing(played(scenario), *ways)), "DELIVERY-06").findings
    assert [each.activity for each in found] == ([said.id] if region == "us" else [])


# --- DELIVERY-07: an activity told twice


def told_twice(*message_ids: object) -> list[str]:
    """
    What DELIVERY-07 finds where a message is delivered twice, and sent under these `messageId`s.
    """
    chat, conversation, _ = talk("twice")
    chat.again(conversation.says("Hello?"))
    scenario = chat.scenario("A message delivered twice, for a test.")
    started, sent, *_ = toys.sent(scenario)[0]
    calls = [started, *({**sent, "messageId": each} for each in message_ids)]
    findings = verdict(judged(played(scenario, [calls])), "DELIVERY-07").findings
    return [f"{finding.message}: {finding.observed}" for finding in findings]


def test_a_second_event_for_a_second_delivery_needs_the_first_ones_id() -> None:
    """
    Another one makes it another event, and so does none; the finding points at the second.
    """
    assert told_twice("m", "m") == []
    assert told_twice("m") == []
    assert told_twice(None) == []
    assert told_twice("m", "n") == ["2: 2 events that Segment cannot tell to be one"]
    assert told_twice(None, None) == ["2: 2 events that Segment cannot tell to be one"]


# --- DELIVERY-05: the buffer at the shutdown


@pytest.mark.parametrize(("shut_down", "exercised"), [(True, 4), (False, 0)])
def test_without_a_shutdown_nothing_was_to_be_delivered(shut_down: bool, exercised: int) -> None:
    """
    A process that was killed had no chance to.
    """
    chat, conversation, peter = talk("buffer")
    conversation.says("Hello?")
    conversation.hears(peter, "Hello!")
    conversation.ends(by="visitor")
    chat.connection(flush=False)
    record = played(chat.scenario("A full buffer, for a test."))
    steps = tuple(step for step in record.steps if shut_down or step.method is not Method.SHUTDOWN)
    assert verdict(judged(attrs.evolve(record, steps=steps)), "DELIVERY-05").exercised == exercised


@pytest.mark.parametrize(
    ("calls", "exercised", "lost"), [(4, 0, []), (3, 1, ["buffer-0003"]), (1, 3, ["buffer-0001"])]
)
def test_a_shutdown_that_failed_excuses_no_loss(calls: int, exercised: int, lost: list[str]) -> None:
    """
    What came all the same proves nothing, and what did not come is lost.
    """
    chat, conversation, peter = talk("buffer")
    conversation.says("Hello?")
    conversation.hears(peter, "Hello!")
    conversation.ends(by="visitor")
    chat.connection(flush=False)
    scenario = chat.scenario("A full buffer, for a test.")
    record = played(scenario, [toys.sent(scenario)[0][:calls]])
    found = verdict(judged(failing(record, Method.SHUTDOWN)), "DELIVERY-05")
    assert found.exercised == exercised
    assert [finding.activity for finding in found.findings] == lost


# --- DELIVERY-08: a redirect


def redirected(*exchanges: Exchange, admitted: Method | None = None) -> Status:
    """
    What becomes of DELIVERY-08 where a step of this method is answered with an error.
    """
    record = played_with(*exchanges, fault=with_status(307))
    return verdict(judged(failing(record, *([admitted] if admitted else []))), "DELIVERY-08").status


def test_a_redirect_is_no_success() -> None:
    """
    The event is sent again, or flush or shutdown says that it was not delivered.
    """
    assert redirected(request(1, 307)) is Status.FAILED
    assert redirected(request(1, 307), request(2, at=1)) is Status.PASSED
    assert redirected(request(1, 307), admitted=Method.FLUSH) is Status.PASSED
    assert redirected(request(1, 307), admitted=Method.SHUTDOWN) is Status.PASSED
    assert redirected(request(1, 307), admitted=Method.ACTIVITY) is Status.FAILED


def test_what_is_lost_to_something_else_was_not_lost_to_the_redirect() -> None:
    """
    It was sent again, so the redirect was understood.
    """
    assert redirected(request(1, 307), request(2, 503, at=1)) is Status.PASSED
    assert redirected(request(1, 503), request(2, 307, at=1)) is Status.FAILED


# --- who is told to have sent it


@pytest.mark.parametrize(
    ("context", "told"),
    [
        ({"library": {"name": "acme", "version": "1.2"}}, " by acme 1.2"),
        ({"library": {"name": "acme"}}, " by acme"),
        ({"library": {"name": "acme", "version": 2}}, " by acme"),
        ({"library": {"name": "a" * 200}}, f" by {'a' * 96}"),
        ({"library": {"name": 5, "version": "1.2"}}, ""),
        ({"library": {"version": "1.2"}}, ""),
        ({"library": "acme"}, ""),
        ({"integration": {"name": "acme"}}, ""),
        ("acme", ""),
        (None, ""),
    ],
)
def test_what_a_library_misses_is_told_with_its_name(context: object, told: str) -> None:
    """
    As far as the call itself says it.
    """
    calls = [{**call, "context": context} for call in calls_sent()]
    record = played_with(request(1, 307, calls=calls), fault=with_status(307))
    (finding,) = verdict(judged(record), "DELIVERY-08").findings
    assert finding.observed == f"the redirect was taken for success{told}, and the event is lost"
