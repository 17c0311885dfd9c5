"""
`webhook:URL`: a service that hears the chat by webhook, launched and driven as it is.

What it is told at launch it is told by its environment, so a new connection is a new launch. It answers each
activity with 2xx for taken, with 4xx and `{"error": {"code": …}}` for a refusal (at any time; the code is a
number or a name of docs/drivers.md), and with anything else where it could not do it. One that ends, and
has logged a line that names the region it does not support or the write key it misses, has refused as well.
"""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, NoReturn
from urllib.parse import urlsplit

import orjson
from attrs import frozen

from conformance.drivers.contract import Limits, OpenTarget
from conformance.drivers.log import Log, last_words, quoted
from conformance.drivers.messages import checked_json
from conformance.drivers.ports import reserved_port
from conformance.drivers.process import GRACE, Process, ending, launched
from conformance.drivers.refusals import refusal, refusal_in_log, way_to_refuse
from conformance.drivers.worker import Worker, working
from conformance.errors import ImplementationError, Refusal, TargetUnusable
from conformance.model import Activity, Implementation, Settings, activity_to_json

_ORDERLY = (0, -15, 143)
"""Exit codes that obey SIGTERM: its own, the signal's, and the one that a shell makes of the signal."""

_BODY = 64 * 1024
"""Bytes read of an answer."""

_LOOK = 0.02
"""Seconds between two looks whether the service is ready."""


@frozen(kw_only=True)
class Service:
    """
    How to reach a service: what the user gave, `{port}` not yet filled in.
    """

    url: str
    command: tuple[str, ...]
    flush_url: str | None
    quiet: Callable[[float], bool]


@contextmanager
def open_webhook(service: Service, *, limits: Limits, environment: Mapping[str, str]) -> Iterator[OpenTarget]:
    """
    A service that is launched by `initialize`, and gone when the context is left.
    """
    with working() as worker, ExitStack() as stack:
        yield WebhookTarget(service, stack, worker, limits, environment)


class WebhookTarget:
    """
    One service, launched anew for every connection; its log goes through all launches.
    """

    def __init__(
        self,
        service: Service,
        stack: ExitStack,
        worker: Worker,
        limits: Limits,
        environment: Mapping[str, str],
    ) -> None:
        self._service, self._stack, self._worker = service, stack, worker
        self._limits, self._environment = limits, environment
        self._log = Log()
        self._keys: list[str] = []
        self._process: Process | None = None
        self._exit_code: int | None = None
        self._settings: Settings | None = None
        self._declined: Refusal | None = None
        self._log_before = ""
        self._broken = ""
        self._port = 0

    @property
    def log(self) -> str:
        """
        What it wrote to standard output and standard error, bounded and masked.
        """
        return self._log.text(self._keys)

    @property
    def exit_code(self) -> int | None:
        """
        The exit code of the latest launch; None while it runs.
        """
        return self._exit_code if self._process is None else self._process.exit_code

    def initialize(self, settings: Settings) -> Implementation:
        """
        Launch the service with these settings, after an orderly end of the one before, and await its port.
        """
        self.shutdown()
        self._broken, self._declined = "", None
        self._settings, self._log_before = settings, self.log
        self._keys.append(settings.source.write_key)
        url = urlsplit(self._service.url.replace("{port}", "0"))
        host = url.hostname or ""
        self._port = url.port or self._stack.enter_context(reserved_port(host))
        _ensure_free(host, self._port)
        words = [word.replace("{port}", str(self._port)) for word in self._service.command]
        environment = {**self._environment, **_told(settings), "PORT": str(self._port)}
        launch = launched(words, environment=environment, log=self._log, piped=False)
        self._process = self._stack.enter_context(launch)
        self._await_port(host)
        return Implementation(name=" ".join(self._service.command))

    def activity(self, activity: Activity) -> None:
        """
        Post the activity; any 2xx means that it is taken.
        """
        members = activity_to_json(activity)
        headers = {"Content-Type": "application/json", "X-Chatlio-Activity": activity.type.value}
        body = checked_json(members, "driver/activity")
        self._post("activity", self._service.url, body, headers, self._limits.activity)

    def flush(self) -> None:
        """
        Post to the flush URL, or else wait until Segment has heard nothing for a while.
        """
        if self._service.flush_url is not None:
            self._post("flush", self._service.flush_url, b"", {}, self._limits.flush)
            return
        quiet = self._service.quiet(self._limits.flush)
        self._ensure_alive("flush")
        if not quiet:
            what = f"still sent to Segment after {self._limits.flush:g} s of waiting for it to be quiet"
            self._fail(what, "Allow more time, or name a --flush-url.")

    def shutdown(self) -> None:
        """
        End the service by SIGTERM to its process group; nothing to do where none runs.

        What a wrapper (`sh -c`) leaves behind has one more second: `exec` the service to give it all of them.
        """
        process, self._process = self._process, None
        if process is None:
            return
        if process.exit_code is None:
            process.terminate()
        code = self._exit_code = process.wait(self._limits.shutdown)
        if code is not None:
            process.wait_for_group(GRACE)
        self._stack.close()
        if code is None:
            what = f"did not end within {self._limits.shutdown:g} s of SIGTERM"
            self._fail(what, "End on SIGTERM, or allow more time.")
        if code not in _ORDERLY:
            self._fail(f"ended with {ending(code)} at SIGTERM", "Exit with 0 on SIGTERM.")

    def _await_port(self, host: str) -> None:
        """
        Returns as soon as the port accepts a connection.
        """
        deadline = time.monotonic() + self._limits.initialize
        while not _accepts(host, self._port):
            self._ensure_alive("initialize")
            if time.monotonic() > deadline:
                what = f"accepted no connection on port {self._port} within {self._limits.initialize:g} s"
                self._fail(what, "Listen on the port that the variable PORT names, or allow more time.")
            self._running().wait(_LOOK)
        self._ensure_alive("initialize")

    def _post(self, method: str, url: str, body: bytes, headers: Mapping[str, str], limit: float) -> None:
        self._ensure_alive(method)
        request = _request(url, self._port, body, headers, limit)
        try:
            future = self._worker.do(request, limit)
        except TimeoutError:
            self._fail(f"did not answer `{method}` within {limit:g} s", "Answer sooner, or allow more time.")
        error = future.exception()
        if isinstance(error, OSError | http.client.HTTPException):
            self._unanswered(method, error)
        status, answer = future.result()
        if not 200 <= status < 300:
            self._not_taken(method, status, answer)

    def _unanswered(self, method: str, error: Exception) -> NoReturn:
        """
        Says what a broken exchange means: a dead service, one that speaks no HTTP, or one that failed once.
        """
        self._running().wait(0.2)
        self._ensure_alive(method)
        said = quoted(str(error) or type(error).__name__, self._keys)
        if isinstance(error, OSError):
            raise ImplementationError(
                f"The service broke off `{method}`: {said}.", cure="Its log may say more."
            ) from error
        self._fail(f"answered `{method}` with what is no HTTP: {said}", "Answer in HTTP/1.1.")

    def _not_taken(self, method: str, status: int, answer: bytes) -> NoReturn:
        error = _error_member(answer) if 400 <= status < 500 else {}
        declined = refusal(error.get("code"), str(error.get("message") or ""), error, self._keys)
        if declined is not None:
            raise declined
        said = quoted(answer, self._keys)
        raise ImplementationError(
            f"The service answered `{method}` with status {status}: {said}.", cure="Its log may say more."
        )

    def _ensure_alive(self, method: str) -> None:
        if self._declined is not None:
            raise self._declined
        if self._broken:
            raise TargetUnusable(f"The service was given up earlier: it {self._broken}.")
        process = self._running()
        if process.exit_code is not None:
            process.settle()
            cure = self._decline() or "Its log may say more."
            self._fail(f"ended with {ending(process.exit_code)} before it took `{method}`", cure)

    def _decline(self) -> str:
        """
        Raises the refusal that the ended service left in its log, and raises it again at every later request.

        Without one it gives the advice how to leave it, where a refusal was due.
        """
        assert self._settings is not None
        log = self.log.removeprefix(self._log_before)
        self._declined = refusal_in_log(log, self._settings, self._keys)
        if self._declined is not None:
            self._exit_code, self._process = self._running().exit_code, None
            self._stack.close()
            raise self._declined
        return way_to_refuse(self._settings)

    def _running(self) -> Process:
        if self._process is None:
            raise TargetUnusable("The service does not run.", cure="Initialize it first.")
        return self._process

    def _fail(self, what: str, cure: str) -> NoReturn:
        self._broken = what
        raise TargetUnusable(f"The service {what}.{last_words(self.log)}", cure=cure)


def _told(settings: Settings) -> dict[str, str]:
    return {
        "SEGMENT_WRITE_KEY": settings.source.write_key,
        "SEGMENT_REGION": settings.workspace.region,
        "SEGMENT_ENDPOINT_US": settings.endpoints.us,
        "SEGMENT_ENDPOINT_EU": settings.endpoints.eu,
    }


def _ensure_free(host: str, port: int) -> None:
    """
    Raises `TargetUnusable` where somebody listens already: we would take a stranger for the service.
    """
    if _accepts(host, port):
        cure = "Stop it, or write {port} in the URL for a free one."
        raise TargetUnusable(f"Another program listens on {host}, port {port}, already.", cure=cure)


def _accepts(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1.0):
            return True
    except OSError:
        return False


def _request(
    url: str, port: int, body: bytes, headers: Mapping[str, str], limit: float
) -> Callable[[], tuple[int, bytes]]:
    """
    The POST as work to be done: its status, and the beginning of its body.

    The limit is the asker's to keep; the socket's own time-out only sees to it that the work ends some day.
    """
    parts = urlsplit(url.replace("{port}", str(port)))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def post() -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or port, timeout=2 * limit)
        try:
            connection.request("POST", path, body, dict(headers))
            reply = connection.getresponse()
            return reply.status, reply.read(_BODY)
        finally:
            connection.close()

    return post


def _error_member(answer: bytes) -> Mapping[str, Any]:
    try:
        parsed = orjson.loads(answer)
    except ValueError:
        return {}
    error = parsed.get("error") if isinstance(parsed, dict) else None
    return error if isinstance(error, dict) else {}
