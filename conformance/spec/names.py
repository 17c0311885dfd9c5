"""
The nearest known name, for messages that ask "did you mean …?".
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from conformance.errors import UsageError


def nearest(name: str, known: Iterable[str]) -> str | None:
    """
    The known name that looks most like `name`, whatever its letter case; None when none is close.
    """
    folded = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(name.casefold(), folded, n=1)
    return folded[close[0]] if close else None


def unknown(kind: str, name: str, known: Iterable[str], *, where: str) -> UsageError:
    """
    The error for a name that is not known, with the nearest one that is.

    `kind` is what was looked for, such as "requirement"; `where` says how to see all of them.
    """
    guess = nearest(name, known)
    cure = f"Did you mean {guess}? {where}" if guess else where
    return UsageError(f"There is no {kind} {name!r}.", cure=cure)
