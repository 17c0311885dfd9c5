"""
Which write key is used, whether one that is missing is missed, and where one leaks.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
import pytest

from conformance.chat import Script
from conformance.checks import Evidence
from conformance.checks.setup import rotations
from conformance.errors import RegionUnsupported, WriteKeyMissing
from conformance.masking import MASK
from conformance.model import Exchange, Finding
from conformance.record import Answer, Method, ScenarioRecord, Step
from tests.unit import toys
from tests.unit.toys import KEY, NOW, Call, exchange, judged, ordinary, played, verdict


def key(number: int) -> str:
    """
    The write key of the connection of that number.
    """
    return f"{KEY[:-2]}{number:02d}"


OWN = key(1)


def told(requirement: str, record: ScenarioRecord) -> list[tuple[str, str, int | None]]:
    """
    Expected, observed, and the request.
    """
    found: tuple[Finding, ...] = verdict(judged(record), requirement).findings
    return [(each.expected, each.observed, each.exchange) for each in found]


def exercised(requirement: str, record: ScenarioRecord) -> int:
    """
    How often a requirement is exercised.
    """
    return verdict(judged(record), requirement).exercised


# --- SETUP-01: the key that was configured


@pytest.mark.parametrize(
    ("members", "wrong"),
    [
        ({}, False),
        ({"headers": exchange({}, key="stranger").headers}, True),
        ({"target": "/v1/batch?writeKey=stranger"}, True),
        ({"headers": (("Authorization", "Bearer some.token"),)}, None),
        ({"headers": ()}, None),
    ],
)
def test_no_other_key_is_used(members: dict[str, Any], wrong: bool | None) -> None:
    """
    In whatever form; a bearer token is no write key, and a request without one proves nothing.
    """
    request = exchange({"batch": toys.sent(ordinary())[0]}, key=OWN)
    record = played(ordinary(), exchanges=(attrs.evolve(request, **members),))
    expected = [("the write key that was configured", "another write key", 1)]
    assert told("SETUP-01", record) == (expected if wrong else [])
    assert exercised("SETUP-01", record) == (0 if wrong is None else 1)


# --- SETUP-02: no key at all


def keyless(*requests: Exchange, log: str = "", beside: bool = False, **answer: Any) -> ScenarioRecord:
    """
    A connection without a write key, and one with another key beside it or not; the first is answered so.
    """
    answered = {"answer": Answer.TAKEN, "code": 0, "message": "", **answer}
    chat = Script("keyless")
    first = chat.conversation(chat.visitor())
    first.says("Hello?")
    chat.connection(write_key=False)
    if beside:
        chat.conversation(chat.visitor()).says("Hello?")
        chat.connection()
    record = played(chat.scenario("No write key, for a test."), log=log)
    steps = tuple(
        attrs.evolve(step, **answered) if step.connection == 1 and step.method is Method.INITIALIZE else step
        for step in record.steps
    )
    return attrs.evolve(record, steps=steps, exchanges=(*requests, *record.exchanges))


REFUSED: dict[str, Any] = {"answer": Answer.REFUSED, "code": WriteKeyMissing.code, "message": "no write key"}
WANTED = f"a refusal (`{WriteKeyMissing.name}`), or a line in the log that says so"


@pytest.mark.parametrize(
    ("members", "observed"),
    [
        (REFUSED, None),
        ({"log": "no write key: nothing is sent"}, None),
        ({}, "no refusal: the connection was accepted"),
        (
            {**REFUSED, "code": RegionUnsupported.code},
            f"an answer with code {RegionUnsupported.code}: 'no write key'",
        ),
        (
            {**REFUSED, "answer": Answer.FAILED, "message": "x" * 300},
            f"an answer with code {WriteKeyMissing.code}: '{'x' * 200}'",
        ),
    ],
)
def test_a_missing_key_is_missed(members: dict[str, Any], observed: str | None) -> None:
    """
    In the answer, or at least in the log.
    """
    assert told("SETUP-02", keyless(**members)) == ([(WANTED, observed, None)] if observed else [])


def answered_late(answer: Answer, connection: int = 1) -> ScenarioRecord:
    """
    A connection without a key that is taken, whose activity is answered so.
    """
    record = keyless(beside=True)

    def late(step: Step) -> Step:
        own = step.connection == connection and step.method is Method.ACTIVITY
        return attrs.evolve(step, answer=answer, code=WriteKeyMissing.code, message="now") if own else step

    return attrs.evolve(record, steps=tuple(late(step) for step in record.steps))


def test_a_refusal_may_come_with_the_first_activity() -> None:
    """
    As a service that hears the chat by webhook refuses; of its own connection, and only a refusal.
    """
    accepted = [(WANTED, "no refusal: the connection was accepted", None)]
    assert told("SETUP-02", answered_late(Answer.REFUSED)) == []
    assert told("SETUP-02", answered_late(Answer.FAILED)) == accepted
    assert told("SETUP-02", answered_late(Answer.REFUSED, connection=2)) == accepted


def reporting(number: int, **members: Any) -> Exchange:
    """
    A request that reports what was said under the connection without a key, under the key of that number.
    """
    said = keyless().steps[1].activity
    assert said is not None
    assert said.message is not None
    call: Call = {
        "type": "track",
        "event": "Live Chat Message Sent",
        "messageId": "m-1",
        "properties": {"message_id": said.message.id, "conversation_id": said.conversation_id},
    }
    return exchange({"batch": [call]}, key=key(number), at=NOW, sequence=77, **members)


def test_without_a_key_nothing_is_sent() -> None:
    """
    Where it is the only connection, nothing at all; beside another, nothing that reports what was said in it.
    """
    sent = [("nothing sent without a write key", "a request", 77)]
    anything = exchange({"batch": []}, key=key(9), sequence=77)
    assert told("SETUP-02", keyless(anything, **REFUSED)) == sent
    assert told("SETUP-02", keyless(reporting(2), beside=True, **REFUSED)) == sent
    assert told("SETUP-02", keyless(anything, beside=True, **REFUSED)) == []
    assert told("SETUP-02", keyless(reporting(2, endpoint="example.com"), beside=True, **REFUSED)) == []


# --- SETUP-03: a key that changes


def rotated(*moments: tuple[int, float], flushed: bool = True, keys: int = 2) -> ScenarioRecord:
    """
    Connections under changing keys, opened at the seconds 0.5, 1.5 …, and requests with the keys of these
    numbers at these seconds.
    """
    chat = Script("rotated")
    for _ in range(keys):
        chat.conversation(chat.visitor()).says("Hello?")
        chat.connection(flush=flushed)
    record = played(chat.scenario("A key that changes, for a test."))
    requests = tuple(
        exchange({"batch": []}, key=key(number), sequence=place, at=NOW + dt.timedelta(seconds=moment))
        for place, (number, moment) in enumerate(moments, start=1)
    )
    return attrs.evolve(record, exchanges=requests)


def test_after_a_change_only_the_new_key_is_used() -> None:
    """
    Each use of the old one is told, but not those before the change, or at that very moment.
    """
    expected, observed = "only the new write key, once it was configured", "the old write key"
    assert told("SETUP-03", rotated((1, 1.0), (1, 1.5), (2, 2.0))) == []
    assert told("SETUP-03", rotated((1, 1.0), (2, 2.0), (1, 3.0))) == [(expected, observed, 3)]
    assert exercised("SETUP-03", rotated((1, 1.0), (1, 1.5))) == 0
    third = rotated((1, 2.0), (2, 3.0), keys=3)
    assert exercised("SETUP-03", third) == 2
    (finding,) = verdict(judged(rotated((2, 2.0), (3, 3.0), (1, 3.5), keys=3)), "SETUP-03").findings
    assert (finding.exchange, finding.times) == (3, 1)
    assert [exchange for _, _, exchange in told("SETUP-03", third)] == [1]


def test_each_request_is_held_against_one_change() -> None:
    """
    Against the one before it, also where it comes at the very moment of the next.
    """
    evidence = Evidence(scenario=rotated((2, 2.0), (1, 2.5), (3, 3.0), keys=3))
    sequences = [[arrival.exchange.sequence for arrival in each.after] for each in rotations(evidence)]
    assert sequences == [[1, 2], [3]]


def test_every_key_before_is_an_old_one() -> None:
    """
    Not only the last.
    """
    evidence = Evidence(scenario=rotated((1, 2.0), (2, 3.0), keys=3))
    assert [each.old_keys for each in rotations(evidence)] == [{key(1)}, {key(1), key(2)}]


def test_a_key_whose_events_were_never_flushed_may_be_used_for_them() -> None:
    """
    What is left in its buffer has to go somewhere.
    """
    assert exercised("SETUP-03", rotated((1, 3.0), flushed=False)) == 0


# --- SETUP-04: a secret


@pytest.mark.parametrize(
    ("log", "leaks"), [("", False), ("started", False), (f"using {OWN}", True), (f"using {MASK}", True)]
)
def test_a_key_in_the_log_is_told(log: str, leaks: bool) -> None:
    """
    As it is, or masked by whoever recorded it.
    """
    expected = [("no write key in the log", "the write key in the log", None)]
    assert told("SETUP-04", played(ordinary(), log=log)) == (expected if leaks else [])


@pytest.mark.parametrize("place", ["properties", "context"])
def test_a_key_in_a_call_is_told_by_its_place(place: str) -> None:
    """
    However deep it stands.
    """

    def leaking(call: Call) -> Call:
        return {**call, place: {**call[place], "trace": [{"key": f"x{OWN}x"}]}}

    (finding,) = verdict(judged(played(ordinary(), change=leaking)), "SETUP-04").findings
    assert (finding.expected, finding.observed) == (
        f"no write key in `{place}`",
        f"the write key in `{place}`",
    )
    assert (finding.pointer, finding.times) == (f"/{place}", 5)


def test_where_no_key_was_configured_none_can_leak() -> None:
    """
    Then there is nothing to look at.
    """
    assert exercised("SETUP-04", keyless()) == 0
    assert exercised("SETUP-01", keyless(exchange({"batch": []}, key="stranger"))) == 0
