"""
Why a target cannot be driven, or sends nothing: one small chat, looked at step by step.

Most failures of a first run are configuration. Each step that works is told, so that the first one that does
not stands out, with what to do about it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator

import attrs
from attrs import frozen

from conformance.assessment.assessing import target_of
from conformance.assessment.choosing import run_options
from conformance.chat import scenario
from conformance.checks import Evidence, Kind
from conformance.configuration import Configuration
from conformance.drivers.log import last_words
from conformance.judge.hearing import Hearing
from conformance.model import Exchange, Message
from conformance.record import Answer, Method, ScenarioRecord, Step
from conformance.runner import run

_SCENARIO = "first-message"


class Health(enum.StrEnum):
    """
    How a step went; `skipped` where an earlier one failed.
    """

    WELL = "well"
    ILL = "ill"
    SKIPPED = "skipped"


@frozen(kw_only=True)
class Examination:
    """
    One step: what was tried, how it went, what was seen, and what to do.
    """

    step: str
    health: Health
    seen: str = ""
    advice: str = ""


_STEPS = {
    Method.INITIALIZE: "start and initialize",
    Method.ACTIVITY: "hear a message",
    Method.FLUSH: "flush",
    Method.SHUTDOWN: "shut down",
}

_ADVICE = {
    Method.INITIALIZE: "Start it by hand and type an initialize message; docs/drivers.md shows one.",
    Method.ACTIVITY: "Answer every activity with a result, also those that report nothing.",
    Method.FLUSH: "Reply to flush once Segment has answered, and within --flush-timeout.",
    Method.SHUTDOWN: "Reply to shutdown and let the process exit with 0.",
}

_DROPPED = {
    "unknown_source": "Use the write key that initialize gives, not one of your own.",
    "wrong_region": "Send to endpoints.us, where the source's workspace is.",
    "event_not_defined": "Give each Track call the name of its event, as `event`.",
    "no_user_anon_id": "Give each event the visitor's id as anonymousId or userId.",
}


def diagnose(configuration: Configuration) -> tuple[Examination, ...]:
    """
    What became of each step with this target. Raises UsageError for a target that cannot be one.
    """
    options = run_options(configuration)
    [record] = run(target_of(configuration), [scenario(_SCENARIO)], options=options)
    return tuple(_with_last_words((*_driving(record), *_sending(record)), record.log))


def _with_last_words(examinations: Iterable[Examination], log: str) -> Iterator[Examination]:
    """
    The steps, the first that failed with what the implementation itself said last, if it said anything.
    """
    said = last_words(log)
    for each in examinations:
        if each.health is Health.ILL and said:
            heard = said.strip() in each.seen
            yield each if heard else attrs.evolve(each, seen=f"{each.seen.rstrip('.')}.{said}")
            said = ""
        else:
            yield each


def _driving(record: ScenarioRecord) -> Iterator[Examination]:
    for method, title in _STEPS.items():
        steps = [step for step in record.steps if step.method is method]
        yield _examined(title, method, steps, record)


def _examined(title: str, method: Method, steps: list[Step], record: ScenarioRecord) -> Examination:
    bad = next((step for step in steps if step.answer is not Answer.TAKEN), None)
    if not steps and not (method is Method.INITIALIZE and record.unusable):
        return Examination(step=title, health=Health.SKIPPED, seen="it did not come to that")
    if bad is not None or not steps:
        said = bad.message if bad is not None else record.unusable
        return Examination(step=title, health=Health.ILL, seen=said, advice=_ADVICE[method])
    return Examination(step=title, health=Health.WELL, seen=_answered(steps[0]))


def _answered(step: Step) -> str:
    who = step.implementation
    named = f"it is {who.name} {who.version}".rstrip() + ", " if who else ""
    return f"{named}answered in {step.elapsed:.2f} s"


def _sending(record: ScenarioRecord) -> Iterator[Examination]:
    """
    What reached Segment, where, and whether it was let in.
    """
    arrived, counted, kept = "reach Segment", "be let in", "be events of the chat"
    if not any(step.activity for step in record.steps):
        yield from (_skipped(title) for title in (arrived, counted, kept))
        return
    hearing = Hearing()
    hearing.add(record)
    if hearing.problem:
        yield Examination(step=arrived, health=Health.ILL, seen=hearing.problem)
    else:
        yield _arrival(arrived, record.exchanges)
    if hearing.problem or not record.exchanges:
        yield from (_skipped(title) for title in (counted, kept))
        return
    messages = _messages(record)
    yield _admission(counted, record.exchanges, messages)
    yield _events(kept, messages)


def _skipped(title: str) -> Examination:
    return Examination(step=title, health=Health.SKIPPED, seen="it did not come to that")


def _arrival(title: str, exchanges: Iterable[Exchange]) -> Examination:
    endpoints = [exchange.endpoint for exchange in exchanges]
    if not endpoints:
        advice = (
            "Does it send to endpoints.us of initialize, and not to a fixed host? Does it deliver on flush? "
            "Where the host cannot be configured, try --intercept."
        )
        return Examination(
            step=title, health=Health.ILL, seen="no request arrived, at either endpoint", advice=advice
        )
    if set(endpoints) != {"us"}:
        where = " and ".join(sorted(endpoint.upper() for endpoint in set(endpoints)))
        seen = f"{_counted(len(endpoints), 'request')}, at the {where} endpoint"
        advice = "Send to endpoints.us: the Chatlio source works in US workspaces only."
        return Examination(step=title, health=Health.ILL, seen=seen, advice=advice)
    return Examination(
        step=title, health=Health.WELL, seen=f"{_counted(len(endpoints), 'request')}, at the US endpoint"
    )


def _admission(title: str, exchanges: Iterable[Exchange], messages: list[Message]) -> Examination:
    refused = next((each for each in exchanges if each.reply.status != 200), None)
    if refused is not None:
        seen = f"{refused.method} {refused.target} was answered {refused.reply.status}: {_body(refused)}"
        advice = "POST JSON to /v1/track or /v1/batch, with the write key in Basic authentication."
        return Examination(step=title, health=Health.ILL, seen=seen, advice=advice)
    dropped = next((message.drop for message in messages if message.drop is not None), None)
    if dropped is not None:
        advice = _DROPPED.get(dropped, "`run` tells more, with the request as it came.")
        seen = f"Segment answers 200 and drops the call: {dropped}"
        return Examination(step=title, health=Health.ILL, seen=seen, advice=advice)
    return Examination(step=title, health=Health.WELL, seen=f"{_counted(len(messages), 'call')} taken")


def _events(title: str, messages: list[Message]) -> Examination:
    names = list(dict.fromkeys(str(message.call.get("event")) for message in messages))
    wanted = {Kind.STARTED.value, Kind.SENT.value}
    missing = sorted(wanted - set(names))
    seen = f"events: {', '.join(names) or 'none'}"
    if missing:
        advice = f"For a first message Segment must see {' and '.join(missing)}; `run` judges the rest."
        return Examination(step=title, health=Health.ILL, seen=seen, advice=advice)
    return Examination(step=title, health=Health.WELL, seen=seen)


def _messages(record: ScenarioRecord) -> list[Message]:
    arrivals = Evidence(scenario=record).arrivals
    return [message for arrival in arrivals for message in arrival.intake.messages]


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")


def _body(exchange: Exchange) -> str:
    return exchange.reply.body.decode("utf-8", "replace")[:120] or "nothing"
