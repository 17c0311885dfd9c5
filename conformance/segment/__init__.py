"""
The mock Segment: what a sender meets in place of Segment's hosts, and the evidence it leaves.
"""

from conformance.segment.application import Application
from conformance.segment.clock import Clock, anchored_clock
from conformance.segment.faults import Schedule
from conformance.segment.interception import Interception, intercepting
from conformance.segment.ledger import Ledger
from conformance.segment.server import Listener, MockSegment
from conformance.segment.workspace import Sources, new_write_key

__all__ = [
    "Application",
    "Clock",
    "Interception",
    "Ledger",
    "Listener",
    "MockSegment",
    "Schedule",
    "Sources",
    "anchored_clock",
    "intercepting",
    "new_write_key",
]
