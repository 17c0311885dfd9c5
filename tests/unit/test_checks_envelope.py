"""
Ids and times around an event: where exactly right ends and wrong begins.
"""

from __future__ import annotations

import datetime as dt

import attrs
import pytest

from conformance.chat.script import START
from conformance.model import Finding, Status, format_time
from conformance.record import ScenarioRecord
from conformance.reference import STARTED
from tests.unit import toys
from tests.unit.toys import NOW, Call, judged, ordinary, played, verdict

ARRIVED = NOW + dt.timedelta(seconds=1)
"""When the one request of a record made by hand is taken in."""


def first_with(name: str = "toy", /, **members: object) -> ScenarioRecord:
    """
    An ordinary conversation, whose Started has other members; None leaves one out.
    """

    def change(call: Call) -> Call:
        if call["event"] != STARTED:
            return call
        return {key: value for key, value in {**call, **members}.items() if value is not None}

    return played(ordinary(name), change=change)


def found(requirement: str, *records: ScenarioRecord) -> tuple[Finding, ...]:
    """
    What is found against a requirement.
    """
    return verdict(judged(*records), requirement).findings


# --- ids


@pytest.mark.parametrize(("length", "status"), [(100, Status.PASSED), (101, Status.FAILED)])
def test_a_message_id_has_a_hundred_characters_at_most(length: int, status: Status) -> None:
    """
    A hundred are allowed.
    """
    assert verdict(judged(first_with(messageId="m" * length)), "ENVELOPE-02").status is status


def test_a_shared_id_is_told_with_the_other_event() -> None:
    """
    By its request, where that is of the same scenario, or else by the scenario.
    """
    own = toys.sent(ordinary())[0][1]["messageId"]
    (here,) = found("ENVELOPE-03", first_with(messageId=own))
    assert here.observed == (
        f'"{own}", which is also that of a different event of exchange 1; Segment drops the second'
    )
    assert here.message == 1
    (there,) = found("ENVELOPE-03", played(ordinary("before")), first_with(messageId=_id_in("before")))
    assert there.observed == (
        f'"{_id_in("before")}", which is also that of a different event of the scenario before;'
        " Segment drops the second"
    )


def _id_in(name: str) -> str:
    return str(toys.sent(ordinary(name))[0][0]["messageId"])


def test_the_same_event_again_is_no_other_event() -> None:
    """
    A scenario that is played twice says the same twice.
    """
    assert found("ENVELOPE-03", played(ordinary()), played(ordinary())) == ()


# --- times


@pytest.mark.parametrize(
    ("members", "exercised"),
    [
        ({"timestamp": None, "sentAt": None}, 4),
        ({"timestamp": None, "sentAt": None, "originalTimestamp": "2026-03-01T10:00:00Z"}, 5),
        ({"timestamp": None, "sentAt": "2026-03-01T10:00:00Z"}, 5),
        ({"sentAt": None}, 5),
    ],
)
def test_a_call_is_looked_at_for_any_time_of_its_own(members: dict[str, object], exercised: int) -> None:
    """
    One is enough; without any there is nothing to look at.
    """
    assert verdict(judged(first_with(**members)), "ENVELOPE-04").exercised == exercised


@pytest.mark.parametrize(
    ("milliseconds", "status"),
    [(1000, Status.PASSED), (-1000, Status.PASSED), (1001, Status.FAILED), (-1001, Status.FAILED)],
)
def test_a_timestamp_may_be_a_second_off(milliseconds: int, status: Status) -> None:
    """
    Not more, in neither direction.
    """
    said = format_time(START + dt.timedelta(milliseconds=milliseconds))
    assert verdict(judged(first_with(timestamp=said)), "ENVELOPE-05").status is status


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, ", when it was sent"), (-59.9, ", when it was sent"), (60, ""), (-60, "")]
)
def test_a_timestamp_of_the_sending_is_called_so(seconds: float, told: str) -> None:
    """
    Where it is less than a minute from the arrival.
    """
    said = format_time(ARRIVED + dt.timedelta(seconds=seconds))
    (finding,) = found("ENVELOPE-05", first_with(timestamp=said))
    assert finding.expected == f"`timestamp` {format_time(START)}, when it took place in the chat"
    assert finding.observed == f'"{said}"{told}'


@pytest.mark.parametrize(("seconds", "late"), [(60.0, False), (60.1, True)])
def test_an_event_is_late_after_a_minute(seconds: float, late: bool) -> None:
    """
    Then it has to say when it took place.
    """
    record = first_with(timestamp=None)
    (request,) = record.exchanges
    arrived = attrs.evolve(request, at=START + dt.timedelta(seconds=seconds))
    lacking = found("ENVELOPE-06", attrs.evolve(record, exchanges=(arrived,)))
    assert [finding.message for finding in lacking] == ([0] if late else [])
