"""
A thread that does the waiting, so that the one who asks can stop waiting.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from typing import Any, TypeVar

Result = TypeVar("Result")

_LOOK = 0.2
"""Seconds between two looks for a signal."""


def wait_for(future: Future[Any], seconds: float = math.inf) -> bool:
    """
    Whether the future is done, at the latest after so many seconds.

    It is waited for a moment at a time. A Ctrl-C that comes just before a wait is heard only after it, so one
    long wait could swallow it.
    """
    deadline = time.monotonic() + seconds
    while not wait([future], timeout=max(0.0, min(_LOOK, deadline - time.monotonic()))).done:
        if time.monotonic() >= deadline:
            return False
    return True


class Worker:
    """
    Does one piece of work after another, all in the same thread.
    """

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        # A daemon: work that never ends must not keep the whole command from ending.
        threading.Thread(target=self._run, name="implementation", daemon=True).start()

    def do(self, work: Callable[[], Result], seconds: float) -> Future[Result]:
        """
        The work, done, with its result or exception; raises `TimeoutError` when it takes longer.

        What takes longer goes on, as no thread can be stopped; later work then waits behind it.
        """
        future: Future[Result] = Future()
        self._work.put(lambda: _settle(future, work))
        if not wait_for(future, seconds):
            raise TimeoutError
        return future

    def close(self) -> None:
        """
        Lets the thread end once it has nothing to do.
        """
        self._work.put(None)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()


def _settle(future: Future[Result], work: Callable[[], Result]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # Whatever it is, it is the asker's: SystemExit and the like included.
        future.set_exception(error)


@contextmanager
def working() -> Iterator[Worker]:
    """
    A worker for as long as the context lasts.
    """
    worker = Worker()
    try:
        yield worker
    finally:
        worker.close()
