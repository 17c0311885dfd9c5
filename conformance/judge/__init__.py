"""
From evidence to verdicts: a record times the catalogue makes a judgement.

Judging is pure: the same record under the same catalogue gives the same judgement, anywhere and any time
later. Scenarios are judged one after another and then let go, so that a long record need not fit in memory.
"""

from conformance.judge.baseline import Baseline, KnownFailure, apply_baseline, cover, objections_to
from conformance.judge.baseline_file import (
    baseline_text,
    parse_baseline,
    read_baseline,
    updated,
    write_baseline,
)
from conformance.judge.criteria import FAIL_ON, PROFILES, Criteria
from conformance.judge.judging import judge, judge_record
from conformance.judge.outcome import decides, exit_code
from conformance.judge.reproduction import ARCHIVE

__all__ = [
    "ARCHIVE",
    "FAIL_ON",
    "PROFILES",
    "Baseline",
    "Criteria",
    "KnownFailure",
    "apply_baseline",
    "baseline_text",
    "cover",
    "decides",
    "exit_code",
    "judge",
    "judge_record",
    "objections_to",
    "parse_baseline",
    "read_baseline",
    "updated",
    "write_baseline",
]
