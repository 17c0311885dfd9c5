"""
A repository under test may have a package `conformance` of its own; only one of the two can be imported.
"""

from __future__ import annotations

from pathlib import Path

import conformance


def neighbour(folder: Path) -> list[str]:
    """
    A line that says which package cannot be imported while ours is in use; none where there is no other.
    """
    other = folder / "conformance"
    ours = Path(conformance.__file__).parent
    if not (other / "__init__.py").is_file() or other.resolve() == ours.resolve():
        return []
    return [
        f"chatlio: the package {other} is hidden by the toolkit's own, as both are called `conformance`: "
        "rename it if a test cannot import it."
    ]
