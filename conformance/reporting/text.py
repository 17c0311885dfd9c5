"""
The judgement as lines for a terminal: plain text, with a style beside each line for those who colour.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

from attrs import frozen

from conformance.model import Judgement


class Style(enum.StrEnum):
    """
    What a line is, for a face that colours it.
    """

    PLAIN = "plain"
    HEADING = "heading"
    GOOD = "good"
    BAD = "bad"
    DOUBTFUL = "doubtful"
    FAINT = "faint"
    CODE = "code"


@frozen
class Line:
    """
    One line without its newline, at most 88 columns wide where its words allow, and how it is meant.
    """

    style: Style
    text: str


def render(judgement: Judgement) -> str:
    """
    The lines as plain text.
    """
    return "".join(f"{line.text}\n" for line in lines(judgement))


def lines(judgement: Judgement) -> Iterator[Line]:
    """
    What a terminal shows after a run: the verdict first, then what failed, then what could not be judged.
    """
    raise NotImplementedError
