"""
What a mutant is: a small departure from the specification, and exactly what it must be found guilty of.
"""

from __future__ import annotations

from attrs import field, frozen

from conformance.model import Scenario
from tests.mutants.bridge import Change
from tests.mutants.stage import ORDINARY


@frozen(kw_only=True)
class Mutant:
    """
    The reference with one fault. It is killed when the requirements that fail are `violates` and
    `consequences`, no more and no fewer.

    `violates` is what the fault departs from; `consequences` follow from it by the specification itself and
    are kept few. `line` quotes SPEC §7 where the fault is listed there, else it says what goes wrong.
    """

    name: str
    line: str
    violates: tuple[str, ...]
    consequences: tuple[str, ...] = ()
    change: Change
    scenarios: tuple[Scenario, ...] = field(default=ORDINARY, repr=False)
    intercepted: bool = False

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
