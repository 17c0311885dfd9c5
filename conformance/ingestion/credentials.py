"""
The write key of a request, in every form it can be presented.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl

from attrs import field, frozen


@frozen(kw_only=True)
class Credential:
    """
    A key as it was presented; `form` is `basic`, `body`, `message`, `bearer` or `query`.

    `colon` tells whether Basic credentials had a colon after the key; the other forms have none. A bearer's
    `key` is its token, which is no write key, or should not be one. All of them are secrets.
    """

    form: str
    key: str = field(repr=False)
    colon: bool = False


def credentials_in(authorization: str | None, query: str, document: Any) -> tuple[Credential, ...]:
    """
    Each form in which a key was presented, most general first and each key once a form.
    """
    found = [
        *_in_header(authorization or ""),
        *_in_query(query),
        *_in_object("body", document),
        *(credential for member in members_of(document) for credential in _in_object("message", member)),
    ]
    return tuple(dict.fromkeys(found))


def write_key_of(credentials: Sequence[Credential]) -> str | None:
    """
    The key that speaks for the whole request: the body's, else the Basic one; None without either.

    A key in the URL or a bearer token authenticates nothing by itself, and a member's own key speaks for
    that member alone.
    """
    for form in ("body", "basic"):
        for credential in credentials:
            if credential.form == form and credential.key:
                return credential.key
    return None


def key_in(call: Any) -> str | None:
    """
    The non-empty `writeKey` of a JSON object, None without one.
    """
    key = call.get("writeKey") if isinstance(call, dict) else None
    return key if isinstance(key, str) and key else None


def members_of(document: Any) -> list[Any]:
    """
    The members of a batch; none when the document is no batch.
    """
    batch = document.get("batch") if isinstance(document, dict) else None
    return batch if isinstance(batch, list) else []


def _in_header(authorization: str) -> Iterator[Credential]:
    scheme, _, value = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        yield Credential(form="bearer", key=value.strip())
    if scheme.lower() == "basic":
        try:
            decoded = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, ValueError):
            return
        key, colon, _ = decoded.partition(":")
        yield Credential(form="basic", key=key, colon=bool(colon))


def _in_query(query: str) -> Iterator[Credential]:
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name.lower().replace("_", "").replace("-", "") == "writekey":
            yield Credential(form="query", key=value)


def _in_object(form: str, call: Any) -> Iterator[Credential]:
    key = call.get("writeKey") if isinstance(call, dict) else None
    if isinstance(key, str):
        yield Credential(form=form, key=key)
