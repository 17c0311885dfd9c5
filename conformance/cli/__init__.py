"""
The command `chatlio-conformance`: one module per verb, each imported only when it is called.
"""

from __future__ import annotations

import sys


def main() -> None:
    """
    The command, with the arguments of this process; ends it with one of the documented exit codes.
    """
    from conformance.cli.entry import run_command

    sys.exit(run_command(sys.argv[1:]))


__all__ = ["main"]
