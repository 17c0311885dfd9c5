"""
A thread that does the waiting, so that the one who asks can stop waiting.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from typing import TypeVar

Result = TypeVar("Result")


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
        if not wait([future], timeout=seconds).done:
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
