"""
Mutants that dial the wrong hosts, or the right ones in the open.

In process there is no dialling of real hosts. These are run like all others, and their records then say what
an interception would have written down; that it does is proved by the tests of the interception.
"""

from __future__ import annotations

import attrs

from conformance.record import ScenarioRecord
from tests.mutants.bridge import Change
from tests.mutants.mutant import Mutant


def _in_the_open(record: ScenarioRecord) -> ScenarioRecord:
    """
    Every request came to Segment's host by plain HTTP.
    """
    exchanges = tuple(attrs.evolve(exchange, secure=False) for exchange in record.exchanges)
    return attrs.evolve(record, intercepted=True, exchanges=exchanges)


def _elsewhere_too(record: ScenarioRecord) -> ScenarioRecord:
    """
    Every request went to another host as well.
    """
    secure = tuple(attrs.evolve(exchange, secure=True) for exchange in record.exchanges)
    last = max((exchange.sequence for exchange in secure), default=0)
    copies = tuple(
        attrs.evolve(exchange, endpoint="collector.example", sequence=last + number, kept=False)
        for number, exchange in enumerate(secure, start=1)
    )
    return attrs.evolve(record, intercepted=True, exchanges=secure + copies)


MUTANTS = (
    Mutant(
        name="plain-http",
        line="Transport: Segment dialled by plain HTTP",
        violates=("TRANSPORT-10",),
        change=Change(),
        recorded=_in_the_open,
    ),
    Mutant(
        name="another-collector",
        line="Transport: chat data sent to a third party",
        violates=("REGION-06",),
        change=Change(),
        recorded=_elsewhere_too,
    ),
)
