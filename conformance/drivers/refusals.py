"""
The three refusals of the driver protocol, by whatever name a carrier gives them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from conformance.drivers.log import quoted
from conformance.errors import Refusal, RegionUnsupported, Unsupported, WriteKeyMissing
from conformance.masking import mask
from conformance.model import Settings
from conformance.spec import supports_chatlio


def refusal(name: object, message: str, data: Mapping[str, Any], keys: Iterable[str]) -> Refusal | None:
    """
    The refusal called `name` (its code, its name on the wire, or its class's), or None where it is none.

    `message` is the implementation's own, `data` may hold `feature` and `issue_url`; `keys` are masked.
    """
    keys = tuple(keys)
    if name in _names(RegionUnsupported):
        return RegionUnsupported(_said(message, RegionUnsupported, keys))
    if name in _names(WriteKeyMissing):
        return WriteKeyMissing(_said(message, WriteKeyMissing, keys))
    if name in _names(Unsupported):
        feature, issue_url = (mask(str(data.get(each) or ""), keys) for each in ("feature", "issue_url"))
        return Unsupported(_said(message, Unsupported, keys), feature=feature, issue_url=issue_url)
    return None


def declined(error: BaseException, keys: Iterable[str]) -> Refusal | None:
    """
    The refusal that an exception is, be it ours or one of the target's own by the same name.
    """
    data = {name: getattr(error, name, "") for name in ("feature", "issue_url")}
    found = (refusal(kind.__name__, str(error), data, keys) for kind in type(error).__mro__)
    return next((each for each in found if each is not None), None)


def refusal_in_log(log: str, settings: Settings, keys: Iterable[str]) -> Refusal | None:
    """
    The refusal that a program left in its log when it ended rather than connect under these settings.

    It has to name what it ended over: the region, where that is one the source does not support, or the write
    key, where there is none. None where the settings are in order, or the log is silent about them.
    """
    keys = tuple(keys)
    if not supports_chatlio(settings.workspace.region):
        line = _line_with(rf"(?<![^\W_]){re.escape(settings.workspace.region)}(?![^\W_])", log)
        return RegionUnsupported(_said(line, RegionUnsupported, keys)) if line else None
    if not settings.source.write_key:
        line = _line_with(r"write[ _-]?key", log)
        return WriteKeyMissing(_said(line, WriteKeyMissing, keys)) if line else None
    return None


def way_to_refuse(settings: Settings) -> str:
    """
    What a program that ended under these settings has to log for that to be a refusal; empty if none is due.
    """
    if not supports_chatlio(settings.workspace.region):
        return f"If it declines this workspace, let its log name the region {settings.workspace.region!r}."
    return "" if settings.source.write_key else "If it misses the write key, let its log say so."


def _line_with(pattern: str, log: str) -> str:
    """
    The last line of a log that the pattern is found in, in whatever case; empty when there is none.
    """
    found = (line.strip() for line in reversed(log.splitlines()) if re.search(pattern, line, re.IGNORECASE))
    return next(found, "")


def _names(kind: type[Refusal]) -> tuple[object, ...]:
    return kind.code, kind.name, kind.__name__


def _said(message: str, kind: type[Refusal], keys: tuple[str, ...]) -> str:
    """
    What the implementation said, naming the refusal where it did not itself.
    """
    said = mask(message, keys).strip()
    if not said or said == kind.name:
        return kind.name
    # What a terminal would obey, or no encoding could hold, is shown escaped.
    said = said if said.isprintable() else quoted(said, keys)
    return said if kind.name in said else f"{kind.name}: {said}"
