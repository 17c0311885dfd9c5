"""
What a property gives away about a person.
"""

from __future__ import annotations

import pytest

from conformance.checks.personal import personal_data

E_MAIL, ADDRESS, PHONE = "an e-mail address", "an IP address", "a phone number"


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("milton@initech.example", E_MAIL),
        ("  milton@initech.example\n", E_MAIL),
        ("milton@initech", None),
        ("write to milton@initech.example", None),
        ("192.0.2.7", ADDRESS),
        (" 2001:db8::7 ", ADDRESS),
        ("192.0.2", None),
        ("version 1.2.3.4", None),
        ("+1 (555) 010-0123", PHONE),
        ("+1 555 010", PHONE),
        ("+1 555 01", None),
        ("+1 2 3 4 5", None),
        ("1 555 010 0123", None),
        ("one + two", None),
        ("2026-03-01", None),
        ("+15550100123 ext. 4", None),
        ("", None),
        (15550100123, None),
        (None, None),
        ({"text": "Hello"}, "a whole payload"),
        (["Hello"], "a whole payload"),
    ],
)
def test_a_value_can_give_itself_away(value: object, what: str | None) -> None:
    """
    Under whatever name it stands; a date, a version or a number by itself is harmless.
    """
    assert personal_data("note", value) == what


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("email", E_MAIL),
        ("visitor_email", E_MAIL),
        ("ipAddress", ADDRESS),
        ("Phone Number", PHONE),
        ("raw", "a whole payload"),
        ("page_url", None),
        ("emails_sent", None),
    ],
)
def test_a_name_can_give_its_value_away(name: str, what: str | None) -> None:
    """
    However it is written, and whatever the value is.
    """
    assert personal_data(name, "unknown") == what
    assert personal_data(name, 5) == what


def test_the_value_is_surer_than_the_name() -> None:
    """
    An address under the name of a phone is an address.
    """
    assert personal_data("phone", "192.0.2.7") == ADDRESS


def test_a_long_text_is_not_searched() -> None:
    """
    Four hundred characters are; that keeps a hostile value from costing time.
    """
    assert personal_data("note", "milton@initech.example".ljust(400)) == E_MAIL
    assert personal_data("note", "milton@initech.example".ljust(401)) is None
