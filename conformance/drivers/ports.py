"""
Ports for services that are launched: free ones, each given to one service at a time.
"""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from conformance.errors import TargetUnusable

_RANGE = range(20_000, 32_768)
"""Below what systems number connections from: none of those takes a port before its service does."""

_TRIES = 200
_lock = threading.Lock()
_taken: set[int] = set()


@contextmanager
def reserved_port(host: str) -> Iterator[int]:
    """
    A port of the host that nobody listens on, and that is not given to anybody else of ours meanwhile.

    Services side by side would otherwise now and then be told the same one, and hear each other's chat.
    Raises TargetUnusable where none is found.
    """
    port = _reserve(host)
    try:
        yield port
    finally:
        with _lock:
            _taken.discard(port)


def _reserve(host: str) -> int:
    with _lock:
        for _ in range(_TRIES):
            port = random.choice(_RANGE)
            if port not in _taken and _is_free(host, port):
                _taken.add(port)
                return port
    raise TargetUnusable(
        f"No free port was found on {host} for the service.", cure="Write a port that is free in the URL."
    )


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        try:
            listener.bind((host, port))
        except OSError:
            return False
        return True
