"""
`chatlio-conformance doctor`: find out why a target cannot be driven, or sends nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from conformance.cli.entry import stop
from conformance.cli.options import DRIVING, settings

if TYPE_CHECKING:
    from conformance.assessment.diagnosis import Examination
    from conformance.reporting.text import Line


@click.command("doctor")
@click.argument("target", required=False)
@settings(*DRIVING)
def command(target: str | None, **options: Any) -> None:
    """
    Start TARGET, tell it one message, and say step by step what works and what to do about the rest.

    \b
    Examples
      chatlio-conformance doctor "stdio:node bridge.mjs"
      chatlio-conformance doctor "webhook:http://127.0.0.1:{port}/chat" --launch "python service.py"

    Exits with 0 when every step works, else with 3. It gives no verdict: that is what `run` is for.
    """
    from conformance.assessment.diagnosis import Health, diagnose
    from conformance.cli.terminal import show
    from conformance.configuration import configure

    configuration = configure({"target": target, **options})
    examinations = diagnose(configuration)
    ill = any(each.health is Health.ILL for each in examinations)
    show(line for each in examinations for line in _lines(each))
    click.echo("")
    click.echo("Mend what is marked ✗, from the top." if ill else "Everything works: now `run` it.")
    stop(3 if ill else 0)


def _lines(examination: Examination) -> Iterator[Line]:
    from conformance.assessment.diagnosis import Health
    from conformance.reporting.text import Line, Style

    signs = {
        Health.WELL: ("✓", Style.GOOD),
        Health.ILL: ("✗", Style.BAD),
        Health.SKIPPED: ("·", Style.FAINT),
    }
    sign, style = signs[examination.health]
    yield Line(style, f"{sign} {examination.step:22} {examination.seen}")
    if examination.advice:
        yield Line(Style.PLAIN, f"  {'':22} {examination.advice}")
