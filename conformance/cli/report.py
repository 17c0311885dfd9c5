"""
`chatlio-conformance report`: any format from a saved judgement.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from conformance.cli.options import settings


@click.command("report")
@click.argument("judgement", type=click.Path(path_type=Path))
@settings("reports")
def command(judgement: Path, **options: Any) -> None:
    """
    Make any report from JUDGEMENT, a file that --report json wrote. Without --report it is shown here.

    \b
    Examples
      chatlio-conformance report reports/judgement.json
      chatlio-conformance report reports/judgement.json --report html=out.html --report badge=badge.svg
    """
    from conformance.assessment import report_file
    from conformance.cli.terminal import show_assessment
    from conformance.configuration import configure

    show_assessment(
        report_file(
            judgement, configure(options, environment={}, in_file=False, defaults={"reports": ("text",)})
        )
    )
