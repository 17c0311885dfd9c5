"""
The named scenarios in the order they are run: plain ones first, where a mistake shows most simply.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from conformance.chat import conversations, deliveries
from conformance.errors import UsageError
from conformance.model import Scenario

SCENARIOS: tuple[Scenario, ...] = (
    conversations.first_message(),
    conversations.full_conversation(),
    conversations.no_agent_yet(),
    conversations.two_visitors(),
    conversations.returning_visitor(),
    conversations.identified_midway(),
    conversations.identified_before(),
    conversations.hand_over(),
    conversations.agents_of_one_name(),
    conversations.behind_the_scenes(),
    conversations.only_looking(),
    conversations.ended_by_visitor(),
    conversations.ended_by_agent(),
    conversations.never_ended(),
    conversations.long_conversation(),
    deliveries.unusual_texts(),
    deliveries.long_texts(),
    deliveries.burst(),
    deliveries.slow_chat(),
    deliveries.delivered_twice(),
    deliveries.two_connections(),
    deliveries.rotated_write_key(),
    deliveries.full_buffer(),
    deliveries.eu_workspace(),
    deliveries.unknown_region(),
    deliveries.missing_write_key(),
)

BUDGETS = ("quick", "standard", "exhaustive")


def scenario(name: str) -> Scenario:
    """
    The scenario of that name. Raises UsageError, naming the nearest, when there is none.
    """
    for known in SCENARIOS:
        if known.name == name:
            return known
    names = [known.name for known in SCENARIOS]
    raise UsageError(
        f"There is no scenario {name!r}.", cure=_nearest(name, names, "chatlio-conformance list scenarios")
    )


def for_budget(budget: str) -> tuple[Scenario, ...]:
    """
    The scenarios that a budget has time for: `quick` leaves out those that have to wait for retries.

    Raises UsageError, naming the nearest, for an unknown budget.
    """
    if budget not in BUDGETS:
        raise UsageError(f"There is no budget {budget!r}.", cure=_nearest(budget, BUDGETS, ""))
    return tuple(known for known in SCENARIOS if budget != "quick" or not known.waits)


def _nearest(word: str, known: Sequence[str], command: str) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.4)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"`{command}` names them." if command else f"Choose one of {', '.join(known)}."
