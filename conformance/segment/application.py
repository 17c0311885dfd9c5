"""
Segment's tracking API as a WSGI application that keeps every request as evidence.
"""

from __future__ import annotations

import datetime as dt
import http
import os
import socket
import struct
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from conformance.ingestion import receive, request_of
from conformance.model import Exchange, Fault, FaultKind, Reply
from conformance.segment.faults import Schedule
from conformance.segment.ledger import Ledger
from conformance.segment.reading import Arrived, framing_of, read_body
from conformance.segment.workspace import Sources

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SILENT = Reply(status=None)
UNREAD = Arrived(body=b"", size=0, complete=False)
ORDINARY_BODY = '{"success":true}'
_JSON = ("Content-Type", "application/json")


@frozen(kw_only=True)
class Application:
    """
    One endpoint of Segment, called as WSGI says, with three keys in the environment that the server adds.

    `conformance.target` and `conformance.headers` are the request's target and headers as they were sent,
    since WSGI keeps neither; `conformance.socket` is the connection, for faults that break it. Where no
    reply is due, `start_response` is not called, and the server closes without a word. `closing` ends
    every wait.
    """

    endpoint: str
    ledger: Ledger
    sources: Sources
    faults: Schedule
    closing: threading.Event = field(factory=threading.Event)
    strict: bool = False
    secure: bool | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """
        Takes a request in and answers it, or does what the schedule has in its place.

        The exchange is in the ledger before anything is made of it, and again before the reply is sent: no
        error loses it, and whoever has the reply finds it there.
        """
        fault, exchange = self._arrived(environ)
        self.ledger.enter(exchange)
        known = self.sources.known()
        intake = receive(request_of(exchange), known, strict=self.strict)
        exchange = evolve(exchange, kept=intake.problem is None and (fault is None or fault.kept))
        if fault is None:
            exchange = self._answered(exchange, intake.reply)
        taken = intake.messages if fault is None or exchange.kept else ()
        self.ledger.settle(exchange, taken, known)
        if fault is None:
            return _send(exchange.reply, start_response, [exchange.reply.body])
        return self._misbehave(exchange, fault, environ, start_response)

    def _arrived(self, environ: WSGIEnvironment) -> tuple[Fault | None, Exchange]:
        """
        The exchange that a request begins, not yet answered, and the fault it meets.
        """
        sequence, at = self.ledger.arrive()
        fault = self.faults.take(self.endpoint)
        headers: tuple[tuple[str, str], ...] = environ["conformance.headers"]
        framing = framing_of(headers)
        unread = fault is not None and fault.kind is FaultKind.RESET_BEFORE_READ
        arrived = UNREAD if unread else read_body(environ["wsgi.input"], framing)
        exchange = Exchange(
            sequence=sequence,
            at=at,
            endpoint=self.endpoint,
            method=environ["REQUEST_METHOD"],
            target=environ["conformance.target"],
            headers=headers,
            body=arrived.body,
            size=(framing.length or 0) if unread else arrived.size,
            complete=arrived.complete,
            reply=SILENT,
            kept=False,
            fault=fault.kind.value if fault else None,
            secure=self.secure,
        )
        return fault, exchange

    def _answered(self, exchange: Exchange, reply: Reply) -> Exchange:
        length = ("Content-Length", str(len(reply.body)))
        return evolve(exchange, reply=evolve(reply, headers=(*reply.headers, length), at=self.ledger.now()))

    def _misbehave(
        self, exchange: Exchange, fault: Fault, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """
        Does what a fault says, once its events have been kept or not.
        """
        if fault.kind is FaultKind.STATUS:
            self.closing.wait(fault.delay)
            exchange = self._answered(exchange, _reply_of(fault, self.ledger.now()))
            self.ledger.enter(exchange)
            return _send(exchange.reply, start_response, [exchange.reply.body])
        if fault.kind in _IN_HALVES:
            exchange = self._answered(exchange, _reply_of(fault, self.ledger.now()))
            middle = len(exchange.reply.body) // 2
            half = exchange.reply.body[:middle]
            told = exchange.reply.body if fault.kind is FaultKind.SLOW_REPLY else half
            self.ledger.enter(evolve(exchange, reply=evolve(exchange.reply, body=told)))
            return _send(exchange.reply, start_response, self._in_halves(half, fault.delay, told[middle:]))
        if fault.kind is FaultKind.HANG:
            self.closing.wait(fault.delay)
        else:
            _reset(environ["conformance.socket"])
        return []

    def _in_halves(self, half: bytes, delay: float, rest: bytes) -> Iterator[bytes]:
        yield half
        self.closing.wait(delay)
        yield rest


_IN_HALVES = frozenset({FaultKind.SLOW_REPLY, FaultKind.TRUNCATED_REPLY})


def _reply_of(fault: Fault, moment: dt.datetime) -> Reply:
    """
    The reply that a fault speaks of, given now. One sent in halves needs a body, so it borrows the ordinary
    one.
    """
    body = (fault.body or (ORDINARY_BODY if fault.kind in _IN_HALVES else "")).encode()
    headers = fault.headers_at(moment)
    typed = any(name.lower() == "content-type" for name, _ in headers)
    return Reply(status=fault.status, headers=(*headers, _JSON) if body and not typed else headers, body=body)


def _send(reply: Reply, start_response: StartResponse, body: Iterable[bytes]) -> Iterable[bytes]:
    status = reply.status or 500
    known = status in http.HTTPStatus.__members__.values()
    phrase = http.HTTPStatus(status).phrase if known else "Unknown"
    start_response(f"{status} {phrase}", list(reply.headers))
    return body


def _reset(connection: socket.socket) -> None:
    """
    Breaks a connection with a TCP reset. The descriptor itself is closed: whatever else still holds the
    connection would otherwise say goodbye first, and the sender would see an orderly end.
    """
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())
