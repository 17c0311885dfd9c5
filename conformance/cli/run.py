"""
`chatlio-conformance run`: play conversations to an implementation, judge it, and report.
"""

from __future__ import annotations

from typing import Any

import click

from conformance.cli.entry import stop
from conformance.cli.options import EVERY, settings


@click.command("run")
@click.argument("target", required=False)
@settings(*EVERY)
def command(target: str | None, **options: Any) -> None:
    """
    Play conversations to TARGET, capture what it sends to Segment, and judge it.

    \b
    TARGET is one of
      stdio:COMMAND             a program that speaks JSON lines (docs/drivers.md)
      python:MODULE:ATTRIBUTE   a class or factory in this Python
      webhook:URL               a service, started by --launch COMMAND

    \b
    Examples
      chatlio-conformance run "stdio:node bridge.mjs"
      chatlio-conformance run python:acme.bridge:Bridge --budget quick
      chatlio-conformance run "stdio:./bridge" --select EVENT --report json=out.json
      chatlio-conformance run "stdio:./bridge" --scenario burst --select DELIVERY-01

    Every option can stand in [tool.chatlio-conformance] of pyproject.toml, without its dashes, and in the
    environment: --fail-on is CHATLIO_FAIL_ON. Without --report, reports/compliance.html is written.
    """
    from conformance.assessment import assess
    from conformance.cli.terminal import progress, show_assessment
    from conformance.configuration import configure

    configuration = configure({"target": target, **options}, defaults={"reports": ("html",)})
    with progress() as listener:
        assessment = assess(configuration, progress=listener)
    show_assessment(assessment)
    stop(assessment.exit_code)
