"""
What an implementation wrote, kept within bounds and shown without its write keys.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from conformance.masking import mask

BOUND = 64 * 1024
"""Bytes kept of the beginning, and again of the end."""

_SHOWN = 200
"""Characters of a stray line that a message quotes."""

_WIDEST_SPELLING = 3
"""A masked spelling is at most so many times as long as its key: each character escaped as %XX."""


class Log:
    """
    Takes bytes from any thread for ever, and keeps the first and the last 64 KiB of them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._head = bytearray()
        self._tail = bytearray()
        self._total = 0

    def add(self, chunk: bytes) -> None:
        """
        Takes what was just written.
        """
        with self._lock:
            self._total += len(chunk)
            room = BOUND - len(self._head)
            self._head += chunk[:room]
            self._tail += chunk[room:]
            if len(self._tail) > 2 * BOUND:
                del self._tail[:-BOUND]

    def text(self, keys: Iterable[str]) -> str:
        """
        The log with the given write keys masked, and with a note of how much was left out in the middle.
        """
        keys = tuple(keys)
        with self._lock:
            head, tail = bytes(self._head), bytes(self._tail[-BOUND:])
            left_out = self._total - len(head) - len(tail)
        if not left_out:
            return mask((head + tail).decode("utf-8", "replace"), keys)
        first, last = (mask(part.decode("utf-8", "replace"), keys) for part in (head, tail))
        # A key that the gap cuts in two is no longer recognized, so what may be a part of one goes too.
        margin = _WIDEST_SPELLING * max(map(len, keys), default=0)
        first = first[: len(first) - margin]
        return f"{first}\n[… {left_out:,} bytes left out …]\n{last[margin:]}"


class _Listener(logging.Handler):
    """
    Hands what is logged in this process on to a log.
    """

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._log.add(f"{self.format(record)}\n".encode("utf-8", "replace"))


@contextmanager
def listening(log: Log) -> Iterator[None]:
    """
    What the process logs through `logging` goes into the log while the block lasts, and not to the terminal.

    Levels stay as the implementation has set them. Of several listeners at once each hears everything.
    """
    listener = _Listener(log)
    root = logging.getLogger()
    root.addHandler(listener)
    try:
        yield
    finally:
        root.removeHandler(listener)


def quoted(text: str | bytes, keys: Iterable[str]) -> str:
    """
    A stray piece of text in quotes, for a message: masked, cut, and free of control characters.
    """
    whole = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    masked = mask(whole, keys).strip()
    return repr(masked if len(masked) <= _SHOWN else masked[: _SHOWN - 1] + "…")


def last_words(log: str) -> str:
    """
    The last line of a masked log, as a sentence for a message; empty when there is none.
    """
    lines = [line for line in log.splitlines() if line.strip()]
    return f" Its log ends with {quoted(lines[-1], ())}." if lines else ""
