"""
A long record made of nothing: conversations of a perfect bridge, as many messages as are asked for.
"""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from conformance import __version__
from conformance.model import (
    Activity,
    ActivityType,
    Agent,
    ChatMessage,
    Endpoints,
    Exchange,
    Implementation,
    Reply,
    Settings,
    Source,
    Visitor,
    Workspace,
)
from conformance.record import Answer, Header, Method, RecordWriter, ScenarioRecord, Step

BEGAN = dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)
KEY = "Qm7mZ0nJd1xT4bKc9vLr2sWy8eHu3gPa"
PETER = Agent(id="U0N2GKA2G", name="Peter Gibbons", username="pgibbons")
PER_SCENARIO = 1_000
PER_CONVERSATION = 50


def write_synthetic(path: Path, messages: int) -> None:
    """
    Writes a record of so many tracking calls, in scenarios of a thousand and conversations of fifty.
    """
    header = Header(
        started_at=BEGAN,
        toolkit=__version__,
        target="python:benchmarks:Nothing",
        implementation=Implementation(name="synthetic"),
    )
    with RecordWriter(path, header) as writer:
        for number in range(messages // PER_SCENARIO):
            writer.add(scenario(number))


def scenario(number: int) -> ScenarioRecord:
    """
    A scenario of a thousand calls, each answered, none wrong.
    """
    settings = Settings(
        workspace=Workspace(slug=f"bench-{number}", region="us"),
        source=Source(name="Chatlio", slug="chatlio", write_key=KEY),
        endpoints=Endpoints(us="http://127.0.0.1:1", eu="http://127.0.0.1:2"),
    )
    opening = step(
        Method.INITIALIZE, BEGAN, settings=settings, implementation=Implementation(name="synthetic")
    )
    told = list(conversations(number))
    steps = [step(Method.ACTIVITY, activity.at, activity=activity) for activity, _ in told]
    calls = [(activity, call) for activity, made in told for call in made]
    exchanges = [
        exchange(index, activity.at, call)
        for index, (activity, call) in enumerate(calls, start=1 + number * PER_SCENARIO)
    ]
    return ScenarioRecord(
        name=f"synthetic-{number}",
        purpose="A thousand calls.",
        started_at=BEGAN,
        steps=(opening, *steps, step(Method.FLUSH, BEGAN), step(Method.SHUTDOWN, BEGAN)),
        exchanges=tuple(exchanges),
    )


def conversations(number: int) -> Iterator[tuple[Activity, list[dict[str, Any]]]]:
    """
    Activities, each with the calls that report it.
    """
    for talk in range(PER_SCENARIO // PER_CONVERSATION):
        conversation = f"c-{number}-{talk}"
        visitor = Visitor(id=str(uuid.uuid5(uuid.NAMESPACE_OID, conversation)))
        for place in range(PER_CONVERSATION - 1):
            activity = said(conversation, visitor, place)
            names = {ActivityType.VISITOR_MESSAGE: "Live Chat Message Sent"}
            events = [names.get(activity.type, "Live Chat Message Received")]
            if not place:
                events.insert(0, "Live Chat Conversation Started")
            yield activity, [call_for(event, activity, visitor, place) for event in events]


def said(conversation: str, visitor: Visitor, place: int) -> Activity:
    """
    A message of the visitor and one of the agent by turns, a second apart.
    """
    by_agent = bool(place % 2)
    return Activity(
        id=f"{conversation}-{place}",
        type=ActivityType.AGENT_MESSAGE if by_agent else ActivityType.VISITOR_MESSAGE,
        at=BEGAN + dt.timedelta(seconds=place),
        conversation_id=conversation,
        visitor=visitor,
        agent=PETER if by_agent else None,
        message=ChatMessage(id=f"m-{conversation}-{place}", text="But my stapler, and what of it?"),
    )


def call_for(event: str, activity: Activity, visitor: Visitor, place: int) -> dict[str, Any]:
    """
    The Track call for an event of the activity.
    """
    agent = {"agent_id": PETER.id, "agent_name": PETER.name, "agent_username": PETER.username}
    assert activity.message is not None
    return {
        "event": event,
        "anonymousId": visitor.id,
        "messageId": f"{activity.id}/{event}",
        "timestamp": activity.at.isoformat().replace("+00:00", "Z"),
        "sentAt": activity.at.isoformat().replace("+00:00", "Z"),
        "properties": {
            "conversation_id": activity.conversation_id,
            "conversation_duration": place,
            "message_id": activity.message.id,
            **(agent if activity.agent else {}),
        },
        "context": {
            "library": {"name": "synthetic", "version": "1.0.0"},
            "integration": {"name": "synthetic", "version": "1.0.0"},
        },
    }


def exchange(sequence: int, at: dt.datetime, call: dict[str, Any]) -> Exchange:
    """
    The request that carried a call.
    """
    body = orjson.dumps(call)
    return Exchange(
        sequence=sequence,
        at=at,
        endpoint="us",
        method="POST",
        target="/v1/track",
        headers=(
            ("Content-Type", "application/json"),
            ("Authorization", f"Basic {base64.b64encode(f'{KEY}:'.encode()).decode()}"),
        ),
        body=body,
        size=len(body),
        complete=True,
        kept=True,
        reply=Reply(status=200, body=b'{"success": true}', at=at),
    )


def step(method: Method, at: dt.datetime, **members: Any) -> Step:
    """
    One request of the driver, taken.
    """
    return Step(method=method, connection=1, at=at, elapsed=0.001, answer=Answer.TAKEN, **members)
