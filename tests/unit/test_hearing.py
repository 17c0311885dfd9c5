"""
What an interception tells: whether an implementation was heard at all, and why not.
"""

import datetime as dt
from collections.abc import Iterable

import attrs
import pytest

from conformance.checks import CHECKS
from conformance.checks.evidence import Evidence
from conformance.judge import judge, judging
from conformance.judge.hearing import Hearing
from conformance.model import (
    Activity,
    ActivityType,
    ChatMessage,
    Endpoints,
    Exchange,
    Outcome,
    Reply,
    Settings,
    Source,
    Status,
    Visitor,
    Workspace,
)
from conformance.record import Answer, Method, ScenarioRecord, Step
from tests.unit.toys import HEADER

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
SETTINGS = Settings(
    workspace=Workspace(slug="acme", region="us"),
    source=Source(name="Chatlio", slug="chatlio", write_key="k" * 32),
    endpoints=Endpoints(us="https://api.segment.io", eu="https://events.eu1.segmentapis.com"),
)
SAID = Activity(
    id="act-1",
    type=ActivityType.VISITOR_MESSAGE,
    at=NOON,
    conversation_id="c-51c2",
    visitor=Visitor(id="visitor-0001"),
    message=ChatMessage(id="m-1", text="But my stapler…"),
)


def step(method: Method, answer: Answer = Answer.TAKEN, activity: Activity | None = None) -> Step:
    settings = SETTINGS if method is Method.INITIALIZE else None
    return Step(
        method=method, connection=1, at=NOON, elapsed=0.0, answer=answer, settings=settings, activity=activity
    )


def exchange(endpoint: str, *, method: str = "CONNECT") -> Exchange:
    return Exchange(
        sequence=1,
        at=NOON + dt.timedelta(seconds=1),
        endpoint=endpoint,
        method=method,
        target="/",
        headers=(),
        body=b"",
        size=0,
        complete=True,
        reply=Reply(status=403),
        kept=False,
    )


def scenario(
    *exchanges: Exchange, steps: tuple[Step, ...] | None = None, intercepted: bool = True
) -> ScenarioRecord:
    usual = (step(Method.INITIALIZE), step(Method.ACTIVITY, activity=SAID), step(Method.FLUSH))
    return ScenarioRecord(
        name="toy",
        purpose="",
        started_at=NOON,
        steps=usual if steps is None else steps,
        exchanges=exchanges,
        intercepted=intercepted,
    )


IN_THE_EU = attrs.evolve(
    step(Method.INITIALIZE), settings=attrs.evolve(SETTINGS, workspace=Workspace(slug="acme", region="eu"))
)


@pytest.mark.parametrize(
    ("scenarios", "problem"),
    [
        ([scenario()], "no connection reached"),
        ([scenario(), scenario(exchange("us", method="POST"))], ""),
        ([scenario(exchange("us", method="POST")), scenario()], ""),
        ([scenario(exchange("api.segment.io"))], "does not trust"),
        ([scenario(exchange("api.segment.io")), scenario()], "does not trust"),
        ([scenario(exchange("slack.com"))], ""),
        ([scenario(exchange("slack.com")), scenario()], ""),
        ([scenario(exchange("slack.com"), exchange("api.segment.io"))], "does not trust"),
        ([scenario(intercepted=False)], ""),
        ([scenario(steps=(step(Method.INITIALIZE), step(Method.FLUSH)))], ""),
        (
            [scenario(), scenario(steps=(step(Method.INITIALIZE), step(Method.FLUSH)))],
            "no connection reached",
        ),
        ([scenario(steps=(step(Method.INITIALIZE), step(Method.ACTIVITY, Answer.REFUSED, SAID)))], ""),
        ([scenario(steps=(IN_THE_EU, step(Method.ACTIVITY, activity=SAID)))], ""),
        ([scenario(steps=(step(Method.INITIALIZE), step(Method.ACTIVITY, Answer.FAILED, SAID)))], ""),
        (
            [
                scenario(
                    steps=(
                        step(Method.INITIALIZE),
                        step(Method.ACTIVITY, activity=SAID),
                        step(Method.FLUSH, Answer.FAILED),
                    )
                )
            ],
            "no connection reached",
        ),
    ],
    ids=[
        "silence",
        "heard later",
        "heard before",
        "distrust",
        "distrust before",
        "only strangers",
        "only strangers before",
        "distrust and strangers",
        "not intercepted",
        "nothing said",
        "nothing said any more",
        "declined the chat",
        "a region to be silent in",
        "fell over the chat",
        "fell over the flush",
    ],
)
def test_silence_is_a_problem_only_where_something_had_to_be_heard(
    scenarios: list[ScenarioRecord], problem: str
) -> None:
    """
    Who took the chat, and did not fall over it, had to be heard in one scenario of the run at least.
    """
    hearing = Hearing()
    for each in scenarios:
        hearing.add(each)
    assert bool(hearing.problem) is bool(problem)
    assert problem in hearing.problem


def test_how_often_something_had_to_be_heard_is_counted() -> None:
    """
    A run goes by the count: after a second scenario in vain it leaves the implementation alone.
    """
    hearing = Hearing()
    counts = []
    for each in (
        scenario(),
        scenario(steps=(step(Method.INITIALIZE), step(Method.FLUSH))),
        scenario(intercepted=False),
        scenario(),
    ):
        hearing.add(each)
        counts.append(hearing.called_for)
    assert counts == [1, 1, 1, 2]


def test_who_was_not_heard_is_judged_in_nothing() -> None:
    """
    Neither for better nor for worse, and not as one that could not be driven: a note says why.
    """
    silent = attrs.evolve(scenario(), unusable="it gave no answer to the flush")
    heard, unheard = (
        judge(HEADER, [attrs.evolve(silent, intercepted=False)]),
        judge(HEADER, [scenario(), silent]),
    )
    assert Status.FAILED in {
        verdict.status for verdict in judge(HEADER, [scenario(intercepted=False)]).verdicts
    }
    assert heard.outcome is Outcome.UNUSABLE
    assert unheard.outcome is Outcome.INCONCLUSIVE
    (note,) = unheard.notes
    for verdict in unheard.verdicts:
        assert (verdict.status, verdict.findings) == (Status.INCONCLUSIVE, ())
        assert verdict.reason.startswith("no connection reached")
        assert note == f"Nothing was judged: {verdict.reason}."


def test_a_crash_is_our_fault_heard_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Nobody's silence excuses an error of ours.
    """

    def crash(_evidence: Evidence) -> Iterable[object]:
        raise ZeroDivisionError("a slip of ours")

    monkeypatch.setattr(judging, "CHECKS", [attrs.evolve(check, over=crash) for check in CHECKS])
    judgement = judge(HEADER, [scenario()])
    assert {verdict.status for verdict in judgement.verdicts} == {Status.ERROR}
    assert judgement.outcome is Outcome.ERROR
