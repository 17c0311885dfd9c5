"""
What an assessment comes to, and what is left when it is broken off.
"""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from conformance.judge import exit_code
from conformance.model import Judgement, Outcome


@frozen(kw_only=True)
class Assessment:
    """
    A judgement, and what was written of it.

    `record` is where the evidence lies, None where it was not to be kept. `written` names each report's
    format and file; `printed` holds the texts of the reports that go to standard output.
    """

    judgement: Judgement
    record: Path | None = None
    written: tuple[tuple[str, Path], ...] = ()
    printed: tuple[str, ...] = ()
    allow_inconclusive: bool = False

    @property
    def exit_code(self) -> int:
        """
        The number the command exits with.
        """
        allowed = self.allow_inconclusive and self.judgement.outcome is Outcome.INCONCLUSIVE
        return 0 if allowed else exit_code(self.judgement.outcome)


class BrokenOff(KeyboardInterrupt):
    """
    Ctrl-C during a run: `played` of `total` scenarios are kept in `record`, which can be judged.
    """

    def __init__(self, *, record: Path, played: int, total: int) -> None:
        self.record, self.played, self.total = record, played, total
        super().__init__(f"The run was broken off after {played} of {total} scenarios.")
