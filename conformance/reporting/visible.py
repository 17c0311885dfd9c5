"""
Captured strings made fit to be shown: what cannot be seen, or turns a line around, is named instead.

An implementation may send anything. Control characters would steer a terminal, bidirectional overrides would
make a line read as what it is not, and lone surrogates cannot be written to a file at all.
"""

from __future__ import annotations

import re

# C0 and C1 controls but tab and newline; what formats without showing (the zero-width joiners stay, as emoji
# and many scripts are written with them); line separators; surrogates; noncharacters; tags.
UNSEEN = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f"
    "\\ufeff\\ufff9-\\ufffb\\ufffe\\uffff\\ud800-\\udfff\\U000e0000-\\U000e007f]"
)


def visible(text: str) -> str:
    """
    The text with every character of `UNSEEN` written as its code point: `[U+202E]`.
    """
    return UNSEEN.sub(lambda found: f"[{code_point(found[0])}]", text)


def one_line(text: str, limit: int) -> str:
    """
    The text on one line and no longer than `limit` characters, with `…` where it was cut.
    """
    flat = visible(" ".join(text[: 4 * limit].split()))
    return flat if len(flat) <= limit else f"{flat[: limit - 1]}…"


def code_point(character: str) -> str:
    """
    The character's number as Unicode writes it: `U+0000`.
    """
    return f"U+{ord(character):04X}"
