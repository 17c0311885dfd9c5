"""
Generated chats in an assessment: after the named scenarios, in search of what those do not show.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from attrs import define, field

from conformance.assessment.choosing import criteria, run_options
from conformance.configuration import Configuration
from conformance.drivers import Target
from conformance.generation import Exploration, Explored, explore, offences, rate
from conformance.ingestion import ENDPOINTS
from conformance.record import ScenarioRecord
from conformance.runner import Played, Progress, numbered

ProgressListener = Callable[[Progress], None]

STANDARD = 20
"""Chats that the budget `standard` generates; with its seed they are the same every time."""

_LONGEST = 60.0
"""Seconds that generating may take under the budget `standard`, where a target makes each chat last."""

_OFTEN = 2.0
"""Seconds between two words about how far the exploration has come."""


@define(kw_only=True)
class Generating:
    """
    What is generated in one assessment; `notes` says, once it is over, what was played and how fast.
    """

    target: Target
    configuration: Configuration
    progress: ProgressListener | None = None
    notes: list[str] = field(factory=list, init=False)
    _told: float = field(default=0.0, init=False)

    def after(self, records: Iterable[ScenarioRecord]) -> Iterator[ScenarioRecord]:
        """
        The records of the named scenarios as they come, then one for each case that an exploration finds.

        Only requirements that did not fail before are looked for: of the others there is an example already.
        """
        options, asked = run_options(self.configuration), criteria(self.configuration)
        known: set[str] = set()
        count, heard = 0, False
        for record in records:
            known |= offences(record, self.target, options, asked)
            count += len(record.exchanges)
            heard = heard or any(exchange.endpoint in ENDPOINTS for exchange in record.exchanges)
            yield record
        exploration = self._explored(known) if heard else None
        for record in exploration.records if exploration else ():
            yield numbered(record, after=count)
            count += len(record.exchanges)

    def _explored(self, known: set[str]) -> Exploration:
        exhaustive = self.configuration.budget == "exhaustive"
        limit = self.configuration.max_time
        exploration = explore(
            self.target,
            options=run_options(self.configuration),
            seed=self.configuration.seed,
            examples=None if exhaustive else STANDARD,
            max_time=limit if exhaustive else min(limit, _LONGEST),
            criteria=criteria(self.configuration),
            known=known,
            folder=cases_folder(self.configuration),
            progress=self._tell,
        )
        self.notes.append(exploration.sentence)
        self._say(exploration.examples, exploration.seconds, f"generated chats, {exploration.throughput}")
        return exploration

    def _tell(self, explored: Explored) -> None:
        """
        Passes on how far it has come, but not more often than a person can follow.
        """
        if time.monotonic() - self._told >= _OFTEN:
            self._told = time.monotonic()
            doing = f"reducing a case of {explored.reducing}" if explored.reducing else "generated chats"
            speed = rate(explored.played, explored.activities, explored.seconds)
            self._say(explored.examples, explored.seconds, f"{doing}, {speed}")

    def _say(self, examples: int, seconds: float, name: str) -> None:
        if self.progress is not None:
            timed = self.configuration.budget == "exhaustive"
            done, total = (seconds, self.configuration.max_time) if timed else (examples, STANDARD)
            self.progress(Progress(done=int(done), total=int(total), name=name, outcome=Played.PLAYED))


def generates(configuration: Configuration) -> bool:
    """
    Whether chats are to be generated: not under the budget `quick`, nor where only this or that is asked for.
    """
    return configuration.budget != "quick" and not configuration.scenarios and configuration.replay is None


def cases_folder(configuration: Configuration) -> Path:
    """
    Where cases are saved: beside the first report that is a file, or else in `reports`.
    """
    places = (Path(word.partition("=")[2]) for word in configuration.reports if "=" in word)
    return next((place.parent for place in places if place.name not in {"", "-"}), Path("reports")) / "cases"
