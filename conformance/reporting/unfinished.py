"""
Scenarios that the implementation could not be driven through, one entry for each reason.
"""

from __future__ import annotations

from attrs import frozen

from conformance.model import Judgement, ScenarioView


@frozen(kw_only=True)
class Unfinished:
    """
    Why scenarios came to no end: the first of them, and how many more did so for the same reason.
    """

    reason: str
    first: ScenarioView
    others: int

    @property
    def which(self) -> str:
        """
        The first scenario's name, and how many more there are.
        """
        return f"{self.first.name} and {self.others:,} more" if self.others else self.first.name

    @property
    def sentence(self) -> str:
        """
        Which, and why.
        """
        return f"Scenario {self.which} could not be driven to the end: {self.reason}"


def unfinished(judgement: Judgement) -> tuple[Unfinished, ...]:
    """
    The reasons, in the order in which they came up.
    """
    gathered: dict[str, list[ScenarioView]] = {}
    for scenario in judgement.scenarios:
        if scenario.unusable:
            gathered.setdefault(scenario.unusable, []).append(scenario)
    return tuple(
        Unfinished(reason=reason, first=first, others=len(others))
        for reason, (first, *others) in gathered.items()
    )
