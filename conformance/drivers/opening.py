"""
From a target's name to a running implementation, whichever carrier it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from conformance.drivers.contract import Limits, OpenTarget
from conformance.drivers.target import Target
from conformance.errors import ToolkitError


def open_target(
    target: Target,
    *,
    limits: Limits | None = None,
    environment: Mapping[str, str] | None = None,
    launch: str | None = None,
    flush_url: str | None = None,
    quiet: Callable[[float], bool] | None = None,
) -> AbstractContextManager[OpenTarget]:
    """
    One process (or instance) of the target, for as long as the context lasts; leaving it kills what is left.

    `environment` is added to our own for the process. The rest is for `webhook:` targets only: `launch` is the
    command that starts the service; flushing POSTs to `flush_url`, or else calls `quiet(seconds)`, which waits
    until Segment has not been called for a while and answers False when that took longer than `seconds`.

    Raises `UsageError` for what does not fit together; entering raises `TargetUnusable` for a target that
    cannot be started.
    """
    raise ToolkitError("The drivers are not built yet.")
