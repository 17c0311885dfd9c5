"""
Evidence that is there already: records of ours, or raw Segment archives, judged without running anything.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from conformance import __version__
from conformance.assessment.assessing import concluded
from conformance.assessment.choosing import criteria
from conformance.assessment.hiding import against_baseline, baseline_of
from conformance.assessment.values import Assessment
from conformance.assessment.warehousing import Loading, loading
from conformance.assessment.writing import requested, write_reports
from conformance.configuration import Configuration
from conformance.errors import EvidenceError, UsageError
from conformance.judge import ARCHIVE, judge
from conformance.model import Implementation, Judgement
from conformance.record import Archive, Header, RecordReader, ScenarioRecord
from conformance.reporting.json import parse
from conformance.runner import numbered

_BROKEN_OFF = "The record {path} has no footer: the run was broken off, and what came after is not judged."


def judge_files(paths: Sequence[Path], configuration: Configuration) -> Assessment:
    """
    Judges records, or archives, together as one body of evidence, and writes the reports asked for.

    Raises UsageError when there is nothing to read, or when records and archives are mixed, and EvidenceError
    for a file that is neither.
    """
    reports, baseline = requested(configuration.reports), baseline_of(configuration)
    if not paths:
        raise UsageError("No record was named.", cure="Name a file that `run --record FILE` wrote.")
    are_records = {is_record(path) for path in paths}
    if len(are_records) > 1:
        cure = "Judge each kind by itself."
        raise UsageError("Records and raw archives cannot be judged together.", cure=cure)
    with loading(configuration) as loaded:
        judged = _judged_records if are_records == {True} else _judged_archives
        judgement = judged(paths, configuration, loaded)
    judgement = against_baseline(judgement, baseline, configuration)
    judgement = concluded(judgement, configuration=configuration)
    written, printed = write_reports(judgement, reports)
    return Assessment(
        judgement=judgement,
        written=written,
        printed=printed,
        allow_inconclusive=configuration.allow_inconclusive,
    )


def report_file(path: Path, configuration: Configuration) -> Assessment:
    """
    Writes reports of a judgement that `--report json` saved. Raises EvidenceError for a file that is none.
    """
    reports = requested(configuration.reports)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        what = f"The judgement {path} cannot be read: {fault}."
        raise EvidenceError(what, cure="Give a file that `run TARGET --report json=FILE` wrote.") from fault
    judgement = parse(text)
    written, printed = write_reports(judgement, reports)
    return Assessment(judgement=judgement, written=written, printed=printed)


def is_record(path: Path) -> bool:
    """
    Whether the file begins as our records do. Raises EvidenceError for one that cannot be opened.
    """
    if path.is_dir():
        return False
    if not path.exists():
        raise EvidenceError(f"There is no file {path}.", cure="Check its name.")
    first = Archive(path).first_line()
    return first.get("kind") == "header" if first else False


def _judged_records(paths: Sequence[Path], configuration: Configuration, loaded: Loading) -> Judgement:
    with contextlib.ExitStack() as stack:
        readers = [stack.enter_context(RecordReader(path)) for path in paths]
        scenarios = _numbered_on(itertools.chain.from_iterable(readers))
        judgement = judge(readers[0].header, loaded(scenarios), criteria(configuration))
        broken = (path for path, reader in zip(paths, readers, strict=True) if not reader.complete)
        notes = tuple(_BROKEN_OFF.format(path=path) for path in broken)
        return attrs.evolve(judgement, notes=(*judgement.notes, *notes))


def _judged_archives(paths: Sequence[Path], configuration: Configuration, loaded: Loading) -> Judgement:
    archives = [Archive(path) for path in paths]
    parts = itertools.chain.from_iterable(archives)
    first = next(parts, None)
    if first is None:
        raise EvidenceError(
            f"{' '.join(map(str, paths))} holds neither a record nor one archived call.",
            cure="Give a record of `run --record FILE`, or a raw archive: one JSON call a line.",
        )
    header = Header(
        started_at=first.started_at,
        toolkit=__version__,
        target=" ".join(map(str, paths)),
        implementation=Implementation(name=f"what sent {paths[0].name}"),
        budget=ARCHIVE,
    )
    judgement = judge(header, loaded(itertools.chain([first], parts)), criteria(configuration))
    return attrs.evolve(judgement, notes=(*judgement.notes, *_counts(archives)))


def _counts(archives: Sequence[Archive]) -> Iterator[str]:
    calls, malformed = (sum(getattr(each, name) for each in archives) for name in ("calls", "malformed"))
    yield f"{calls:,} archived calls were read. An archive tells nothing of the chat, nor of the requests."
    if malformed:
        yield f"{malformed:,} lines of the archive are no JSON object and were passed over."


def _numbered_on(scenarios: Iterator[ScenarioRecord]) -> Iterator[ScenarioRecord]:
    """
    The scenarios with exchanges numbered through, as each record begins at 1 again.
    """
    count = 0
    for scenario in scenarios:
        yield numbered(scenario, after=count)
        count += len(scenario.exchanges)
