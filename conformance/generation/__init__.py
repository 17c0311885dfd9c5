"""
Generated runs: chats and faults that nobody thought of, made smaller until a person can read them.

`explore` plays generated scenarios to a target, looks for one that offends a requirement, reduces it to the
fewest activities and faults that still offend the same one, and plays that again in fresh processes. What it
finds is evidence like that of any named scenario, and a case on disk by which it can be shown again.
Hypothesis is the engine; it is imported when an exploration begins, and none of its settings are changed.
"""

from conformance.generation.cases import Case, read_case, replay, write_case
from conformance.generation.exploring import explore
from conformance.generation.offences import UNUSABLE, offences
from conformance.generation.values import Exploration, Explored, rate

__all__ = [
    "UNUSABLE",
    "Case",
    "Exploration",
    "Explored",
    "explore",
    "offences",
    "rate",
    "read_case",
    "replay",
    "write_case",
]
