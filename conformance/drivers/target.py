"""
What a user names to be judged: `stdio:COMMAND`, `python:MODULE:ATTRIBUTE` or `webhook:URL`.
"""

from __future__ import annotations

import difflib
import enum
import shlex
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from attrs import frozen

from conformance.errors import UsageError

_FORMS = "stdio:COMMAND, python:MODULE:ATTRIBUTE or webhook:URL"


class Carrier(enum.StrEnum):
    """
    How the messages of the driver protocol reach an implementation.
    """

    STDIO = "stdio"
    PYTHON = "python"
    WEBHOOK = "webhook"


@frozen(kw_only=True)
class Target:
    """
    An implementation as the user named it; `str()` gives the name back.

    `address` is what follows the carrier's colon. `words` is it taken apart: a command's words, a module and
    its attribute, or the one URL.
    """

    carrier: Carrier
    address: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        """
        The target as `parse_target` reads it.
        """
        return f"{self.carrier.value}:{self.address}"


def parse_target(text: str) -> Target:
    """
    The target that `text` names; raises `UsageError`, with the nearest known form, for any other text.
    """
    name, colon, address = text.partition(":")
    if not colon or name not in list(Carrier):
        raise UsageError(f"The target {text!r} names no known carrier.", cure=_nearest_form(text, name))
    carrier = Carrier(name)
    address = address.strip()
    return Target(carrier=carrier, address=address, words=_SPLITTERS[carrier](address))


def command_words(command: str, *, what: str) -> tuple[str, ...]:
    """
    The words of a command line, split as a shell splits them; `what` names the place it was given.
    """
    if "\0" in command:
        raise UsageError(f"{what} holds a NUL character, which no command line can.", cure="Remove it.")
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        cure = "Close every quote, and write \\\\ for a backslash."
        raise UsageError(f"{what} {command!r} cannot be split into words: {error}.", cure=cure) from error
    if not words or not words[0]:
        raise UsageError(f"{what} names no program.", cure="Name one, as in 'node bridge.mjs'.")
    return words


def check_url(address: str, *, what: str) -> None:
    """
    Raises `UsageError` unless the address is an http URL with a host and a port, be it `{port}`.
    """
    try:
        url = urlsplit(address.replace("{port}", "0"))
        usable = url.scheme == "http" and bool(url.hostname) and url.port is not None
    except ValueError:
        usable = False
    if not usable or not address.isascii() or any(character.isspace() for character in address):
        cure = "Write it as in http://127.0.0.1:{port}/chat; {port} stands for a free port."
        raise UsageError(f"{what} is no http URL with a host and a port.", cure=cure)


def _nearest_form(text: str, name: str) -> str:
    if name in {"http", "https"}:
        return f"Did you mean 'webhook:{text}'?"
    near = difflib.get_close_matches(name.strip().lower(), list(Carrier), n=1, cutoff=0.5)
    if near and ":" in text:
        return f"Did you mean '{near[0]}:{text.partition(':')[2]}'?"
    return f"Write {_FORMS}."


def _split_stdio(address: str) -> tuple[str, ...]:
    return command_words(address, what="The command of a stdio: target")


def _split_python(address: str) -> tuple[str, ...]:
    module, _, attribute = address.partition(":")
    names = [*module.split("."), *attribute.split(".")]
    if not all(name.isidentifier() for name in names):
        raise UsageError(
            f"The target 'python:{address}' does not name a module and an attribute of it.",
            cure="Write python:MODULE:ATTRIBUTE, as in python:acme.bridge:Bridge.",
        )
    return module, attribute


def _split_webhook(address: str) -> tuple[str, ...]:
    check_url(address, what=f"The target 'webhook:{address}'")
    return (address,)


_SPLITTERS: Mapping[Carrier, Callable[[str], tuple[str, ...]]] = {
    Carrier.STDIO: _split_stdio,
    Carrier.PYTHON: _split_python,
    Carrier.WEBHOOK: _split_webhook,
}
