"""
The line that shows a failure again, as pytest takes it.
"""

from __future__ import annotations

import shlex


def under_pytest(command: str, target: str) -> str:
    """
    What `chatlio-conformance run …` is called under pytest: the same settings, as options of the plugin's.
    """
    words = shlex.split(command)[2:]
    return shlex.join(["pytest", *(_word(word, target) for word in words)])


def _word(word: str, target: str) -> str:
    if word == target:
        return f"--chatlio-target={word}"
    return f"--chatlio-{word[2:]}" if word.startswith("--") else word
