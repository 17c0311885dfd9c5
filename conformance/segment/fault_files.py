"""
Fault schedules as people write them: a TOML file of `[[fault]]` tables, or the same as mappings.

    [[fault]]
    kind = "status"
    status = 503
    requests = 2

    [[fault]]
    kind = "hang"
    delay = 20.0
    region = "us"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from conformance.errors import UsageError
from conformance.model import Fault, FaultKind
from conformance.spec.names import unknown

_KINDS = tuple(kind.value for kind in FaultKind)
_MEMBERS: Mapping[str, tuple[type, ...]] = {
    "status": (int,),
    "headers": (dict,),
    "body": (str,),
    "delay": (int, float),
    "region": (str,),
    "start": (str,),
    "requests": (int,),
    "seconds": (int, float),
    "kept": (bool,),
}
"""The members of a fault beside its kind, and the types they may have."""

REGIONS = ("us", "eu", "both")


def read_faults(path: Path) -> tuple[Fault, ...]:
    """
    The schedule in a TOML file. Raises UsageError when it cannot be read, or names what there is not.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        what = f"The fault schedule {path} cannot be read: {fault.strerror}."
        raise UsageError(what, cure="Check its name and its permissions.") from fault
    except ValueError as fault:
        raise UsageError(f"The fault schedule {path} is no TOML: {fault}.", cure="Mend the line.") from fault
    tables = document.get("fault")
    if set(document) != {"fault"} or not isinstance(tables, list):
        raise UsageError(
            f"The fault schedule {path} holds something else than [[fault]] tables.",
            cure='Write one table a fault: [[fault]], kind = "status", status = 503, requests = 2.',
        )
    return faults_from(tables)


def faults_from(tables: Iterable[Mapping[str, Any]]) -> tuple[Fault, ...]:
    """
    The faults that mappings stand for. Raises UsageError, naming the nearest, for what there is not.

    `headers` is a mapping of names to values; `region` is `us` (the default), `eu` or `both`.
    """
    return tuple(_fault(table) for table in tables)


def _fault(table: Mapping[str, Any]) -> Fault:
    members = dict(table)
    kind = members.pop("kind", None)
    if kind not in _KINDS:
        raise unknown("fault", str(kind), _KINDS, where=f"There are {', '.join(_KINDS)}.")
    for name, value in members.items():
        _check(name, value)
    members["headers"] = tuple(members.get("headers", {}).items())
    if members.get("region") == "both":
        members["region"] = None
    fault = Fault(kind=FaultKind(kind), **members)
    taken = fault.kind is FaultKind.STATUS and fault.status == 200 and "kept" not in members
    return attrs.evolve(fault, kept=True) if taken else fault


def _check(name: str, value: object) -> None:
    if name not in _MEMBERS:
        raise unknown("member of a fault", name, _MEMBERS, where=f"There are kind, {', '.join(_MEMBERS)}.")
    allowed = _MEMBERS[name]
    if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
        wanted = " or ".join(kind.__name__ for kind in allowed)
        what = f"The `{name}` of a fault is {value!r}, which is no {wanted}."
        raise UsageError(what, cure="Mend that entry.")
    if name == "region" and value not in REGIONS:
        raise unknown("region of a fault", str(value), REGIONS, where=f"There are {', '.join(REGIONS)}.")
