"""
Addresses of databases, as a user gives them and as they may be shown.
"""

from __future__ import annotations

import re
from pathlib import Path

from conformance.errors import UsageError
from conformance.spec.names import unknown

MEMORY = ":memory:"
PASSWORD = "[password]"

_FORMS = "Write duckdb:FILE, duckdb::memory: or postgresql://USER@HOST/DATABASE."
_SCHEMES = ("duckdb", "postgresql", "postgres")
_USER_PART = re.compile(r"(//[^:@/?#]*):.*@", re.DOTALL)
_PARAMETER = re.compile(r"(?i)([?&](?:ssl)?password=)[^&]*")


def scheme_of(url: str) -> str:
    """
    `duckdb` or `postgresql`. Raises UsageError, naming the nearest, for any other.
    """
    scheme, colon, rest = url.partition(":")
    if not colon or not rest.strip("/"):
        raise UsageError(f"{shown(url)!r} names no database.", cure=_FORMS)
    if scheme.lower() not in _SCHEMES:
        raise unknown("kind of database", scheme, _SCHEMES, where=_FORMS)
    return "duckdb" if scheme.lower() == "duckdb" else "postgresql"


def file_of(url: str) -> str:
    """
    The file behind `duckdb:`, as an absolute path, or `:memory:`. Its folder is made if it is missing.

    DuckDB takes a name such as `md:…` for a service elsewhere; an absolute path is always a file.
    """
    name = url.partition(":")[2]
    if name == MEMORY:
        return name
    path = Path(name).expanduser().absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        what = f"The folder of {path} cannot be made: {fault.strerror}."
        raise UsageError(what, cure="Name another place for the database.") from fault
    return str(path)


def shown(url: str) -> str:
    """
    The address without its password, for messages.
    """
    without = _USER_PART.sub(rf"\1:{PASSWORD}@", url)
    return _PARAMETER.sub(rf"\1{PASSWORD}", without)
