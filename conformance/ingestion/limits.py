"""
The bounds of Segment's tracking API, and of what this toolkit reads of a hostile request.

"KB" is 1000 or 1024 bytes, no page says which; in the field 30,082 bytes passed and 33,087 failed. So the
larger reading is the limit, as nobody may be accused over an open question.
"""

EVENT_LIMIT = 32_768
"""Bytes of one call: 32 KB read as 32 × 1024."""

BATCH_LIMIT = 512_000
"""Bytes of one batch, decompressed: 500 KB read as 500 × 1024, like the limit of an event."""

BATCH_EVENTS = 2_500
"""Members of one batch."""

MESSAGE_ID_LENGTH = 100
"""Characters of a `messageId`."""

BODY_BOUND = 4 * 1024 * 1024
"""Bytes of a body that are read and kept as evidence; eight batches of the greatest size."""

DECOMPRESSED_BOUND = BODY_BOUND
"""Bytes that a compressed body may grow to before unpacking stops."""

GZIP_MEMBERS = 64
"""Members of a gzip stream that are unpacked; each costs a copy of what follows it."""

MAX_DEPTH = 128
"""Levels of a JSON document: deeper ones cannot be written again by every JSON library."""

DECODED_BOUND = 10_000
"""Members of a batch that are decoded; four batches of the greatest size."""
