"""
Cases: a scenario that offends a requirement, kept in a file by which anybody can play it again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from conformance.drivers import Target
from conformance.errors import EvidenceError
from conformance.model import Connection, Scenario, activity_from_json, activity_to_json
from conformance.record import ScenarioRecord, fault_from_json, fault_to_json
from conformance.runner import RunOptions, run_scenario
from conformance.spec import validator

FORMAT = 1
SCHEMA = "record/case"


@frozen(kw_only=True)
class Case:
    """
    A scenario and the requirement it offends, found with a seed against a target.

    `replays` says how often it was played again in a fresh process, `failures` in how many of those the
    requirement was offended. With fewer failures than replays the case is flaky, and says so.
    """

    scenario: Scenario
    requirement: str
    target: str
    seed: int
    replays: int = 0
    failures: int = 0

    @property
    def flaky(self) -> bool:
        """
        Whether it fails only sometimes.
        """
        return self.failures < self.replays


def write_case(path: Path, case: Case) -> None:
    """
    Writes the case as JSON, and the folders it lies in. Write keys are none of it: each run makes its own.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(case_to_json(case), ensure_ascii=False, indent=2)
    path.write_text(f"{text}\n", encoding="utf-8", errors="backslashreplace", newline="\n")


def read_case(path: Path) -> Case:
    """
    The case in a file. Raises EvidenceError where there is none, saying what is wrong with it.
    """
    try:
        members = json.loads(path.read_bytes())
    except OSError as fault:
        raise EvidenceError(
            f"The case {path} cannot be opened: {fault.strerror}.", cure="Check its name."
        ) from fault
    except ValueError as fault:
        raise EvidenceError(f"The case {path} is no JSON: {fault}.", cure=_CURE) from fault
    wrong = validator(SCHEMA).explain(members)
    if wrong:
        raise EvidenceError(f"{path} is no case of format {FORMAT}: {wrong[0]}.", cure=_CURE)
    return case_from_json(members)


def replay(target: Target, path: Path, *, options: RunOptions | None = None) -> ScenarioRecord:
    """
    Plays exactly the case in the file to a fresh process of the target; the record names the file.
    """
    record = run_scenario(read_case(path).scenario, target, options=options)
    return attrs.evolve(record, case=str(path))


def case_to_json(case: Case) -> dict[str, Any]:
    """
    The case as its file has it.
    """
    scenario = case.scenario
    return {
        "format": FORMAT,
        "requirement": case.requirement,
        "target": case.target,
        "seed": case.seed,
        "replays": case.replays,
        "failures": case.failures,
        "scenario": {
            "name": scenario.name,
            "purpose": scenario.purpose,
            "pace": scenario.pace,
            "connections": [_connection_to_json(connection) for connection in scenario.connections],
            "faults": [fault_to_json(fault) for fault in scenario.faults],
        },
    }


def case_from_json(members: Mapping[str, Any]) -> Case:
    """
    The case that a JSON object of the schema `record/case` stands for.
    """
    scenario = members["scenario"]
    return Case(
        requirement=members["requirement"],
        target=members["target"],
        seed=members["seed"],
        replays=members["replays"],
        failures=members["failures"],
        scenario=Scenario(
            name=scenario["name"],
            purpose=scenario["purpose"],
            pace=scenario["pace"],
            connections=tuple(_connection_from_json(each) for each in scenario["connections"]),
            faults=tuple(fault_from_json(fault) for fault in scenario["faults"]),
        ),
    )


_CURE = "Give a file that `run` saved beside its report for a generated case."


def _connection_to_json(connection: Connection) -> dict[str, Any]:
    return {
        "region": connection.region,
        "write_key": connection.write_key,
        "flush": connection.flush,
        "activities": [activity_to_json(activity) for activity in connection.activities],
    }


def _connection_from_json(members: Mapping[str, Any]) -> Connection:
    return Connection(
        region=members["region"],
        write_key=members["write_key"],
        flush=members["flush"],
        activities=tuple(activity_from_json(each) for each in members["activities"]),
    )
