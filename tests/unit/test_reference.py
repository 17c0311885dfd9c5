"""
The reference implementation: what it makes of a chat, and how it delivers it.
"""

import datetime as dt
import email.utils
import http.server
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from conformance.chat import Script, scenario
from conformance.errors import RegionUnsupported, WriteKeyMissing
from conformance.model import Endpoints, Scenario, Settings, Source, Workspace
from conformance.reference import Outbox, Reference
from conformance.spec import validator

Answer = tuple[int | None, Mapping[str, str]]
KEY = "reference-test-write-key"


class Segment:
    """
    As much of Segment as a test of delivery needs: it answers what it is told to, then 200.
    """

    def __init__(self, answers: list[Answer]) -> None:
        self.answers = answers
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[Mapping[str, str]] = []
        self.paths: list[str] = []
        self.endpoint = ""

    @property
    def calls(self) -> list[dict[str, Any]]:
        """
        Every call that came, in order.
        """
        return [call for body in self.bodies for call in body["batch"]]


@contextmanager
def segment(*answers: Answer) -> Iterator[Segment]:
    """
    A Segment that gives these answers first; None for a status closes the connection without one.
    """
    state = Segment(list(answers))

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            state.headers.append(dict(self.headers))
            state.paths.append(self.path)
            status, headers = state.answers.pop(0) if state.answers else (200, {})
            if status is None:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in {**headers, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:
            """
            Keeps quiet.
            """

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        state.endpoint = f"http://127.0.0.1:{server.server_port}"
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def settings(endpoint: str, *, region: str = "us", key: str = KEY) -> Settings:
    """
    A connection whose EU endpoint nobody answers at.
    """
    return Settings(
        workspace=Workspace(slug="acme", region=region),
        source=Source(name="Chatlio", slug="chatlio", write_key=key),
        endpoints=Endpoints(us=endpoint, eu="http://127.0.0.1:9"),
    )


def play(target: Reference, played: Scenario) -> None:
    """
    Tells everything that is said in a scenario, and flushes.
    """
    for connection in played.connections:
        for activity in connection.activities:
            target.activity(activity)
    target.flush()


@contextmanager
def connected(endpoint: str, **patience: Any) -> Iterator[Reference]:
    """
    A reference that is connected, and waits little before it tries again.
    """
    target = Reference(outbox=partial(Outbox, **{"backoff": 0.001, **patience}))
    target.initialize(settings(endpoint))
    try:
        yield target
    finally:
        target.shutdown()


def told(name: str) -> list[dict[str, Any]]:
    """
    What Segment is told of a named scenario.
    """
    with segment() as mock, connected(mock.endpoint) as target:
        play(target, scenario(name))
        return mock.calls


def test_a_conversation_becomes_the_four_events() -> None:
    """
    Started and Sent for the first customer message, then an event for each message, and Ended.
    """
    events = [call["event"].removeprefix("Live Chat ") for call in told("full-conversation")]
    sent, received = "Message Sent", "Message Received"
    assert events == [
        "Conversation Started",
        *(sent, received, sent, received, sent),
        "Conversation Ended",
    ]


@pytest.mark.parametrize("name", ["full-conversation", "hand-over", "unusual-texts", "identified-midway"])
def test_every_call_satisfies_the_schemas(name: str) -> None:
    """
    Each call is what the schema of Segment's calls allows, and its event what that event's schema allows.
    """
    for call in told(name):
        assert validator("segment/call").explain(call) == []


def test_agents_are_named_only_once_assigned() -> None:
    """
    Before there is an agent the three properties are absent; afterwards they are there on every event.
    """
    calls = told("no-agent-yet")
    named = ["agent_id" in call["properties"] for call in calls]
    assert named == [False, False, False, True, True, True]


def test_durations_are_whole_seconds_since_the_first_message() -> None:
    """
    0 at Started, then integers that never fall.
    """
    durations = [call["properties"]["conversation_duration"] for call in told("long-conversation")]
    assert durations[0] == 0
    assert durations == sorted(durations)
    assert all(type(duration) is int for duration in durations)
    assert durations[-1] > 86_400


def test_the_visitor_is_the_identity_and_keeps_their_id() -> None:
    """
    `anonymousId` is the visitor's id throughout; `userId` joins it once the site knows them.
    """
    calls = told("identified-midway")
    assert len({call["anonymousId"] for call in calls}) == 1
    assert [call.get("userId") for call in calls[:3]] == [None, None, None]
    assert {call.get("userId") for call in calls[3:]} == {"u-20871"}


def test_what_is_delivered_twice_counts_once() -> None:
    """
    A repeated activity brings no messageId that Segment has not seen, so deduplication leaves one event each.
    """
    calls = told("delivered-twice")
    first_time = {call["messageId"]: call for call in calls}
    assert len(calls) > len(first_time)
    kinds = [call["event"].removeprefix("Live Chat ") for call in first_time.values()]
    assert kinds.count("Conversation Started") == kinds.count("Conversation Ended") == 1
    assert kinds.count("Message Sent") == 3
    assert kinds.count("Message Received") == 1


def test_a_new_connection_knows_nothing_of_the_old() -> None:
    """
    What is said under a second connection starts the conversation anew there, and goes to its endpoint only.
    """
    first, second = scenario("two-connections").connections
    with segment() as old, segment() as new, connected(old.endpoint) as target:
        for activity in first.activities:
            target.activity(activity)
        target.initialize(settings(new.endpoint))
        for activity in second.activities:
            target.activity(activity)
        target.flush()
        assert len(old.calls) == 3
        assert new.calls[0]["event"] == "Live Chat Conversation Started"


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"region": "eu"}, RegionUnsupported),
        ({"region": "ap-southeast-9"}, RegionUnsupported),
        ({"key": ""}, WriteKeyMissing),
    ],
)
def test_a_refused_connection_sends_nothing(changed: dict[str, str], refusal: type[Exception]) -> None:
    """
    Outside the US, and without a write key, it says why it does not connect, and the chat goes nowhere.
    """
    with segment() as mock:
        target = Reference()
        with pytest.raises(refusal):
            target.initialize(settings(mock.endpoint, **changed))
        play(target, scenario("full-conversation"))
        target.shutdown()
        assert mock.bodies == []


def test_shutdown_delivers_what_is_left() -> None:
    """
    Nothing that was taken is lost when no flush comes before the end.
    """
    with segment() as mock:
        with connected(mock.endpoint) as target:
            for activity in scenario("full-buffer").connections[0].activities:
                target.activity(activity)
        assert len(mock.calls) == 32


def test_a_burst_goes_in_batches() -> None:
    """
    Hundreds of events take few requests, each to /v1/batch, with the key in Basic authentication.
    """
    with segment() as mock, connected(mock.endpoint) as target:
        play(target, scenario("burst"))
        assert len(mock.calls) == 302
        assert len(mock.bodies) < 50
        assert set(mock.paths) == {"/v1/batch"}
        assert all(headers["Authorization"].startswith("Basic ") for headers in mock.headers)


@pytest.mark.parametrize("status", [500, 503, 429, 302, None])
def test_what_may_pass_is_tried_again_with_the_same_ids(status: int | None) -> None:
    """
    After an error, a rate limit, a redirect or no answer the same calls come again, under the same ids.
    """
    with segment((status, {}), (status, {})) as mock, connected(mock.endpoint) as target:
        play(target, scenario("first-message"))
        ids = [[call["messageId"] for call in body["batch"]] for body in mock.bodies]
        assert len(ids) == 3
        assert ids[0] == ids[1] == ids[2]


def test_what_segment_finds_fault_with_is_not_sent_again() -> None:
    """
    After 400 the batch is given up, and what comes later is delivered.
    """
    with segment((400, {})) as mock, connected(mock.endpoint) as target:
        play(target, scenario("first-message"))
        play(target, scenario("ended-by-visitor"))
        assert len(mock.bodies) == 2


def test_a_segment_that_never_answers_is_given_up() -> None:
    """
    The attempts are counted, so that a flush ends even when Segment does not recover.
    """
    answers: list[Answer] = [(503, {})] * 10
    with segment(*answers) as mock, connected(mock.endpoint, attempts=3) as target:
        play(target, scenario("first-message"))
        assert len(mock.bodies) == 3


def later(seconds: float) -> str:
    """
    The HTTP date so many seconds from now.
    """
    return email.utils.format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("header", "value", "least", "most"),
    [
        ("Retry-After", lambda: "7", 7, 7),
        ("Retry-After", lambda: later(9), 7, 9),
        ("Retry-After", lambda: "soon", 2, 2),
        ("X-RateLimit-Reset", lambda: "4", 4, 4),
        ("Date", lambda: later(50), 2, 2),
    ],
)
def test_the_pause_is_what_segment_asks_for(
    header: str, value: Callable[[], str], least: float, most: float
) -> None:
    """
    Seconds, an HTTP date, or Segment's own header; else the backoff, which doubles.
    """
    outbox = Outbox("http://127.0.0.1:9", KEY, backoff=0.5)
    headers = http.client.HTTPMessage()
    headers[header] = value()
    assert least <= outbox.pause(headers, attempt=3) <= most
    outbox.close()


def test_a_message_id_belongs_to_one_event_of_one_workspace() -> None:
    """
    Segment drops a known messageId whatever the workspace, so none may be shared between two.
    """
    chat = Script("any")
    said = chat.conversation(chat.visitor()).says("Hello")
    with segment() as mock, connected(mock.endpoint) as target:
        here = target.message_id("Live Chat Message Sent", said)
        started = target.message_id("Live Chat Conversation Started", said)
        target._workspace = "another"
        elsewhere = target.message_id("Live Chat Message Sent", said)
    assert len({here, started, elsewhere}) == 3
