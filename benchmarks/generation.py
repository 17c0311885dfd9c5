"""
What generated runs cost: to draw a chat, to play it in process and to a program, to find and reduce a fault.
"""

from __future__ import annotations

import shlex
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from conformance.chat.strategies import conversations, scenarios
from conformance.drivers import Target, parse_target
from conformance.generation import explore
from conformance.judge import Criteria

Row = tuple[str, str]

PLANTED = {
    "ForgetsSecondVisitor": "IDENTITY-02",
    "RestartsClock": "PROPERTY-11",
    "StartsOnlyOnce": "EVENT-03",
    "DoublesAfterReset": "DELIVERY-02",
    "LosesAtShutdown": "DELIVERY-01",
}
"""The sequence faults of `tests.property.planted`, each with a requirement that it offends."""

_BRIDGE = Path(__file__).parent.parent / "tests" / "implementations" / "node" / "bridge.mjs"
_EXAMPLES = 50
_SEEDS = (1, 2, 3)
_LONGEST = 90.0


def generation() -> Iterator[Row]:
    """
    Chats drawn a second, examples played a second, seconds to a reduced case for each planted fault.
    """
    for name, strategy in (("conversations", conversations()), ("scenarios", scenarios())):
        yield f"generated {name}", f"{_drawn_a_second(strategy):.0f} a second"
    yield "examples, reference in process", _played(parse_target("python:conformance.reference:Reference"))
    yield "examples, reference without patience", _played(parse_target("python:tests.property.planted:hasty"))
    node = shutil.which("node")
    if node and (_BRIDGE.parent / "node_modules").is_dir():
        yield (
            "examples, Node bridge over stdio",
            _played(parse_target(f"stdio:{shlex.join([node, str(_BRIDGE)])}")),
        )
    for name, requirement in PLANTED.items():
        yield f"planted: {name}", "; ".join(_found(name, requirement, seed) for seed in _SEEDS)


def _drawn_a_second(strategy: SearchStrategy[Any]) -> float:
    count = 0

    @settings(
        max_examples=300,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(_value: object) -> None:
        nonlocal count
        count += 1

    began = time.perf_counter()
    draw()
    return count / (time.perf_counter() - began)


def _played(target: Target) -> str:
    exploration = explore(target, seed=1, examples=_EXAMPLES)
    return f"{exploration.examples} in {exploration.seconds:.1f} s: {exploration.throughput}"


def _found(name: str, requirement: str, seed: int) -> str:
    target = parse_target(f"python:tests.property.planted:{name}")
    criteria = Criteria(select=(requirement,))
    exploration = explore(target, seed=seed, max_time=_LONGEST, criteria=criteria)
    if not exploration.cases:
        return f"not within {_LONGEST:g} s"
    case = exploration.cases[0].scenario
    activities = sum(len(connection.activities) for connection in case.connections)
    size = f"{activities} activities, {len(case.faults)} faults"
    return (
        f"{exploration.seconds:.1f} s ({exploration.examples} examples, {exploration.played} played; {size})"
    )
