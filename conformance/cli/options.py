"""
The command's options, made from the table of settings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from conformance.configuration import BY_NAME, KEYS, Key, Kind

REFERENCE = "python:conformance.reference:Reference"
"""The target that comes with the kit."""

Function = TypeVar("Function", bound=Callable[..., Any])

JUDGING = (
    "profile",
    "fail_on",
    "select",
    "basis",
    "reports",
    "baseline",
    "update_baseline",
    "warehouse",
    "allow_inconclusive",
)
"""The settings of a verb that judges evidence which is there already."""

DRIVING = (
    "launch",
    "flush_url",
    "intercept",
    "proxy_port",
    "allow_hosts",
    "quiet",
    "initialize_timeout",
    "activity_timeout",
    "flush_timeout",
    "shutdown_timeout",
)
"""The settings by which a target is driven."""

EVERY = tuple(key.name for key in KEYS if key.name != "target")


def settings(*names: str) -> Callable[[Function], Function]:
    """
    The options of these settings, and `--debug`, for a verb. Each is None, or empty, where it is not given.
    """

    def add(function: Function) -> Function:
        function = _DEBUG(function)
        for name in reversed(names):
            function = _option(BY_NAME[name])(function)
        return function

    return add


_DEBUG = click.option(
    "--debug", is_flag=True, expose_value=False, help="Show the traceback when something goes wrong."
)


def _option(key: Key) -> Callable[[Function], Function]:
    if key.kind is Kind.FLAG:
        words = f"--{key.option}/--no-{key.option}"
        return click.option(words, key.name, default=None, help=_help(key))
    return click.option(
        f"--{key.option}",
        key.name,
        type=_TYPES.get(key.kind, click.STRING),
        multiple=key.kind is Kind.WORDS,
        default=None,
        metavar=_metavar(key),
        help=_help(key),
    )


_TYPES: dict[Kind, click.ParamType[Any]] = {Kind.INTEGER: click.INT, Kind.NUMBER: click.FLOAT}


def _metavar(key: Key) -> str:
    # No click.Choice: the table's own check names the nearest word, whichever face or file it came by.
    return "|".join(key.choices) if key.choices else key.metavar or key.kind.value.upper()


def _help(key: Key) -> str:
    repeated = " May be repeated." if key.kind is Kind.WORDS else ""
    shown = key.default not in (None, "", (), False)
    default = f" [default: {key.default:g}]" if shown and isinstance(key.default, float) else ""
    return f"{key.help}{repeated}{default or (f' [default: {key.default}]' if shown else '')}"
