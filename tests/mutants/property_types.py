"""
Mutants that send properties of the wrong type, and so spoil the columns they land in.
"""

from __future__ import annotations

from conformance.reference import ENDED, RECEIVED, SENT, STARTED
from tests.mutants.bridge import Change
from tests.mutants.changes import adding, each, filling
from tests.mutants.mutant import Mutant

DURATION = "conversation_duration"
_AGENTLESS = (STARTED, SENT, ENDED)

MUTANTS = (
    Mutant(
        name="numeric-agent-id",
        line="Properties: a number for an id",
        violates=("PROPERTY-01",),
        consequences=("WAREHOUSE-03",),
        change=Change(call=each("agent_id", lambda name: int(name[1:], 16))),
    ),
    Mutant(
        name="null-agent-id",
        line="Properties: `null` for unknown",
        violates=("PROPERTY-01",),
        change=Change(call=filling({"agent_id": None})),
    ),
    Mutant(
        name="agent-name-in-parts",
        line="Properties: an object for a string",
        violates=("PROPERTY-02",),
        change=Change(
            call=each("agent_name", lambda name: dict(zip(("first", "last"), name.split(), strict=True)))
        ),
    ),
    Mutant(
        name="list-of-conversations",
        line="Properties: a list for a string",
        violates=("PROPERTY-05",),
        change=Change(call=each("conversation_id", lambda name: [name])),
    ),
    Mutant(
        name="null-message-id",
        line="Properties: `null` for unknown",
        violates=("PROPERTY-06",),
        change=Change(call=adding({"message_id": None}, (ENDED,))),
    ),
    Mutant(
        name="null-agent-name",
        line="Properties: `null` for unknown",
        violates=("PROPERTY-02",),
        change=Change(call=filling({"agent_name": None}, (STARTED,))),
    ),
    Mutant(
        name="null-agent-username",
        line="Properties: `null` for unknown",
        violates=("PROPERTY-03",),
        change=Change(call=filling({"agent_username": None}, _AGENTLESS)),
    ),
    Mutant(
        name="list-of-usernames",
        line="Properties: a list for a string",
        violates=("PROPERTY-03",),
        change=Change(call=each("agent_username", lambda name: [name])),
    ),
    Mutant(
        name="duration-as-string",
        line="Properties: duration a string",
        violates=("PROPERTY-04",),
        consequences=("WAREHOUSE-03",),
        change=Change(call=each(DURATION, str)),
    ),
    Mutant(
        name="duration-as-clock",
        line="Properties: duration a string",
        violates=("PROPERTY-04",),
        consequences=("WAREHOUSE-03",),
        change=Change(call=each(DURATION, lambda seconds: f"{seconds // 60:02d}:{seconds % 60:02d}")),
    ),
    Mutant(
        name="fractional-duration",
        line="Properties: duration a float",
        violates=("PROPERTY-04",),
        consequences=("WAREHOUSE-03",),
        change=Change(call=each(DURATION, lambda seconds: seconds + 0.5, on=(SENT, RECEIVED))),
    ),
    Mutant(
        name="boolean-duration",
        line="Properties: duration of another type",
        violates=("PROPERTY-04",),
        consequences=("WAREHOUSE-03",),
        change=Change(call=each(DURATION, bool, on=(STARTED,))),
    ),
    Mutant(
        name="null-duration",
        line="Properties: `null` for unknown",
        violates=("PROPERTY-04",),
        change=Change(call=each(DURATION, lambda _seconds: None, on=(STARTED,))),
    ),
    Mutant(
        name="numeric-conversation-id",
        line="Properties: a number for an id",
        violates=("PROPERTY-05",),
        consequences=("WAREHOUSE-03",),
        change=Change(call=each("conversation_id", lambda name: int(name[2:], 16), on=(SENT,))),
    ),
    Mutant(
        name="numeric-message-id",
        line="Properties: a number for an id",
        violates=("PROPERTY-06",),
        consequences=("WAREHOUSE-03",),
        change=Change(call=each("message_id", lambda name: int(name[2:], 16), on=(SENT, RECEIVED))),
    ),
)
