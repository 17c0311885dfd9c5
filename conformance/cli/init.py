"""
`chatlio-conformance init`: a starter in the user's repository, beside whatever is there.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import click

from conformance.cli.entry import say
from conformance.cli.options import REFERENCE
from conformance.configuration import TABLE
from conformance.errors import UsageError

_STARTER = Path(__file__).parent / "starter"


@click.command("init")
@click.argument("folder", default=".", type=click.Path(path_type=Path))
@click.option("--target", default=REFERENCE, metavar="TARGET", help="What is to be judged.")
def command(folder: Path, target: str) -> None:
    """
    Write a first test, the configuration and a workflow for GitHub into FOLDER, by default the current one.

    Nothing that is there is overwritten; what was left alone is said. Without --target the bundled reference
    implementation stands in for yours.

    \b
    Examples
      chatlio-conformance init
      chatlio-conformance init --target "stdio:node bridge.mjs"
    """
    from conformance.drivers import parse_target

    parse_target(target)
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder.", cure="Name the repository's folder, or make it first.")
    for line in started(folder, target):
        say(line)
    say("Now run `pytest`: it judges the target, and runs the first test.")


def started(folder: Path, target: str) -> list[str]:
    """
    Writes the starter, and says of each file what became of it. Raises UsageError where that cannot be done.
    """
    table = _template("pyproject.toml").format(target=json.dumps(target))
    try:
        return [
            _configured(folder / "pyproject.toml", table),
            _written(folder / "tests" / "test_live_chat.py", _template("test_live_chat.py")),
            _written(folder / ".github" / "workflows" / "chatlio.yml", _template("chatlio.yml")),
        ]
    except OSError as fault:
        cure = "Change its permissions, or name another folder."
        raise UsageError(f"{fault.filename} cannot be written: {fault.strerror}.", cure=cure) from fault


def _template(name: str) -> str:
    return (_STARTER / f"{name}.txt").read_text(encoding="utf-8")


def _written(path: Path, text: str) -> str:
    """
    Writes a file that is not there yet.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        return f"left alone  {path} (it is there already)"
    return f"wrote       {path}"


def _configured(path: Path, table: str) -> str:
    """
    Writes the configuration, or adds our table below what is there, unless there is one.
    """
    if not path.exists():
        return _written(path, table)
    text = path.read_text(encoding="utf-8")
    more = f"\n{table}" if text.endswith("\n") or not text else f"\n\n{table}"
    try:
        if TABLE in tomllib.loads(text).get("tool", {}):
            return f"left alone  {path} (it has [tool.{TABLE}] already)"
        tomllib.loads(text + more)
    except ValueError as fault:
        return f"left alone  {path} (it is not TOML one can add to: {fault}). It lacks:\n\n{table}"
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(more)
    return f"added to    {path} ([tool.{TABLE}], at its end)"
