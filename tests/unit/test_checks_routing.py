"""
Whether events flow to every destination that is connected.
"""

from __future__ import annotations

import pytest

from tests.unit.toys import judged, ordinary, played, verdict

ALL, WAREHOUSES = "All", "Warehouses"


@pytest.mark.parametrize(
    ("integrations", "off"),
    [
        ({}, []),
        ({"All": True}, []),
        ({"all": False}, []),
        ({"Mixpanel": False}, []),
        ({"Warehouses": {"all": True}}, []),
        ({"Warehouses": {}}, []),
        ({"Warehouses": {"ALL": False, "warehouseIds": []}}, []),
        (None, []),
        ("off", []),
        ({"All": False}, [ALL]),
        ({"All": False, "Mixpanel": True}, [ALL]),
        ({"Warehouses": False}, [WAREHOUSES]),
        ({"Warehouses": {"all": False}}, [WAREHOUSES]),
        ({"All": False, "Warehouses": False}, [ALL, WAREHOUSES]),
    ],
)
def test_neither_all_destinations_nor_the_warehouses_are_switched_off(
    integrations: object, off: list[str]
) -> None:
    """
    One destination may be; each word that stands for many is told by itself.
    """
    record = played(ordinary(), change=lambda call: {**call, "integrations": integrations})
    found = verdict(judged(record), "ROUTING-01").findings
    assert [(each.expected, each.pointer) for each in found] == [
        (f"`integrations.{name}` on, or not there", f"/integrations/{name}") for name in off
    ]


def test_switching_off_each_by_its_name_is_switching_off_all() -> None:
    """
    It is told with the destinations there are; one that is left on is enough.
    """
    each = dict.fromkeys(("Amplitude", "Mixpanel", "Webhooks"), False)
    record = played(ordinary(), change=lambda call: {**call, "integrations": each})
    (finding,) = verdict(judged(record), "ROUTING-01").findings
    assert (
        finding.expected == "one at least of the workspace's destinations on (Amplitude, Mixpanel, Webhooks)"
    )
    assert finding.observed == ('`integrations` {"Amplitude":false,"Mixpanel":false,"Webhooks":false}')
    assert finding.pointer == "/integrations"
    one = played(ordinary(), change=lambda call: {**call, "integrations": {**each, "Mixpanel": {}}})
    assert verdict(judged(one), "ROUTING-01").findings == ()
