"""
JSON Pointers (RFC 6901): how a finding, or a violation of a schema, points into a JSON value.
"""

from __future__ import annotations


def pointer_to(*steps: str | int) -> str:
    """
    The pointer that these names and indices make from the outside in; empty for the value as a whole.
    """
    escaped = (str(step).replace("~", "~0").replace("/", "~1") for step in steps)
    return "".join(f"/{step}" for step in escaped)


def steps_of(pointer: str) -> tuple[str, ...]:
    """
    The names and indices that a pointer is made of, as texts; none for the value as a whole.
    """
    steps = pointer.split("/")[1:]
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)
