"""
The judgement as JSON, and back: the format every other one can be made from later.

The schema is `schemas/report/judgement.schema.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.model import Judgement


def render(judgement: Judgement) -> str:
    """
    The judgement as pretty-printed JSON text, members in a fixed order.
    """
    raise NotImplementedError


def judgement_to_json(judgement: Judgement) -> dict[str, Any]:
    """
    The judgement as the JSON object that the schema describes.
    """
    raise NotImplementedError


def judgement_from_json(members: Mapping[str, Any]) -> Judgement:
    """
    The judgement that a JSON object stands for. Raises EvidenceError when it is none.
    """
    raise NotImplementedError


def parse(text: str) -> Judgement:
    """
    The judgement that `render` wrote. Raises EvidenceError when the text is no such thing.
    """
    raise NotImplementedError
