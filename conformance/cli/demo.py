"""
`chatlio-conformance demo`: the main job, against the implementation that comes with the kit.
"""

from __future__ import annotations

from typing import Any

import click

from conformance.cli.entry import say, stop
from conformance.cli.options import REFERENCE, settings


@click.command("demo")
@settings("budget", "reports", "record", "seed")
def command(**options: Any) -> None:
    """
    Judge the bundled reference implementation, to see what a run looks like.

    \b
    Examples
      chatlio-conformance demo
      chatlio-conformance demo --budget quick

    The same judgement of your own implementation: chatlio-conformance run TARGET
    """
    from conformance.assessment import assess
    from conformance.cli.terminal import progress, show_assessment
    from conformance.configuration import configure

    # Its instances share nothing, so all scenarios that wait can wait at once.
    given = {**options, "target": REFERENCE, "workers": 8}
    configuration = configure(given, environment={}, in_file=False, defaults={"reports": ("html",)})
    say(f"Judging the bundled reference implementation ({REFERENCE}).")
    with progress() as listener:
        assessment = assess(configuration, progress=listener)
    show_assessment(assessment)
    for name, path in assessment.written:
        if name == "html":
            say(f"Open {path.resolve().as_uri()} to read the report.")
    stop(assessment.exit_code)
