"""
Lines to and from a process, under a limit: neither a deaf nor a talkative process can hold us up.
"""

from __future__ import annotations

import os
import selectors
import time
from contextlib import suppress

from conformance.drivers.process import Process
from conformance.errors import TargetUnusable

LONGEST_LINE = 1024 * 1024
"""Bytes; a reply needs a few hundred."""

_CHUNK = 64 * 1024
_LOOK = 0.05
"""Seconds between looks whether a silent process still lives: a child of its may hold the pipes open."""


class LineChannel:
    """
    One line out, one line in.

    We read only while we wait for a reply, so a process that never stops writing fills its own pipe and no
    memory of ours. Empty lines are passed over.
    """

    def __init__(self, process: Process) -> None:
        self._process = process
        self._in, self._out = process.stdin.fileno(), process.stdout.fileno()
        self._buffer = bytearray()
        self._searched = 0
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)

    def exchange(self, line: bytes, seconds: float) -> bytes:
        """
        The line that comes back for `line`.

        Raises `TimeoutError` when none came in so many seconds, `EOFError` when none can come any more, and
        `TargetUnusable` for a line beyond all bounds.
        """
        deadline = time.monotonic() + seconds
        pending = self._write(memoryview(line))
        while (reply := self._take_line()) is None:
            pending = self._move(pending, deadline)
        return reply

    def rest(self) -> bytes:
        """
        What has been written and not been read yet, as far as it is there by now.
        """
        with suppress(EOFError, BlockingIOError):
            self._read()
        return bytes(self._buffer).strip()

    def _take_line(self) -> bytes | None:
        while (end := self._buffer.find(b"\n", self._searched)) >= 0:
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            self._searched = 0
            if line.strip():
                return line
        self._searched = len(self._buffer)
        if self._searched > LONGEST_LINE:
            raise TargetUnusable(
                "The implementation wrote more than 1 MiB to standard output without ending the line.",
                cure="Write one reply a line to standard output; log to standard error instead.",
            )
        return None

    def _move(self, pending: memoryview, deadline: float) -> memoryview:
        """
        Moves what can be moved now, waiting a moment for it; gives back what is still to be written.
        """
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        ready = self._ready(min(left, _LOOK), writing=bool(pending))
        if self._out in ready:
            self._read()
        elif not ready and self._process.exit_code is not None:
            raise EOFError
        return self._write(pending) if self._in in ready else pending

    def _ready(self, seconds: float, *, writing: bool) -> set[int]:
        with selectors.DefaultSelector() as selector:
            selector.register(self._out, selectors.EVENT_READ)
            if writing:
                selector.register(self._in, selectors.EVENT_WRITE)
            return {key.fd for key, _ in selector.select(seconds)}

    def _read(self) -> None:
        chunk = os.read(self._out, _CHUNK)
        if chunk:
            self._buffer += chunk
        elif self._buffer.strip():
            # A last line that was not ended: what it is worth is judged like any other line's.
            self._buffer += b"\n"
        else:
            raise EOFError

    def _write(self, pending: memoryview) -> memoryview:
        """
        Writes what the pipe takes. That a process no longer reads is no error: it may have answered.
        """
        if not pending:
            return pending
        try:
            return pending[os.write(self._in, pending) :]
        except BlockingIOError:
            return pending
        except BrokenPipeError:
            return memoryview(b"")
