"""
What a judgement keeps of a scenario for its reader: its course, and the exchanges that findings point to.
"""

import datetime as dt
import gzip
import json
from typing import Any

import attrs
import pytest

from conformance.judge.timeline import LONGEST, LONGEST_TEXT
from conformance.judge.views import LONGEST_BODY, LONGEST_HEADER, LONGEST_LOG, LONGEST_REPLY
from conformance.model import ExchangeView, FaultKind, Reply, TimelineEntry
from conformance.record import Answer, ScenarioRecord
from tests.unit.toys import KEY, NOW, Call, exchange, judged, ordinary, played, talk


def spoilt(call: Call) -> Call:
    """
    The call, with a number for an agent's id where an agent writes.
    """
    if call["event"] != "Live Chat Message Received":
        return call
    return {**call, "properties": {**call["properties"], "agent_id": 5}}


def course(record: ScenarioRecord) -> tuple[TimelineEntry, ...]:
    return judged(record).scenarios[0].timeline


def shown(**members: Any) -> ExchangeView:
    """
    The one exchange shown of a spoilt conversation, with some of its members changed before it is judged.
    """
    record = played(ordinary(), change=spoilt)
    (only,) = record.exchanges
    (view,) = judged(attrs.evolve(record, exchanges=(attrs.evolve(only, **members),))).exchanges
    return view


def test_the_course_tells_what_was_said_and_what_arrived() -> None:
    """
    Both sides in the order of time, and at the call that a finding is about the requirement.
    """
    told = [
        (e.side, e.offset, e.label, e.note, e.activity, e.exchange)
        for e in course(played(ordinary(), change=spoilt))
    ]
    assert told == [
        ("chat", 0.5, "initialize", "", None, None),
        ("chat", 0.5, "visitor message", "", "toy-0001", None),
        ("chat", 0.5, "agent message", "", "toy-0002", None),
        ("chat", 0.5, "visitor message", "", "toy-0003", None),
        ("chat", 0.5, "conversation ended", "", "toy-0004", None),
        ("chat", 0.5, "flush", "", None, None),
        ("chat", 0.5, "shutdown", "", None, None),
        ("segment", 1.0, "Live Chat Conversation Started", "", None, 1),
        ("segment", 1.0, "Live Chat Message Sent", "", None, 1),
        ("segment", 1.0, "Live Chat Message Received", "PROPERTY-01", None, 1),
        ("segment", 1.0, "Live Chat Message Sent", "", None, 1),
        ("segment", 1.0, "Live Chat Conversation Ended", "", None, 1),
    ]


def test_the_course_quotes_both_sides() -> None:
    """
    Who said what, and the properties that were sent, cut where they are long.
    """
    texts = [entry.text for entry in course(played(ordinary(), change=spoilt))]
    visitor = "visitor 352c545d"
    assert texts[:5] == [
        "workspace in region us",
        f"{visitor}: Hello?",
        "Peter Gibbons: Hello!",
        f"{visitor}: Thank you.",
        "by the visitor",
    ]
    assert texts[5:7] == ["", ""]
    assert texts[7].startswith('{"conversation_id":"c-')
    assert texts[9].endswith("…")
    assert max(map(len, texts)) == LONGEST_TEXT


def test_an_agent_is_named_for_what_an_agent_does() -> None:
    """
    Joining and notes are the agent's; typing and opening the widget are the visitor's.
    """
    chat, conversation, peter = talk()
    conversation.says("Hello?")
    conversation.joins(peter)
    conversation.notes(peter, "A regular.")
    conversation.hears(peter, "Hello!")
    record = played(chat.scenario("An agent at work."), change=spoilt)
    said = [(entry.label, entry.text.partition(":")[0]) for entry in course(record) if entry.activity]
    assert said[1:] == [
        ("agent joined", "Peter Gibbons"),
        ("internal note", "Peter Gibbons"),
        ("agent message", "Peter Gibbons"),
    ]


def test_the_course_tells_what_was_refused_and_what_was_dropped() -> None:
    """
    With the reason, beside the moment it happened.
    """
    record = played(ordinary(), change=lambda call: {**spoilt(call), "anonymousId": None})
    steps = (attrs.evolve(record.steps[0], answer=Answer.FAILED, message="no such thing"), *record.steps[1:])
    entries = course(attrs.evolve(record, steps=steps))
    assert entries[0].note == "failed: no such thing"
    assert {entry.note.partition(",")[0] for entry in entries if entry.exchange} == {
        "dropped: no_user_anon_id"
    }


def test_a_request_that_carries_no_call_stands_in_the_course_by_itself() -> None:
    """
    By its method and target, with what was wrong with it.
    """
    record = played(ordinary())
    broken = exchange(b"{", sequence=2)
    entry = course(attrs.evolve(record, exchanges=(*record.exchanges, broken)))[-1]
    assert (entry.side, entry.offset, entry.label, entry.exchange) == ("segment", 2.0, "POST /v1/batch", 2)
    assert entry.note.split(", ")[:2] == ["malformed_json", "TRANSPORT-05"]


def test_an_event_without_a_name_is_told_by_its_type() -> None:
    """
    So that the course has a word for it.
    """
    record = played(ordinary(), change=lambda call: {**call, "event": ""})
    assert {entry.label for entry in course(record) if entry.exchange} == {"(track without a name)"}


def test_of_a_long_course_what_matters_is_left() -> None:
    """
    Its beginning, and what stands around a finding on either side; gaps say how much they leave out.
    """
    chat, conversation, peter = talk()
    for number in range(LONGEST):
        conversation.says(f"Message {number}.")
    conversation.hears(peter, "Hello!")
    for number in range(5):
        conversation.says(f"And {number}.")
    entries = course(played(chat.scenario("A long one."), change=spoilt))
    sent, received, said = "Live Chat Message Sent", "Live Chat Message Received", "visitor message"
    assert [entry.label for entry in entries] == [
        *("initialize", said, "… 37 more"),
        *(said, said, "agent message", said, said, "… 44 more"),
        *(sent, sent, received, sent, sent, "… 3 more"),
    ]
    assert [entry.side for entry in entries if entry.label.startswith("…")] == ["gap"] * 3
    assert [entry.note for entry in entries if entry.note] == ["PROPERTY-01"]


def test_without_a_finding_there_is_no_course_and_no_exchange() -> None:
    """
    A judgement of thousands of scenarios would otherwise hold them all.
    """
    judgement = judged(played(ordinary()))
    (scenario,) = judgement.scenarios
    assert (scenario.activities, scenario.exchanges, scenario.messages) == (4, 1, 5)
    assert (scenario.timeline, scenario.log, judgement.exchanges) == ((), "", ())


def test_the_log_is_kept_where_something_could_not_be_driven() -> None:
    """
    Its end, as that tells most; without the key.
    """
    record = played(ordinary(), unusable=f"it died of {KEY[:-2]}01", log="x" * LONGEST_LOG + "the end")
    (scenario,) = judged(record).scenarios
    assert scenario.unusable == "it died of [write key]"
    assert (len(scenario.log), scenario.log[-7:]) == (LONGEST_LOG, "the end")
    assert judged(played(ordinary(), log="said something")).scenarios[0].log == ""


def test_an_exchange_is_shown_as_it_went_over_the_wire() -> None:
    """
    Request, headers, body and reply, without the key.
    """
    view = shown(fault=FaultKind.STATUS.value)
    assert (view.sequence, view.endpoint, view.offset, view.request) == (1, "us", 1.0, "POST /v1/batch")
    assert view.headers == (("Content-Type", "application/json"), ("Authorization", "Basic [write key]"))
    assert json.loads(view.body)["batch"][2]["properties"]["agent_id"] == 5
    assert (view.reply, view.fault, view.omitted) == ('200\n{"success":true}', "status", 0)


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (Reply(status=None), "no reply"),
        (Reply(status=503), "503"),
        (Reply(status=429, headers=(("Content-Type", "x"), ("Retry-After", "2"))), "429\nRetry-After: 2"),
        (Reply(status=200, body=b"\xff" + b"x" * 900), "200\n\ufffd" + "x" * (LONGEST_REPLY - 1)),
    ],
)
def test_a_reply_is_shown_with_what_it_says(reply: Reply, text: str) -> None:
    """
    Its status, the headers that matter, and how its body begins.
    """
    assert shown(reply=reply).reply == text


def test_long_headers_and_targets_are_cut() -> None:
    """
    A report is no dump.
    """
    view = shown(target="/v1/batch?" + "x" * 900, headers=(("N" * 900, "v" * 900),))
    assert (len(view.request), [tuple(map(len, pair)) for pair in view.headers]) == (
        LONGEST_HEADER,
        [(LONGEST_HEADER, LONGEST_HEADER)],
    )


def test_a_packed_body_is_shown_unpacked() -> None:
    """
    Nobody reads gzip.
    """
    (only,) = played(ordinary(), change=spoilt).exchanges
    packed = gzip.compress(only.body)
    view = shown(body=packed, size=len(packed), headers=(*only.headers, ("Content-Encoding", "gzip")))
    assert json.loads(view.body) == json.loads(only.body)
    assert "\n" in view.body


def test_of_a_long_batch_the_calls_in_question_are_shown() -> None:
    """
    And a word tells how many stand before and behind them.
    """
    (only,) = played(ordinary(), change=spoilt).exchanges
    document = json.loads(only.body)
    document["batch"][0]["context"]["filling"] = "x" * LONGEST_BODY
    body = json.dumps(document).encode()
    view = shown(body=body, size=len(body))
    batch = json.loads(view.body)["batch"]
    assert [batch[0], batch[1]["event"], batch[2]] == [
        "… 2 more calls",
        "Live Chat Message Received",
        "… 2 more calls",
    ]
    assert view.omitted == len(body) - len(view.body)


def test_a_body_that_is_no_text_is_shown_as_far_as_it_is() -> None:
    """
    Bytes that are no UTF-8 are marked, and the moment is told to the millisecond.
    """
    record = played(ordinary())
    broken = exchange(b"{\xff", sequence=2, at=NOW + dt.timedelta(seconds=1, microseconds=234_567))
    (view,) = judged(attrs.evolve(record, exchanges=(*record.exchanges, broken))).exchanges
    assert (view.body, view.offset) == ("{\ufffd", 1.235)


def test_a_long_body_that_is_no_batch_is_cut() -> None:
    """
    What is left out is counted in characters.
    """
    record = played(ordinary())
    broken = exchange(b"{" + b"x" * LONGEST_BODY, sequence=2)
    (view,) = judged(attrs.evolve(record, exchanges=(*record.exchanges, broken))).exchanges
    assert (len(view.body), view.omitted) == (LONGEST_BODY, 1)
