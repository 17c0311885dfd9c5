"""
Write keys are secrets: this takes them out of everything a person or a build log gets to see.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote

MASK = "[write key]"

_SHORTEST = 4
"""Shorter keys are left: masking `a` would eat the page, and is no secret worth the name."""

_CREDENTIALS = re.compile(r"(?i)\b(basic|bearer)(\s+)(?!credentials\b)[A-Za-z0-9+/_.~-]{8,}={0,2}")
"""What stands in an `Authorization` header; the words "Basic credentials" are no secret."""


def mask(text: str, keys: Iterable[str]) -> str:
    """
    The text with every given write key replaced: as it is, in base64 (Basic authentication), URL-escaped.
    """
    for spelling in _spellings(keys):
        text = text.replace(spelling, MASK)
    return text


def mask_credentials(text: str) -> str:
    """
    The text with the credentials of Basic and Bearer authentication replaced, whatever they are.
    """
    return _CREDENTIALS.sub(rf"\1\2{MASK}", text)


def _spellings(keys: Iterable[str]) -> list[str]:
    """
    Every way the keys may be spelled, longest first, so that none is masked only in part.
    """
    found: set[str] = set()
    for key in keys:
        if len(key) >= _SHORTEST:
            coded = key.encode("utf-8")
            encoded = (base64.b64encode(coded), base64.b64encode(coded + b":"))
            found |= {key, quote(key, safe=""), *(form.decode("ascii").rstrip("=") for form in encoded)}
    return sorted(found, key=lambda spelling: (-len(spelling), spelling))
