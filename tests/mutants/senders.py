"""
Ways to deliver that are as right as the reference's: other paths, credentials, encodings, connections.
"""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import http.client
import json
import random
from collections.abc import Mapping
from typing import Any, ClassVar

from conformance.model import format_time
from tests.mutants.bridge import AGENT, PLAIN, QuickOutbox, SingleOutbox


class Import(QuickOutbox):
    """
    Uses the path for historical imports.
    """

    path = "/v1/import"


class ShortBatch(QuickOutbox):
    """
    Uses the short form of the path.
    """

    path = "/v1/b"


class TrailingSlash(QuickOutbox):
    """
    Ends the path in a slash, as the Java SDK does.
    """

    path = "/v1/batch/"


class ShortSingle(SingleOutbox):
    """
    Sends each call to the short form of its path.
    """

    paths: ClassVar = {"track": "/v1/t", "identify": "/v1/i", "page": "/v1/p"}


class OneByOne(QuickOutbox):
    """
    Sends batches of one.
    """

    most_calls = 1


class Gzipped(QuickOutbox):
    """
    Packs the body.
    """

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        """
        The batch, packed.
        """
        return gzip.compress(super().body(batch))

    def headers(self) -> dict[str, str]:
        """
        The reference's, and how the body is packed.
        """
        return {**super().headers(), "Content-Encoding": "gzip"}


class BodyKey(QuickOutbox):
    """
    Presents the write key in the body alone.
    """

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        """
        The batch with the key beside it.
        """
        return json.dumps({**json.loads(super().body(batch)), "writeKey": self.write_key}).encode()

    def headers(self) -> dict[str, str]:
        """
        Only the type.
        """
        return dict(PLAIN)


class BothKeys(BodyKey):
    """
    Presents the write key in the body and in the header.
    """

    def headers(self) -> dict[str, str]:
        """
        The reference's.
        """
        return QuickOutbox.headers(self)


class BearerAndKey(BodyKey):
    """
    Presents an OAuth token, and the write key in the body, as Segment's OAuth wants it.
    """

    def headers(self) -> dict[str, str]:
        """
        A token beside the type.
        """
        return {**super().headers(), "Authorization": "Bearer ZXhhbXBsZS10b2tlbg"}


class KeyOnEach(QuickOutbox):
    """
    Presents the write key on each member of the batch.
    """

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        """
        The members with the key.
        """
        return super().body([{**call, "writeKey": self.write_key} for call in batch])

    def headers(self) -> dict[str, str]:
        """
        Only the type.
        """
        return dict(PLAIN)


class WithCharset(QuickOutbox):
    """
    Names the charset beside the type.
    """

    def headers(self) -> dict[str, str]:
        """
        The reference's, with a parameter.
        """
        return {**super().headers(), "Content-Type": "application/json; charset=utf-8"}


class LowerCaseHeaders(QuickOutbox):
    """
    Writes the names of headers in lower case, and the scheme too.
    """

    def headers(self) -> dict[str, str]:
        """
        The reference's, in lower case.
        """
        key = base64.b64encode(f"{self.write_key}:".encode()).decode()
        return {"content-type": "application/json", "user-agent": AGENT, "authorization": f"basic {key}"}


class SharedContext(QuickOutbox):
    """
    Says what is the same for all calls once, beside the batch.
    """

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        """
        The members without their context, and the context beside them.
        """
        members: list[Mapping[str, Any]] = [
            {name: call[name] for name in call if name != "context"} for call in batch
        ]
        return json.dumps({**json.loads(super().body(members)), "context": batch[0]["context"]}).encode()


class Unescaped(QuickOutbox):
    """
    Writes JSON as UTF-8, with nothing escaped that need not be.
    """

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        """
        The batch as plain UTF-8.
        """
        return json.dumps(json.loads(super().body(batch)), ensure_ascii=False).encode()


class EscapedAll(QuickOutbox):
    """
    Writes every letter of a body that may be one as a Unicode escape, and spreads it over many lines.
    """

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        """
        The batch with slashes and letters escaped.
        """
        text = json.dumps(json.loads(super().body(batch)), indent=2)
        return text.replace("Live Chat", "\\u004cive Ch\\u0061t").replace("/", "\\/").encode()


class FrozenSentAt(QuickOutbox):
    """
    Says of every request that it was sent when the chat began, as a replay would.
    """

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        """
        The batch with a `sentAt` that never changes.
        """
        frozen = format_time(dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC))
        return json.dumps({"batch": batch, "sentAt": frozen}).encode()


class NoSentAt(QuickOutbox):
    """
    Does not say when a request was sent.
    """

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        """
        The batch alone.
        """
        return json.dumps({"batch": batch}).encode()


class Reversed(QuickOutbox):
    """
    Writes the members of each object in reverse order.
    """

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        """
        The batch with everything the other way round.
        """
        return json.dumps(_reversed(json.loads(super().body(batch)))).encode()


class TwiceForSure(QuickOutbox):
    """
    Sends every batch a second time, to be on the safe side.
    """

    def deliver(self, batch: list[Mapping[str, Any]]) -> None:
        """
        Delivers twice.
        """
        super().deliver(batch)
        super().deliver(batch)


class Shuffled(QuickOutbox):
    """
    Delivers what it has in an order of its own.
    """

    linger = 0.03

    def deliver(self, batch: list[Mapping[str, Any]]) -> None:
        """
        Delivers the batch in two parts, the later one first, each shuffled.
        """
        order = random.Random(len(batch))
        mixed = order.sample(batch, len(batch))
        for part in (mixed[len(mixed) // 2 :], mixed[: len(mixed) // 2]):
            if part:
                super().deliver(part)


class Patient(QuickOutbox):
    """
    Delivers late: it waits for as long as it takes until nothing more comes.
    """

    linger = 0.25


class OldHttp(QuickOutbox):
    """
    Speaks HTTP/1.0.
    """

    def post(self, body: bytes) -> tuple[int | None, http.client.HTTPMessage]:
        """
        One request on a connection that ends with it.
        """
        connection = http.client.HTTPConnection(self.endpoint.netloc, timeout=self.timeout)
        connection._http_vsn, connection._http_vsn_str = 10, "HTTP/1.0"  # type: ignore[attr-defined]  # no other way
        try:
            return _asked(connection, self.endpoint.path + self.path, body, self.headers())
        finally:
            connection.close()


class KeptAlive(QuickOutbox):
    """
    Keeps its connection open from one request to the next, as long as that works.
    """

    connection: http.client.HTTPConnection | None = None

    def post(self, body: bytes) -> tuple[int | None, http.client.HTTPMessage]:
        """
        One more request on the same connection; on a new one after a failure.
        """
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.endpoint.netloc, timeout=self.timeout)
        status, headers = _asked(self.connection, self.endpoint.path + self.path, body, self.headers())
        if status is None:
            self.connection.close()
            self.connection = None
        return status, headers

    def close(self) -> None:
        """
        Delivers what is left, and closes the connection.
        """
        super().close()
        if self.connection is not None:
            self.connection.close()


def _asked(
    connection: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]
) -> tuple[int | None, http.client.HTTPMessage]:
    """
    What was answered; None where nothing was.
    """
    try:
        connection.request("POST", path, body, headers)
        reply = connection.getresponse()
        reply.read()
    except (OSError, http.client.HTTPException):
        return None, http.client.HTTPMessage()
    return reply.status, reply.headers


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(value[name]) for name in reversed(value)}
    return [_reversed(each) for each in value] if isinstance(value, list) else value
