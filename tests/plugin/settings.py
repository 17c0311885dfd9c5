"""
Writes the settings into `chatlio_pytest/settings.py`: `python -m tests.plugin.settings`.
"""

import subprocess
import sys
from pathlib import Path

from conformance.configuration import KEYS, Key

MODULE = Path(__file__).resolve().parents[2] / "chatlio_pytest" / "settings.py"


def row(key: Key) -> tuple[str, str, str, str, str]:
    """
    What pytest's start needs to know of a setting.
    """
    shown = key.metavar or (f"{{{','.join(key.choices)}}}" if key.choices else "")
    return key.name, key.option, key.kind.value, shown, key.help


def write() -> None:
    """
    Replaces the table, and lays it out as the formatter does.
    """
    text = MODULE.read_text(encoding="utf-8")
    rows = "\n".join(f"    {row(key)!r}," for key in KEYS)
    table = f"SETTINGS: tuple[tuple[str, str, str, str, str], ...] = (\n{rows}\n)\n"
    MODULE.write_text(text[: text.index("SETTINGS: ")] + table, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", MODULE], check=True)


if __name__ == "__main__":
    write()
