"""
What the judge carries from one scenario to the next: what was shown once counts for the whole run.
"""

from __future__ import annotations

import attrs
import pytest

from conformance.model import Fault, FaultKind, Scenario, Status
from conformance.record import ScenarioRecord
from tests.unit.toys import KEY, NOW, Call, exchange, judged, ordinary, played, sent, talk, verdict

STARTED = "Live Chat Conversation Started"
ENDED = "Live Chat Conversation Ended"
SENT = "Live Chat Message Sent"
RECEIVED = "Live Chat Message Received"


def only(scenario: Scenario, *events: str) -> ScenarioRecord:
    """
    The record of a scenario of which no other events than these were sent.
    """
    return played(scenario, [[call for call in calls if call["event"] in events] for calls in sent(scenario)])


def unended(name: str) -> Scenario:
    """
    A visitor types, a message goes each way, and nobody ends the conversation.
    """
    chat, conversation, peter = talk(name)
    conversation.types()
    conversation.says("Hello?")
    conversation.hears(peter, "Hello!")
    return chat.scenario("Nobody ends it.")


SILENCES = {"EVENT-05", "EVENT-08", "EVENT-09"}
"""What forbids events; each wants to have seen another kind before silence counts: Ended, both ways, any."""


@pytest.mark.parametrize(
    ("events", "proven"),
    [
        ((), set()),
        ((STARTED, SENT), {"EVENT-09"}),
        ((SENT, RECEIVED), {"EVENT-08", "EVENT-09"}),
        ((ENDED,), {"EVENT-05", "EVENT-09"}),
        ((STARTED, SENT, RECEIVED, ENDED), SILENCES),
    ],
)
@pytest.mark.parametrize("silent_last", [True, False])
def test_silence_counts_once_the_run_has_seen_the_contrary(
    events: tuple[str, ...], proven: set[str], silent_last: bool
) -> None:
    """
    In whichever scenario that was; until then what forbids an event is inconclusive, and says why.
    """
    records = [only(ordinary("talkative"), *events), only(unended("silent"))]
    judgement = judged(*(records if silent_last else records[::-1]))
    for requirement in SILENCES:
        found = verdict(judgement, requirement)
        assert (found.status is Status.PASSED) == (requirement in proven), requirement
        assert found.reason.startswith("silence proves nothing here") == (requirement not in proven)


@pytest.mark.parametrize(("name", "status"), [(SENT, Status.PASSED), ("Signed Up", Status.INCONCLUSIVE)])
def test_an_archive_shows_by_its_events_alone_that_they_reach_segment(name: str, status: Status) -> None:
    """
    There is no chat to hold them against. Other calls show nothing of the sort.
    """
    calls = tuple({**call, "event": name} for call in sent(ordinary())[0])
    archive = ScenarioRecord(name="archive", purpose="", started_at=NOW, archived=calls)
    assert verdict(judged(archive, only(unended("silent"))), "EVENT-09").status is status


def test_events_that_answer_nothing_do_not_show_that_anything_reaches_segment() -> None:
    """
    Where there is a chat to hold them against: those of another conversation are no sign of this one.
    """
    record = played(unended("silent"), [[{**call, "timestamp": None} for call in sent(ordinary())[0][-1:]]])
    found = verdict(judged(record), "ROUTING-01")
    assert (found.status, found.exercised) == (Status.INCONCLUSIVE, 1)


def test_a_message_id_belongs_to_one_event_of_the_whole_run() -> None:
    """
    Whoever has it later is told who had it first; the same call once more is no second event.
    """

    def named_alike(call: Call) -> Call:
        return {**call, "messageId": "m-1"} if call["event"] == STARTED else call

    first, *others = (played(ordinary(name), change=named_alike) for name in ("first", "second", "third"))
    assert verdict(judged(first, first), "ENVELOPE-03").status is Status.PASSED
    (finding,) = verdict(judged(first, *others), "ENVELOPE-03").findings
    assert "a different event of the scenario first" in finding.observed
    assert (finding.scenario, finding.elsewhere, finding.times) == ("second", ("third",), 2)


def cut_off() -> ScenarioRecord:
    """
    A conversation whose end never reached Segment; no flush was asked for before the process ended.
    """
    chat, conversation, peter = talk("cut off")
    conversation.says("Hello?")
    conversation.hears(peter, "Hello!")
    conversation.ends(by="visitor")
    chat.connection(flush=False)
    return only(chat.scenario("Cut off."), STARTED, SENT, RECEIVED)


LACKING = only(ordinary("lacking"), STARTED, SENT, RECEIVED)
FALTERING = attrs.evolve(LACKING, faults=(Fault(kind=FaultKind.STATUS),))
WHOLE = played(ordinary("whole"))
UNENDED = played(unended("unended"))


@pytest.mark.parametrize(
    ("before", "lost"),
    [
        ([], True),
        ([LACKING], False),
        ([LACKING, UNENDED], False),
        ([FALTERING], True),
        ([WHOLE], True),
        ([WHOLE, LACKING], True),
    ],
    ids=[
        "nothing known",
        "never came",
        "never came, not called for since",
        "lost under a fault",
        "came",
        "came once",
    ],
)
def test_what_never_comes_is_not_lost_with_the_buffer(before: list[ScenarioRecord], lost: bool) -> None:
    """
    An Ended that is missing at the end, before any flush, was in the buffer, unless there never is any Ended.
    """
    found = verdict(judged(*before, cut_off()), "DELIVERY-05")
    assert bool(found.findings) is lost


@pytest.mark.parametrize(("side", "lost"), [("visitor", False), ("agent", True)])
def test_who_ends_a_conversation_may_matter(side: str, lost: bool) -> None:
    """
    An end by the visitor that never brings an Ended is not lost with the buffer, whatever an agent's does.
    """

    def ended(name: str, by: str, *events: str) -> ScenarioRecord:
        chat, conversation, _ = talk(name)
        conversation.says("Hello?")
        conversation.ends(by=by)
        return only(chat.scenario("An end, for a test."), STARTED, SENT, *events)

    before = ended("one", "agent", ENDED), ended("other", side)
    assert bool(verdict(judged(*before, cut_off()), "DELIVERY-05").findings) is lost


@pytest.mark.parametrize("how", ["configured", "presented"])
def test_a_key_of_an_earlier_scenario_stays_secret(how: str) -> None:
    """
    Whether the implementation was given it and kept it to itself, or came with it and nobody knows whence.
    """
    old = f"{KEY[:-2]}99"
    first = played(ordinary("first"))
    settings = first.steps[0].settings
    assert settings is not None
    if how == "configured":
        own = attrs.evolve(settings, source=attrs.evolve(settings.source, write_key=old))
        first = attrs.evolve(first, steps=(attrs.evolve(first.steps[0], settings=own), *first.steps[1:]))
    else:
        first = attrs.evolve(first, exchanges=(*first.exchanges, exchange({}, sequence=2, key=old)))
    last = played(ordinary("last"), change=lambda call: {**call, "event": f"Live Chat {old}"})
    judgement = judged(first, played(ordinary("between")), last)
    (finding,) = verdict(judgement, "EVENT-01").findings
    assert finding.observed == 'the event name "Live Chat [write key]"'
    assert old not in repr(judgement)


def test_a_key_in_the_name_of_a_table_or_a_column_stays_secret() -> None:
    """
    Though a warehouse spells it in another way.
    """
    own = f"{KEY[:-2]}01"

    def leaking(call: Call) -> Call:
        properties = {**call["properties"], own: "x" * 600}
        return {**call, "event": f"Live Chat {own}", "properties": properties}

    judgement = judged(played(ordinary(), change=leaking))
    assert [table.name for table in judgement.warehouse] == ["live_chat_[write key]", "tracks"]
    assert {loss.column for table in judgement.warehouse for loss in table.losses} == {"[write key]"}


@pytest.mark.parametrize(("case", "named"), [("case.json", "--replay case.json"), ("", "--scenario second")])
def test_a_finding_of_a_generated_scenario_is_replayed_from_its_file(case: str, named: str) -> None:
    """
    Such a scenario has no name to be run by; the others have.
    """

    def spoilt(call: Call) -> Call:
        return {**call, "context": {}}

    second = attrs.evolve(played(ordinary("second"), change=spoilt), case=case)
    (finding,) = verdict(judged(played(ordinary("first")), second), "ENVELOPE-07").findings
    assert f" {named} " in finding.reproduce
