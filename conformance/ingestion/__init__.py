"""
What Segment makes of a request: pure functions that answer in the mock and decode for the judge alike.

`receive` turns a request into a reply and messages; `deduplicate` and `ingested` are the two steps that
follow. Nothing here reads a clock or a socket, and nothing raises on any bytes.
"""

from conformance.ingestion.calls import (
    CALL_TYPES,
    decode_archived,
    deduplicate,
    ingested,
    merged,
    message_id_of,
    size_of,
)
from conformance.ingestion.clock import corrected_time
from conformance.ingestion.credentials import Credential
from conformance.ingestion.destinations import OPT_IN, STANDARD, deliveries, is_on, named_in
from conformance.ingestion.intake import ENDPOINTS, Intake, Request, SourceState, receive, request_of
from conformance.ingestion.limits import (
    BATCH_EVENTS,
    BATCH_LIMIT,
    BODY_BOUND,
    DECODED_BOUND,
    DECOMPRESSED_BOUND,
    EVENT_LIMIT,
    MAX_DEPTH,
    MESSAGE_ID_LENGTH,
)
from conformance.ingestion.paths import split_target

__all__ = [
    "BATCH_EVENTS",
    "BATCH_LIMIT",
    "BODY_BOUND",
    "CALL_TYPES",
    "DECODED_BOUND",
    "DECOMPRESSED_BOUND",
    "ENDPOINTS",
    "EVENT_LIMIT",
    "MAX_DEPTH",
    "MESSAGE_ID_LENGTH",
    "OPT_IN",
    "STANDARD",
    "Credential",
    "Intake",
    "Request",
    "SourceState",
    "corrected_time",
    "decode_archived",
    "deduplicate",
    "deliveries",
    "ingested",
    "is_on",
    "merged",
    "message_id_of",
    "named_in",
    "receive",
    "request_of",
    "size_of",
    "split_target",
]
