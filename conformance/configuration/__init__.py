"""
What a user may set, whichever face it is set through: one table, and one frozen value made from it.

The table (`KEYS`) is the only place where a setting is described. The options of the command and of pytest,
the environment variables, the table `[tool.chatlio-conformance]` of pyproject.toml, its schema and the docs
are made from it, so that the faces cannot drift apart. An option beats the environment, the environment the
file, and the file the default.
"""

from conformance.configuration.checking import checked
from conformance.configuration.keys import BY_NAME, KEYS, PREFIX, TABLE, Key, Kind, configuration_schema
from conformance.configuration.settings import Configuration, configure

__all__ = [
    "BY_NAME",
    "KEYS",
    "PREFIX",
    "TABLE",
    "Configuration",
    "Key",
    "Kind",
    "checked",
    "configuration_schema",
    "configure",
]
