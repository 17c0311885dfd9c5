"""
`@pytest.mark.chatlio(…)`: what a test asks of its mock Segment and of its judge.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from conformance.model import Fault
from conformance.pytest_plugin.settings import usage_errors
from conformance.spec.names import unknown

ARGUMENTS = ("region", "profile", "select", "fail_on", "faults")


def marked(item: pytest.Item) -> dict[str, Any]:
    """
    The arguments of the markers on a test, its class and its module, the nearest first.

    Raises pytest.UsageError, naming the nearest known, for an argument nobody knows.
    """
    found: dict[str, Any] = {}
    for marker in item.iter_markers("chatlio"):
        _refuse_unknown(marker, item)
        for name, value in marker.kwargs.items():
            found.setdefault(name, _listed(value) if name in {"select", "faults"} else value)
    return found


def _refuse_unknown(marker: pytest.Mark, item: pytest.Item) -> None:
    where = f"{item.nodeid}: @pytest.mark.chatlio takes {', '.join(ARGUMENTS)}, all by name."
    if marker.args:
        raise pytest.UsageError(f"The marker has an argument without a name, {marker.args[0]!r}. {where}")
    with usage_errors():
        for name in marker.kwargs:
            if name not in ARGUMENTS:
                raise unknown("marker argument", name, ARGUMENTS, where=where)


def _listed(value: str | Fault | Iterable[Any]) -> tuple[Any, ...]:
    """
    One or many, as a tuple: `select="EVENT"` is `select=["EVENT"]`.
    """
    return (value,) if isinstance(value, (str, Fault)) else tuple(value)
