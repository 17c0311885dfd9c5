"""
Interception: implementations that dial Segment's real hosts, and cannot be told otherwise, are heard as well.

They are given a proxy and a certificate authority by their environment. The proxy takes tunnels to Segment's
hosts, and lets the mock answer at their end; every other host is refused, and the attempt is recorded. No
name is looked up and no connection opened: nothing leaves this machine through the proxy.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from attrs import frozen

from conformance.model import Endpoints
from conformance.segment.application import Application
from conformance.segment.certificates import Certificates, certificates
from conformance.segment.interception_proxy import Proxy, ProxyHandler
from conformance.segment.server import READ_TIMEOUT, Listener, MockSegment
from conformance.spec import regions

_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
_AUTHORITIES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "DENO_CERT",
    "PERL_LWP_SSL_CA_FILE",
)
"""OpenSSL, Go, Ruby and .NET; Python's requests; curl; Node.js and Bun; Deno; Perl."""

_OWN_MACHINE = "localhost,127.0.0.1,::1"
"""What an implementation says to programs beside it is not for Segment, and goes the way it always goes."""


@frozen(kw_only=True)
class Interception:
    """
    What an implementation is given so that it is heard: its environment, and Segment's own base URLs.

    `port` is the proxy's, on loopback.
    """

    port: int
    environment: Mapping[str, str]
    endpoints: Endpoints


@contextmanager
def intercepting(mock: MockSegment, *, port: int = 0) -> Iterator[Interception]:
    """
    A proxy behind which the mock answers as Segment's real hosts, for as long as the context lasts.

    What arrives is in the mock's ledger, and meets its fault schedule, like anything that arrives without a
    proxy. Raises UsageError where the port is taken, or the certificate cannot be written.
    """
    hosts = {urlsplit(region.endpoint).hostname or "": region.key for region in regions()}
    closing = threading.Event()
    with certificates(hosts) as issued:
        proxy = Proxy(
            ledger=mock.ledger,
            context=issued.context,
            origins={
                (host, secure): _application(mock, endpoint, closing, secure=secure)
                for host, endpoint in hosts.items()
                for secure in (True, False)
            },
        )
        listener = Listener(
            proxy, port=port, read_timeout=READ_TIMEOUT, handler=ProxyHandler, what="The proxy of --intercept"
        )
        listener.start()
        try:
            yield Interception(
                port=listener.port,
                environment=proxy_environment(listener.port, issued),
                endpoints=real_endpoints(),
            )
        finally:
            closing.set()
            listener.stop()


def real_endpoints() -> Endpoints:
    """
    The base URLs of Segment itself, which intercepted implementations are told and dial.
    """
    known = {region.key: region.endpoint for region in regions()}
    return Endpoints(us=known["us"], eu=known["eu"])


def proxy_environment(port: int, issued: Certificates) -> dict[str, str]:
    """
    The environment by which the runtimes that heed it find the proxy, and trust the authority.

    Ours takes the place of every proxy and authority that is set already: a list of exceptions that suits the
    user's network would let requests past us.
    """
    proxies = dict.fromkeys(_PROXIES, f"http://127.0.0.1:{port}")
    named = {**proxies, "NO_PROXY": _OWN_MACHINE}
    return {
        **named,
        **{name.lower(): value for name, value in named.items()},
        **dict.fromkeys(_AUTHORITIES, str(issued.authority)),
        "NODE_USE_ENV_PROXY": "1",
        "JAVA_TOOL_OPTIONS": _java_options(port, issued),
    }


def _java_options(port: int, issued: Certificates) -> str:
    """
    The properties by which Java is told, after those that its one variable holds already.
    """
    own = os.environ.get("JAVA_TOOL_OPTIONS", "")
    proxies = (f"-D{scheme}.proxyHost=127.0.0.1 -D{scheme}.proxyPort={port}" for scheme in ("https", "http"))
    trust = f'"-Djavax.net.ssl.trustStore={issued.truststore}" -Djavax.net.ssl.trustStoreType=PKCS12'
    return " ".join([own, *proxies, trust]).strip()


def _application(mock: MockSegment, endpoint: str, closing: threading.Event, *, secure: bool) -> Application:
    """
    An endpoint of the mock as it answers behind the proxy.
    """
    return Application(
        endpoint=endpoint,
        ledger=mock.ledger,
        sources=mock.sources,
        faults=mock.faults,
        closing=closing,
        secure=secure,
    )
