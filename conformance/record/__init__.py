"""
The record: everything that happened in a run, as evidence that can be judged again later and elsewhere.

On disk it is NDJSON (RFC 8259 values, one a line): a header, then for each scenario a `scenario` line, its
`step` and `exchange` lines and an `end` line, then a footer. A record without its footer was broken off;
what it holds is still evidence. Request bodies are kept as the bytes they were: as text where they are
UTF-8, else in base64. A record holds the write keys that were used, so it is as secret as they are; reports
mask them.
"""

from conformance.record.archives import Archive
from conformance.record.files import RecordReader, RecordWriter, read_record, write_record
from conformance.record.lines import (
    exchange_from_json,
    exchange_to_json,
    fault_from_json,
    fault_to_json,
    scenario_from_lines,
    scenario_lines,
)
from conformance.record.values import FORMAT, Answer, Header, Method, Record, ScenarioRecord, Step

__all__ = [
    "FORMAT",
    "Answer",
    "Archive",
    "Header",
    "Method",
    "Record",
    "RecordReader",
    "RecordWriter",
    "ScenarioRecord",
    "Step",
    "exchange_from_json",
    "exchange_to_json",
    "fault_from_json",
    "fault_to_json",
    "read_record",
    "scenario_from_lines",
    "scenario_lines",
    "write_record",
]
