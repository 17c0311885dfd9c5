"""
Bodies as they went over the wire, laid out for reading: only the white space between tokens is changed.

Parsing and writing again would lose what may be the very fault: a key given twice, `45.0` beside `45`, a body
that breaks off. So the JSON is only cut into tokens, and what does not look like JSON is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from attrs import define, field, frozen

Path = tuple[str, ...]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_LOOSE = re.compile(r'"(?:[^"\\]|\\.)*"?|[,:]|[^,:"]+', re.DOTALL)
_LEFT_OUT = re.compile(r'"… (\d+) more calls?"')
_DEEPEST = 12


@frozen
class Piece:
    """
    A stretch of a laid-out body; `marked` when a finding points to it.
    """

    text: str
    marked: bool = False


def laid_out(body: str, marks: Collection[Path] = ()) -> tuple[Piece, ...]:
    """
    The body with its JSON indented; names and plain values that one of the paths leads to are marked.
    """
    if body.lstrip()[:1] not in ("{", "["):
        return (Piece(body),)
    tokens = _TOKEN.findall(body)
    place = _Place()
    pieces = (
        piece
        for at, token in enumerate(tokens)
        for piece in place.step(token, tokens[at + 1 : at + 2], marks)
    )
    return tuple(_joined(pieces))


def loosened(text: str) -> str:
    """
    A line of JSON with room to break, a space after each comma and colon; other text is left as it is.
    """
    if not text.startswith("{"):
        return text
    return "".join(f"{token} " if token in ",:" else token for token in _LOOSE.findall(text))


@define
class _Place:
    """
    Where in the JSON the tokens have led: the containers that are open, and the name or index in each.
    """

    open: list[str] = field(factory=list)
    path: list[str] = field(factory=list)
    empty: bool = False

    def step(self, token: str, following: list[str], marks: Collection[Path]) -> Iterator[Piece]:
        """
        What to write for a token, the white space around it included.
        """
        if token in "{[":
            yield from self._opened(token, following)
        elif token in "}]":
            yield from self._closed(token)
        elif token == ",":
            self._advance()
            yield Piece(f",{self._newline()}")
        elif token == ":":
            yield Piece(": ")
        else:
            if following == [":"] and self.path:
                self.path[-1] = token.strip('"')
            yield Piece(token, marked=tuple(self.path) in marks)
            self._skip(token)

    def _skip(self, token: str) -> None:
        """
        Counts the calls that the judge left out of a long batch, so that the next is found by its number.
        """
        left_out = _LEFT_OUT.fullmatch(token)
        if left_out and self.open[-1:] == ["["]:
            self.path[-1] = str(int(self.path[-1]) + int(left_out[1]) - 1)

    def _opened(self, token: str, following: list[str]) -> Iterator[Piece]:
        self.open.append(token)
        self.path.append("0" if token == "[" else "")
        self.empty = following in (["}"], ["]"])
        yield Piece(token if self.empty else f"{token}{self._newline()}")

    def _closed(self, token: str) -> Iterator[Piece]:
        if self.open:
            self.open.pop()
            self.path.pop()
        yield Piece(token if self.empty else f"{self._newline()}{token}")
        self.empty = False

    def _advance(self) -> None:
        if self.open and self.open[-1] == "[":
            self.path[-1] = str(int(self.path[-1]) + 1)

    def _newline(self) -> str:
        return "\n" + "  " * min(len(self.open), _DEEPEST)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """
    The pieces with neighbours of one kind put together, and so far fewer of them.
    """
    gathered: list[str] = []
    for piece in pieces:
        if piece.marked:
            yield Piece("".join(gathered))
            yield piece
            gathered = []
        else:
            gathered.append(piece.text)
    yield Piece("".join(gathered))
