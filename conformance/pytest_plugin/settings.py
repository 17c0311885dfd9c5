"""
The configuration as pytest has it: its options, its ini keys, and what both faces share.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import pytest

from chatlio_pytest.settings import SETTINGS
from conformance.configuration import KEYS, Configuration, Key, Kind, checked, configure
from conformance.errors import UsageError

_REGISTERED = tuple(key for key in KEYS if key.name in {name for name, *_ in SETTINGS})
"""The settings that have an option of pytest: all of them, as a test holds."""


def configuration_of(config: pytest.Config) -> Configuration:
    """
    What the options, the environment and the files come to, in that order of precedence.

    Among the files pytest's own wins over `[tool.chatlio-conformance]`, being the nearer one here. Raises
    pytest.UsageError for a setting that cannot be. Hypothesis's own `--hypothesis-seed` seeds our generated
    chats as well, unless `--chatlio-seed` says otherwise.
    """
    with usage_errors():
        options = {"seed": _hypothesis_seed(config)}
        options |= _given({key.name: _option(config, key) for key in _REGISTERED})
        return configure({**_from_ini(config), **_given(options)}, folder=config.rootpath)


@contextlib.contextmanager
def usage_errors() -> Iterator[None]:
    """
    Turns an error that the user can mend into pytest's own kind, which is told without a traceback.
    """
    try:
        yield
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


def _option(config: pytest.Config, key: Key) -> Any:
    value = config.getoption(f"chatlio_{key.name}")
    return tuple(value) if isinstance(value, list) else value


def _hypothesis_seed(config: pytest.Config) -> int | None:
    """
    The seed that Hypothesis's plugin was given, where that is a number; None without it or the plugin.
    """
    seed = str(config.getoption("--hypothesis-seed", default=""))
    return int(seed) if seed.isdecimal() else None


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and value != ()}


def _from_ini(config: pytest.Config) -> dict[str, Any]:
    """
    What pytest's configuration file sets and no environment variable overrules.
    """
    found: dict[str, Any] = {}
    for key in _REGISTERED:
        name = f"chatlio_{key.name}"
        value = config.getini(name)
        if value not in (None, [], "") and not os.environ.get(key.variable):
            found[key.name] = checked(key, _read(key, value), name)
    return found


def _read(key: Key, value: Any) -> Any:
    """
    The value of an ini key; numbers come as text from the older pytests.
    """
    if isinstance(value, str) and key.kind in {Kind.INTEGER, Kind.NUMBER}:
        with contextlib.suppress(ValueError):
            return int(value) if key.kind is Kind.INTEGER else float(value)
    return value
