"""
The proxy of an interception: tunnels to Segment's hosts end at the mock, everything else is refused.

It does not copy bytes between two sockets: once a tunnel is granted, its connection is served by the mock
itself. So a reset stays a reset, half a reply stays half a reply, and nobody else's encryption is opened.
"""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from attrs import evolve, frozen

from conformance.ingestion import split_target
from conformance.model import Exchange, Reply
from conformance.segment.application import Application
from conformance.segment.gateway import ConnectionHandler
from conformance.segment.ledger import Ledger
from conformance.segment.reading import framing_of, read_body

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_GRANTED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_TLS_HANDSHAKE = b"\x16"
"""The first byte of a connection over TLS: the type of the record that its greeting comes in."""

_SECRETS = frozenset({"authorization", "proxy-authorization", "cookie"})
_NOT_KEPT = "[not kept]"


@frozen(kw_only=True, eq=False)
class Proxy:
    """
    Where a request goes by the host it names, as a WSGI application.

    `origins` are the endpoints by host name and by whether the request came over TLS; `context` is for the
    TLS of them all. A request to any other host is recorded under that host's name, and refused.
    """

    ledger: Ledger
    context: ssl.SSLContext
    origins: Mapping[tuple[str, bool], Application]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """
        Has the origin answer, or refuses.
        """
        secure = isinstance(environ["conformance.socket"], ssl.SSLSocket)
        origin = self.origins.get((environ["conformance.host"], secure))
        if origin is None or environ["REQUEST_METHOD"] == "CONNECT":
            return self._refuse(environ, start_response)
        return origin(environ, start_response)

    def serves(self, host: str) -> bool:
        """
        Whether tunnels to the host are granted.
        """
        return (host, True) in self.origins

    def distrusted(self, environ: WSGIEnvironment) -> None:
        """
        Records a tunnel whose client broke off the handshake, as one does that does not trust our authority.

        It stands under the host's name: of the endpoint itself nothing was asked.
        """
        self.ledger.enter(self._exchange(environ, Reply(status=200, at=self.ledger.now())))

    def _refuse(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        host = environ["conformance.host"]
        body = f"{host} is not one of Segment's hosts: chatlio-conformance lets nothing leave.\n".encode()
        headers = (("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))))
        exchange = self._exchange(environ, Reply(status=403, headers=headers, body=body))
        self.ledger.enter(evolve(exchange, reply=evolve(exchange.reply, at=self.ledger.now())))
        start_response("403 Forbidden", list(headers))
        return [body]

    def _exchange(self, environ: WSGIEnvironment, reply: Reply) -> Exchange:
        """
        What was asked of a host that is not ours to answer for, without the credentials meant for it.
        """
        sequence, at = self.ledger.arrive()
        headers = environ["conformance.headers"]
        tunnel = environ["REQUEST_METHOD"] == "CONNECT"
        framing = framing_of(() if tunnel else headers)
        arrived = read_body(environ["wsgi.input"], framing)
        return Exchange(
            sequence=sequence,
            at=at,
            endpoint=environ["conformance.host"],
            method=environ["REQUEST_METHOD"],
            target=environ["conformance.target"],
            headers=tuple(_without_secrets(headers)),
            body=arrived.body,
            size=arrived.size,
            complete=arrived.complete,
            reply=reply,
            kept=False,
            secure=None if tunnel else isinstance(environ["conformance.socket"], ssl.SSLSocket),
        )


class ProxyHandler(ConnectionHandler):
    """
    One connection to the proxy: a request in plain HTTP, or a tunnel with one request in it.
    """

    rbufsize = 0  # The head is read by the byte, as what follows a CONNECT is not ours to buffer.
    tunnel: str | None = None

    def do_CONNECT(self) -> None:  # noqa: N802 - http.server calls by the name of the request's method
        """
        Grants a tunnel to one of Segment's hosts, and serves the request that comes through it.
        """
        self.close_connection = True
        host = _host_of(f"//{self.path}")
        if self.tunnel is not None or not self._proxy.serves(host):
            self.run_wsgi()
            return
        self.tunnel = host
        self.connection.sendall(_GRANTED)
        if self.connection.recv(1, socket.MSG_PEEK) != _TLS_HANDSHAKE or self._secured():
            self.handle()

    def run_wsgi(self) -> None:
        """
        Serves the request whose head has been read, its body through a buffer.
        """
        if isinstance(self.rfile, io.RawIOBase):
            self.rfile = io.BufferedReader(self.rfile)
        super().run_wsgi()

    def finish(self) -> None:
        """
        Closes the tunnel too, which is a connection of its own in place of the one that was accepted.
        """
        super().finish()
        self.server.shutdown_request(self.request)

    def environment(self) -> WSGIEnvironment:
        """
        What the application is told: besides the rest the host that is meant, and the target without it.
        """
        environ = super().environment()
        target: str = environ["conformance.target"]
        if self.command == "CONNECT":
            return {**environ, "conformance.host": _host_of(f"//{target}")}
        named = _host_of(target) if "://" in target else _host_of(f"//{self.headers.get('Host', '')}")
        path, query = split_target(target)
        origin_form = f"{path}?{query}" if query else path
        return {**environ, "conformance.host": self.tunnel or named, "conformance.target": origin_form}

    @property
    def _proxy(self) -> Proxy:
        proxy = self.server.app
        assert isinstance(proxy, Proxy)
        return proxy

    def _secured(self) -> bool:
        """
        Whether the client completes the TLS handshake; from then on the connection is the secure one.
        """
        told = self.environment()
        accepted = self.request
        self.request = self._proxy.context.wrap_socket(
            accepted, server_side=True, do_handshake_on_connect=False
        )
        self.server.replace_connection(accepted, self.request)
        try:
            self.request.do_handshake()
        except OSError:
            self._proxy.distrusted(told)
            return False
        self.setup()
        return True


def _without_secrets(headers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """
    The headers as they came, but for the credentials among them.
    """
    for name, value in headers:
        yield name, _NOT_KEPT if name.lower() in _SECRETS else value


def _host_of(url: str) -> str:
    """
    The host that a URL names, in lower case; the whole where it names none that can be read.
    """
    try:
        return urlsplit(url).hostname or url.removeprefix("//")
    except ValueError:
        return url.removeprefix("//")
