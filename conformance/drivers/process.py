"""
A process of the implementation's, started in a group of its own and ended with all its children.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO

from conformance.drivers.log import Log
from conformance.errors import TargetUnusable, UsageError

GRACE = 1.0
"""Seconds from SIGTERM to SIGKILL for what is still there when we are done with it."""

_SETTLING = 0.5
"""Seconds to wait, after a process ended, for the last of its log."""

_CHUNK = 64 * 1024
_LAST_CHUNKS = 64


class Process:
    """
    A running program: the leader of its own process group, and what came with it.

    A child that leaves the group (`setsid`) leaves our care too; there is no portable way to follow it.
    """

    def __init__(self, popen: subprocess.Popen[bytes], reader: LogReader) -> None:
        self._popen = popen
        self._reader = reader

    @property
    def stdin(self) -> IO[bytes]:
        """
        Its standard input; only of a process started with `piped`.
        """
        assert self._popen.stdin is not None
        return self._popen.stdin

    @property
    def stdout(self) -> IO[bytes]:
        """
        Its standard output.
        """
        assert self._popen.stdout is not None
        return self._popen.stdout

    @property
    def exit_code(self) -> int | None:
        """
        Its exit code, negative for the signal that ended it; None while it runs.
        """
        return self._popen.poll()

    def wait(self, seconds: float) -> int | None:
        """
        Its exit code as soon as it ends, or None when it still runs after so many seconds.
        """
        with suppress(subprocess.TimeoutExpired):
            return self._popen.wait(max(0.0, seconds))
        return None

    def settle(self) -> None:
        """
        Gives the last of its log a moment to arrive, once it has ended.
        """
        self._reader.wait(_SETTLING)

    def terminate(self) -> None:
        """
        Asks the whole group to end, as an operating system that shuts down does.
        """
        self._signal(signal.SIGTERM)

    def end(self) -> None:
        """
        Ends whatever is left of the group, first asking, then not; returns when nothing is left.

        Nobody is asked twice: a program may take a second SIGTERM for impatience, and drop what it holds.
        """
        try:
            if self._popen.stdin is not None:
                with suppress(OSError):
                    self._popen.stdin.close()
            if self.exit_code is None:
                deadline = time.monotonic() + GRACE
                self.terminate()
                self.wait(GRACE)
                self.wait_for_group(deadline - time.monotonic())
        finally:
            self._signal(signal.SIGKILL)
            self._popen.wait()
            self._reader.stop()
            if self._popen.stdout is not None:
                self._popen.stdout.close()

    def wait_for_group(self, seconds: float) -> None:
        """
        Waits until its children have ended too, at most so many seconds.
        """
        deadline = time.monotonic() + seconds
        while self._signal(0) and time.monotonic() < deadline:
            time.sleep(0.01)

    def _signal(self, number: int) -> bool:
        """
        Whether there was a group to signal. A group of zombies may refuse, and is as good as gone.
        """
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, number)
            return True
        return False


class LogReader:
    """
    A thread that moves what a process writes into its log, so that the process never waits for us.
    """

    def __init__(self, source: IO[bytes], log: Log) -> None:
        self._source, self._log = source, log
        self._ear, self._mouth = os.pipe()
        self._thread = threading.Thread(target=self._run, name="implementation log", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """
        Waits until all writers have closed the pipe, at most so many seconds.
        """
        self._thread.join(seconds)

    def stop(self) -> None:
        """
        Takes what is there, and ends, also where a stray child still holds the pipe.
        """
        os.close(self._mouth)
        self._thread.join()
        os.close(self._ear)
        self._source.close()

    def _run(self) -> None:
        left = _LAST_CHUNKS
        with selectors.DefaultSelector() as selector:
            selector.register(self._source, selectors.EVENT_READ)
            selector.register(self._ear, selectors.EVENT_READ)
            while left:
                ready = {key.fd for key, _ in selector.select()}
                left -= self._ear in ready
                if self._source.fileno() not in ready:
                    return
                chunk = os.read(self._source.fileno(), _CHUNK)
                if not chunk:
                    return
                self._log.add(chunk)


@contextmanager
def launched(
    words: Sequence[str], *, environment: Mapping[str, str], log: Log, piped: bool
) -> Iterator[Process]:
    """
    The program that the words name, running until the context is left; nothing of its group survives that.

    With `piped` its standard input and output are ours and its standard error is the log; without, it has no
    input and all it writes is the log. Raises `TargetUnusable` when it cannot be started, and `UsageError` on
    a system without process groups.
    """
    if not hasattr(os, "killpg"):
        raise UsageError("This system has no process groups, which running a program needs.", cure="Use WSL.")
    popen = _started(words, environment, piped)
    source = popen.stderr if piped else popen.stdout
    assert source is not None
    process = Process(popen, LogReader(source, log))
    try:
        yield process
    finally:
        process.end()


def _started(words: Sequence[str], environment: Mapping[str, str], piped: bool) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            words,
            stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if piped else subprocess.STDOUT,
            bufsize=0,
            env={**os.environ, **environment},
            start_new_session=True,
        )
    except FileNotFoundError as error:
        cure = "Check its spelling, and that it is on PATH or named with its folder."
        raise TargetUnusable(f"There is no program {words[0]!r} to start.", cure=cure) from error
    except OSError as error:
        cure = "Check that it is a program, and that you may run it."
        raise TargetUnusable(
            f"The program {words[0]!r} cannot be started: {error.strerror}.", cure=cure
        ) from error


def ending(code: int | None) -> str:
    """
    How a process ended, in words: `exit code 3`, or the signal's name.
    """
    if code is None or code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"
