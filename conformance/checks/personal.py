"""
What a property gives away about a person, by its name or its value, so that a finding can say so.
"""

from __future__ import annotations

import ipaddress
import re

from conformance.checks.recognition import folded

_BY_NAME = {
    "an e-mail address": ("email", "mail", "useremail", "visitoremail"),
    "an IP address": ("ip", "ipaddress", "remoteaddr", "clientip"),
    "a phone number": ("phone", "phonenumber", "mobile", "tel", "telephone"),
    "a whole payload": ("payload", "raw", "body", "data", "request", "activity", "webhook"),
}
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}\.[^@\s.]{2,63}")
_PHONE = re.compile(r"\+?[\d ()/.-]{7,20}")
_LONGEST = 400


def personal_data(name: str, value: object) -> str | None:
    """
    What a property gives away (`an e-mail address`, `an IP address` …), None where it seems harmless.
    """
    if isinstance(value, dict | list):
        return "a whole payload"
    by_value = _by_value(value) if isinstance(value, str) and len(value) <= _LONGEST else None
    return by_value or next((what for what, names in _BY_NAME.items() if folded(name) in names), None)


def _by_value(text: str) -> str | None:
    if _EMAIL.fullmatch(text.strip()):
        return "an e-mail address"
    if _is_address(text):
        return "an IP address"
    digits = sum(character.isdigit() for character in text)
    return "a phone number" if _PHONE.fullmatch(text.strip()) and digits >= 7 and "+" in text else None


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip())
    except ValueError:
        return False
    return True
