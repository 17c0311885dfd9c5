"""
Reduction: from a chat that fails to the smallest one that fails in the same way.

Hypothesis can reduce, too, but by its own sequence of choices, in hundreds of attempts. Here an attempt is a
run of a whole program, with faults often a second or more of it. So the reduction knows what a chat is made
of, and goes for the large pieces first: settings, faults, halves of the chat, and only then single words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from conformance.chat.sketch import Act, Move, Part, Sketch

Fails = Callable[[Sketch], bool]

_PLAIN = Move(act=Act.SAYS)
_PLAINER: tuple[dict[str, Any], ...] = (
    {"text": _PLAIN.text},
    {"visitor": 0},
    {"agent": 0},
    {"back": 0},
    {"by": _PLAIN.by},
    {"gap": _PLAIN.gap},
    {"act": Act.SAYS},
)


def reduced(sketch: Sketch, fails: Fails) -> Sketch:
    """
    The smallest sketch that `fails`, as far as leaving out and plain words lead; `sketch` itself fails.

    `fails` is asked once or more for like sketches, so it had better remember what it answered.
    """
    while True:
        before = sketch
        for candidates in (_settings, _troubles):
            sketch = _first_that_fails(sketch, candidates, fails)
        sketch = _fewer_moves(sketch, fails)
        for candidates in (_plainer_all, _plainer_each, _plainer_troubles):
            sketch = _first_that_fails(sketch, candidates, fails)
        if sketch == before:
            return sketch


def _first_that_fails(
    sketch: Sketch, candidates: Callable[[Sketch], Iterator[Sketch]], fails: Fails
) -> Sketch:
    """
    Goes on from the first candidate that fails to its own candidates, until none fails.
    """
    while True:
        failing = (each for each in candidates(sketch) if each != sketch and fails(each))
        smaller = next(failing, None)
        if smaller is None:
            return sketch
        sketch = smaller


def _settings(sketch: Sketch) -> Iterator[Sketch]:
    """
    Without a part, without faults, in ordinary settings, among ordinary people, on an ordinary morning.
    """
    if len(sketch.parts) > 1:
        for number in range(len(sketch.parts)):
            yield attrs.evolve(sketch, parts=(*sketch.parts[:number], *sketch.parts[number + 1 :]))
    yield attrs.evolve(sketch, troubles=())
    yield attrs.evolve(sketch, shutdown=False)
    plain = Sketch(parts=sketch.parts)
    yield attrs.evolve(sketch, names=plain.names, start=plain.start)
    for number, part in enumerate(sketch.parts):
        yield _with_part(sketch, number, Part(moves=part.moves))


def _troubles(sketch: Sketch) -> Iterator[Sketch]:
    """
    Without one of the faults.
    """
    for number in range(len(sketch.troubles)):
        yield attrs.evolve(sketch, troubles=(*sketch.troubles[:number], *sketch.troubles[number + 1 :]))


def _plainer_troubles(sketch: Sketch) -> Iterator[Sketch]:
    """
    With a fault that lasts for one request only, or that is there from the beginning.
    """
    for number, trouble in enumerate(sketch.troubles):
        for plainer in (
            attrs.evolve(trouble, at=None),
            attrs.evolve(trouble, fault=attrs.evolve(trouble.fault, requests=1, region="us")),
        ):
            others = (sketch.troubles[:number], sketch.troubles[number + 1 :])
            yield attrs.evolve(sketch, troubles=(*others[0], plainer, *others[1]))


def _fewer_moves(sketch: Sketch, fails: Fails) -> Sketch:
    """
    Without runs of moves, half of them at first, then shorter and shorter ones, down to single moves.
    """
    length = sum(len(part.moves) for part in sketch.parts)
    run = max(1, length // 2)
    while True:
        start = length - run
        while start >= 0:
            smaller = _without(sketch, start, start + run)
            if smaller is not None and fails(smaller):
                sketch = smaller
            start -= run
        if run == 1:
            return sketch
        length, run = sum(len(part.moves) for part in sketch.parts), run // 2


def _without(sketch: Sketch, start: int, end: int) -> Sketch | None:
    """
    The sketch without the moves from `start` to `end`, counted through its parts; None where none are left.
    """
    parts, place = [], 0
    for part in sketch.parts:
        kept = [move for i, move in enumerate(part.moves, start=place) if not start <= i < end]
        place += len(part.moves)
        if kept:
            parts.append(attrs.evolve(part, moves=tuple(kept)))
    return attrs.evolve(sketch, parts=tuple(parts)) if parts else None


def _plainer_all(sketch: Sketch) -> Iterator[Sketch]:
    """
    With all moves plainer in one way.
    """
    for plainer in _PLAINER[:-1]:
        yield attrs.evolve(
            sketch,
            parts=tuple(
                attrs.evolve(part, moves=tuple(attrs.evolve(move, **plainer) for move in part.moves))
                for part in sketch.parts
            ),
        )


def _plainer_each(sketch: Sketch) -> Iterator[Sketch]:
    """
    With one move plainer in one way.
    """
    for number, part in enumerate(sketch.parts):
        for place, move in enumerate(part.moves):
            for plainer in _PLAINER:
                moves = (*part.moves[:place], attrs.evolve(move, **plainer), *part.moves[place + 1 :])
                yield _with_part(sketch, number, attrs.evolve(part, moves=moves))


def _with_part(sketch: Sketch, number: int, part: Part) -> Sketch:
    return attrs.evolve(sketch, parts=(*sketch.parts[:number], part, *sketch.parts[number + 1 :]))
