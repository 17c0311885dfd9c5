"""
The contract every implementation is driven by, whatever carries it (docs/drivers.md, protocol version 1).
"""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from conformance.model import Activity, Implementation, Settings


class Driver(Protocol):
    """
    The four methods of the driver protocol, one at a time.

    Each raises `errors.Refusal` (one of its children) where the implementation declines,
    `errors.ImplementationError` where it answers that the request failed and lives on, and any other
    `errors.TargetUnusable` where it is gone: a crash, a limit passed, output that is no reply. What is gone
    stays gone: every later call raises `errors.TargetUnusable` again.
    """

    def initialize(self, settings: Settings) -> Implementation:
        """
        Open a fresh connection under these settings; says who answers.
        """
        ...

    def activity(self, activity: Activity) -> None:
        """
        Tell of one thing that happened in the chat; returns when it is taken, not yet delivered.
        """
        ...

    def flush(self) -> None:
        """
        Return when everything taken so far was delivered or finally given up.
        """
        ...

    def shutdown(self) -> None:
        """
        Deliver what is left and end; returns when the process has exited as it should.
        """
        ...


class OpenTarget(Driver, Protocol):
    """
    One running implementation: a process of its own, or one instance of a `python:` target.
    """

    @property
    def log(self) -> str:
        """
        What it wrote so far: the beginning and the end of it, write keys masked.
        """
        ...

    @property
    def exit_code(self) -> int | None:
        """
        The process's exit code, negative for a signal; None while it runs or where there is no process.
        """
        ...


@frozen(kw_only=True)
class Limits:
    """
    How long each method may take, in seconds.
    """

    initialize: float = 30.0
    activity: float = 10.0
    flush: float = 60.0
    shutdown: float = 30.0
