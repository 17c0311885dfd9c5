"""
What a person sees while a run goes on and after it: a bar on a terminal, plain lines elsewhere.

rich respects NO_COLOR and FORCE_COLOR by itself. What is drawn over and over goes to a terminal only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from conformance.assessment import Assessment
from conformance.model import Judgement
from conformance.reporting.text import Line, Style, lines
from conformance.runner import Progress as Step

_STYLES = {
    Style.HEADING: "bold",
    Style.GOOD: "bold green",
    Style.BAD: "bold red",
    Style.DOUBTFUL: "yellow",
    Style.FAINT: "dim",
    Style.CODE: "cyan",
}


@contextmanager
def progress() -> Iterator[Callable[[Step], None]]:
    """
    Something to tell of each scenario that was played; it shows on standard error.
    """
    console = Console(stderr=True, highlight=False)
    if not console.file.isatty() or console.is_dumb_terminal:
        yield _say_step(console)
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        yield _draw_step(bar, bar.add_task("starting the target", total=None))


def _say_step(console: Console) -> Callable[[Step], None]:
    def say(step: Step) -> None:
        width = len(str(step.total))
        line = f"[{step.done:{width}}/{step.total}] {step.name} … {step.outcome.value}"
        console.print(line, markup=False, soft_wrap=True)

    return say


def _draw_step(bar: Progress, task: TaskID) -> Callable[[Step], None]:
    def draw(step: Step) -> None:
        bar.update(
            task, completed=step.done, total=step.total, description=f"{step.name} {step.outcome.value}"
        )

    return draw


def show(told: Iterable[Line], *, beside: bool = False) -> None:
    """
    The lines with their colours; `beside` puts them on standard error, when standard output holds a report.
    """
    console = Console(stderr=beside, highlight=False)
    for line in told:
        console.print(Text(line.text, style=_STYLES.get(line.style, "")), soft_wrap=True)


def show_assessment(assessment: Assessment) -> None:
    """
    The summary of a judgement and where its reports are, or the reports themselves that were asked for here.
    """
    for text in assessment.printed:
        Console().file.write(text)
    show(_summary(assessment), beside=bool(assessment.printed))


def _summary(assessment: Assessment) -> Iterator[Line]:
    if not assessment.printed:
        yield from lines(assessment.judgement)
        yield Line(Style.PLAIN, "")
    yield from (_written(name, path) for name, path in assessment.written)
    if assessment.record is not None:
        yield _written("record", assessment.record)
    if not assessment.printed:
        yield _ending(assessment.judgement, assessment.exit_code)


def _written(name: str, path: Path) -> Line:
    return Line(Style.PLAIN, f"{name:9} {path}")


def _ending(judgement: Judgement, code: int) -> Line:
    return Line(Style.FAINT, f"exit {code}: {judgement.outcome.value}")
