"""
Writes the table of settings into `chatlio_pytest.py`: `python -m tests.plugin.settings`.
"""

import subprocess
import sys
from pathlib import Path

from conformance.configuration import KEYS, Key

PLUGIN = Path(__file__).resolve().parents[2] / "chatlio_pytest.py"


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
    text = PLUGIN.read_text(encoding="utf-8")
    start, end = text.index("SETTINGS: "), text.index('"""\nThe rows of')
    rows = "\n".join(f"    {row(key)!r}," for key in KEYS)
    table = f"SETTINGS: tuple[tuple[str, str, str, str, str], ...] = (\n{rows}\n)\n"
    PLUGIN.write_text(text[:start] + table + text[end:], encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", PLUGIN], check=True)


if __name__ == "__main__":
    write()
