"""
The checks: how each requirement of the catalogue is judged from the evidence of a scenario.

One module per chapter of the catalogue (two for PROPERTY), one function per requirement, one row per check.
They see evidence and nothing else: no socket, no file, no clock.
"""

from conformance.checks import (
    delivery,
    envelope,
    events,
    identity,
    properties,
    region,
    routing,
    setup,
    transport,
    warehousing,
)
from conformance.checks.check import Check, Difference, Sighting
from conformance.checks.evidence import Evidence
from conformance.checks.observation import Observed, Sender, content_of
from conformance.checks.recognition import Kind

CHECKS: tuple[Check, ...] = (
    *events.CHECKS,
    *properties.CHECKS,
    *identity.CHECKS,
    *envelope.CHECKS,
    *transport.CHECKS,
    *delivery.CHECKS,
    *region.CHECKS,
    *warehousing.CHECKS,
    *setup.CHECKS,
    *routing.CHECKS,
)
"""Every check, in the order of the catalogue."""

__all__ = [
    "CHECKS",
    "Check",
    "Difference",
    "Evidence",
    "Kind",
    "Observed",
    "Sender",
    "Sighting",
    "content_of",
]
