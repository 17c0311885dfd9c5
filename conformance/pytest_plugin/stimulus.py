"""
What a test's own object is told, one thing at a time, and how it answers.
"""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import Callable, Mapping
from typing import Any

from conformance.drivers import Driver
from conformance.drivers.refusals import declined
from conformance.errors import Refusal, Unsupported, UsageError
from conformance.model import Activity, Implementation, Settings, implementation_from_json
from conformance.record import Answer, Method, Step
from conformance.segment import Clock

_METHODS = ("initialize", "activity", "flush", "shutdown")


class Stimulus:
    """
    Speaks to an object in the test's own thread, and writes down each step as the judge needs it.

    What the object raises reaches the test as it is, except for a refusal that the settings ask for: in a
    workspace outside the US, or without a write key, declining is the right answer.
    """

    def __init__(
        self,
        implementation: Driver,
        settings: Settings,
        *,
        clock: Clock,
        announce: Callable[[str], None],
    ) -> None:
        _check_methods(implementation)
        self._implementation, self._settings = implementation, settings
        self._clock, self._announce = clock, announce
        self.steps: list[Step] = []

    def initialize(self) -> None:
        """
        Connects the object.
        """
        connect = functools.partial(self._implementation.initialize, self._settings)
        self._ask(Method.INITIALIZE, connect, settings=self._settings)

    def tell(self, activity: Activity) -> None:
        """
        Tells of one thing that happened in the chat. Faults that begin with it begin.
        """
        self._announce(activity.id)
        self._ask(
            Method.ACTIVITY, functools.partial(self._implementation.activity, activity), activity=activity
        )

    def flush(self) -> None:
        """
        Has everything delivered that was taken so far.
        """
        self._ask(Method.FLUSH, self._implementation.flush)

    def shutdown(self) -> None:
        """
        Ends it.
        """
        self._ask(Method.SHUTDOWN, self._implementation.shutdown)

    def _ask(self, method: Method, request: Callable[[], object], **members: Any) -> None:
        at, began = self._clock(), time.monotonic()
        answer, found = Answer.TAKEN, {}
        try:
            said = request()
        except Exception as error:  # a refusal may be of any class; whatever is none goes on to the test
            refused = declined(error, (self._settings.source.write_key,))
            if refused is None or not self._may_refuse(refused):
                raise
            answer, found = Answer.REFUSED, _reason(refused)
        else:
            found = self._introduced(method, said)
        elapsed = time.monotonic() - began
        step = Step(method=method, connection=1, at=at, elapsed=elapsed, answer=answer, **members, **found)
        self.steps.append(step)

    def _may_refuse(self, refused: Refusal) -> bool:
        unusual = self._settings.workspace.region != "us" or not self._settings.source.write_key
        return unusual or isinstance(refused, Unsupported)

    def _introduced(self, method: Method, said: object) -> dict[str, Any]:
        """
        Who answered `initialize`; an object that does not say is known by its class.
        """
        if inspect.isawaitable(said):
            if inspect.iscoroutine(said):
                said.close()
            what = (
                f"`{method.value}` of {self._implementation!r} is asynchronous, and was called like others."
            )
            raise UsageError(what, cure="Wrap it in a plain method that runs it to its end.")
        if method is not Method.INITIALIZE:
            return {}
        if isinstance(said, Implementation):
            return {"implementation": said}
        if isinstance(said, Mapping) and "name" in said:
            return {"implementation": implementation_from_json(said)}
        return {"implementation": Implementation(name=type(self._implementation).__name__, language="python")}


def _check_methods(implementation: object) -> None:
    missing = [name for name in _METHODS if not callable(getattr(implementation, name, None))]
    if missing:
        cure = "It needs the four methods initialize(settings), activity(activity), flush() and shutdown()."
        raise UsageError(f"{implementation!r} has no `{'`, `'.join(missing)}`.", cure=cure)


def _reason(refused: Refusal) -> dict[str, Any]:
    """
    What a refusal says of itself, as the fields of a step.
    """
    said: dict[str, Any] = {"message": str(refused), "code": refused.code}
    if isinstance(refused, Unsupported):
        said |= {"feature": refused.feature, "issue_url": refused.issue_url}
    return said
