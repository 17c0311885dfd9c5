"""
Where settings come from: options, the environment and pyproject.toml, and the one value they come to.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from conformance.configuration.checking import checked, did_you_mean
from conformance.configuration.keys import BY_NAME, KEYS, TABLE, Key, Kind
from conformance.errors import UsageError


@frozen(kw_only=True)
class Configuration:
    """
    Everything a user has set, checked. `KEYS` says what each field is for; times are in seconds.
    """

    target: str | None = None
    launch: str | None = None
    flush_url: str | None = None
    intercept: bool = False
    proxy_port: int = 0
    allow_hosts: tuple[str, ...] = ()
    profile: str = "chatlio"
    fail_on: str = "must"
    select: tuple[str, ...] = ()
    basis: str = ""
    budget: str = "standard"
    scenarios: tuple[str, ...] = ()
    seed: int = 0
    replay: Path | None = None
    max_time: float = 120.0
    reports: tuple[str, ...] = ()
    record: Path | None = None
    baseline: Path | None = None
    update_baseline: bool = False
    warehouse: str | None = None
    allow_inconclusive: bool = False
    workers: int | None = None
    initialize_timeout: float = 30.0
    activity_timeout: float = 10.0
    flush_timeout: float = 60.0
    shutdown_timeout: float = 30.0
    quiet: float = 0.5


def configure(
    options: Mapping[str, object] | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    in_file: bool = True,
    defaults: Mapping[str, object] | None = None,
) -> Configuration:
    """
    The configuration that options, environment and file come to, in that order of precedence.

    `options` are by field name; one that is None or an empty tuple was not given. The search for
    pyproject.toml begins in `folder` (the current one by default) and goes upwards, or is left out where not
    `in_file`. `defaults` are a face's own. Raises UsageError for an unknown key, naming the nearest, and for
    a value that its key does not take.
    """
    given: dict[str, Any] = dict(defaults or {})
    given |= file_settings(folder or Path.cwd()) if in_file else {}
    given |= environment_settings(os.environ if environment is None else environment)
    for name, value in (options or {}).items():
        if value is not None and value != ():
            given[name] = checked(BY_NAME[name], value, f"--{BY_NAME[name].option}")
    return Configuration(**given)


def environment_settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """
    What the environment sets, by field name. An empty variable sets nothing.
    """
    return {
        key.name: checked(key, _from_text(key, text), key.variable)
        for key in KEYS
        if (text := environment.get(key.variable))
    }


def file_settings(folder: Path) -> dict[str, Any]:
    """
    What the nearest pyproject.toml with our table sets, by field name; nothing where there is none.
    """
    for place in (folder, *folder.parents):
        path = place / "pyproject.toml"
        if path.is_file() and (table := _table(path)) is not None:
            return dict(_setting(path, word, value) for word, value in table.items())
    return {}


_FLAGS = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


def _from_text(key: Key, text: str) -> object:
    """
    What a variable's text stands for; text that stands for nothing is left as it is, to be refused.
    """
    match key.kind:
        case Kind.WORDS:
            return tuple(word.strip() for word in text.split(",") if word.strip())
        case Kind.FLAG:
            return _FLAGS.get(text.strip().lower(), text)
        case Kind.INTEGER | Kind.NUMBER:
            return _number(text, int if key.kind is Kind.INTEGER else float)
    return text


def _number(text: str, kind: type[int] | type[float]) -> object:
    try:
        return kind(text)
    except ValueError:
        return text


def _setting(path: Path, word: str, value: object) -> tuple[str, Any]:
    key = next((key for key in KEYS if word in (key.in_file, key.name)), None)
    if key is None:
        guess = did_you_mean(word, (key.in_file for key in KEYS))
        cure = f"{guess}`chatlio-conformance run --help` tells of every setting."
        raise UsageError(f"[tool.{TABLE}] in {path} has the key {word!r}, which is not known.", cure=cure)
    return key.name, checked(key, value, f"{key.in_file} in {path}")


def _table(path: Path) -> Mapping[str, Any] | None:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise UsageError(
            f"{path} cannot be read: {fault}.", cure="Mend the file, or take it away."
        ) from fault
    tool = document.get("tool")
    table = tool.get(TABLE) if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise UsageError(
            f"[tool.{TABLE}] in {path} is no table.", cure=f"Write [tool.{TABLE}] above its keys."
        )
    return table
