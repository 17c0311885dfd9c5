"""
Where the specification's files lie, in a checkout and in an installed package, and how they are read.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from conformance.errors import ToolkitError


def schemas_root() -> Path:
    """
    The folder of the schemas, the catalogue and the regions.

    An installed wheel carries it inside the package, a checkout beside it. Raises ToolkitError where
    there is neither.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_schemas", package.parent / "schemas"):
        if folder.is_dir():
            return folder
    raise ToolkitError(
        f"The schemas are missing: neither {package / '_schemas'} nor {package.parent / 'schemas'} is there.",
        cure="Install the package again.",
    )


def read_toml(name: str) -> dict[str, Any]:
    """
    The contents of one TOML file of the specification, such as `regions.toml`.
    """
    with (schemas_root() / name).open("rb") as file:
        return tomllib.load(file)
