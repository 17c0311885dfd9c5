"""
What crossed the wire: exchanges as they came, and the tracking calls decoded from them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from attrs import frozen


@frozen(kw_only=True)
class Reply:
    """
    What the mock answered; `status` None means that it gave no answer (a reset, a hang).
    """

    status: int | None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    at: dt.datetime | None = None

    @property
    def is_redirect(self) -> bool:
        """
        Whether the status is of the 3xx kind.
        """
        return self.status is not None and 300 <= self.status < 400

    def header(self, name: str) -> str | None:
        """
        The first value of the named header, whatever its case; None when absent.
        """
        return _first(self.headers, name)


@frozen(kw_only=True)
class Exchange:
    """
    One HTTP request as it came, and the reply given.

    `sequence` is unique in a record and in order of arrival. `endpoint` is `us` or `eu` for Segment's two
    hosts, or the host name of a stranger that an intercepted implementation dialled. `target` is the
    request target as sent, query included. `body` is the bytes read, at most the mock's bound; `size` is
    what was announced or read, and `complete` is False when the body was cut short or passed the bound.
    `fault` names the scheduled fault that replaced the ordinary reply; `kept` says whether Segment took in
    what the request carried. `secure` tells whether it came over TLS, None where that says nothing.
    """

    sequence: int
    at: dt.datetime
    endpoint: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    size: int
    complete: bool
    reply: Reply
    kept: bool
    fault: str | None = None
    secure: bool | None = None

    @property
    def is_probe(self) -> bool:
        """
        Whether the request only asks if somebody is there: it carries nothing, neither a body nor a query.
        """
        return self.method in {"GET", "HEAD", "OPTIONS"} and not self.size and "?" not in self.target

    def header(self, name: str) -> str | None:
        """
        The first value of the named header, whatever its case; None when absent.
        """
        return _first(self.headers, name)


def _first(headers: tuple[tuple[str, str], ...], name: str) -> str | None:
    folded = name.lower()
    return next((value for key, value in headers if key.lower() == folded), None)


@frozen(kw_only=True)
class Message:
    """
    One tracking call, decoded from an exchange.

    `sent` is the call as it stood on the wire; `call` is what Segment makes of it: batch-level `context`
    and `integrations` merged in, and `type` filled in from a single call's path. `index` is its place in
    its batch. `drop` is the reason why Segment would not keep it, None when it is accepted.
    `timestamp` is corrected for the sender's clock; None where the call's own cannot be read.
    """

    exchange: int
    index: int
    endpoint: str
    write_key: str | None
    received_at: dt.datetime
    sent: Mapping[str, Any]
    call: Mapping[str, Any]
    drop: str | None
    timestamp: dt.datetime | None

    @property
    def type(self) -> Any:
        """
        The call's `type` as given or as the path names it; any JSON value, or None.
        """
        return self.call.get("type")

    @property
    def event(self) -> Any:
        """
        The `event` of a Track call; any JSON value, or None.
        """
        return self.call.get("event")

    @property
    def message_id(self) -> Any:
        """
        The `messageId` as sent; any JSON value, or None.
        """
        return self.sent.get("messageId")

    @property
    def properties(self) -> Mapping[str, Any]:
        """
        The `properties`, empty when they are absent or no object.
        """
        properties = self.call.get("properties")
        return properties if isinstance(properties, dict) else {}
