"""
ROUTING: events flow to every connected destination.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.checks.check import NO_EVENT, Check, Difference, Sighting, every_event, shown
from conformance.checks.evidence import Evidence
from conformance.checks.observation import Observed
from conformance.ingestion import STANDARD, is_on


def destinations_stay_on(_evidence: Evidence, event: Observed) -> Iterator[Difference]:
    """
    ROUTING-01: `integrations` switches off neither all destinations nor the warehouses.
    """
    integrations = event.first.call.get("integrations")
    if not isinstance(integrations, dict):
        return
    observed = f"`integrations` {shown(integrations)}"
    for name in _switched_off(integrations):
        yield Difference(
            expected=f"`integrations.{name}` on, or not there",
            observed=observed,
            pointer=f"/integrations/{name}",
        )
    if integrations.get("All") is not False and not any(is_on(name, integrations) for name in STANDARD):
        yield Difference(
            expected=f"one at least of the workspace's destinations on ({', '.join(STANDARD)})",
            observed=observed,
            pointer="/integrations",
        )


def _switched_off(integrations: Mapping[str, Any]) -> Iterator[str]:
    """
    Which of the two words that stand for many destinations say no.
    """
    if integrations.get("All") is False:
        yield "All"
    warehouses = integrations.get("Warehouses")
    if warehouses is False or (isinstance(warehouses, dict) and warehouses.get("all") is False):
        yield "Warehouses"


CHECKS = (
    Check(
        requirement="ROUTING-01",
        over=every_event,
        find=destinations_stay_on,
        given=Sighting.EVENTS,
        unexercised=NO_EVENT,
    ),
)
