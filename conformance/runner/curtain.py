"""
A way to end everything that is being played from another thread, when somebody presses Ctrl-C.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

Resource = TypeVar("Resource")


class Interrupted(Exception):
    """
    The run was broken off from outside; nothing is wrong with the implementation.
    """


class Curtain:
    """
    Falls once, for good: then whatever was opened under it is closed, in the middle of whatever it does.

    An implementation's process may be waited for as long as a minute; closing it ends the waiting.
    """

    def __init__(self) -> None:
        self._fallen = threading.Event()
        self._open: list[ExitStack] = []

    def fall(self) -> None:
        """
        Closes everything that is open, and lets nothing more begin.
        """
        self._fallen.set()
        for stack in tuple(self._open):
            stack.close()

    def check(self) -> None:
        """
        Raises Interrupted once the curtain has fallen.
        """
        if self._fallen.is_set():
            raise Interrupted("The run was broken off.")

    def wait(self, seconds: float) -> None:
        """
        Waits so many seconds, or until the curtain falls.
        """
        self._fallen.wait(max(0.0, seconds))

    @contextmanager
    def opening(self, resource: AbstractContextManager[Resource]) -> Iterator[Resource]:
        """
        The resource, open until the context is left or the curtain falls, whichever is first.

        Whatever fails once the curtain has fallen failed because of that, and is raised as Interrupted.
        """
        with ExitStack() as stack:
            opened = stack.enter_context(resource)
            self._open.append(stack)
            try:
                self.check()
                yield opened
            except Exception:  # goes on as it is, or as Interrupted where the curtain was the cause
                self.check()
                raise
            finally:
                self._open.remove(stack)
