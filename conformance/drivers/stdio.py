"""
`stdio:COMMAND`: a program in any language that answers on standard output what it is asked on standard input.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from conformance.drivers.contract import Limits, OpenTarget
from conformance.drivers.lines import LineChannel
from conformance.drivers.log import Log, last_words, quoted
from conformance.drivers.messages import read_reply, request_line
from conformance.drivers.process import Process, ending, launched
from conformance.drivers.target import Target
from conformance.errors import ImplementationError, TargetUnusable
from conformance.model import (
    Activity,
    Implementation,
    Settings,
    activity_to_json,
    implementation_from_json,
    settings_to_json,
)


@contextmanager
def open_stdio(target: Target, *, limits: Limits, environment: Mapping[str, str]) -> Iterator[OpenTarget]:
    """
    The program running, in the folder we were started in; raises `TargetUnusable` when it cannot be started.
    """
    log = Log()
    with launched(target.words, environment=environment, log=log, piped=True) as process:
        yield StdioTarget(process, log, limits)


class StdioTarget:
    """
    One process that is asked one thing at a time; once it has failed us, nothing more is asked of it.
    """

    def __init__(self, process: Process, log: Log, limits: Limits) -> None:
        self._process, self._log, self._limits = process, log, limits
        self._channel = LineChannel(process)
        self._keys: list[str] = []
        self._number = 0
        self._broken = ""

    @property
    def log(self) -> str:
        """
        What it wrote to standard error, bounded and masked.
        """
        return self._log.text(self._keys)

    @property
    def exit_code(self) -> int | None:
        """
        The exit code; None while it runs.
        """
        return self._process.exit_code

    def initialize(self, settings: Settings) -> Implementation:
        """
        Ask for a fresh connection; again and again in the same process if need be.
        """
        self._keys.append(settings.source.write_key)
        result = self._ask("initialize", settings_to_json(settings), self._limits.initialize)
        return implementation_from_json(result["implementation"])

    def activity(self, activity: Activity) -> None:
        """
        Tell of an activity, and wait until it is taken.
        """
        self._ask("activity", activity_to_json(activity), self._limits.activity)

    def flush(self) -> None:
        """
        Ask for everything to be delivered, and wait until it is.
        """
        self._ask("flush", {}, self._limits.flush)

    def shutdown(self) -> None:
        """
        Ask for the end, and wait until the process has exited with 0; reply and exit share one limit.
        """
        deadline = time.monotonic() + self._limits.shutdown
        self._ask("shutdown", {}, self._limits.shutdown)
        self._broken = "was shut down"
        self._process.stdin.close()
        code = self._process.wait(deadline - time.monotonic())
        if code is None:
            limit = f"{self._limits.shutdown:g} s"
            raise self._given_up(
                f"replied to `shutdown` and was still running after {limit}", "Exit after the reply."
            )
        self._process.settle()
        if code != 0:
            raise self._given_up(f"ended with {ending(code)} after `shutdown`", "Exit with 0.")
        if rest := self._channel.rest():
            said = quoted(rest, self._keys)
            raise self._given_up(f"wrote {said} after its last reply", "Log to standard error instead.")

    def _ask(self, method: str, params: Mapping[str, Any], limit: float) -> Mapping[str, Any]:
        if self._broken:
            raise TargetUnusable(f"The implementation was given up earlier: it {self._broken}.")
        self._number += 1
        line = request_line(self._number, method, params)
        try:
            reply = self._channel.exchange(line, limit)
            return read_reply(reply, number=self._number, method=method, keys=self._keys)
        except ImplementationError:
            raise
        except TargetUnusable:
            self._broken = f"wrote what is no reply to `{method}`"
            raise
        except TimeoutError:
            why = f"did not answer `{method}` within {limit:g} s"
            cure = "Answer each request in one line and flush standard output, or allow more time."
        except EOFError:
            why, cure = self._end_before(method), "Its log may say more."
        raise self._given_up(why, cure)

    def _end_before(self, method: str) -> str:
        code = self._process.wait(1.0)
        self._process.settle()
        if code is None:
            return f"closed its standard output before it answered `{method}`"
        return f"ended with {ending(code)} before it answered `{method}`"

    def _given_up(self, why: str, cure: str) -> TargetUnusable:
        self._broken = why
        return TargetUnusable(f"The implementation {why}.{last_words(self.log)}", cure=cure)
