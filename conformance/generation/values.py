"""
What an exploration comes to, and what it says while it goes on.
"""

from __future__ import annotations

from attrs import frozen

from conformance.generation.cases import Case
from conformance.record import ScenarioRecord


@frozen(kw_only=True)
class Explored:
    """
    How far an exploration has come: the chats drawn and the activities told, while searching and reducing.

    `reducing` names the requirement whose case is being made smaller, and is empty during the search.
    `played` counts the chats of the search and of the reductions alike.
    """

    examples: int
    played: int
    activities: int
    seconds: float
    reducing: str = ""


@frozen(kw_only=True)
class Exploration:
    """
    The cases that were found, with the record of each, as it went in a fresh process of the target.

    `unconfirmed` are cases that failed once and never when they were played again: seen, and not judged.
    `examples` counts the chats that were drawn in search of a case, `played` those and all that were played
    to reduce and confirm the cases; `activities` and `seconds` are of the whole.
    """

    seed: int
    cases: tuple[Case, ...]
    records: tuple[ScenarioRecord, ...]
    unconfirmed: tuple[Case, ...]
    examples: int
    played: int
    activities: int
    seconds: float

    @property
    def sentence(self) -> str:
        """
        What was played and what it showed, as a report's note tells it: the same for the same seed and count.
        """
        return f"{self.examples} generated chats were played (seed {self.seed}); {self._found}"

    @property
    def throughput(self) -> str:
        """
        How fast it went, which is for the terminal and no report: it is another every time.
        """
        return rate(self.played, self.activities, self.seconds)

    @property
    def _found(self) -> str:
        ids = ", ".join(_named(case) for case in self.cases)
        once = ", ".join(case.requirement for case in self.unconfirmed)
        nothing = "they show nothing that the named scenarios do not"
        said = f"beyond what the named scenarios show, they offend {ids}" if ids else nothing
        return said + (f"; {once} was offended once and never again." if once else ".")


def _named(case: Case) -> str:
    often = f" (flaky: only in {case.failures} of {case.replays} replays)" if case.flaky else ""
    return f"{case.requirement}{often}"


def rate(chats: int, activities: int, seconds: float) -> str:
    """
    Chats and activities a second, in words.
    """
    spent = max(seconds, 0.001)
    return f"{chats / spent:.1f} chats and {activities / spent:.0f} activities a second"
