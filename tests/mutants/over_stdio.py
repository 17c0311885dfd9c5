"""
Any Python implementation as a program of its own: `python -m tests.mutants.over_stdio MODULE:ATTRIBUTE`.

An exception that is no refusal ends the process, as it would end most programs.
"""

from __future__ import annotations

import importlib
import json
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.errors import Refusal
from conformance.model import activity_from_json, implementation_to_json, settings_from_json

ROOT = Path(__file__).resolve().parents[2]


def program(implementation: str) -> str:
    """
    The implementation, as `module:attribute`, as a target in a process of its own.
    """
    command = [sys.executable, "-m", "tests.mutants.over_stdio", implementation]
    return f"stdio:{shlex.join(['env', f'PYTHONPATH={ROOT}', *command])}"


def answered(driven: Any, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """
    The members of the reply to one request.
    """
    try:
        match method:
            case "initialize":
                implementation = driven.initialize(settings_from_json(params))
                return {"result": {"implementation": implementation_to_json(implementation)}}
            case "activity":
                driven.activity(activity_from_json(params))
            case _:
                getattr(driven, method)()
    except Refusal as refusal:
        return {"error": {"code": refusal.code, "message": str(refusal)}}
    return {"result": {}}


def main() -> None:
    """
    Answers one request a line, until it is told to shut down.
    """
    module, _, attribute = sys.argv[1].partition(":")
    driven = getattr(importlib.import_module(module), attribute)()
    for line in sys.stdin:
        request = json.loads(line)
        reply = answered(driven, request["method"], request.get("params", {}))
        print(json.dumps({"jsonrpc": "2.0", "id": request["id"], **reply}), flush=True)
        if request["method"] == "shutdown":
            return


if __name__ == "__main__":
    main()
