"""
What became of the accepted calls behind Segment, in destinations and the warehouse, as a judgement tells it.
"""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class DeliveryCount:
    """
    How many calls of one event a destination received, and from how many `integrations` kept it.

    `event` is the name as sent, or the call's type where it is no Track call.
    """

    event: str
    received: int
    withheld: int = 0


@frozen(kw_only=True)
class DestinationView:
    """
    A destination, and what it received of each event.
    """

    name: str
    events: tuple[DeliveryCount, ...]


@frozen(kw_only=True)
class LossCount:
    """
    How many values a column does not hold as they were sent, for one reason (`conformance.warehouse.Loss`).
    """

    column: str
    reason: str
    values: int


@frozen(kw_only=True)
class TableView:
    """
    A table of the warehouse: its rows in all scenarios, and what was lost on the way in.
    """

    name: str
    rows: int
    losses: tuple[LossCount, ...] = ()
