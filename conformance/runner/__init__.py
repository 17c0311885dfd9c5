"""
The run: scenarios played to an implementation, before a mock Segment, and what happened as evidence.
"""

from conformance.runner.playing import run_scenario
from conformance.runner.running import header_for, run, unusable
from conformance.runner.values import Played, Progress, RunOptions

__all__ = ["Played", "Progress", "RunOptions", "header_for", "run", "run_scenario", "unusable"]
