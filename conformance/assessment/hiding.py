"""
The baseline a configuration names: read before anything is played, and held against the judgement after.
"""

from __future__ import annotations

from conformance.configuration import Configuration
from conformance.errors import UsageError
from conformance.judge import Baseline, apply_baseline, decides, read_baseline, updated, write_baseline
from conformance.model import Judgement, Status


def baseline_of(configuration: Configuration) -> Baseline | None:
    """
    The baseline that is named, or None. Raises UsageError for one that cannot be read.

    One that is to be written anew need not be there yet.
    """
    path = configuration.baseline
    if path is None and configuration.update_baseline:
        cure = "Name the file: --baseline FILE."
        raise UsageError("There is no baseline to be updated.", cure=cure)
    if path is None:
        return None
    if configuration.update_baseline and not path.exists():
        return Baseline(name=str(path))
    return read_baseline(path)


def against_baseline(
    judgement: Judgement, baseline: Baseline | None, configuration: Configuration
) -> Judgement:
    """
    The judgement with what the baseline hides and objects to; writes it anew first where that is asked for.
    """
    if baseline is None or configuration.baseline is None:
        return judgement
    if configuration.update_baseline:
        baseline = updated(baseline, judgement, _failing(judgement))
        write_baseline(configuration.baseline, baseline)
    return apply_baseline(judgement, baseline)


def _failing(judgement: Judgement) -> frozenset[str]:
    return frozenset(
        verdict.requirement
        for verdict in judgement.verdicts
        if verdict.status is Status.FAILED and decides(verdict, judgement.fail_on)
    )
