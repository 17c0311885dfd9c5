"""
The suite as pytest collects it: an item for each requirement, and two for what is no requirement's matter.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from conformance.configuration import Configuration
from conformance.errors import ConformanceError
from conformance.judge import Criteria
from conformance.model import Judgement
from conformance.model.requirements import Requirement
from conformance.pytest_plugin import verifying
from conformance.spec import catalogue

SUITE = "chatlio"
"""The collector's name, which the id of every item begins with: `chatlio::EVENT-03`."""

Told = tuple[tuple[str, str], ...]


@frozen(kw_only=True)
class Row:
    """
    An item before pytest has it: its name, how it is verified, words for `-k`, and what is told of it.
    """

    name: str
    verify: Callable[[Judgement], None]
    words: tuple[str, ...] = ()
    told: Told = ()


class Suite(pytest.Collector):
    """
    Collects the items. The judgement they look at is made when the first of them is run.
    """

    def __init__(self, *, rows: Iterable[Row], judgement: Callable[[], Judgement], **node: Any) -> None:
        super().__init__(**node)
        self._rows, self.judgement = tuple(rows), judgement

    def collect(self) -> Iterator[pytest.Item]:
        """
        An item for each row, in their order.
        """
        return (SuiteItem.from_parent(self, name=row.name, row=row) for row in self._rows)

    def setup(self) -> None:
        """
        Has the scenarios played, unless they have been; whatever prevents it is an error of every item.
        """
        try:
            self.judgement()
        except ConformanceError as error:
            pytest.fail(f"The scenarios could not be played: {error}", pytrace=False)


class SuiteItem(pytest.Item):
    """
    One row of the suite, as pytest runs it.
    """

    def __init__(self, *, parent: Suite, row: Row, **node: Any) -> None:
        super().__init__(parent=parent, **node)
        self._judgement, self._verify = parent.judgement, row.verify
        self.add_marker(SUITE)
        self.extra_keyword_matches.update(row.words)
        self.user_properties.extend(row.told)

    def runtest(self) -> None:
        """
        Fails, skips or passes as the judgement says.
        """
        self._verify(self._judgement())

    def reportinfo(self) -> tuple[Path, None, str]:
        """
        Where pytest shows the item to be: in no file, under its own id.
        """
        return self.path, None, self.nodeid


def rows(configuration: Configuration) -> Iterator[Row]:
    """
    What the configuration's suite consists of: the target, the requirements, what cannot be observed, and
    the baseline, where there is one. Raises UsageError for a selection that selects nothing.
    """
    chosen = Criteria(
        profile=configuration.profile, basis=configuration.basis, select=configuration.select
    ).requirements()
    yield Row(name="target", verify=verifying.verify_target)
    for requirement in chosen:
        yield _row(requirement, configuration)
    if len(chosen) == len(catalogue().requirements):
        for excluded in catalogue().excluded:
            verify = functools.partial(verifying.skip_excluded, excluded.reason)
            yield Row(name=excluded.id, verify=verify, told=(("statement", excluded.statement),))
    if configuration.baseline is not None:
        verify = functools.partial(verifying.verify_baseline, configuration.baseline)
        yield Row(name="baseline", verify=verify)


def _row(requirement: Requirement, configuration: Configuration) -> Row:
    documents = " ".join((*requirement.source, requirement.section))
    return Row(
        name=requirement.id,
        verify=functools.partial(
            verifying.verify_requirement,
            requirement.id,
            allow_inconclusive=configuration.allow_inconclusive,
        ),
        words=(requirement.level.value, requirement.basis.value),
        told=(
            ("level", requirement.level.value),
            ("basis", requirement.basis.value),
            ("source", documents),
            ("statement", requirement.statement),
        ),
    )
