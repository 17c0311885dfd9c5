"""
The verbs by name, and where each is: a verb's module is imported when it is called or asked for its help.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import MappingProxyType

import click

from conformance import __version__

COMMAND = "chatlio-conformance"

VERBS: Mapping[str, str] = MappingProxyType(
    {
        "run": "Play conversations to an implementation, judge it, and report.",
        "demo": "The same against the bundled reference implementation.",
        "doctor": "Find out why a target cannot be driven, or sends nothing.",
        "serve": "The mock Segment by itself, to be sent to by hand.",
        "judge": "Verdicts from evidence: records of ours, or raw Segment archives.",
        "report": "Any format from a saved judgement.",
        "explain": "A requirement: source, why it matters, how it is judged, how to mend it.",
        "list": "Requirements, scenarios, checks, mutants or report formats.",
        "schema": "JSON Schemas of events and messages; a tracking plan for Segment.",
        "init": "A first test, configuration and workflow in your repository.",
    }
)
"""The verbs in the order of the help. A verb is `command` in the module `conformance.cli.NAME`."""

HELP = f"""
Judge whether what reports a live chat to Segment does what Segment's Chatlio page promises.

\b
  {COMMAND} demo
  {COMMAND} doctor "stdio:node bridge.mjs"
  {COMMAND} run "stdio:node bridge.mjs"
  {COMMAND} run python:acme.bridge:Bridge --report html=out.html
  {COMMAND} explain EVENT-03

\b
Exit codes
  0  conformant
  1  not conformant, or a new finding or stale entry under a baseline
  2  an option, a file or the configuration cannot be used
  3  the target could not be driven to the end
  4  nothing failed, but something could not be judged
  5  the toolkit itself failed; please report it
"""


class Verbs(click.Group):
    """
    The command itself: knows its verbs by name alone, so that `--help` is quick.
    """

    def __init__(self) -> None:
        super().__init__(
            COMMAND,
            help=HELP,
            context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
            no_args_is_help=True,
        )
        self.params.append(_version_option())

    def list_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 -- click's signature
    ) -> list[str]:
        """
        The verbs in the order of the table.
        """
        return list(VERBS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 -- click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """
        The verb's command; None for a word that is no verb.
        """
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"conformance.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """
        The verb and what follows it. Raises click's usage error, naming the nearest verb.
        """
        if args and not args[0].startswith("-") and args[0] not in VERBS:
            from conformance.configuration.checking import did_you_mean

            ctx.fail(f"There is no verb {args[0]!r}. {did_you_mean(args[0], VERBS)}")
        return super().resolve_command(ctx, args)

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 -- click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """
        The verbs with their summaries, taken from the table: no module is loaded for them.
        """
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


def _version_option() -> click.Option:
    def show(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
        if wanted:
            click.echo(f"{COMMAND} {__version__}")
            ctx.exit()

    return click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show,
        help="Say the version and exit.",
    )
