"""
Drive an implementation of any kind through one contract: `parse_target`, `open_target`, and four methods.
"""

from conformance.drivers.contract import Driver, Limits, OpenTarget
from conformance.drivers.opening import open_target
from conformance.drivers.target import Carrier, Target, command_words, parse_target

__all__ = [
    "Carrier",
    "Driver",
    "Limits",
    "OpenTarget",
    "Target",
    "command_words",
    "open_target",
    "parse_target",
]
