"""
The checks: how each requirement of the catalogue is judged from the evidence of a scenario.

One module per chapter of the catalogue (two for EVENT, PROPERTY and DELIVERY), one function per requirement,
one row per check. They see evidence and nothing else: no socket, no file, no clock.
"""

import operator

from conformance.checks import (
    delivery,
    envelope,
    event_counts,
    events,
    identity,
    properties,
    property_names,
    region,
    retries,
    routing,
    setup,
    transport,
    warehousing,
)
from conformance.checks.check import Check, Difference, Occasion, Sighting
from conformance.checks.evidence import Evidence
from conformance.checks.expectation import declared_unsupported
from conformance.checks.observation import Observed, Sender, content_of
from conformance.checks.recognition import Kind

_CHAPTERS = (
    (*events.CHECKS, *event_counts.CHECKS),
    (*properties.CHECKS, *property_names.CHECKS),
    identity.CHECKS,
    envelope.CHECKS,
    transport.CHECKS,
    (*delivery.CHECKS, *retries.CHECKS),
    region.CHECKS,
    warehousing.CHECKS,
    setup.CHECKS,
    routing.CHECKS,
)

CHECKS: tuple[Check, ...] = tuple(
    check for chapter in _CHAPTERS for check in sorted(chapter, key=operator.attrgetter("requirement"))
)
"""Every check, in the order of the catalogue."""

__all__ = [
    "CHECKS",
    "Check",
    "Difference",
    "Evidence",
    "Kind",
    "Observed",
    "Occasion",
    "Sender",
    "Sighting",
    "content_of",
    "declared_unsupported",
]
