"""
The named scenarios in which Segment falters: what it answers, or fails to, while the chat goes on.

Each waits no longer than Segment's official SDKs need to recover, as measured: the Python SDK tries again at
once, then after 0.5, 1 and 2 s, the Node SDK after 1 to 2 s, then 2 to 4 s; on a silent server they give up
after 15 and 10 s.
"""

from __future__ import annotations

from conformance.chat.script import Conversation, Script
from conformance.model import Agent, Fault, FaultKind, Scenario

_REFUSED = '{"success": false, "message": "malformed JSON", "code": "invalid_request"}'


def _told(name: str) -> tuple[Script, Conversation, Agent]:
    """
    A script with one conversation, and an agent to hold it.
    """
    chat = Script(name)
    return chat, chat.conversation(chat.visitor()), chat.agent("Peter Gibbons")


def _few_words(talk: Conversation, peter: Agent) -> None:
    talk.says("Hello?")
    talk.hears(peter, "Hello!")
    talk.says("It works, it seems.")
    talk.ends(by="visitor")


def _under(name: str, purpose: str, *faults: Fault) -> Scenario:
    chat, talk, peter = _told(name)
    _few_words(talk, peter)
    return chat.scenario(purpose, faults=faults, waits=True)


def brief_outage() -> Scenario:
    """
    One request is answered 503.
    """
    fault = Fault(kind=FaultKind.STATUS, status=503, requests=1)
    return _under(
        "brief-outage", "Segment answers 503 once: nothing is lost, and nothing counts twice.", fault
    )


def three_errors() -> Scenario:
    """
    Three requests in a row are answered 500.
    """
    fault = Fault(kind=FaultKind.STATUS, status=500, requests=3)
    return _under("three-errors", "Segment answers 500 three times in a row: the sender is patient.", fault)


def reset_before_read() -> Scenario:
    """
    The connection breaks before the request was read.
    """
    fault = Fault(kind=FaultKind.RESET_BEFORE_READ, requests=1)
    return _under("reset-before-read", "The connection breaks before Segment has read the request.", fault)


def reset_after_read() -> Scenario:
    """
    The connection breaks when Segment has taken the events, and before it says so.
    """
    fault = Fault(kind=FaultKind.RESET_AFTER_READ, requests=1, kept=True)
    purpose = (
        "The connection breaks after Segment took the events: only the same messageId makes a retry harmless."
    )
    return _under("reset-after-read", purpose, fault)


def read_timeout() -> Scenario:
    """
    Segment takes the events and never answers.
    """
    fault = Fault(kind=FaultKind.HANG, delay=16.0, requests=1, kept=True)
    return _under(
        "read-timeout", "Segment takes the events and never answers: the sender tries again.", fault
    )


def truncated_reply() -> Scenario:
    """
    Segment takes the events, and its reply breaks off.
    """
    fault = Fault(kind=FaultKind.TRUNCATED_REPLY, status=200, requests=1, kept=True)
    purpose = "Segment takes the events and its reply breaks off: a retry is harmless, a loss is not."
    return _under("truncated-reply", purpose, fault)


def slow_reply() -> Scenario:
    """
    Segment takes its time in the middle of a reply.
    """
    fault = Fault(kind=FaultKind.SLOW_REPLY, status=200, delay=3.0, requests=1, kept=True)
    return _under("slow-reply", "Segment pauses for three seconds in the middle of its reply.", fault)


def empty_success() -> Scenario:
    """
    Segment answers 200 and nothing else.
    """
    fault = Fault(kind=FaultKind.STATUS, status=200, requests=1, kept=True)
    return _under("empty-success", "Segment answers 200 with an empty body, which is success.", fault)


def rate_limited_seconds() -> Scenario:
    """
    429 with the seconds to wait.
    """
    fault = Fault(kind=FaultKind.STATUS, status=429, headers=(("Retry-After", "3"),), requests=1)
    return _under(
        "rate-limited-seconds", "Segment answers 429 and asks for three seconds of patience.", fault
    )


def rate_limited_date() -> Scenario:
    """
    429 with the moment to wait for, as an HTTP date.
    """
    fault = Fault(kind=FaultKind.STATUS, status=429, headers=(("Retry-After", "{http-date+5}"),), requests=1)
    return _under(
        "rate-limited-date", "Segment answers 429 and names the moment, as HTTP allows as well.", fault
    )


def rate_limited_reset() -> Scenario:
    """
    429 as Segment itself answers it, with both of its headers.
    """
    headers = (("Retry-After", "2"), ("X-RateLimit-Reset", "2"))
    fault = Fault(kind=FaultKind.STATUS, status=429, headers=headers, requests=1)
    return _under("rate-limited-reset", "Segment answers 429 with both of its headers for the wait.", fault)


def refused_batch() -> Scenario:
    """
    Segment finds fault with a request, and with the same again.
    """
    fault = Fault(kind=FaultKind.STATUS, status=400, body=_REFUSED, requests=5)
    return _under(
        "refused-batch", "Segment answers 400: the same request is not sent again and again.", fault
    )


def refused_once() -> Scenario:
    """
    Segment finds fault with a single request.
    """
    fault = Fault(kind=FaultKind.STATUS, status=400, body=_REFUSED, requests=1)
    return _under(
        "refused-once", "Segment answers 400 to one request: the chat goes on, and so do its events.", fault
    )


def redirected() -> Scenario:
    """
    Something in between answers with a redirect.
    """
    fault = Fault(kind=FaultKind.STATUS, status=302, headers=(("Location", "/moved"),), requests=1)
    return _under(
        "redirected", "A redirect is no success: the events were not taken, and are sent again.", fault
    )


def redirected_for_good() -> Scenario:
    """
    Something in between says that Segment has moved. (Clients make a GET of a 301, and have nothing to send.)
    """
    fault = Fault(kind=FaultKind.STATUS, status=301, headers=(("Location", "/moved"),), requests=1)
    return _under(
        "redirected-for-good",
        "A redirect that calls itself permanent is no success either: nobody took the events.",
        fault,
    )


def hanging_segment() -> Scenario:
    """
    Segment hangs while the chat goes on.
    """
    chat, talk, peter = _told("hanging-segment")
    for number in range(10):
        talk.says(f"Still there? ({number + 1})")
        talk.hears(peter, "Still here.")
    talk.ends(by="agent")
    fault = Fault(kind=FaultKind.HANG, delay=60.0, requests=1)
    purpose = "Segment hangs for a minute while the chat goes on: the chat is not held up by it."
    return chat.scenario(purpose, faults=(fault,), pace=0.1, waits=True)


def slow_outage() -> Scenario:
    """
    Segment answers 503 for a second of a chat at a measured pace.
    """
    chat, talk, peter = _told("slow-outage")
    for number in range(4):
        talk.says(f"Can you hear me? ({number + 1})")
        talk.hears(peter, "I can.")
    talk.ends(by="visitor")
    fault = Fault(kind=FaultKind.STATUS, status=503, seconds=1.0)
    purpose = "Segment answers 503 for a second: a sender pauses between attempts, and raises no storm."
    return chat.scenario(purpose, faults=(fault,), pace=0.1, waits=True)


def us_down() -> Scenario:
    """
    The US endpoint is down; the EU's would answer.
    """
    fault = Fault(kind=FaultKind.STATUS, status=503, region="us", requests=3)
    return _under(
        "us-down", "The US endpoint is down and the EU's is up: nothing turns to the EU for help.", fault
    )


def outage_at_shutdown() -> Scenario:
    """
    Segment fails while the implementation shuts down.
    """
    chat, talk, peter = _told("outage-at-shutdown")
    _few_words(talk, peter)
    chat.connection(flush=False)
    fault = Fault(kind=FaultKind.STATUS, status=503, requests=1)
    purpose = (
        "Segment fails just as the implementation shuts down: what is buffered is delivered all the same."
    )
    return chat.scenario(purpose, faults=(fault,), waits=True)


FAULT_SCENARIOS: tuple[Scenario, ...] = (
    brief_outage(),
    three_errors(),
    reset_before_read(),
    reset_after_read(),
    read_timeout(),
    truncated_reply(),
    slow_reply(),
    empty_success(),
    rate_limited_seconds(),
    rate_limited_date(),
    rate_limited_reset(),
    refused_batch(),
    refused_once(),
    redirected(),
    redirected_for_good(),
    hanging_segment(),
    slow_outage(),
    us_down(),
    outage_at_shutdown(),
)
