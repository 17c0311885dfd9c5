"""
The chat's side of a run: a way to write down conversations, and the named ones that every run plays.
"""

from conformance.chat.scenarios import BUDGETS, SCENARIOS, for_budget, scenario
from conformance.chat.script import Conversation, Script

__all__ = ["BUDGETS", "SCENARIOS", "Conversation", "Script", "for_budget", "scenario"]
