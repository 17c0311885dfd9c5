"""
What went on behind Segment, in words: destinations that received less, and values the warehouse lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from conformance.model import DestinationView, Judgement, LossCount, TableView
from conformance.reporting.visible import one_line

LOSSES: Mapping[str, str] = {
    "cut": "cut at 512 characters",
    "character": "with a character that no database stores",
    "precision": "with a fraction, in a column of integers",
    "type": "not of the column's type",
    "range": "beyond 64 bits",
    "reserved": "dropped, as the column is the warehouse's own",
    "collision": "dropped, as another property has the same column",
    "long_name": "under a name cut at 63 characters",
    "no_column_name": "dropped, as nothing is left of the property's name",
    "no_table_name": "without a table of its own, as nothing is left of the event's name",
    "reserved_table": "without a table of its own, as the name is one of Segment's tables",
    "too_many_columns": "dropped, as the table has no room for more columns",
}
"""What became of a value, by the reason of its loss."""


@frozen(kw_only=True)
class Delivered:
    """
    A destination with its sums.
    """

    destination: DestinationView
    received: int
    withheld: int


def delivered(judgement: Judgement) -> tuple[Delivered, ...]:
    """
    The destinations, each with how many calls it received, and how many `integrations` kept from it.
    """
    return tuple(
        Delivered(
            destination=destination,
            received=sum(event.received for event in destination.events),
            withheld=sum(event.withheld for event in destination.events),
        )
        for destination in judgement.destinations
    )


def lost(table: TableView, loss: LossCount) -> str:
    """
    A loss as a phrase: `agent_name`: 3 values cut at 512 characters.
    """
    how = LOSSES.get(loss.reason) or one_line(loss.reason, 60)
    if not loss.column:
        return f"{'1 row' if loss.values == 1 else f'{loss.values:,} rows'} {how}"
    place = one_line(f"{table.name}.{loss.column}", 200)
    return f"`{place}`: {'1 value' if loss.values == 1 else f'{loss.values:,} values'} {how}"


def departures(judgement: Judgement) -> Iterator[str]:
    """
    A sentence for each destination that received less, and for each kind of loss; none where all is well.
    """
    for each in delivered(judgement):
        if each.withheld:
            yield (
                f"`integrations` keeps {each.withheld:,} of {each.received + each.withheld:,} calls"
                f" from the destination {each.destination.name}."
            )
    for table in judgement.warehouse:
        for loss in table.losses:
            yield f"The warehouse does not hold everything as it was sent, {lost(table, loss)}."
