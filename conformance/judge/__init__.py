"""
From evidence to verdicts: a record times the catalogue makes a judgement.

Judging is pure: the same record under the same catalogue gives the same judgement, anywhere and any time
later. Scenarios are judged one after another and then let go, so that a long record need not fit in memory.
"""

from conformance.judge.criteria import FAIL_ON, PROFILES, Criteria
from conformance.judge.judging import judge, judge_record
from conformance.judge.outcome import exit_code
from conformance.judge.reproduction import ARCHIVE

__all__ = ["ARCHIVE", "FAIL_ON", "PROFILES", "Criteria", "exit_code", "judge", "judge_record"]
