"""
What a mutant is: a small departure from the specification, and exactly what it must be found guilty of.
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import field, frozen

from conformance.model import Scenario
from conformance.record import ScenarioRecord
from tests.mutants.bridge import Change
from tests.mutants.stage import ORDINARY


def _as_it_is(record: ScenarioRecord) -> ScenarioRecord:
    return record


@frozen(kw_only=True)
class Mutant:
    """
    The reference with one fault. It is killed when the requirements that fail are `violates` and
    `consequences`, no more and no fewer.

    `violates` is what the fault departs from; `consequences` follow from it by the specification itself and
    are kept few. `line` quotes the list of what real emitters get wrong, or says what goes wrong. `recorded`
    is what another way of recording, such as an interception, would have made of the records.
    """

    name: str
    line: str
    violates: tuple[str, ...]
    consequences: tuple[str, ...] = ()
    change: Change
    scenarios: tuple[Scenario, ...] = field(default=ORDINARY, repr=False)
    recorded: Callable[[ScenarioRecord], ScenarioRecord] = _as_it_is

    @property
    def target(self) -> str:
        """
        The mutant as a target that any run can be asked for.
        """
        return f"python:tests.mutants.targets:{self.name.replace('-', '_')}"

    @property
    def guilty_of(self) -> frozenset[str]:
        """
        The requirements that must fail.
        """
        return frozenset(self.violates + self.consequences)
