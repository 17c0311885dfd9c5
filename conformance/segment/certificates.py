"""
Certificates for Segment's hosts that live as long as one run: their authority's key never touches a disk.
"""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from conformance.errors import UsageError

if TYPE_CHECKING:
    import trustme


@frozen(kw_only=True)
class Certificates:
    """
    What a TLS listener needs to pass for the hosts, and what a client needs to believe it.

    `context` holds the hosts' certificate and key; `authority` is the file with the one certificate that a
    client has to trust, and `truststore` the same as Java wants it: in PKCS #12, without a password.
    """

    context: ssl.SSLContext
    authority: Path
    truststore: Path


@contextmanager
def certificates(hosts: Iterable[str]) -> Iterator[Certificates]:
    """
    Certificates for the hosts by an authority of their own, in a private folder that is gone afterwards.

    The key of the hosts is on the disk for the moment in which OpenSSL reads it, as it reads nothing but
    files; that of the authority never is. Raises UsageError where the folder cannot be written.
    """
    # Here and not above: the cryptography behind it is needed for intercepted runs alone.
    import trustme

    authority = trustme.CA(organization_name="chatlio-conformance")
    with _private_folder() as folder:
        yield _issued(authority, tuple(hosts), folder)


@contextmanager
def _private_folder() -> Iterator[Path]:
    try:
        folder = tempfile.TemporaryDirectory(prefix="chatlio-")
    except OSError as fault:
        raise _unwritable(tempfile.tempdir, fault) from fault
    with folder as path:
        yield Path(path)


def _issued(authority: trustme.CA, hosts: tuple[str, ...], folder: Path) -> Certificates:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    path, truststore = folder / "authority.pem", folder / "authority.p12"
    try:
        leaf = authority.issue_cert(*hosts)
        with leaf.private_key_and_cert_chain_pem.tempfile(dir=str(folder)) as pair:
            context.load_cert_chain(pair)
        authority.cert_pem.write_to_path(path)
        truststore.write_bytes(_truststore(authority.cert_pem.bytes()))
    except OSError as fault:
        raise _unwritable(str(folder), fault) from fault
    return Certificates(context=context, authority=path, truststore=truststore)


def _truststore(certificate: bytes) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

    trusted = pkcs12.PKCS12Certificate(x509.load_pem_x509_certificate(certificate), b"chatlio-conformance")
    return pkcs12.serialize_java_truststore([trusted], NoEncryption())


def _unwritable(folder: str | None, fault: OSError) -> UsageError:
    where = f" to {folder}" if folder else ""
    return UsageError(
        f"The certificate that --intercept needs cannot be written{where}: {fault.strerror}.",
        cure="Set TMPDIR to a folder that can be written, with some room left.",
    )
