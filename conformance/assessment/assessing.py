"""
From a configuration to an assessment: run, record while running, judge while recording, report.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from pathlib import Path

import attrs

from conformance.assessment.choosing import Choice, chosen_scenarios, criteria, repeated_words, run_options
from conformance.assessment.generating import Generating, generates
from conformance.assessment.hiding import against_baseline, baseline_of
from conformance.assessment.values import Assessment, BrokenOff
from conformance.assessment.warehousing import loading
from conformance.assessment.writing import check_writable, requested, write_reports
from conformance.configuration import Configuration
from conformance.drivers import Target, parse_target
from conformance.errors import UsageError
from conformance.judge import judge
from conformance.model import Judgement, Outcome
from conformance.record import RecordWriter, ScenarioRecord
from conformance.runner import Progress, header_for, run, unusable

ProgressListener = Callable[[Progress], None]

_PATIENCE = 2
"""Scenarios in which a target may fail to come to life before the rest are left unplayed."""

_ALLOWED = "Counted as success, as --allow-inconclusive says."


def assess(configuration: Configuration, *, progress: ProgressListener | None = None) -> Assessment:
    """
    Runs the target, judges it and writes the reports.

    `progress` is told of each scenario in the caller's thread. Everything that can be refused is refused
    before anything is started: raises UsageError for it. Raises BrokenOff on Ctrl-C, when every process has
    ended and what was played is on the disk.
    """
    target_of(configuration)
    choice = chosen_scenarios(configuration)
    criteria(configuration).requirements()
    reports, baseline = requested(configuration.reports), baseline_of(configuration)
    with _record_file(configuration) as path:
        judgement = play(configuration, choice, path, progress=progress)
    judgement = against_baseline(judgement, baseline, configuration)
    judgement = concluded(judgement, configuration=configuration, notes=choice.notes)
    written, printed = write_reports(judgement, reports)
    return Assessment(
        judgement=judgement,
        record=configuration.record,
        written=written,
        printed=printed,
        allow_inconclusive=configuration.allow_inconclusive,
    )


def play(
    configuration: Configuration, choice: Choice, path: Path, *, progress: ProgressListener | None = None
) -> Judgement:
    """
    Plays the scenarios, writes each to the record at `path`, and judges them as they come.
    """
    target, options = target_of(configuration), run_options(configuration)
    started_at, count = dt.datetime.now(dt.UTC), itertools.count()
    records = run(target, choice.scenarios, options=options, progress=progress)
    generating = Generating(target=target, configuration=configuration, progress=progress)
    try:
        with loading(configuration) as loaded, contextlib.closing(records):
            opening = _until_introduced(records)
            header = header_for(
                target,
                options=options,
                started_at=started_at,
                scenarios=opening,
                settings=repeated_words(configuration),
            )
            dead = unusable(opening)
            with RecordWriter(path, header) as writer:
                played = itertools.chain(opening, () if dead else records)
                named = (attrs.evolve(record, case=choice.case) for record in played)
                kept = _written(
                    writer, loaded(generating.after(named) if generates(configuration) else named), count
                )
                judgement = judge(header, kept, criteria(configuration))
            return concluded(judgement, notes=_unplayed(choice, opening) if dead else generating.notes)
    except KeyboardInterrupt as stop:
        raise BrokenOff(record=path, played=next(count), total=len(choice.scenarios)) from stop


def concluded(
    judgement: Judgement, *, notes: Iterable[str] = (), configuration: Configuration | None = None
) -> Judgement:
    """
    The judgement with what a reader has to know of how it was come by.
    """
    allowed = configuration is not None and configuration.allow_inconclusive
    summary = judgement.summary
    if allowed and judgement.outcome is Outcome.INCONCLUSIVE:
        summary = f"{summary} {_ALLOWED}"
    return attrs.evolve(judgement, summary=summary, notes=(*notes, *judgement.notes))


def _unplayed(choice: Choice, played: Sequence[ScenarioRecord]) -> tuple[str, ...]:
    left = len(choice.scenarios) - len(played)
    note = f"The target never came to life, so {left} more scenarios were not played. Try `doctor` on it."
    return (note,) if left else ()


def target_of(configuration: Configuration) -> Target:
    """
    The target that is named. Raises UsageError when there is none, or when it cannot be one.
    """
    if not configuration.target:
        cure = "Name one, as in 'stdio:node bridge.mjs', or set `target` in [tool.chatlio-conformance]."
        raise UsageError("No target was named.", cure=cure)
    return parse_target(configuration.target)


@contextlib.contextmanager
def _record_file(configuration: Configuration) -> Iterator[Path]:
    """
    Where the record is written: where it is asked for, or else a file that outlives only what is broken off.
    """
    if configuration.record is not None:
        check_writable(configuration.record)
        yield configuration.record
        return
    with tempfile.NamedTemporaryFile(prefix="chatlio-", suffix=".ndjson.gz", delete=False) as file:
        path = Path(file.name)
    try:
        yield path
    except BrokenOff as stop:
        if not stop.played:
            path.unlink()
        raise
    except BaseException:
        path.unlink()
        raise
    path.unlink()


def _until_introduced(records: Generator[ScenarioRecord]) -> list[ScenarioRecord]:
    """
    The first records, up to the one in which the implementation says who it is; not many, if it never does.
    """
    opening: list[ScenarioRecord] = []
    for record in itertools.islice(records, _PATIENCE):
        opening.append(record)
        if any(step.implementation for step in record.steps):
            break
    return opening


def _written(
    writer: RecordWriter, records: Iterable[ScenarioRecord], count: Iterator[int]
) -> Iterator[ScenarioRecord]:
    """
    The records as they come, each on the disk before it is judged.
    """
    for record in records:
        writer.add(record)
        next(count)
        yield record
