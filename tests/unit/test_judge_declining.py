"""
What is declared unsupported excuses what it keeps from being judged, and nothing else.
"""

from __future__ import annotations

import attrs
import pytest

from conformance.chat import Script
from conformance.errors import Unsupported
from conformance.model import ActivityType, Judgement, Status
from conformance.record import Answer, Method, ScenarioRecord, Step
from conformance.reference import Reference
from tests.unit import toys
from tests.unit.toys import judged, ordinary, played, verdict

QUIET = (
    ActivityType.AGENT_JOINED,
    ActivityType.INTERNAL_NOTE,
    ActivityType.VISITOR_IDENTIFIED,
    ActivityType.VISITOR_TYPING,
    ActivityType.WIDGET_OPENED,
)


def declining(
    record: ScenarioRecord, *what: ActivityType | Method, connection: int = 0, feature: str = "this"
) -> ScenarioRecord:
    """
    The record as if activities of these types, or these methods, had been declined, under one connection or
    all; what would have been sent for them is not.
    """

    def answered(step: Step) -> Step:
        kind = step.activity.type if step.activity else step.method
        if kind not in what or connection not in (0, step.connection):
            return step
        return attrs.evolve(step, answer=Answer.REFUSED, code=Unsupported.code, feature=feature)

    return attrs.evolve(record, steps=tuple(answered(step) for step in record.steps))


def excused(judgement: Judgement) -> set[str]:
    """
    The requirements that are not applicable since something was declined.
    """
    return {
        each.requirement
        for each in judgement.verdicts
        if each.status is Status.NOT_APPLICABLE and "does not support" in each.reason
    }


def silent_on(*kinds: ActivityType) -> ScenarioRecord:
    """
    An ordinary conversation of which activities of these types were declined, and nothing sent for them.
    """
    scenario, reference = ordinary(), Reference()
    calls = [
        reference.call(event, activity)
        for activity in scenario.connections[0].activities
        for event in reference.events(activity)
        if activity.type not in kinds
    ]
    return declining(played(scenario, [calls]), *kinds)


@pytest.mark.parametrize(
    ("kinds", "requirements"),
    [
        ((ActivityType.AGENT_MESSAGE,), {"EVENT-07", "PROPERTY-09"}),
        ((ActivityType.CONVERSATION_ENDED,), {"EVENT-04", "PROPERTY-12"}),
        ((ActivityType.VISITOR_MESSAGE,), {"EVENT-03", "EVENT-06"}),
        (
            (ActivityType.VISITOR_MESSAGE, ActivityType.AGENT_MESSAGE),
            {
                *("EVENT-03", "EVENT-06", "EVENT-07", "EVENT-08"),
                *("PROPERTY-06", "PROPERTY-08", "PROPERTY-09", "PROPERTY-13"),
            },
        ),
    ],
    ids=["agents", "ends", "visitors", "messages"],
)
def test_an_excuse_reaches_as_far_as_the_lack(
    kinds: tuple[ActivityType, ...], requirements: set[str]
) -> None:
    """
    What only these activities give occasion to is excused; what was not played is still open.
    """
    judgement = judged(silent_on(*kinds))
    assert excused(judgement) == requirements
    assert verdict(judgement, "DELIVERY-01").status is Status.INCONCLUSIVE


def test_all_that_calls_for_no_event_may_be_declined() -> None:
    """
    Then, and only then, is EVENT-09 excused, and with the reason for the first.
    """
    chat = Script("quiet")
    talk, peter = chat.conversation(chat.visitor()), chat.agent("Peter Gibbons")
    talk.types()
    talk.says("Hello?")
    talk.joins(peter)
    talk.notes(peter, "Hello to you.")
    talk.identifies("u-1")
    talk.opens_widget()
    record = played(chat.scenario("All that calls for nothing, for a test."))
    found = verdict(judged(declining(record, *QUIET)), "EVENT-09")
    assert (found.status, found.reason) == (
        Status.NOT_APPLICABLE,
        "the implementation declares that it does not support this",
    )
    assert verdict(judged(declining(record, *QUIET[1:])), "EVENT-09").status is Status.PASSED


def test_what_was_taken_once_is_supported() -> None:
    """
    In whichever scenario.
    """
    without = silent_on(ActivityType.AGENT_MESSAGE)
    quiet = attrs.evolve(played(ordinary("other"), [[]]), unusable="It crashed.")
    for records in ((without, quiet), (quiet, without)):
        assert verdict(judged(*records), "EVENT-07").status is Status.INCONCLUSIVE


def test_a_connection_may_be_declined() -> None:
    """
    One after another is SETUP-03's occasion; where none is taken, nothing that was said could be.
    """
    chat = Script("rotated")
    for _ in range(2):
        chat.conversation(chat.visitor()).says("Hello?")
        chat.connection()
    scenario = chat.scenario("Two connections, for a test.")
    first, second = toys.sent(scenario)
    once = declining(played(scenario, [first, []]), Method.INITIALIZE, connection=2)
    assert excused(judged(once)) == {"SETUP-03"}
    assert excused(judged(played(scenario, [first, second]))) == set()
    never = excused(judged(declining(played(scenario, [[], []]), Method.INITIALIZE)))
    assert never >= {"EVENT-03", "EVENT-06", "IDENTITY-02", "TRANSPORT-01", "DELIVERY-01", "SETUP-03"}
    assert never.isdisjoint({"EVENT-04", "EVENT-07", "EVENT-09"}), "what never came up was not declined"


@pytest.mark.parametrize(
    ("what", "told"),
    [(ActivityType.AGENT_MESSAGE, "agent message"), (Method.INITIALIZE, "initialize")],
)
def test_what_is_declined_is_named(what: ActivityType | Method, told: str) -> None:
    """
    As the implementation calls it, or else by what it declined.
    """
    for feature in ("answers", ""):
        found = verdict(judged(declining(played(ordinary(), [[]]), what, feature=feature)), "EVENT-07")
        assert found.reason == f"the implementation declares that it does not support {feature or told}"
