"""
ROUTING: events flow to every connected destination.
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks.check import Check, Difference, Sighting, shown
from conformance.checks.evidence import Evidence
from conformance.checks.observation import Observed


def destinations_stay_on(_evidence: Evidence, event: Observed) -> Iterator[Difference]:
    """
    ROUTING-01: `integrations` switches off neither all destinations nor the warehouses.
    """
    integrations = event.first.call.get("integrations")
    if not isinstance(integrations, dict):
        return
    warehouses = integrations.get("Warehouses")
    off = warehouses is False or (isinstance(warehouses, dict) and warehouses.get("all") is False)
    for name, switched_off in (("All", integrations.get("All") is False), ("Warehouses", off)):
        if switched_off:
            yield Difference(
                expected=f"`integrations.{name}` on, or not there",
                observed=f"`integrations` {shown(integrations)}",
                pointer=f"/integrations/{name}",
            )


CHECKS = (
    Check(
        requirement="ROUTING-01",
        over=lambda evidence: evidence.events,
        find=destinations_stay_on,
        given=Sighting.EVENTS,
        unexercised="no live-chat event was seen",
    ),
)
