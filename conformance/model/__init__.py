"""
The values everything else speaks of: frozen, without behaviour that touches the world.
"""

from conformance.model.chat import (
    Activity,
    ActivityType,
    Agent,
    ChatMessage,
    Visitor,
    activity_from_json,
    activity_to_json,
    format_time,
)
from conformance.model.connection import (
    Endpoints,
    Implementation,
    Settings,
    Source,
    Workspace,
    implementation_from_json,
    implementation_to_json,
    settings_from_json,
    settings_to_json,
)
from conformance.model.downstream import DeliveryCount, DestinationView, LossCount, TableView
from conformance.model.exchange import Exchange, Message, Reply
from conformance.model.scenario import Connection, Fault, FaultKind, Scenario
from conformance.model.time import read_time
from conformance.model.verdict import (
    ExchangeView,
    Finding,
    Judgement,
    Outcome,
    ScenarioView,
    Status,
    TimelineEntry,
    Verdict,
)

__all__ = [
    "Activity",
    "ActivityType",
    "Agent",
    "ChatMessage",
    "Connection",
    "DeliveryCount",
    "DestinationView",
    "Endpoints",
    "Exchange",
    "ExchangeView",
    "Fault",
    "FaultKind",
    "Finding",
    "Implementation",
    "Judgement",
    "LossCount",
    "Message",
    "Outcome",
    "Reply",
    "Scenario",
    "ScenarioView",
    "Settings",
    "Source",
    "Status",
    "TableView",
    "TimelineEntry",
    "Verdict",
    "Visitor",
    "Workspace",
    "activity_from_json",
    "activity_to_json",
    "format_time",
    "implementation_from_json",
    "implementation_to_json",
    "read_time",
    "settings_from_json",
    "settings_to_json",
]
