"""
The mock Segment: two listeners on this machine, one ledger of what reached them.
"""

from __future__ import annotations

import itertools
import os
import selectors
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pytest_httpserver import HTTPServer

from conformance.errors import TargetUnusable, ToolkitError, UsageError
from conformance.ingestion import ENDPOINTS, STANDARD, SourceState
from conformance.model import Endpoints, Exchange, Fault, Message
from conformance.segment.application import Application
from conformance.segment.clock import Clock, anchored_clock
from conformance.segment.faults import Schedule
from conformance.segment.gateway import ConnectionHandler, Server
from conformance.segment.ledger import Heard, Ledger
from conformance.segment.workspace import Sources

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

READ_TIMEOUT = 10.0
"""Seconds without a byte after which a request counts as broken off."""


class Listener(HTTPServer):
    """
    A pytest-httpserver that hosts our application in place of its own, and stops at once.

    Its `log` stays empty: a handler that raises leaves no entry there, and under threads the entries
    stand in the order of completion. The evidence is the ledger's.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        read_timeout: float,
        handler: type[ConnectionHandler] = ConnectionHandler,
        what: str = "The mock Segment",
    ) -> None:
        """
        `handler` serves each connection; `what` is the listener's name in messages.
        """
        super().__init__(host, port, threaded=True)
        self._application = application
        self._read_timeout = read_timeout
        self._handler = handler
        self._what = what

    def start(self) -> None:
        """
        Listens and serves. Raises UsageError when the address cannot be had.
        """
        with _listening(self.host, self.port, what=self._what) as listening:
            server = Server(
                listening, self._application, read_timeout=self._read_timeout, handler=self._handler
            )
        self.server = server
        self.port = server.port
        self._stopped, self._stopping = socket.socketpair()
        self.server_thread = threading.Thread(target=self.thread_target, daemon=True)
        self.server_thread.start()

    def thread_target(self) -> None:
        """
        Takes connections until told to stop, waiting for both at once instead of looking up now and then.
        """
        assert self.server is not None
        self.server.timeout = 0
        with selectors.DefaultSelector() as selector:
            selector.register(self.server, selectors.EVENT_READ)
            selector.register(self._stopped, selectors.EVENT_READ)
            while all(key.fileobj is self.server for key, _ in selector.select()):
                self.server.handle_request()

    def stop(self) -> None:
        """
        Stops listening, ends open connections, and raises the first error that the application made.
        """
        assert isinstance(self.server, Server)
        assert self.server_thread is not None
        server = self.server
        self._stopping.close()
        self.server_thread.join()
        self._stopped.close()
        server.server_close()
        server.close_connections()
        self.server = self.server_thread = None
        if server.failures:
            raise ToolkitError(
                "The mock Segment failed while it took in a request.",
                cure="Its exchange is recorded. Please report this with the record.",
            ) from server.failures[0]


class MockSegment:
    """
    Segment as far as a sender can tell, for as long as the `with` block lasts.

    `sequence` numbers the exchanges; give mocks of one run the same iterator, and its numbers are unique in
    the run. It is asked from many threads, which `itertools.count` bears. `faults` is what goes wrong and
    when, and `strict` answers 400 to a key of another region. `heard` is told of every request.
    """

    def __init__(
        self,
        *,
        sources: Iterable[SourceState] = (),
        faults: Iterable[Fault] = (),
        sequence: Iterator[int] | None = None,
        clock: Clock | None = None,
        strict: bool = False,
        heard: Heard | None = None,
        read_timeout: float = READ_TIMEOUT,
        host: str = "127.0.0.1",
        ports: tuple[int, int] = (0, 0),
    ) -> None:
        self.sources = Sources(sources)
        self.faults = Schedule(faults)
        self.ledger = Ledger(
            sequence=itertools.count(1) if sequence is None else sequence,
            clock=clock or anchored_clock(),
            heard=heard,
        )
        self._closing = threading.Event()
        self._us, self._eu = (
            Listener(
                self._application(endpoint, strict=strict), host=host, port=port, read_timeout=read_timeout
            )
            for endpoint, port in zip(ENDPOINTS, ports, strict=True)
        )

    def __enter__(self) -> Self:
        self._us.start()
        try:
            self._eu.start()
        except BaseException:
            self._us.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        try:
            self._us.stop()
        finally:
            self._eu.stop()

    @property
    def endpoints(self) -> Endpoints:
        """
        The base URLs of both endpoints, without `/v1`.
        """
        return Endpoints(us=self._us.url_for("").rstrip("/"), eu=self._eu.url_for("").rstrip("/"))

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """
        Every request so far, in order of arrival.
        """
        return self.ledger.exchanges

    @property
    def messages(self) -> tuple[Message, ...]:
        """
        Every message Segment got to see, in order of arrival, with the reason where it was dropped.
        """
        return self.ledger.messages

    @property
    def dropped(self) -> tuple[Message, ...]:
        """
        What a source's debugger would show as dropped: Segment answered 200 to most of it.
        """
        return tuple(message for message in self.messages if message.drop is not None)

    @property
    def events(self) -> tuple[dict[str, Any], ...]:
        """
        The accepted Track calls as Segment stores them, in order of arrival.
        """
        return self.ledger.events

    def received(self, destination: str) -> tuple[dict[str, Any], ...]:
        """
        The calls that a destination of the workspaces got, `integrations` honoured, in order of arrival.
        """
        return self.ledger.received(destination)

    def open_source(
        self, *, region: str = "us", workspace: str = "acme", destinations: Iterable[str] = STANDARD
    ) -> SourceState:
        """
        A new Chatlio source with its own write key; outside of the US that raises RegionUnsupported.
        """
        return self.sources.open(region=region, workspace=workspace, destinations=destinations)

    def add_source(self, source: SourceState) -> SourceState:
        """
        Makes a source known as it is, in any region.
        """
        return self.sources.add(source)

    def activity_started(self, activity_id: str) -> None:
        """
        Tells the fault schedule that this activity is about to be sent.
        """
        self.faults.activity(activity_id)

    def wait_for(self, reached: int | Callable[[MockSegment], bool], timeout: float = 10.0) -> None:
        """
        Waits until that many events were accepted, or until the function says yes of this mock.

        Raises TargetUnusable, saying what did arrive, when `timeout` seconds pass first.
        """
        met = (
            (lambda: self.ledger.event_count >= reached)
            if isinstance(reached, int)
            else (lambda: reached(self))
        )
        if not self.ledger.wait(met, timeout):
            wanted = f"{reached} events" if isinstance(reached, int) else "what was waited for"
            raise TargetUnusable(
                f"Within {timeout:g} s {wanted} did not arrive. {self._arrivals()}",
                cure="See whether the sender has flushed, and whether it uses this endpoint and write key.",
            )

    def wait_until_quiet(self, seconds: float, timeout: float, *, from_now: bool = False) -> bool:
        """
        Waits until no request has arrived for `seconds`; False when `timeout` seconds pass first.

        `from_now` counts no silence before the call.
        """
        return self.ledger.wait_until_quiet(seconds, timeout, from_now=from_now)

    def _application(self, endpoint: str, *, strict: bool) -> Application:
        return Application(
            endpoint=endpoint,
            ledger=self.ledger,
            sources=self.sources,
            faults=self.faults,
            closing=self._closing,
            strict=strict,
        )

    def _arrivals(self) -> str:
        exchanges, dropped = self.exchanges, self.dropped
        reasons = ", ".join(sorted({message.drop or "" for message in dropped}))
        names = ", ".join(str(event.get("event")) for event in self.events[-10:])
        return (
            f"There were {len(exchanges)} requests with {self.ledger.event_count} accepted events"
            f" ({names or 'none'}) and {len(dropped)} dropped calls ({reasons or 'none'})."
        )


def _listening(host: str, port: int, *, what: str) -> socket.socket:
    """
    A socket that listens, made here because Werkzeug ends the whole process when a port is taken.
    """
    try:
        return socket.create_server((host, port), backlog=128)
    except (OSError, OverflowError) as fault:
        reason = os.strerror(fault.errno or 0) if isinstance(fault, OSError) else "there is no such port"
        raise UsageError(
            f"{what} cannot listen on {host}:{port}: {reason}.",
            cure="Choose another port, or 0 for one that is free.",
        ) from fault
