"""
Whether a value is one that its key takes, and what it is then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from conformance.configuration.keys import Key, Kind
from conformance.errors import UsageError


def checked(key: Key, value: object, where: str) -> Any:
    """
    The value as its field holds it. Raises UsageError, saying where it stands, when the key does not take it.
    """
    if key.kind is Kind.CHOICE:
        return _choice(key, value, where)
    if key.kind is Kind.WORDS and isinstance(value, (list, tuple)) and all(isinstance(w, str) for w in value):
        return tuple(value)
    if key.kind is Kind.PATH and isinstance(value, (str, Path)) and str(value):
        return Path(value)
    expected = _PLAIN.get(key.kind)
    if (
        expected is None
        or not isinstance(value, expected)
        or (isinstance(value, bool) and bool not in expected)
    ):
        raise UsageError(f"{where} takes {_TAKES[key.kind]}, and is {value!r}.", cure=key.help)
    if key.least is not None and isinstance(value, (int, float)) and not value >= key.least:
        raise UsageError(f"{where} must be at least {key.least:g}, and is {value}.", cure=key.help)
    return value


_PLAIN: Mapping[Kind, tuple[type, ...]] = {
    Kind.TEXT: (str,),
    Kind.FLAG: (bool,),
    Kind.INTEGER: (int,),
    Kind.NUMBER: (int, float),
}

_TAKES: Mapping[Kind, str] = {
    Kind.TEXT: "a text",
    Kind.WORDS: "a list of texts",
    Kind.FLAG: "true or false",
    Kind.INTEGER: "a whole number",
    Kind.NUMBER: "a number",
    Kind.PATH: "the name of a file",
}


def _choice(key: Key, value: object, where: str) -> str:
    if isinstance(value, str) and (value in key.choices or value == key.default):
        return value
    guess = did_you_mean(str(value), key.choices)
    raise UsageError(f"{where} cannot be {value!r}.", cure=f"{guess}It is one of {', '.join(key.choices)}.")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """
    The question that names the nearest known word, or nothing when none is near.
    """
    # Only where something is wrong: the specification behind it takes its time to load.
    from conformance.spec.names import nearest

    guess = nearest(word, known)
    return f"Did you mean {guess!r}? " if guess else ""
