"""
The run: scenarios played to an implementation, before a mock Segment, and what happened as evidence.
"""

from conformance.runner.running import header_for, numbered, run, unusable
from conformance.runner.stage import Stage, run_scenario
from conformance.runner.values import Played, Progress, RunOptions

__all__ = [
    "Played",
    "Progress",
    "RunOptions",
    "Stage",
    "header_for",
    "numbered",
    "run",
    "run_scenario",
    "unusable",
]
