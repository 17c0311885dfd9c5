"""
A search while it goes on: sketches played to the target, judged, and remembered where they fail.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Collection

import attrs

from conformance.chat.sketch import Sketch, scenario_of
from conformance.drivers import Target
from conformance.generation.offences import UNUSABLE, offences, worst
from conformance.generation.reducing import reduced
from conformance.generation.values import Explored
from conformance.judge import Criteria
from conformance.model import Scenario
from conformance.record import ScenarioRecord
from conformance.runner import RunOptions, Stage, run_scenario

Listener = Callable[[Explored], None]

_GRACE = 0.005
"""Seconds that Segment is to be left alone after an example: the flush has been answered by then."""


class TimeIsUp(BaseException):
    """
    Ends a search at once. Any Exception Hypothesis would take for a failure of the example.
    """


class Search:
    """
    What is searched and how far it has come: examples drawn, chats played, activities told.
    """

    def __init__(
        self,
        target: Target,
        *,
        options: RunOptions,
        criteria: Criteria,
        examples: int,
        max_time: float | None,
        progress: Listener | None,
    ) -> None:
        self.options = attrs.evolve(options, grace=min(options.grace, _GRACE))
        self.target, self.criteria = target, criteria
        self.left, self.examples, self.played, self.activities = examples, 0, 0, 0
        self._max_time, self._began, self._progress = max_time, time.monotonic(), progress

    @property
    def wanted(self) -> frozenset[str]:
        """
        What a chat may be found to offend: the requirements that are judged, or that it can be played at all.
        """
        asked = (each.id for each in self.criteria.requirements() if self.criteria.applies(each))
        return frozenset({UNUSABLE, *asked}) if not self.criteria.select else frozenset(asked)

    @property
    def seconds(self) -> float:
        """
        How long it has been going on.
        """
        return time.monotonic() - self._began

    @property
    def over(self) -> bool:
        """
        Whether nothing more may be drawn, or no time is left.
        """
        return self.left <= 0 or self._late

    @property
    def _late(self) -> bool:
        return self._max_time is not None and self.seconds >= self._max_time

    def draw(self, stage: Stage, sketch: Sketch) -> tuple[ScenarioRecord, frozenset[str]]:
        """
        Plays a sketch that was drawn, and counts it as an example. Raises TimeIsUp when there may be no more.
        """
        if self.over:
            raise TimeIsUp
        self.left, self.examples = self.left - 1, self.examples + 1
        return self.play(stage, sketch)

    def play(
        self, stage: Stage, sketch: Sketch, *, reducing: str = ""
    ) -> tuple[ScenarioRecord, frozenset[str]]:
        """
        Plays a sketch as new people, so that no example can be taken for another, and judges it.

        Raises TimeIsUp when there is no time left.
        """
        if self._late:
            raise TimeIsUp
        scenario = scenario_of(sketch, f"example-{self.played + 1}")
        return self._judged(stage.play(scenario, shutdown=sketch.shutdown), reducing)

    def play_afresh(self, scenario: Scenario, *, reducing: str) -> tuple[ScenarioRecord, frozenset[str]]:
        """
        Plays a scenario in a process of its own, however late it is, and judges it.
        """
        return self._judged(run_scenario(scenario, self.target, options=self.options), reducing)

    def reduced_afresh(self, sketch: Sketch, sought: str) -> Sketch:
        """
        The smallest sketch that offends the requirement in a process of its own, as far as there is time.
        """
        tried: dict[Sketch, bool] = {}
        least = sketch

        def fails(smaller: Sketch) -> bool:
            nonlocal least
            if self._late:
                raise TimeIsUp
            if smaller not in tried:
                _, offended = self.play_afresh(scenario_of(smaller, "example-0"), reducing=sought)
                tried[smaller] = sought in offended
                least = smaller if tried[smaller] else least
            return tried[smaller]

        with contextlib.suppress(TimeIsUp):
            reduced(sketch, fails)
        return least

    def offences(self, record: ScenarioRecord) -> frozenset[str]:
        """
        The requirements that the record offends.
        """
        return offences(record, self.target, self.options, self.criteria)

    def _judged(self, record: ScenarioRecord, reducing: str) -> tuple[ScenarioRecord, frozenset[str]]:
        self.played += 1
        self.activities += sum(step.activity is not None for step in record.steps)
        if self._progress is not None:
            told = Explored(
                examples=self.examples,
                played=self.played,
                activities=self.activities,
                seconds=self.seconds,
                reducing=reducing,
            )
            self._progress(told)
        return record, self.offences(record)


class Hunt:
    """
    The search for one case: the first sketch that fails decides which requirement it is about.
    """

    def __init__(self, search: Search, stage: Stage, known: Collection[str]) -> None:
        self._search, self._stage, self.known = search, stage, frozenset(known)
        self.sought = ""
        self.sketch: Sketch | None = None
        self.record: ScenarioRecord | None = None
        self._tried: dict[Sketch, bool] = {}

    def find(self, choice: random.Random) -> bool:
        """
        Draws sketches until one offends a requirement that is not known to fail; False when none did.
        """
        import hypothesis
        from hypothesis.errors import NoSuchExample

        from conformance.chat.strategies import sketches

        # What the user's profile says and this does not stays as it is, and nothing is changed for others.
        own = hypothesis.settings(
            max_examples=self._search.left,
            phases=[hypothesis.Phase.generate],
            database=None,
            derandomize=False,
            deadline=None,
        )
        try:
            hypothesis.find(sketches(), self._is_found, settings=own, random=choice)
        except NoSuchExample:
            self._search.left = 0
        except TimeIsUp:
            pass
        return bool(self.sought)

    def reduce(self) -> None:
        """
        Makes the sketch smaller, as far as there is time.
        """
        assert self.sketch is not None
        with contextlib.suppress(TimeIsUp):
            reduced(self.sketch, self._still_fails)

    def _is_found(self, sketch: Sketch) -> bool:
        if sketch not in self._tried:
            record, offended = self._search.draw(self._stage, sketch)
            self.sought = worst(offended - self.known)
            self._tried[sketch] = bool(self.sought)
            self._keep(sketch, record)
        return self._tried[sketch]

    def _still_fails(self, sketch: Sketch) -> bool:
        if sketch not in self._tried:
            record, offended = self._search.play(self._stage, sketch, reducing=self.sought)
            self._tried[sketch] = self.sought in offended
            self._keep(sketch, record)
        return self._tried[sketch]

    def _keep(self, sketch: Sketch, record: ScenarioRecord) -> None:
        if self._tried[sketch]:
            self.sketch, self.record = sketch, record
