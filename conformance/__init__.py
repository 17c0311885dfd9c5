"""
The conformance kit for live chat reported to Segment.

Importing this package is cheap: it loads neither a test framework nor a web server. What you
reach for most lives one step down: `conformance.judge` gives verdicts from evidence,
`conformance.runner` makes the evidence, `conformance.chat` speaks the chat.
"""

__version__ = "0.1.0"
