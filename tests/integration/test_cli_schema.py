"""
`schema`: the specification for other programs, and for Segment's own Protocols.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conformance.spec import schema, schema_names, tracking_plan
from tests.integration.command import command

EVENTS = [name for name in schema_names() if name.startswith("events/") and name != "events/properties"]


def rules() -> dict[str, Any]:
    """
    The plan's rules by the event each is for.
    """
    return {rule["key"]: rule["jsonSchema"] for rule in tracking_plan()["rules"]}


def test_schema_lists_them_all(tmp_path: Path) -> None:
    """
    Without a name every schema is listed with its title, and the tracking plan.
    """
    done = command("schema", folder=tmp_path)
    assert [line.split()[0] for line in done.stdout.splitlines()] == [*schema_names(), "tracking-plan"]


@pytest.mark.parametrize("name", ["events/message-sent", "tracking-plan"])
def test_schema_prints_what_is_named(name: str, tmp_path: Path) -> None:
    """
    What is printed is JSON, and nothing else.
    """
    done = command("schema", name, folder=tmp_path)
    expected = tracking_plan() if name == "tracking-plan" else schema(name)
    assert (done.returncode, json.loads(done.stdout)) == (0, expected)


def test_an_unknown_schema_names_the_nearest(tmp_path: Path) -> None:
    """
    In one line, with exit code 2.
    """
    done = command("schema", "events/mesage-sent", folder=tmp_path)
    assert done.returncode == 2
    assert "Did you mean events/message-sent?" in done.stderr


@pytest.mark.parametrize("name", EVENTS)
def test_the_plan_takes_what_the_schemas_take(name: str) -> None:
    """
    There is a rule for each event, valid draft-07, which holds the same properties to the same types.
    """
    document = schema(name)
    rule = rules()[document["properties"]["event"]["const"]]
    jsonschema.Draft7Validator.check_schema(rule)
    allowed = jsonschema.Draft7Validator(rule)
    for example in document["examples"]:
        assert allowed.is_valid(example)
        for spoilt in ({}, {**example["properties"], "conversation_duration": 45.5}):
            assert not allowed.is_valid({**example, "properties": spoilt})


def test_the_plan_has_a_rule_for_each_event_and_no_other() -> None:
    """
    Four events, four rules.
    """
    assert sorted(rules()) == sorted(schema(name)["properties"]["event"]["const"] for name in EVENTS)
