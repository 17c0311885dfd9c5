"""
The line that shows a failure again under pytest.
"""

from __future__ import annotations

import shlex

from conformance.configuration import KEYS, Configuration, Kind

_OF_ANOTHER_RUN = frozenset({"select", "reports", "record", "baseline", "update_baseline", "warehouse"})
"""Settings that say what is made of a run and not what it is: the line has none of them."""


def reproduction(configuration: Configuration, requirement: str) -> str:
    """
    The command that plays the same scenarios under the same settings and looks at one requirement.
    """
    words = ["pytest"]
    for key in KEYS:
        value = getattr(configuration, key.name)
        if key.name in _OF_ANOTHER_RUN or value == key.default:
            continue
        option = f"--chatlio-{key.option}"
        for each in value if key.kind is Kind.WORDS else (value,):
            words.append(option if key.kind is Kind.FLAG else f"{option}={each}")
    return shlex.join([*words, f"chatlio::{requirement}"])
