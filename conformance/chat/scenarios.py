"""
The named scenarios in the order they are run: plain ones first, where a mistake shows most simply.
"""

from __future__ import annotations

from conformance.chat import conversations, deliveries, encores
from conformance.chat.fault_scenarios import FAULT_SCENARIOS
from conformance.model import Scenario
from conformance.spec.names import unknown

SCENARIOS: tuple[Scenario, ...] = (
    conversations.first_message(),
    conversations.full_conversation(),
    conversations.no_agent_yet(),
    conversations.two_visitors(),
    conversations.returning_visitor(),
    conversations.identified_midway(),
    conversations.identified_before(),
    conversations.known_beside_unknown(),
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
    encores.slow_typing(),
    encores.slow_pair(),
    deliveries.delivered_twice(),
    encores.twice_at_the_end(),
    deliveries.two_connections(),
    deliveries.rotated_write_key(),
    deliveries.full_buffer(),
    encores.last_words(),
    deliveries.eu_workspace(),
    deliveries.unknown_region(),
    deliveries.missing_write_key(),
    deliveries.write_key_removed(),
    encores.key_comes_late(),
    deliveries.moved_to_eu(),
    *FAULT_SCENARIOS,
)

BUDGETS = ("quick", "standard", "exhaustive")


def scenario(name: str) -> Scenario:
    """
    The scenario of that name. Raises UsageError, naming the nearest, when there is none.
    """
    for known in SCENARIOS:
        if known.name == name:
            return known
    names = (known.name for known in SCENARIOS)
    raise unknown("scenario", name, names, where="`chatlio-conformance list scenarios` shows them all.")


def for_budget(budget: str) -> tuple[Scenario, ...]:
    """
    The scenarios that a budget has time for: `quick` leaves out those that have to wait for retries.

    Raises UsageError, naming the nearest, for an unknown budget.
    """
    if budget not in BUDGETS:
        raise unknown("budget", budget, BUDGETS, where=f"There are {', '.join(BUDGETS)}.")
    return tuple(known for known in SCENARIOS if budget != "quick" or not known.waits)
