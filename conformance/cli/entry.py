"""
From arguments to an exit code: finds the verb, and turns everything that may go wrong into one clear line.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from typing import NoReturn

import click

from conformance.cli.verbs import COMMAND, Verbs
from conformance.errors import ConformanceError

INTERRUPTED = 130
_PIPE_CLOSED = 141


def run_command(arguments: Sequence[str]) -> int:
    """
    Runs the command and gives its exit code (`verbs.HELP`): 130 when it was broken off by Ctrl-C.
    """
    verbs = Verbs()
    try:
        with verbs.make_context(COMMAND, list(arguments)) as context:
            verbs.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except (KeyboardInterrupt, click.Abort) as stop:
        return _broken_off(stop)
    except BrokenPipeError:
        return _closed_pipe()
    except Exception as error:  # whatever is not raised on purpose is our own mistake, and is told as one
        return _failed(error, debug="--debug" in arguments)
    return 0


def _failed(error: Exception, *, debug: bool) -> int:
    """
    Tells what went wrong in one clear line and what to do about it. A traceback is shown on demand only.
    """
    if isinstance(error, click.ClickException):
        error.show()
        return 2
    text = "".join(traceback.format_exception(error))
    if debug:
        say(text)
    if not isinstance(error, ConformanceError) or error.exit_code == 5:
        return _our_mistake(error, text)
    say(f"Error: {error.what}")
    if error.cure:
        say(f"  {error.cure}")
    return error.exit_code


def _broken_off(stop: BaseException) -> int:
    from conformance.assessment import BrokenOff

    say("\nBroken off.")
    if isinstance(stop, BrokenOff) and stop.played:
        say(f"{stop.played} of {stop.total} scenarios are kept. Judge them: {COMMAND} judge {stop.record}")
    elif isinstance(stop, BrokenOff):
        say("No scenario had been played to its end, so nothing is kept.")
    return INTERRUPTED


def _our_mistake(error: Exception, text: str) -> int:
    """
    Says that the toolkit failed, and where the traceback lies.
    """
    with tempfile.NamedTemporaryFile(
        "w", prefix="chatlio-traceback-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(text)
    say(f"This is a mistake of the toolkit, not of your implementation: {type(error).__name__}: {error}")
    say(f"  Please report it, with the traceback in {file.name}")
    return 5


def _closed_pipe() -> int:
    """
    Whoever read our output has heard enough. Python would complain again when it closes the stream.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _PIPE_CLOSED


def say(text: str) -> None:
    """
    A line for the person at the keyboard, beside whatever standard output is used for.
    """
    click.echo(text, err=True)


def stop(code: int) -> NoReturn:
    """
    Ends the command with an exit code.
    """
    raise click.exceptions.Exit(code)
