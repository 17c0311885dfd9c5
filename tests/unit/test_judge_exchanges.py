"""
What a judgement shows of the exchanges that findings point to: enough to see what is wrong, and no dump.
"""

import datetime as dt
import gzip
import json
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import attrs
import orjson
import pytest

from conformance.judge.views import LONGEST_BATCH, LONGEST_BODY, LONGEST_HEADER, LONGEST_REPLY
from conformance.model import ExchangeView, FaultKind, Reply
from tests.unit.toys import NOW, Call, exchange, judged, ordinary, played, sent


def spoilt(call: Call) -> Call:
    """
    The call, with a number for an agent's id where an agent writes.
    """
    if call["event"] != "Live Chat Message Received":
        return call
    return {**call, "properties": {**call["properties"], "agent_id": 5}}


def view_of(**members: Any) -> ExchangeView:
    """
    The one exchange shown of a spoilt conversation, with some of its members changed before it is judged.
    """
    record = played(ordinary(), change=spoilt)
    (only,) = record.exchanges
    (view,) = judged(attrs.evolve(record, exchanges=(attrs.evolve(only, **members),))).exchanges
    return view


def batch(
    change: Callable[[Call], Call] = spoilt,
    *,
    filled: Mapping[int, int] = MappingProxyType({}),
    places: Iterable[int] = range(5),
) -> bytes:
    """
    The body of an ordinary conversation's batch, of the calls at these places.

    `filled` says how many letters more some calls carry, by place.
    """
    calls = [change(call) for call in sent(ordinary())[0]]
    for place, letters in filled.items():
        calls[place] = {**calls[place], "context": {**calls[place]["context"], "filling": "x" * letters}}
    return json.dumps({"batch": [calls[place] for place in places]}).encode()


def body_of(body: bytes, *, content_type: str = "application/json") -> tuple[str, int]:
    """
    What is shown of the body of a conversation's only request, and how many characters are left out.
    """
    record = played(ordinary())
    (only,) = record.exchanges
    headers = (("Content-Type", content_type), only.headers[1])
    request = attrs.evolve(only, body=body, size=len(body), headers=headers)
    (view,) = judged(attrs.evolve(record, exchanges=(request,))).exchanges
    return view.body, view.omitted


def names_in(body: str) -> list[str]:
    """
    The event of each call of a batch as it is shown, or what stands in the place of some.
    """
    return [call if isinstance(call, str) else call["event"] for call in json.loads(body)["batch"]]


def test_an_exchange_is_shown_as_it_went_over_the_wire() -> None:
    """
    Request, headers, body and reply, without the key.
    """
    view = view_of(fault=FaultKind.STATUS.value)
    assert (view.sequence, view.endpoint, view.offset, view.request) == (1, "us", 1.0, "POST /v1/batch")
    assert view.headers == (("Content-Type", "application/json"), ("Authorization", "Basic [write key]"))
    assert json.loads(view.body)["batch"][2]["properties"]["agent_id"] == 5
    assert (view.reply, view.fault, view.omitted) == ('200\n{"success":true}', "status", 0)


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (Reply(status=None), "no reply"),
        (Reply(status=503), "503"),
        (Reply(status=429, headers=(("Content-Type", "x"), ("Retry-After", "2"))), "429\nRetry-After: 2"),
        (Reply(status=200, body=b"\xff" + b"x" * 900), "200\n\ufffd" + "x" * (LONGEST_REPLY - 1)),
    ],
)
def test_a_reply_is_shown_with_what_it_says(reply: Reply, text: str) -> None:
    """
    Its status, the headers that matter, and how its body begins.
    """
    assert view_of(reply=reply).reply == text


def test_long_headers_and_targets_are_cut() -> None:
    """
    A report is no dump.
    """
    view = view_of(target="/v1/batch?" + "x" * 900, headers=(("N" * 900, "v" * 900),))
    assert (len(view.request), [tuple(map(len, pair)) for pair in view.headers]) == (
        LONGEST_HEADER,
        [(LONGEST_HEADER, LONGEST_HEADER)],
    )


def test_a_packed_body_is_shown_unpacked() -> None:
    """
    Nobody reads gzip.
    """
    (only,) = played(ordinary(), change=spoilt).exchanges
    packed = gzip.compress(only.body)
    view = view_of(body=packed, size=len(packed), headers=(*only.headers, ("Content-Encoding", "gzip")))
    assert json.loads(view.body) == json.loads(only.body)
    assert "\n" in view.body


def test_of_a_long_batch_the_calls_in_question_are_shown() -> None:
    """
    And a word tells how many stand before and behind them.
    """
    body = batch(filled={0: LONGEST_BODY}, places=range(4))
    shown, omitted = body_of(body)
    assert names_in(shown) == ["… 2 more calls", "Live Chat Message Received", "… 1 more call"]
    assert omitted == len(body) - len(shown)


def test_all_calls_in_question_are_shown_in_their_places() -> None:
    """
    Those between them are counted by themselves.
    """

    def twice(call: Call) -> Call:
        wrong = {"Live Chat Conversation Started": "message_id", "Live Chat Conversation Ended": "agent_id"}
        name = wrong.get(call["event"])
        return {**call, "properties": {**call["properties"], name: 5}} if name else call

    shown, _ = body_of(batch(twice, filled={2: LONGEST_BODY}))
    assert names_in(shown) == [
        "Live Chat Conversation Started",
        "… 3 more calls",
        "Live Chat Conversation Ended",
    ]


def test_a_batch_that_just_fits_is_shown_as_it_came() -> None:
    """
    With a character more, only its calls in question are.
    """
    body = batch().ljust(LONGEST_BODY)
    assert body_of(body) == (body.decode(), 0)
    shown, omitted = body_of(body + b" ")
    assert "… 2 more calls" in names_in(shown)
    assert len(shown) + omitted == LONGEST_BODY + 1


def test_a_batch_that_leaving_calls_out_makes_no_shorter_is_cut() -> None:
    """
    As one of a single long call, which is longer once it is indented.
    """
    body = batch(filled={2: LONGEST_BODY}, places=[2])
    indented = orjson.dumps(json.loads(body), option=orjson.OPT_INDENT_2)
    for padded in (body, body.ljust(len(indented))):
        assert body_of(padded) == (padded.decode()[:LONGEST_BODY], len(padded) - LONGEST_BODY)
    assert body_of(body.ljust(len(indented) + 1)) == (indented.decode(), 1)


def test_the_calls_in_question_are_cut_where_they_are_too_long() -> None:
    """
    A call may be of 32 kB, and a report is no dump.
    """
    body = batch(filled={0: 1_000, 2: LONGEST_BATCH})
    shown, omitted = body_of(body)
    assert shown.startswith('{\n  "batch": [\n    "… 2 more calls",')
    assert (len(shown), omitted) == (LONGEST_BATCH, len(body) - LONGEST_BATCH)


def test_of_a_request_that_is_wrong_as_a_whole_the_first_call_is_shown() -> None:
    """
    As an example of what it carries.
    """
    body = batch(lambda call: call, filled={3: LONGEST_BODY})
    shown, _ = body_of(body, content_type="text/plain")
    assert names_in(shown) == ["Live Chat Conversation Started", "… 4 more calls"]


def test_a_body_that_is_no_text_is_shown_as_far_as_it_is() -> None:
    """
    Bytes that are no UTF-8 are marked, and the moment is told to the millisecond.
    """
    record = played(ordinary())
    broken = exchange(b"{\xff", sequence=2, at=NOW + dt.timedelta(seconds=1, microseconds=234_567))
    (view,) = judged(attrs.evolve(record, exchanges=(*record.exchanges, broken))).exchanges
    assert (view.body, view.offset) == ("{\ufffd", 1.235)


def test_a_long_body_that_is_no_batch_is_cut() -> None:
    """
    What is left out is counted in characters.
    """
    record = played(ordinary())
    broken = exchange(b"{" + b"x" * LONGEST_BODY, sequence=2)
    (view,) = judged(attrs.evolve(record, exchanges=(*record.exchanges, broken))).exchanges
    assert (len(view.body), view.omitted) == (LONGEST_BODY, 1)
