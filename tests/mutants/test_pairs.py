"""
Two faults at once: one may hide what the other does, but never that something is wrong.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

import attrs
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from conformance.errors import Refusal
from conformance.judge import Criteria, judge
from conformance.model import Outcome, Scenario, Status
from conformance.record import ScenarioRecord
from tests.mutants import stage
from tests.mutants.bridge import Bridge, Call, Change, QuickOutbox
from tests.mutants.mutant import Mutant
from tests.mutants.table import MUTANTS
from tests.unit import toys

PLAIN = Change()
AS_IT_IS = attrs.fields(Mutant).recorded.default


def is_spoken(mutant: Mutant) -> bool:
    """
    Whether the mutant is to be had without a socket: it says something wrong, and sends it as it should.
    """
    ordinary = mutant.scenarios == stage.ORDINARY and mutant.recorded is AS_IT_IS
    return ordinary and attrs.evolve(mutant.change, call=PLAIN.call) == PLAIN


SPOKEN = tuple(mutant for mutant in MUTANTS if is_spoken(mutant))


class Kept(QuickOutbox):
    """
    Keeps the calls that it is to deliver.
    """

    def __init__(self, endpoint: str, write_key: str) -> None:
        del endpoint, write_key
        self.calls: list[Call] = []

    def put(self, call: Mapping[str, Any]) -> None:
        """
        Keeps a call.
        """
        self.calls.append(dict(call))

    def flush(self) -> None:
        """
        Has nothing to wait for.
        """

    def close(self) -> None:
        """
        Has nothing to end.
        """


def recorded(scenario: Scenario, change: Change) -> ScenarioRecord:
    """
    What the reference with this change would have sent in a scenario.
    """
    bridge, batches = Bridge(attrs.evolve(change, outbox=Kept)), []
    for number, connection in enumerate(scenario.connections, start=1):
        with contextlib.suppress(Refusal):
            bridge.initialize(toys.settings_of(scenario, connection, number))
        outbox = bridge.connected
        for activity in connection.activities:
            bridge.activity(activity)
        batches.append(outbox.calls if isinstance(outbox, Kept) else [])
    return toys.played(scenario, batches)


def both(first: Mutant, second: Mutant) -> Change:
    """
    One change after the other, to every call.
    """
    return Change(
        call=lambda bridge, activity, call: second.change.call(
            bridge, activity, first.change.call(bridge, activity, call)
        )
    )


@given(st.sampled_from(SPOKEN), st.sampled_from(SPOKEN))
@settings(max_examples=100)
def test_two_faults_are_never_none(first: Mutant, second: Mutant) -> None:
    """
    Whatever either makes of the other, no check crashes over it, and it is not found conformant.
    """
    assume(first is not second)
    try:
        records = [recorded(scenario, both(first, second)) for scenario in stage.ORDINARY]
    except (KeyError, TypeError, ValueError):
        assume(False)  # the second fault cannot be made of what the first one leaves
    judgement = judge(toys.HEADER, records, Criteria(fail_on="may"))
    assert Status.ERROR not in {verdict.status for verdict in judgement.verdicts}
    assert judgement.outcome is Outcome.NOT_CONFORMANT


def test_there_are_many_to_be_paired() -> None:
    """
    Most mutants are wrong in what they say.
    """
    assert len(SPOKEN) > 90
