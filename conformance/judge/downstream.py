"""
What Segment hands on, counted through a run: to each destination, and into each table of the warehouse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection

from attrs import define, field

from conformance.checks import Evidence
from conformance.ingestion import OPT_IN, STANDARD, deliveries, named_in
from conformance.model import DeliveryCount, DestinationView, LossCount, Message, TableView

MOST_NAMES = 40
"""Events, destinations, tables and columns that are told apart; an implementation may make up any number."""

LONGEST_NAME = 120
OTHERS = "(others)"

_Masked = Callable[[str], str]


@define
class Deliveries:
    """
    What each destination received so far: the workspace's own, and those that calls have named.
    """

    _accepted: Counter[str] = field(factory=Counter, init=False)
    _unnamed: Counter[str] = field(factory=Counter, init=False)
    _received: dict[str, Counter[str]] = field(init=False)

    @_received.default
    def _workspaces_own(self) -> dict[str, Counter[str]]:
        return {name: Counter() for name in STANDARD}

    def add(self, evidence: Evidence) -> None:
        """
        Counts the accepted calls of a scenario.
        """
        for message in evidence.messages:
            if message.drop is None:
                self._deliver(message)

    def views(self, masked: _Masked) -> tuple[DestinationView, ...]:
        """
        Each destination with what it received of each event; nothing where no call was accepted.
        """
        return tuple(
            DestinationView(
                name=_shown(name, masked),
                events=tuple(
                    DeliveryCount(
                        event=_shown(event, masked),
                        received=received[event],
                        withheld=accepted - received[event],
                    )
                    for event, accepted in self._accepted.items()
                ),
            )
            for name, received in self._received.items()
            if self._accepted
        )

    def _deliver(self, message: Message) -> None:
        event = message.event if message.type == "track" else message.type
        event = _told_apart(str(event), self._accepted)
        for name in named_in(message):
            if name not in self._received and len(self._received) < MOST_NAMES:
                # What came before did not name it.
                self._received[name] = Counter() if name in OPT_IN else Counter(self._unnamed)
        self._accepted[event] += 1
        self._unnamed[event] += _is_on_for_others(message)
        for name in deliveries(message, self._received):
            self._received[name][event] += 1


@define
class Loads:
    """
    The warehouse's rows and losses so far, by table.
    """

    _rows: Counter[str] = field(factory=Counter, init=False)
    _losses: dict[str, Counter[tuple[str, str]]] = field(factory=dict, init=False)

    def add(self, evidence: Evidence) -> None:
        """
        Counts the rows that a scenario made, and what was lost on their way in.
        """
        for table in evidence.tables.tables.values():
            self._rows[_told_apart(table.name, self._rows)] += len(table.rows)
        for loss in evidence.tables.losses:
            name = _told_apart(loss.table, self._rows)
            self._rows.setdefault(name, 0)
            losses = self._losses.setdefault(name, Counter())
            known = (loss.column, loss.reason) in losses or len(losses) < MOST_NAMES
            losses[loss.column if known else OTHERS, loss.reason] += 1

    def views(self, masked: _Masked) -> tuple[TableView, ...]:
        """
        Each table with its rows and losses, by name.
        """
        return tuple(
            TableView(name=_shown(name, masked), rows=self._rows[name], losses=self._lost(name, masked))
            for name in sorted(self._rows)
        )

    def _lost(self, table: str, masked: _Masked) -> tuple[LossCount, ...]:
        losses = self._losses.get(table, Counter())
        return tuple(
            LossCount(column=_shown(column, masked), reason=reason, values=count)
            for (column, reason), count in sorted(losses.items())
        )


def _is_on_for_others(message: Message) -> bool:
    """
    Whether destinations that the call does not name get it.
    """
    integrations = message.call.get("integrations")
    return not isinstance(integrations, dict) or integrations.get("All") is not False


def _told_apart(name: str, known: Collection[str]) -> str:
    """
    The name, or the word for all the rest once there are too many.
    """
    return name if name in known or len(known) < MOST_NAMES else OTHERS


def _shown(name: str, masked: _Masked) -> str:
    return masked(name)[:LONGEST_NAME]
