"""
The proxy of an interception: what it takes for Segment, what it refuses, and what it leaves behind.
"""

import contextlib
import os
import socket
import ssl
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from conformance.errors import UsageError
from conformance.model import Exchange, Fault, FaultKind
from conformance.segment import Interception, MockSegment, intercepting

EVENT = '{"type":"track","event":"Live Chat Message Sent","userId":"u-1","messageId":"m-1"}'

Curl = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def mock() -> Iterator[MockSegment]:
    """
    A mock Segment without a fault.
    """
    with MockSegment() as opened:
        yield opened


@pytest.fixture
def interception(mock: MockSegment) -> Iterator[Interception]:
    """
    The mock, intercepting.
    """
    with intercepting(mock) as opened:
        yield opened


@pytest.fixture
def curl(tool: Callable[..., Path]) -> Curl:
    """
    curl as a program under interception runs it: it knows of the proxy by its environment alone.
    """
    program = tool("curl", why="dial Segment's hosts as any program does")

    def call(interception: Interception, *words: str) -> subprocess.CompletedProcess[str]:
        command = [str(program), "--silent", "--show-error", "--max-time", "5", *words]
        environment = {**os.environ, **interception.environment}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return call


def the_only(mock: MockSegment) -> Exchange:
    [exchange] = mock.exchanges
    return exchange


@pytest.mark.parametrize(
    ("host", "endpoint"), [("api.segment.io", "us"), ("events.eu1.segmentapis.com", "eu")]
)
def test_segments_hosts_are_answered_by_the_mock(
    host: str, endpoint: str, mock: MockSegment, interception: Interception, curl: Curl
) -> None:
    """
    What is sent to Segment's real hosts over TLS arrives as at the mock's own endpoints, and is secure.
    """
    key = mock.open_source().write_key
    said = curl(interception, "-u", f"{key}:", "-d", EVENT, f"https://{host}/v1/track?x=1")
    assert said.stdout == '{"success":true}'
    exchange = the_only(mock)
    assert (exchange.endpoint, exchange.target, exchange.secure) == (endpoint, "/v1/track?x=1", True)
    assert exchange.body.decode() == EVENT
    assert [message.drop for message in mock.messages] == [None if endpoint == "us" else "wrong_region"]


@pytest.mark.parametrize("words", [(), ("--proxytunnel",)], ids=["as a request", "through a tunnel"])
def test_plain_http_is_served_and_noted(
    words: tuple[str, ...], mock: MockSegment, interception: Interception, curl: Curl
) -> None:
    """
    Segment's hosts without TLS are answered too: the exchange says that it was not secure (TRANSPORT-10).
    """
    key = mock.open_source().write_key
    curl(interception, *words, "-u", f"{key}:", "-d", EVENT, "http://api.segment.io/v1/track")
    exchange = the_only(mock)
    assert (exchange.endpoint, exchange.target, exchange.secure) == ("us", "/v1/track", False)
    assert len(mock.events) == 1


def test_a_tunnel_to_any_other_host_is_refused(
    mock: MockSegment, interception: Interception, curl: Curl
) -> None:
    """
    CONNECT to a stranger is answered 403 and recorded under the stranger's name (REGION-06).
    """
    said = curl(interception, "-d", EVENT, "https://Slack.com/api/chat.postMessage")
    assert "403" in said.stderr
    exchange = the_only(mock)
    assert (exchange.endpoint, exchange.method, exchange.target) == ("slack.com", "CONNECT", "Slack.com:443")
    assert (exchange.reply.status, exchange.kept, exchange.secure) == (403, False, None)


def test_a_plain_request_to_any_other_host_is_refused(
    mock: MockSegment, interception: Interception, curl: Curl
) -> None:
    """
    It is answered 403 and recorded with its body, but without the credentials that are a stranger's.
    """
    said = curl(interception, "-u", "me:secret", "-H", "Cookie: crumb", "-d", EVENT, "http://slack.com/api")
    assert "not one of Segment's hosts" in said.stdout
    exchange = the_only(mock)
    assert (exchange.endpoint, exchange.target, exchange.secure) == ("slack.com", "/api", False)
    assert exchange.body.decode() == EVENT
    assert exchange.header("authorization") == exchange.header("cookie") == "[not kept]"
    assert mock.events == ()


def test_a_client_that_distrusts_us_is_noted(
    mock: MockSegment, interception: Interception, curl: Curl
) -> None:
    """
    A TLS handshake that is broken off leaves the tunnel in evidence, and no request at Segment's endpoint.
    """
    said = curl(interception, "--cacert", "/dev/null", "-d", EVENT, "https://api.segment.io/v1/track")
    assert said.returncode != 0
    mock.wait_for(lambda seen: bool(seen.exchanges))
    exchange = the_only(mock)
    assert (exchange.endpoint, exchange.method, exchange.kept) == ("api.segment.io", "CONNECT", False)


@pytest.mark.parametrize(
    ("fault", "code", "body"),
    [
        (Fault(kind=FaultKind.STATUS, status=503, body="later"), 0, "later"),
        (Fault(kind=FaultKind.RESET_BEFORE_READ), 56, ""),
        (Fault(kind=FaultKind.RESET_AFTER_READ), 56, ""),
        (Fault(kind=FaultKind.TRUNCATED_REPLY, status=200), 18, '{"succes'),
        (Fault(kind=FaultKind.HANG, delay=0.2), 52, ""),
    ],
    ids=lambda value: value.kind.value if isinstance(value, Fault) else None,
)
def test_faults_come_through_tls(fault: Fault, code: int, body: str, curl: Curl) -> None:
    """
    A client behind the tunnel meets each fault as it is: curl names a reset 56, a cut reply 18, none 52.
    """
    with MockSegment(faults=[fault]) as mock, intercepting(mock) as interception:
        said = curl(interception, "-d", EVENT, "https://api.segment.io/v1/track")
        assert (said.returncode, said.stdout) == (code, body)
        assert the_only(mock).fault == fault.kind.value


def test_leaving_waits_for_no_fault(curl: Curl) -> None:
    """
    A reply that hangs is let go when the interception ends.
    """
    fault = Fault(kind=FaultKind.HANG, delay=60.0)
    with MockSegment(faults=[fault]) as mock, intercepting(mock) as interception:
        said = curl(interception, "--max-time", "0.3", "-d", EVENT, "https://api.segment.io/v1/track")
        assert said.returncode == 28
        began = mock.ledger.now()
    assert (mock.ledger.now() - began).total_seconds() < 3


def test_the_authority_leaves_nothing_behind(mock: MockSegment) -> None:
    """
    On the disk there is one certificate, for Java once more, in a private folder, and no key; then nothing.
    """
    with intercepting(mock) as interception:
        file = Path(interception.environment["SSL_CERT_FILE"])
        assert {each.name for each in file.parent.iterdir()} == {"authority.pem", "authority.p12"}
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        text = file.read_text()
        assert text.count("BEGIN CERTIFICATE") == 1
        assert "PRIVATE KEY" not in text
        key, _, trusted = pkcs12.load_key_and_certificates((file.parent / "authority.p12").read_bytes(), None)
        assert (key, trusted) == (None, [x509.load_pem_x509_certificate(text.encode())])
    assert not file.parent.exists()


def test_the_environment_leaves_no_way_around_us(interception: Interception) -> None:
    """
    Every proxy is ours, in both spellings, and the only exception is the machine itself.
    """
    told = interception.environment
    proxies = {
        told[name] for word in ("HTTPS", "HTTP", "ALL") for name in (f"{word}_PROXY", f"{word.lower()}_proxy")
    }
    assert proxies == {f"http://127.0.0.1:{interception.port}"}
    assert told["NO_PROXY"] == told["no_proxy"] == "localhost,127.0.0.1,::1"
    assert told["REQUESTS_CA_BUNDLE"] == told["NODE_EXTRA_CA_CERTS"] == told["SSL_CERT_FILE"]
    assert f"-Dhttps.proxyPort={interception.port} " in told["JAVA_TOOL_OPTIONS"]
    assert interception.endpoints.us == "https://api.segment.io"


def test_a_port_in_use_is_the_users(
    mock: MockSegment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The message names the option and the port, and no certificate is left behind.
    """
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with (
            pytest.raises(UsageError, match=f"proxy of --intercept .*{port}: Address already in use"),
            intercepting(mock, port=port),
        ):
            pytest.fail("the port was not ours to have")
    assert list(tmp_path.iterdir()) == []


def test_a_certificate_that_cannot_be_written_is_the_users(
    mock: MockSegment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The message says where it was to be written, and what to set.
    """
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(UsageError, match=r"cannot be written to .*missing: .*TMPDIR"), intercepting(mock):
        pytest.fail("nothing can be written there")


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\x16\x03\x01\x00\x05hello",
        b"CONNECT\r\n\r\n",
        b"CONNECT [::1 HTTP/1.1\r\n\r\n",
        b"CONNECT api.segment.io:443 HTTP/1.1\r\n\r\n",
        b"CONNECT api.segment.io:443 HTTP/1.1\r\n\r\n\x16\x03\x01garbage",
        b"CONNECT api.segment.io:443 HTTP/1.1\r\n\r\nCONNECT a:1 HTTP/1.1\r\n\r\n",
        b"CONNECT api.segment.io:443 HTTP/1.1\r\n\r\n" * 2_000,
        b"POST http://[ HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET " + b"x" * 70_000,
    ],
    ids=lambda sent: repr(sent[:50]),
)
def test_bytes_of_any_kind_are_survived(
    sent: bytes, mock: MockSegment, interception: Interception, curl: Curl
) -> None:
    """
    Whatever comes instead of a request, the next one is taken; an error of ours would be raised at the end.
    """
    dialled = socket.create_connection(("127.0.0.1", interception.port), timeout=5)
    with dialled, contextlib.suppress(OSError):  # The proxy may have hung up on it by then.
        dialled.sendall(sent)
        dialled.shutdown(socket.SHUT_WR)
        while dialled.recv(65_536):
            pass
    assert curl(interception, "-d", EVENT, "https://api.segment.io/v1/track").returncode == 0
    assert mock.exchanges[-1].secure


@pytest.mark.parametrize("sent", [b"", b"POST /v1/track HTTP/1.1\r\nContent-Length: 500\r\n\r\n{"])
def test_leaving_ends_what_is_half_sent(sent: bytes, mock: MockSegment) -> None:
    """
    A connection over TLS that stands still is ended with the interception, and what had come is recorded.
    """
    with intercepting(mock) as interception:
        context = ssl.create_default_context(cafile=interception.environment["SSL_CERT_FILE"])
        connection = socket.create_connection(("127.0.0.1", interception.port), timeout=5)
        connection.sendall(b"CONNECT api.segment.io:443 HTTP/1.1\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
        secure = context.wrap_socket(connection, server_hostname="api.segment.io")
        secure.sendall(sent)
        if sent:
            mock.wait_until_quiet(0.1, timeout=5, from_now=True)
        began = mock.ledger.now()
    assert (mock.ledger.now() - began).total_seconds() < 3
    assert [(each.complete, each.body) for each in mock.exchanges] == ([(False, b"{")] if sent else [])
    secure.close()


LISTENING = """
import os, socket, subprocess, sys
reached = []
def hear(event, arguments):
    if event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        reached.append(arguments[0])
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        reached.append(arguments[1][0])
sys.addaudithook(hear)
from conformance.segment import MockSegment, intercepting
with MockSegment() as mock, intercepting(mock) as interception:
    for url in ("https://api.segment.io/v1/t", "http://api.segment.io/v1/t", "https://slack.com", "http://slack.com"):
        environment = {**os.environ, **interception.environment}
        subprocess.run(["curl", "-s", "-m", "5", "-d", "{}", url], env=environment, stdout=subprocess.DEVNULL)
    assert [exchange.endpoint for exchange in mock.exchanges] == ["us", "us", "slack.com", "slack.com"]
print(set(reached))
"""


def test_nothing_leaves_the_machine(tool: Callable[..., Path]) -> None:
    """
    For whatever host the proxy is asked, nothing but our own loopback address is looked up or connected to.
    """
    tool("curl", why="ask the proxy for hosts")
    said = subprocess.run([sys.executable, "-c", LISTENING], capture_output=True, text=True, check=True)
    assert said.stdout == "{'127.0.0.1'}\n"


def test_the_certificate_is_for_segments_hosts_alone(interception: Interception) -> None:
    """
    A client that asks for another name at the end of the tunnel is not deceived.
    """
    context = ssl.create_default_context(cafile=interception.environment["SSL_CERT_FILE"])
    with socket.create_connection(("127.0.0.1", interception.port), timeout=5) as connection:
        connection.sendall(b"CONNECT api.segment.io:443 HTTP/1.1\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
        with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
            context.wrap_socket(connection, server_hostname="slack.com")
