"""
From a target's name to a running implementation, whichever carrier it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from conformance.drivers.callable import open_callable
from conformance.drivers.contract import Limits, OpenTarget
from conformance.drivers.stdio import open_stdio
from conformance.drivers.target import Carrier, Target, check_url, command_words
from conformance.drivers.webhook import Service, open_webhook
from conformance.errors import UsageError


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

    `environment` is added to our own for the process. The rest is for `webhook:` targets only: `launch` is
    the command that starts the service; flushing POSTs to `flush_url`, or else calls `quiet(seconds)`, which
    waits until Segment has not been called for a while and answers False when that took longer.

    Raises `UsageError` for what does not fit together; entering raises `TargetUnusable` for a target that
    cannot be started.
    """
    limits, environment = limits or Limits(), environment or {}
    if target.carrier is Carrier.WEBHOOK:
        service = _service(target, launch, flush_url, quiet)
        return open_webhook(service, limits=limits, environment=environment)
    if launch is not None or flush_url is not None:
        cure = f"Leave out --launch and --flush-url, or write webhook:URL for {target}."
        raise UsageError(f"Only a webhook: target is launched, and {target} is none.", cure=cure)
    if target.carrier is Carrier.STDIO:
        return open_stdio(target, limits=limits, environment=environment)
    if environment:
        names = ", ".join(sorted(environment))
        what = f"{target} runs in the toolkit's own process and cannot be given an environment ({names})."
        raise UsageError(what, cure="Drive it as a stdio: target.")
    return open_callable(target, limits=limits)


def _service(
    target: Target, launch: str | None, flush_url: str | None, quiet: Callable[[float], bool] | None
) -> Service:
    """
    What is needed to launch and drive the service, all of it there and readable.
    """
    if launch is None:
        cure = "Add --launch COMMAND: the settings reach the service by its environment."
        raise UsageError(f"{target} comes without a command that starts it.", cure=cure)
    if flush_url is None and quiet is None:
        raise UsageError(f"{target} comes without a way to flush it.", cure="Add --flush-url URL.")
    if flush_url is not None:
        check_url(flush_url, what=f"The --flush-url '{flush_url}'")
    command = command_words(launch, what="The command of --launch")
    return Service(url=target.address, command=command, flush_url=flush_url, quiet=quiet or _never_quiet)


def _never_quiet(_seconds: float) -> bool:
    return False
