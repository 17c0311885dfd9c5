"""
The table of settings: each described once, whatever is made of the description.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import frozen

from conformance.model.requirements import Basis, Profile

TABLE = "chatlio-conformance"
"""The table's name under `[tool]` in pyproject.toml."""

PREFIX = "CHATLIO_"
"""What every environment variable of ours begins with."""


class Kind(enum.StrEnum):
    """
    What a setting's value is.
    """

    TEXT = "text"
    WORDS = "words"
    CHOICE = "choice"
    FLAG = "flag"
    INTEGER = "integer"
    NUMBER = "number"
    PATH = "path"


@frozen(kw_only=True)
class Key:
    """
    One setting: what it is called, what it may be, and what it is for.

    `name` is the field of `Configuration` and, with dashes, the key in the file. `singular` is the word of
    the option and of the environment variable where it differs: `--report` may be repeated, `reports` is a
    list. `least` is the smallest number allowed.
    """

    name: str
    kind: Kind
    help: str
    default: Any = None
    singular: str = ""
    choices: tuple[str, ...] = ()
    metavar: str = ""
    least: float | None = None

    @property
    def in_file(self) -> str:
        """
        The key in `[tool.chatlio-conformance]`.
        """
        return self.name.replace("_", "-")

    @property
    def option(self) -> str:
        """
        The option's word without its dashes; pytest's has `chatlio-` before it.
        """
        return self.singular or self.in_file

    @property
    def variable(self) -> str:
        """
        The environment variable. A list is written with commas there.
        """
        return PREFIX + self.option.replace("-", "_").upper()


KEYS: tuple[Key, ...] = (
    Key(
        name="target",
        kind=Kind.TEXT,
        metavar="TARGET",
        help="The implementation to judge: stdio:COMMAND, python:MODULE:ATTRIBUTE or webhook:URL.",
    ),
    Key(
        name="launch",
        kind=Kind.TEXT,
        metavar="COMMAND",
        help="The command that starts the service behind a webhook: target.",
    ),
    Key(
        name="flush_url",
        kind=Kind.TEXT,
        metavar="URL",
        help="Where to ask a webhook: target to flush; without it, silence is waited for.",
    ),
    Key(
        name="intercept",
        kind=Kind.FLAG,
        default=False,
        help="Catch what is sent to Segment's real hosts, for what cannot be pointed elsewhere.",
    ),
    Key(
        name="proxy_port",
        kind=Kind.INTEGER,
        default=0,
        least=0,
        metavar="PORT",
        help="The port of the proxy of --intercept; 0 is any free one.",
    ),
    Key(
        name="allow_hosts",
        singular="allow-host",
        kind=Kind.WORDS,
        default=(),
        metavar="HOST",
        help="A host besides Segment's that may be dialled under --intercept; it is refused all the same.",
    ),
    Key(
        name="profile",
        kind=Kind.CHOICE,
        default=Profile.CHATLIO.value,
        choices=tuple(profile.value for profile in Profile),
        help="Whose rules hold: the Chatlio page's, or those of the Live Chat specification alone.",
    ),
    Key(
        name="fail_on",
        kind=Kind.CHOICE,
        default="must",
        choices=("must", "should", "may", "none"),
        help="The lowest level whose failure makes the whole not conformant.",
    ),
    Key(
        name="select",
        kind=Kind.WORDS,
        default=(),
        metavar="ID",
        help="Judge only this requirement (EVENT-03) or chapter (EVENT).",
    ),
    Key(
        name="basis",
        kind=Kind.CHOICE,
        default="",
        choices=tuple(basis.value for basis in Basis),
        help="Judge only requirements that rest on this: documented is the strictest reading.",
    ),
    Key(
        name="budget",
        kind=Kind.CHOICE,
        default="standard",
        choices=("quick", "standard", "exhaustive"),
        help="How much to play: quick leaves out the scenarios that have to wait for retries.",
    ),
    Key(
        name="scenarios",
        singular="scenario",
        kind=Kind.WORDS,
        default=(),
        metavar="NAME",
        help="Play only this named scenario.",
    ),
    Key(
        name="seed", kind=Kind.INTEGER, default=0, least=0, help="The seed of write keys and generated chats."
    ),
    Key(
        name="replay",
        kind=Kind.PATH,
        metavar="FILE",
        help="Play only the case in this file, which a finding in a generated chat names.",
    ),
    Key(
        name="max_time",
        kind=Kind.NUMBER,
        default=120.0,
        least=0,
        metavar="SECONDS",
        help="How long the budget exhaustive may go on generating chats.",
    ),
    Key(
        name="reports",
        singular="report",
        kind=Kind.WORDS,
        default=(),
        metavar="FORMAT[=PATH]",
        help="Write this report: html, json, text, junit, sarif, markdown or badge. PATH - is the terminal.",
    ),
    Key(
        name="record",
        kind=Kind.PATH,
        metavar="FILE",
        help="Keep the evidence here, to be judged again later. It holds the write keys that were used.",
    ),
    Key(
        name="baseline",
        kind=Kind.PATH,
        metavar="FILE",
        help="Known failures, each with its reason and expiry; only new ones count.",
    ),
    Key(
        name="update_baseline",
        kind=Kind.FLAG,
        default=False,
        help="Write the baseline anew from what failed this time.",
    ),
    Key(
        name="warehouse",
        kind=Kind.TEXT,
        metavar="URL",
        help="Load the tables into this database: duckdb:FILE or postgresql://…",
    ),
    Key(
        name="allow_inconclusive",
        kind=Kind.FLAG,
        default=False,
        help="Count it as success when nothing failed and something could not be judged.",
    ),
    Key(
        name="workers",
        kind=Kind.INTEGER,
        least=1,
        metavar="N",
        help="Scenarios played side by side; by default 2, or 1 for a python: target.",
    ),
    *(
        Key(
            name=f"{method}_timeout",
            kind=Kind.NUMBER,
            default=seconds,
            least=0,
            metavar="SECONDS",
            help=f"How long the implementation may take over {what}.",
        )
        for method, seconds, what in (
            ("initialize", 30.0, "initialize"),
            ("activity", 10.0, "one activity"),
            ("flush", 60.0, "a flush"),
            ("shutdown", 30.0, "its shutdown"),
        )
    ),
    Key(
        name="quiet",
        kind=Kind.NUMBER,
        default=0.5,
        least=0,
        metavar="SECONDS",
        help="How long a webhook: target must have left Segment alone to count as flushed.",
    ),
)
"""Every setting, in the order in which help and docs tell of them."""

BY_NAME: Mapping[str, Key] = MappingProxyType({key.name: key for key in KEYS})


def configuration_schema() -> dict[str, Any]:
    """
    The JSON Schema (2020-12) of `[tool.chatlio-conformance]`.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"[tool.{TABLE}] in pyproject.toml",
        "type": "object",
        "additionalProperties": False,
        "properties": {key.in_file: _schema_of(key) for key in KEYS},
    }


def _schema_of(key: Key) -> dict[str, Any]:
    types: Mapping[Kind, dict[str, Any]] = {
        Kind.WORDS: {"type": "array", "items": {"type": "string"}},
        Kind.CHOICE: {"enum": list(dict.fromkeys((*key.choices, key.default)))},
        Kind.FLAG: {"type": "boolean"},
        Kind.INTEGER: {"type": "integer"},
        Kind.NUMBER: {"type": "number"},
        Kind.PATH: {"type": "string", "minLength": 1},
    }
    default = list(key.default) if isinstance(key.default, tuple) else key.default
    return {
        "description": key.help,
        **types.get(key.kind, {"type": "string"}),
        **({"minimum": key.least} if key.least is not None else {}),
        **({"default": default} if default not in (None, "") else {}),
    }
