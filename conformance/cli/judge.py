"""
`chatlio-conformance judge`: verdicts from evidence that is there already.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from conformance.cli.entry import stop
from conformance.cli.options import JUDGING, settings


@click.command("judge")
@click.argument("files", metavar="RECORD...", nargs=-1, required=True, type=click.Path(path_type=Path))
@settings(*JUDGING)
def command(files: tuple[Path, ...], **options: Any) -> None:
    """
    Judge evidence without running anything: records of `run --record FILE`, or raw Segment archives.

    \b
    Examples
      chatlio-conformance judge run.ndjson.gz
      chatlio-conformance judge run.ndjson.gz --profile live-chat --report json=out.json
      chatlio-conformance judge segment-logs/4cUkP2Xy/

    An archive is one JSON call a line, gzipped or not, in a file or a folder. It tells nothing of the chat,
    so what needs to know the chat stays inconclusive: add --allow-inconclusive.
    """
    from conformance.assessment import judge_files
    from conformance.cli.terminal import show_assessment
    from conformance.configuration import configure

    assessment = judge_files(files, configure(options))
    show_assessment(assessment)
    stop(assessment.exit_code)
