"""
Why a schema refuses a value, in violations short enough to print.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

from attrs import frozen

from conformance.model.pointers import pointer_to

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator as Explainer

MOST_VIOLATIONS = 100
LONGEST_MESSAGE = 240


@frozen(kw_only=True)
class Violation:
    """
    One thing a schema refuses: `path` is a JSON Pointer into the value, `keyword` what refused it.
    """

    path: str
    message: str
    keyword: str


def violations(explainer: Explainer, value: object) -> list[Violation]:
    """
    What the schema refuses, at most 100 of it, in the schema's order; empty when nothing.

    A refused value that cannot be put into words, being nested too deeply or a number of thousands of
    digits, yields one violation that says so.
    """
    try:
        leaves = itertools.chain.from_iterable(map(_leaves, explainer.iter_errors(cast("Any", value))))
        found = (_violation(error) for error in itertools.islice(leaves, MOST_VIOLATIONS))
        # A schema that is reached on two ways refuses the same thing twice.
        return list(dict.fromkeys(found))
    except (RecursionError, ValueError, OverflowError):
        return [Violation(path="", message="refused, and too deep or too large to explain", keyword="")]


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """
    The errors a reader can act on: of several forms that a value may take, those of the form it means.
    """
    meant = [branch for branch in _branches(error) if not _other_constants(branch)]
    if len(meant) != 1:
        yield error
        return
    for inner in meant[0]:
        yield from _leaves(inner)


def _branches(error: ValidationError) -> list[list[ValidationError]]:
    by_branch = itertools.groupby(error.context or (), key=lambda inner: inner.relative_schema_path[0])
    return [list(branch) for _, branch in by_branch]


def _other_constants(branch: Iterable[ValidationError]) -> list[ValidationError]:
    """
    The errors that say the value means another form: its type, or the event's name, is not this one's.
    """
    return [error for error in branch if error.validator == "const"]


def _violation(error: ValidationError) -> Violation:
    message = _message(error)
    if len(message) > LONGEST_MESSAGE:
        message = message[: LONGEST_MESSAGE - 1] + "…"
    return Violation(path=pointer_to(*error.absolute_path), message=message, keyword=str(error.validator))


def _message(error: ValidationError) -> str:
    if error.validator not in ("anyOf", "oneOf"):
        return error.message
    allowed = [_other_constants(branch) for branch in _branches(error)]
    if allowed and all(allowed):
        names = ", ".join(dict.fromkeys(repr(constants[0].validator_value) for constants in allowed))
        return f"{pointer_to(*allowed[0][0].absolute_path)} is none of {names}"
    number = "none" if error.context else "more than one"
    return f"fits {number} of the forms that the schema allows{_purpose(error.schema)}"


def _purpose(schema: object) -> str:
    """
    What a schema that holds nothing but alternatives says about them, without its source.
    """
    if not isinstance(schema, dict) or "properties" in schema or "description" not in schema:
        return ""
    return f": {schema['description'].partition(' Source:')[0]}"
