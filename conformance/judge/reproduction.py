"""
The one line that shows a finding again.
"""

from __future__ import annotations

import shlex

from conformance.model import Finding
from conformance.record import Header

ARCHIVE = "archive"
"""The budget of a record that was read from a raw archive: it cannot be run again, only judged."""


def reproduction(header: Header, finding: Finding, profile: str, *, across: bool, case: str = "") -> str:
    """
    The command that runs the finding's scenario against the same target and judges the same requirement.

    `across` findings compare scenarios, so that all of them are run again. `case` is the file of a scenario
    that has no name to be run by.
    """
    verb = "judge" if header.budget == ARCHIVE else "run"
    words = ["chatlio-conformance", verb, *header.options, header.target]
    if case and verb == "run":
        words += ["--replay", case]
    elif finding.scenario and verb == "run" and not across:
        words += ["--scenario", finding.scenario]
    words += ["--select", finding.requirement]
    if profile != "chatlio":
        words += ["--profile", profile]
    return shlex.join(words)
