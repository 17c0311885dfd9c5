"""
`pytest --chatlio-list`: the requirements that the suite would judge.
"""

from __future__ import annotations

import pytest

from conformance.judge import Criteria
from conformance.pytest_plugin.settings import configuration_of, usage_errors


def listing(config: pytest.Config) -> str:
    """
    A line for each requirement of the selection: its item's id, level, basis and statement.
    """
    configuration = configuration_of(config)
    with usage_errors():
        criteria = Criteria(
            profile=configuration.profile, basis=configuration.basis, select=configuration.select
        )
        chosen = criteria.requirements()
    return "".join(
        f"chatlio::{each.id:13} {each.level.value:6} {each.basis.value:10} {each.statement}\n"
        for each in chosen
    )
