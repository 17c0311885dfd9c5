"""
`python:MODULE:ATTRIBUTE`: a class or factory with the driver's four methods, in the toolkit's own process.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

from conformance.drivers.contract import Limits, OpenTarget
from conformance.drivers.log import Log, listening, quoted
from conformance.drivers.refusals import declined
from conformance.drivers.target import Target
from conformance.drivers.worker import Worker, working
from conformance.errors import ImplementationError, TargetUnusable
from conformance.model import Activity, Implementation, Settings, implementation_from_json

_METHODS = ("initialize", "activity", "flush", "shutdown")
_LAST_FRAMES = 5


@contextmanager
def open_callable(target: Target, *, limits: Limits) -> Iterator[OpenTarget]:
    """
    One new instance, its module imported as if from the current folder.

    Raises `TargetUnusable` when there is no such attribute, or it makes nothing that can be driven. The
    module itself stays imported, and so does what it keeps in globals.
    """
    with _importable(Path.cwd()), working() as worker:
        made = CallableTarget(str(target), worker, limits)
        with listening(made.written):
            made.make(target)
            yield made


_looking = threading.Lock()
_lookers: Counter[str] = Counter()
"""How many open targets need each folder that was put on the path of imports."""


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """
    The folder on the path of imports while any target needs it.

    The path is replaced by another list and never changed in place: whoever looks through it in another
    thread meanwhile would miss an entry.
    """
    entry = str(folder)
    with _looking:
        ours = _lookers[entry] > 0 or entry not in sys.path
        if ours and not _lookers[entry]:
            sys.path = [entry, *sys.path]
        _lookers[entry] += ours
    try:
        yield
    finally:
        with _looking:
            _lookers[entry] -= ours
            if ours and not _lookers[entry] and entry in sys.path:
                first = sys.path.index(entry)
                sys.path = [*sys.path[:first], *sys.path[first + 1 :]]


class CallableTarget:
    """
    One object, called in a thread of its own so that the limits hold.

    Its log (`written`) is what it logs through `logging`, and the last frames of its tracebacks.
    """

    def __init__(self, name: str, worker: Worker, limits: Limits) -> None:
        self._name, self._worker, self._limits = name, worker, limits
        self.written = Log()
        self._keys: list[str] = []
        self._broken = ""
        self.instance: Any = None

    @property
    def log(self) -> str:
        """
        What was logged so far, and the last frames of every traceback, masked.
        """
        return self.written.text(self._keys)

    @property
    def exit_code(self) -> int | None:
        """
        None: there is no process of its own.
        """
        return None

    def initialize(self, settings: Settings) -> Implementation:
        """
        Ask for a fresh connection.
        """
        self._keys.append(settings.source.write_key)
        answer = self._ask("initialize", self._limits.initialize, settings)
        if isinstance(answer, Mapping):
            with suppress(KeyError):
                return implementation_from_json(answer)
        if not isinstance(answer, Implementation):
            what = f"{self._name} returned {quoted(repr(answer), self._keys)} from `initialize`"
            cure = "Return a conformance.model.Implementation, or a mapping with at least a name."
            raise TargetUnusable(f"{what}, which does not say who it is.", cure=cure)
        return answer

    def activity(self, activity: Activity) -> None:
        """
        Tell of an activity, and wait until it is taken.
        """
        self._ask("activity", self._limits.activity, activity)

    def flush(self) -> None:
        """
        Ask for everything to be delivered, and wait until it is.
        """
        self._ask("flush", self._limits.flush)

    def shutdown(self) -> None:
        """
        Ask for the end, and wait for it.
        """
        self._ask("shutdown", self._limits.shutdown)
        self._broken = "it was shut down"

    def make(self, target: Target) -> None:
        """
        Imports the module and makes the instance, within the limit of `initialize`.
        """
        try:
            work = functools.partial(_made, *target.words)
            self.instance = self._within("while being made", self._limits.initialize, work)
        except ImplementationError as error:
            cure = f"The whole traceback: {Path(sys.executable).name} -c 'import {target.words[0]}'"
            raise TargetUnusable(error.what, cure=cure) from error.__cause__
        missing = [name for name in _METHODS if not callable(getattr(self.instance, name, None))]
        if missing:
            cure = (
                "It needs the four methods initialize(settings), activity(activity), flush() and shutdown()."
            )
            raise TargetUnusable(f"What {self._name} makes has no `{'`, `'.join(missing)}`.", cure=cure)

    def _ask(self, method: str, limit: float, *arguments: object) -> Any:
        call = functools.partial(getattr(self.instance, method), *arguments)
        answer = self._within(f"in `{method}`", limit, call)
        if inspect.isawaitable(answer):
            if inspect.iscoroutine(answer):
                answer.close()
            what = f"The method `{method}` of {self._name} is asynchronous, and was called like any other."
            raise TargetUnusable(what, cure="Wrap it in a plain method that runs it to its end.")
        return answer

    def _within(self, what: str, limit: float, work: Callable[[], Any]) -> Any:
        if self._broken:
            raise TargetUnusable(f"{self._name} was given up earlier: {self._broken}.")
        try:
            future = self._worker.do(work, limit)
        except TimeoutError:
            self._broken = f"it took more than {limit:g} s {what}"
            cure = "Return sooner, or allow more time."
            raise TargetUnusable(f"{self._name} was given up: {self._broken}.", cure=cure) from None
        error = future.exception()
        if error is not None:
            self._raise(what, error)
        return future.result()

    def _raise(self, what: str, error: BaseException) -> NoReturn:
        """
        Says what the target's exception means: a refusal, our own word on it, or a failure of the target.
        """
        if isinstance(error, TargetUnusable):
            raise error
        refused = declined(error, self._keys)
        if refused is not None:
            raise refused from error
        frames = traceback.format_exception(error, limit=-_LAST_FRAMES)
        self.written.add("".join(frames).encode("utf-8", "replace"))
        said = f"{type(error).__name__}: {quoted(str(error), self._keys)}"
        raise ImplementationError(
            f"{self._name} raised {said} {what}.", cure="Its log has the traceback."
        ) from error


def _made(module_name: str, attribute: str) -> Any:
    """
    What the attribute makes when it is called with nothing.
    """
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise
        cure = (
            "Check its spelling, and the folder you start from: that is where modules are looked for first."
        )
        raise TargetUnusable(f"There is no module {error.name!r} to import.", cure=cure) from error
    for name in attribute.split("."):
        found = _member(found, name)
    if not callable(found):
        cure = "Name a class, or a function that returns an object."
        raise TargetUnusable(f"{module_name}:{attribute} cannot be called.", cure=cure)
    return found()


def _member(holder: Any, name: str) -> Any:
    # AttributeError keeps its `name` and `obj` for the interpreter's own "did you mean".
    try:
        return getattr(holder, name)
    except AttributeError as error:
        cure = (
            f"It has {', '.join(known)}." if (known := _public_callables(holder)) else "Check its spelling."
        )
        raise TargetUnusable(f"{error}.", cure=cure) from error


def _public_callables(holder: Any) -> list[str]:
    names = (name for name in vars(holder) if not name.startswith("_"))
    return sorted(name for name in names if callable(getattr(holder, name, None)))[:10]
