"""
What a finding stands on: that it names every place it can, and that what it says is to be seen there.

None of this looks at the checks. What a finding says of a call is held against the call itself, as ingestion
read it from the request, and what it says of an activity against the script.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from conformance.ingestion import decode_archived, receive, request_of
from conformance.model import Finding, Judgement, Message
from conformance.model.pointers import steps_of
from conformance.record import ScenarioRecord

_EVENT = "activity exchange message"
_PROPERTY = f"{_EVENT} /properties/*"

PLACES: Mapping[str, tuple[str, ...]] = {
    "DELIVERY-01": ("activity", _EVENT),
    "DELIVERY-02": (f"{_EVENT} /messageId",),
    "DELIVERY-03": (_EVENT,),
    "DELIVERY-04": (_EVENT,),
    "DELIVERY-05": ("activity",),
    "DELIVERY-06": ("activity",),
    "DELIVERY-07": (_EVENT,),
    "DELIVERY-08": (_EVENT,),
    "ENVELOPE-01": (f"{_EVENT} /messageId",),
    "ENVELOPE-02": (f"{_EVENT} /messageId",),
    "ENVELOPE-03": (f"{_EVENT} /messageId",),
    "ENVELOPE-04": (f"{_EVENT} /timestamp",),
    "ENVELOPE-05": (f"{_EVENT} /timestamp",),
    "ENVELOPE-06": (f"{_EVENT} /timestamp",),
    "ENVELOPE-07": (f"{_EVENT} /context/library",),
    "ENVELOPE-08": (f"{_EVENT} /context/integration",),
    "ENVELOPE-09": (f"{_EVENT} /context", f"{_EVENT} /integrations"),
    "EVENT-01": (f"{_EVENT} /event",),
    "EVENT-02": (f"{_EVENT} /type",),
    "EVENT-03": ("activity", _EVENT),
    "EVENT-04": ("activity", _EVENT),
    "EVENT-05": (_EVENT,),
    "EVENT-06": ("activity", _EVENT, "exchange message"),
    "EVENT-07": ("activity", _EVENT, "exchange message"),
    "EVENT-08": (_EVENT,),
    "EVENT-09": (_EVENT, "exchange message"),
    "EVENT-10": (f"{_EVENT} /timestamp",),
    "EVENT-11": ("exchange message /event",),
    "IDENTITY-01": (f"{_EVENT} /userId", f"{_EVENT} /anonymousId", f"{_EVENT} "),
    "IDENTITY-02": (f"{_EVENT} /userId", f"{_EVENT} /anonymousId"),
    "IDENTITY-03": (f"{_EVENT} /userId", f"{_EVENT} /anonymousId"),
    "IDENTITY-04": (f"{_EVENT} /userId", f"{_EVENT} /anonymousId"),
    "IDENTITY-05": (f"{_EVENT} /userId",),
    "PROPERTY-01": (f"{_EVENT} /properties/agent_id",),
    "PROPERTY-02": (f"{_EVENT} /properties/agent_name",),
    "PROPERTY-03": (f"{_EVENT} /properties/agent_username",),
    "PROPERTY-04": (f"{_EVENT} /properties/conversation_duration",),
    "PROPERTY-05": (f"{_EVENT} /properties/conversation_id",),
    "PROPERTY-06": (f"{_EVENT} /properties/message_id",),
    "PROPERTY-07": (
        f"{_EVENT} /properties",
        f"{_EVENT} /properties/conversation_id",
        "exchange message /properties",
    ),
    "PROPERTY-08": (f"{_EVENT} /properties", f"{_EVENT} /properties/message_id"),
    "PROPERTY-09": (f"{_EVENT} /properties", _PROPERTY),
    "PROPERTY-10": (f"{_EVENT} /properties", _PROPERTY),
    "PROPERTY-11": (f"{_EVENT} /properties/conversation_duration",),
    "PROPERTY-12": (f"{_EVENT} /properties",),
    "PROPERTY-13": (f"{_EVENT} /properties",),
    "PROPERTY-14": (_PROPERTY,),
    "PROPERTY-15": (_PROPERTY,),
    "PROPERTY-16": (f"{_EVENT} /properties/message_body",),
    "PROPERTY-17": (_PROPERTY,),
    "REGION-01": (_EVENT,),
    "REGION-02": ("exchange",),
    "REGION-03": ("activity exchange",),
    "REGION-04": ("activity",),
    "REGION-05": ("exchange",),
    "REGION-06": ("exchange",),
    "ROUTING-01": (f"{_EVENT} /integrations", f"{_EVENT} /integrations/*"),
    "SETUP-01": ("exchange",),
    "SETUP-02": ("activity", "activity exchange"),
    "SETUP-03": ("exchange",),
    "SETUP-04": (f"{_EVENT} /context", f"{_EVENT} /properties", ""),
    "TRANSPORT-01": ("exchange",),
    "TRANSPORT-02": ("exchange",),
    "TRANSPORT-03": ("exchange",),
    "TRANSPORT-04": ("exchange",),
    "TRANSPORT-05": ("exchange",),
    "TRANSPORT-06": ("exchange", _EVENT),
    "TRANSPORT-07": ("exchange",),
    "TRANSPORT-08": ("exchange",),
    "TRANSPORT-09": (f"{_EVENT} /type",),
    "TRANSPORT-10": ("exchange",),
    "WAREHOUSE-01": (_EVENT,),
    "WAREHOUSE-02": (_EVENT,),
    "WAREHOUSE-03": ("",),
    "WAREHOUSE-04": ("",),
}
"""
The places that a finding against each requirement names, in all the forms that mutants bring about.

An asterisk stands for any one name. What never took place has no activity, a whole table no place at all.
"""


def groundless(judgement: Judgement, played: Iterable[ScenarioRecord]) -> list[str]:
    """
    The findings of a judgement that do not hold up in the scenarios it was made of, each with the reason.
    """
    scenarios = {scenario.name: scenario for scenario in played}
    return [
        f"{finding.requirement}: {objection} ({finding})"
        for verdict in judgement.verdicts
        for finding in verdict.findings
        for objection in _objections(finding, scenarios[finding.scenario or ""])
    ]


def _objections(finding: Finding, scenario: ScenarioRecord) -> Iterator[str]:
    if not any(_has_form(finding, form) for form in PLACES[finding.requirement]):
        yield "it names other places than its kind does"
    said = {step.activity.id: step.activity for step in scenario.steps if step.activity}
    if finding.activity is not None and finding.activity not in said:
        yield "nobody said this activity"
    spoken_of = re.findall(r"\bactivity (\S+) \(", f"{finding.expected} {finding.observed}")
    if spoken_of and finding.activity not in (None, *spoken_of):
        yield "it speaks of other activities than its own"
    if finding.exchange is not None and finding.exchange not in {e.sequence for e in scenario.exchanges}:
        yield "there is no such exchange"
    if finding.message is not None:
        message = _message(finding, scenario)
        if message is None:
            yield "there is no such message"
        else:
            yield from _against_call(finding, message)


def _has_form(finding: Finding, form: str) -> bool:
    places, _, pointer = form.partition("/")
    named = " ".join(
        name for name in ("activity", "exchange", "message") if getattr(finding, name) is not None
    )
    if named != places.strip():
        return False
    if finding.pointer is None or not pointer:
        return (finding.pointer is None) is not (form.endswith(" ") or bool(pointer))
    return re.fullmatch(re.escape(f"/{pointer}").replace(r"\*", "[^/]+"), finding.pointer) is not None


def _message(finding: Finding, scenario: ScenarioRecord) -> Message | None:
    if finding.exchange is None:
        return decode_archived(scenario.archived[finding.message or 0], 0) if scenario.archived else None
    exchange = next(each for each in scenario.exchanges if each.sequence == finding.exchange)
    messages = receive(request_of(exchange), {}).messages
    return next((message for message in messages if message.index == finding.message), None)


def _against_call(finding: Finding, message: Message) -> Iterator[str]:
    """
    What a finding says of a call and is not to be seen in it.
    """
    if not finding.pointer:
        return
    found, there = _resolved(message.call, finding.pointer)
    name = steps_of(finding.pointer)[-1:]
    absent = re.search(r"`(\w+)`", finding.expected)
    if finding.observed == "no such property":
        if absent is None or absent[1] in message.properties:
            yield "the property is there"
    elif not there and not re.search(r"^none|null$|\bno `", finding.observed):
        yield "nothing is there"
    elif there and not (_told(found, finding.observed) or any(step in finding.observed for step in name)):
        yield f"something else is there: {found!r}"


def _resolved(call: Mapping[str, Any], pointer: str) -> tuple[Any, bool]:
    value: Any = call
    for step in steps_of(pointer):
        if not isinstance(value, dict) or step not in value:
            return None, False
        value = value[step]
    return value, True


def _told(value: Any, observed: str) -> bool:
    """
    Whether the words give the value, or as much of it as there was room for.
    """
    text = orjson.dumps(value, default=repr).decode("utf-8")
    return text[:60] in observed
