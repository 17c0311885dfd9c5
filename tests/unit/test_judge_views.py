"""
What a judgement keeps of a scenario for its reader: its numbers, its log, and its course.
"""

import datetime as dt
import json

import attrs
import pytest

from conformance.judge.timeline import LONGEST, LONGEST_TEXT
from conformance.judge.views import LONGEST_LOG
from conformance.model import TimelineEntry
from conformance.record import Answer, ScenarioRecord
from tests.unit.toys import KEY, NOW, Call, exchange, judged, ordinary, played, sent, talk


def spoilt(call: Call) -> Call:
    """
    The call, with a number for an agent's id where an agent writes.
    """
    if call["event"] != "Live Chat Message Received":
        return call
    return {**call, "properties": {**call["properties"], "agent_id": 5}}


def course(record: ScenarioRecord) -> tuple[TimelineEntry, ...]:
    return judged(record).scenarios[0].timeline


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


@pytest.mark.parametrize("beyond", [0, 1])
def test_a_text_is_cut_where_it_is_longer_than_may_be(beyond: int) -> None:
    """
    One that just fits is shown whole, and of one letter more the last two give way to a dot.
    """
    chat, conversation, peter = talk()
    conversation.says("x" * (LONGEST_TEXT - len("visitor 352c545d: ") + beyond))
    conversation.hears(peter, "Hello!")
    text = course(played(chat.scenario("A long text."), change=spoilt))[1].text
    assert len(text) == LONGEST_TEXT
    assert text.startswith("visitor 352c545d: xxx")
    assert text.endswith("x…" if beyond else "xx")


def test_whom_nobody_knows_is_the_visitor() -> None:
    """
    As somebody has to have said it.
    """
    record = played(ordinary(), change=spoilt)
    (said,) = (step.activity for step in record.steps[1:2] if step.activity)
    steps = list(record.steps)
    steps[1] = attrs.evolve(steps[1], activity=attrs.evolve(said, visitor=None))
    assert course(attrs.evolve(record, steps=tuple(steps)))[1].text == "visitor: Hello?"


def test_the_course_tells_of_a_workspace_without_a_key() -> None:
    """
    As nothing may be sent for it.
    """
    chat, conversation, _ = talk()
    conversation.says("Hello?")
    chat.connection(write_key=False)
    record = played(chat.scenario("No key."), sent(ordinary()))
    assert course(record)[0].text == "workspace in region us, no write key"


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
    first, second, *others = record.steps
    first = attrs.evolve(first, answer=Answer.FAILED, message="no such thing: ")
    second = attrs.evolve(second, answer=Answer.REFUSED)
    entries = course(attrs.evolve(record, steps=(first, second, *others)))
    assert [entry.note for entry in entries[:3]] == ["failed: no such thing: ", "refused", ""]
    assert {entry.note.partition(",")[0] for entry in entries if entry.exchange} == {
        "dropped: no_user_anon_id"
    }


def test_a_request_that_carries_no_call_stands_in_the_course_by_itself() -> None:
    """
    By its method and target, with what was wrong with it, and when it came, to the millisecond.
    """
    record = played(ordinary())
    broken = exchange(b"{", sequence=2, at=NOW + dt.timedelta(seconds=2, microseconds=345_678))
    entry = course(attrs.evolve(record, exchanges=(*record.exchanges, broken)))[-1]
    assert (entry.side, entry.offset, entry.label, entry.exchange) == ("segment", 2.346, "POST /v1/batch", 2)
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

    A gap stands where what comes after it does, and one at the end where everything ends.
    """
    chat, conversation, peter = talk()
    for number in range(LONGEST):
        conversation.says(f"Message {number}.")
    conversation.hears(peter, "Hello!")
    for number in range(5):
        conversation.says(f"And {number}.")
    record = played(chat.scenario("A long one."), change=spoilt)
    calls = json.loads(record.exchanges[0].body)["batch"]
    first = exchange({"batch": calls[:-1]}, key=f"{KEY[:-2]}01")
    last = exchange({"batch": calls[-1:]}, sequence=9, key=f"{KEY[:-2]}01")
    entries = course(attrs.evolve(record, exchanges=(first, last)))
    sent, received, said = "Live Chat Message Sent", "Live Chat Message Received", "visitor message"
    assert [entry.label for entry in entries] == [
        *("initialize", said, "… 37 more"),
        *(said, said, "agent message", said, said, "… 44 more"),
        *(sent, sent, received, sent, sent, "… 3 more"),
    ]
    gaps = [(entry.side, entry.offset) for entry in entries if entry.label.startswith("…")]
    assert gaps == [("gap", 0.5), ("gap", 1.0), ("gap", 9.0)]
    assert [entry.note for entry in entries if entry.note] == ["PROPERTY-01"]


@pytest.mark.parametrize("beyond", [0, 1])
def test_a_course_is_shortened_where_it_is_longer_than_may_be(beyond: int) -> None:
    """
    One that just fits has no gaps: here each message is one entry when it is said, and one when it arrives.
    """
    chat, conversation, peter = talk()
    conversation.hears(peter, "Hello!")
    for number in range((LONGEST - 2) // 2 - 2):
        conversation.says(f"Message {number}.")
    for _ in range(beyond):
        conversation.types()
    entries = course(played(chat.scenario("Just long enough."), change=spoilt))
    assert len(entries) == LONGEST if not beyond else len(entries) < LONGEST
    assert ("gap" in {entry.side for entry in entries}) is bool(beyond)


def test_where_everything_is_wrong_the_course_ends_somewhere() -> None:
    """
    As many entries as a course may have are shown, from the first finding on, and no more.
    """
    chat, conversation, _ = talk()
    for number in range(30):
        conversation.says(f"Message {number}.")
    letters = iter("abcdefghijklmnopqrstuvwxyzABCDE")

    def enriched(call: Call) -> Call:
        return {**call, "properties": {**call["properties"], f"extra_{next(letters)}": 1}}

    entries = course(played(chat.scenario("All wrong."), change=enriched))
    gaps = {index: entry.label for index, entry in enumerate(entries) if entry.side == "gap"}
    assert len(entries) - len(gaps) == LONGEST
    assert gaps == {27: "… 4 more", LONGEST + 1: "… 20 more"}


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
