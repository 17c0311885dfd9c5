"""
Between sockets and the WSGI application: HTTP/1.1, one request a connection, and nothing that can hang.

Werkzeug's own gateway would do but for four things: it drops the order and case of headers, it waits for
bytes that may never come after a reply, it reads ten megabytes at a time when it does, and it answers
after the application has chosen to say nothing. So this one answers, in place of it.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from conformance.ingestion import split_target

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

LINGER = 10.0
"""Seconds that a sender whose body was refused has to finish sending and take note of the reply."""

SILENCE = 1.0
"""Seconds without a byte after which a sender that was answered is taken to have finished."""

_BLOCK = 64 * 1024


class Server(ThreadedWSGIServer):
    """
    A thread for each connection, each of them known so that closing the server closes them all.

    `failures` are the errors of the application itself: mistakes of ours, kept for whoever closes the server.
    """

    def __init__(
        self,
        listening: socket.socket,
        app: WSGIApplication,
        *,
        read_timeout: float,
        handler: type[ConnectionHandler] | None = None,
    ) -> None:
        host, port = listening.getsockname()[:2]
        super().__init__(host, port, app, handler=handler or ConnectionHandler, fd=listening.fileno())
        self.read_timeout = read_timeout
        self.failures: list[BaseException] = []
        self._connections: set[Any] = set()
        self._changed = threading.Condition()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._changed:
            self._connections.discard(request)
            self._changed.notify_all()

    def replace_connection(self, accepted: Any, opened: Any) -> None:
        """
        Knows a connection by another socket from now on, as when TLS has taken the accepted one over.
        """
        with self._changed:
            self._connections.discard(accepted)
            self._connections.add(opened)

    def handle_error(self, *_connection: Any) -> None:
        """
        Keeps what a connection's thread raised, unless it was the peer going away.
        """
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.failures.append(error)

    def close_connections(self, timeout: float = 5.0) -> None:
        """
        Ends every open connection, and waits for their threads to have recorded what had come.
        """
        with self._changed:
            for connection in self._connections:
                # By the class: an SSLSocket would first forget its encryption, under the feet of its thread.
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._connections, timeout)


class ConnectionHandler(WSGIRequestHandler):
    """
    One connection: reads a request's head, has the application answer, and closes.
    """

    protocol_version = "HTTP/1.1"
    server: Server
    _head: bytes | None = None

    def setup(self) -> None:
        self.request.settimeout(self.server.read_timeout)
        super().setup()

    def run_wsgi(self) -> None:
        """
        Serves the request whose head has been read.
        """
        self.close_connection = True
        body: Iterable[bytes] = self.server.app(self.environment(), self._start_response)
        try:
            for block in body:
                self._write(block)
        finally:
            close: Callable[[], None] | None = getattr(body, "close", None)
            if close:
                close()
        if self._head is not None:
            self._write(b"")
        self._linger()

    def log(self, type: str, message: str, *args: Any) -> None:
        """
        Says nothing: the exchanges are the log.
        """

    def environment(self) -> WSGIEnvironment:
        """
        What the application is told of the request.
        """
        target = self.requestline.split()[1]
        path, query = split_target(target)
        return {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": self.server.host,
            "SERVER_PORT": str(self.server.port),
            "SERVER_PROTOCOL": self.request_version,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https" if self.server.ssl_context else "http",
            "wsgi.input": self.rfile,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "conformance.target": target,
            "conformance.headers": tuple((name, value) for name, value in self.headers.items()),
            "conformance.socket": self.connection,
        }

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None, /
    ) -> Callable[[bytes], object]:
        lines = [f"{name}: {value}" for name, value in headers]
        date = f"Date: {self.date_time_string()}"
        self._head = "\r\n".join([f"HTTP/1.1 {status}", *lines, date, "Connection: close", "\r\n"]).encode(
            "latin-1"
        )
        return self._write

    def _write(self, block: bytes) -> None:
        """
        Sends the head, once, together with the first block of the body.
        """
        head, self._head = self._head or b"", None
        self.connection.sendall(head + (b"" if self.command == "HEAD" else block))

    def _linger(self) -> None:
        """
        Throws away what the sender still sends. Closing on unread bytes would reset the connection, and the
        sender might never see the reply.
        """
        deadline = time.monotonic() + LINGER
        _end_encryption(self.connection)
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(SILENCE)
            while self.connection.recv(_BLOCK) and time.monotonic() < deadline:
                pass


def _end_encryption(connection: socket.socket) -> None:
    """
    Says goodbye in TLS, where that is spoken: without it a cautious client takes the end for a cut.

    The answer is not waited for. What a sender still sends is thrown away undeciphered.
    """
    if isinstance(connection, ssl.SSLSocket):
        with contextlib.suppress(OSError, ValueError):
            connection.setblocking(False)
            connection.unwrap()
