"""
Records of a whole conversation in which some values are not what they were: what the judge may meet.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import attrs
import orjson
from hypothesis import strategies as st

from conformance import runner
from conformance.chat.scenarios import SCENARIOS
from conformance.drivers import parse_target
from conformance.model import Exchange
from conformance.record import ScenarioRecord

PLAYED = (
    "full-conversation",
    "two-visitors",
    "delivered-twice",
    "identified-midway",
    "hand-over",
    "three-errors",
)
ODD_VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(None, True, 0, -1, 1.5, 1e300, "", " ", "x" * 600, [], [[]], {}, {"": []}, {"id": {"": None}}),
        *(
            "Live Chat Message Sent",
            "live_chat_conversation_ended",
            "2026-03-01T10:00:00Z",
            "0001-01-01T00:00Z",
        ),
    ]
)

Change = tuple[int, int, Any]


@functools.cache
def played() -> tuple[ScenarioRecord, ...]:
    """
    What the reference sent in a few short scenarios, one of them with a faltering Segment.
    """
    scenarios = [scene for scene in SCENARIOS if scene.name in PLAYED]
    target = parse_target("python:conformance.reference:Reference")
    return tuple(runner.run(target, scenarios, options=runner.RunOptions(workers=4, grace=0.01)))


def bent_records() -> st.SearchStrategy[ScenarioRecord]:
    """
    One of those records, with a few values in its requests replaced, or taken out, or put in twice.
    """
    changes = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 200), ODD_VALUES), min_size=1, max_size=4)
    return st.builds(bent, st.integers(0, len(PLAYED) - 1), changes)


def bent(number: int, changes: list[Change]) -> ScenarioRecord:
    """
    The record of that number with some changes: in which request, at which place, to what.
    """
    record = played()[number]
    exchanges = list(record.exchanges)
    for which, place, value in changes:
        index = which % len(exchanges)
        exchanges[index] = _changed(exchanges[index], place, value)
    return attrs.evolve(record, exchanges=tuple(exchanges))


def _changed(exchange: Exchange, place: int, value: Any) -> Exchange:
    document = orjson.loads(exchange.body)
    slots = list(_slots(document))
    holder, name = slots[place % len(slots)]
    holder[name] = value
    body = orjson.dumps(document)
    return attrs.evolve(exchange, body=body, size=len(body))


def _slots(value: Any) -> Iterator[tuple[Any, Any]]:
    """
    Every place in a document where a value stands.
    """
    names = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for name in names:
        yield value, name
        yield from _slots(value[name])
