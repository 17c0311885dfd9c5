"""
Hypothesis strategies for everything a test of a chat bridge, a receiver or a validator may need.

`chats()` and what it is made of speak to an emitter; `events()`, `calls()` and `batches()` are what a
compliant one sends, `invalid_events()` what a faulty one does. All that is generated is legal under our own
schemas, but for what is invalid on purpose.

    from hypothesis import given
    from conformance.chat.strategies import chats

    @given(chats())
    def test_my_bridge_counts_every_message(activities): ...

This module imports Hypothesis, and nothing else of ours imports it before it is needed.
"""

from conformance.chat.strategies.chats import activities, chats, conversations, scenarios, sketches
from conformance.chat.strategies.events import batches, calls, events
from conformance.chat.strategies.faults import fault_schedules, settings
from conformance.chat.strategies.invalid import (
    INVALID_BATCHES,
    INVALID_EVENTS,
    Invalid,
    invalid_batches,
    invalid_events,
)
from conformance.chat.strategies.judged import offences_of_batch, offences_of_event
from conformance.chat.strategies.people import agents, messages, texts, visitors

__all__ = [
    "INVALID_BATCHES",
    "INVALID_EVENTS",
    "Invalid",
    "activities",
    "agents",
    "batches",
    "calls",
    "chats",
    "conversations",
    "events",
    "fault_schedules",
    "invalid_batches",
    "invalid_events",
    "messages",
    "offences_of_batch",
    "offences_of_event",
    "scenarios",
    "settings",
    "sketches",
    "texts",
    "visitors",
]
