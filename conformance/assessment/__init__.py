"""
The one engine behind both faces: from a configuration to a judgement, its record and its reports.

`assess` runs an implementation and judges it, `judge_files` judges evidence that is there already. The faces
parse, call one of the two, print and exit.
"""

from conformance.assessment.assessing import assess, play
from conformance.assessment.choosing import chosen_scenarios
from conformance.assessment.files import judge_files, report_file
from conformance.assessment.values import Assessment, BrokenOff
from conformance.assessment.writing import Report, requested, write_reports

__all__ = [
    "Assessment",
    "BrokenOff",
    "Report",
    "assess",
    "chosen_scenarios",
    "judge_files",
    "play",
    "report_file",
    "requested",
    "write_reports",
]
