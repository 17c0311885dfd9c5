"""
Mutants that get calls to Segment the wrong way: path, headers, credentials, bodies, sizes, rates.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from conformance.model import Activity, ActivityType
from tests.mutants.bridge import PLAIN, Bridge, Call, Change, QuickOutbox, SingleOutbox
from tests.mutants.changes import context
from tests.mutants.mutant import Mutant
from tests.mutants.stage import ORDINARY, scene


class DoubledPath(QuickOutbox):
    """
    Was given a base URL that it thinks has no version in it, and adds one to the path that has.
    """

    path = "/v1/v1/batch"


class UndocumentedPath(QuickOutbox):
    """
    Sends to a path that Segment never had.
    """

    path = "/v1/events"


class PlainText(QuickOutbox):
    """
    Sends JSON as text, as browsers do to spare themselves a preflight request.
    """

    def headers(self) -> dict[str, str]:
        """
        The reference's, but for the type.
        """
        return {**super().headers(), "Content-Type": "text/plain"}


class NoContentType(QuickOutbox):
    """
    Says nothing about the body's type, as the C# SDK does.
    """

    def headers(self) -> dict[str, str]:
        """
        The reference's, but for the type.
        """
        return {name: value for name, value in super().headers().items() if name != "Content-Type"}


class NoCredentials(QuickOutbox):
    """
    Presents the write key nowhere.
    """

    def headers(self) -> dict[str, str]:
        """
        Only the type.
        """
        return dict(PLAIN)


class BearerOnly(QuickOutbox):
    """
    Presents the write key as a token, which it is not.
    """

    def headers(self) -> dict[str, str]:
        """
        The key as a bearer's.
        """
        return {**PLAIN, "Authorization": f"Bearer {self.write_key}"}


class NoColon(QuickOutbox):
    """
    Forgets the colon after the write key.
    """

    def headers(self) -> dict[str, str]:
        """
        Credentials of the key alone.
        """
        key = base64.b64encode(self.write_key.encode()).decode()
        return {**PLAIN, "Authorization": f"Basic {key}"}


class UnclosedBody(QuickOutbox):
    """
    Leaves the end of the JSON away.
    """

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        """
        The batch without its last brace.
        """
        return super().body(batch)[:-1]


class Latin1Body(QuickOutbox):
    """
    Sends the letters of another encoding.
    """

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        """
        The batch in ISO 8859-1, as far as that goes.
        """
        return json.dumps({"batch": batch}, ensure_ascii=False).encode("latin-1", "replace")


class FalseGzip(QuickOutbox):
    """
    Says that the body is packed, and does not pack it.
    """

    def headers(self) -> dict[str, str]:
        """
        The reference's, with an encoding.
        """
        return {**super().headers(), "Content-Encoding": "gzip"}


class BareList(QuickOutbox):
    """
    Sends a list of calls, without an object around it.
    """

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        """
        The batch and nothing else.
        """
        return json.dumps(batch).encode()


class KeyInUrl(QuickOutbox):
    """
    Adds the write key to the URL.
    """

    def __init__(self, endpoint: str, write_key: str) -> None:
        super().__init__(endpoint, write_key)
        self.path = f"/v1/batch?writeKey={write_key}"


class KeyAsParameter(QuickOutbox):
    """
    Adds the write key to the URL under a name of its own.
    """

    def __init__(self, endpoint: str, write_key: str) -> None:
        super().__init__(endpoint, write_key)
        self.path = f"/v1/batch?source={write_key}"


class UnknownType(QuickOutbox):
    """
    Writes the type of the batch's members with a capital letter.
    """

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        """
        The members with a type that Segment does not know.
        """
        return super().body([{**call, "type": "Track"} for call in batch])


class NoType(QuickOutbox):
    """
    Leaves the type of the batch's members away.
    """

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        """
        The members without their type.
        """
        return super().body([{name: call[name] for name in call if name != "type"} for call in batch])


class GreedyOutbox(QuickOutbox):
    """
    Waits for as many calls as there may be, whatever their size.
    """

    linger = 0.3
    most_bytes = 10**9


def _request_per_keystroke(_bridge: Bridge, activity: Activity, calls: list[Call]) -> Iterable[Call]:
    """
    Tells for each of thirty keystrokes who the visitor is.
    """
    yield from calls
    typing = activity.visitor if activity.type is ActivityType.VISITOR_TYPING else None
    about = {"library": {"name": "storm", "version": "1"}}
    for _ in range(30 if typing else 0):
        yield {
            "type": "identify",
            "anonymousId": typing.id if typing else "",
            "messageId": str(uuid.uuid4()),
            "context": about,
        }


def _filled(size: int, outbox: type[QuickOutbox] = QuickOutbox) -> Change:
    """
    Calls of about so many bytes, in values that no column cuts.
    """
    state = {f"key_{number}": "x" * 500 for number in range(size // 500)}
    return Change(call=context(lambda given: given | {"state": state}), outbox=outbox)


MUTANTS = (
    Mutant(
        name="doubled-path",
        line="Transport: `/v1/v1/batch`",
        violates=("TRANSPORT-01",),
        change=Change(outbox=DoubledPath),
    ),
    Mutant(
        name="undocumented-path",
        line="Transport: a path that does not exist",
        violates=("TRANSPORT-01",),
        change=Change(outbox=UndocumentedPath),
    ),
    Mutant(
        name="text-plain",
        line="Transport: no JSON by its type",
        violates=("TRANSPORT-02",),
        change=Change(outbox=PlainText),
    ),
    Mutant(
        name="no-content-type",
        line="Transport: no JSON by its type",
        violates=("TRANSPORT-02",),
        change=Change(outbox=NoContentType),
    ),
    Mutant(
        name="no-credentials",
        line="Transport: no write key",
        violates=("TRANSPORT-03",),
        change=Change(outbox=NoCredentials),
    ),
    Mutant(
        name="bearer-only",
        line="Transport: the write key as a bearer token",
        violates=("TRANSPORT-03",),
        change=Change(outbox=BearerOnly),
    ),
    Mutant(
        name="no-colon",
        line="Transport: Basic credentials without a colon",
        violates=("TRANSPORT-04",),
        change=Change(outbox=NoColon),
    ),
    Mutant(
        name="unclosed-body",
        line="Transport: invalid JSON",
        violates=("TRANSPORT-05",),
        consequences=("EVENT-03", "EVENT-04", "EVENT-06", "EVENT-07"),
        change=Change(outbox=UnclosedBody),
    ),
    Mutant(
        name="latin-1",
        line="Transport: invalid JSON",
        violates=("TRANSPORT-05",),
        consequences=("EVENT-03", "EVENT-04", "EVENT-06", "EVENT-07"),
        change=Change(outbox=Latin1Body),
    ),
    Mutant(
        name="false-gzip",
        line="Transport: a body that is not what its encoding says",
        violates=("TRANSPORT-05",),
        consequences=("EVENT-03", "EVENT-04", "EVENT-06", "EVENT-07"),
        change=Change(outbox=FalseGzip),
    ),
    Mutant(
        name="bare-list",
        line="Transport: invalid JSON",
        violates=("TRANSPORT-05",),
        consequences=("EVENT-03", "EVENT-04", "EVENT-06", "EVENT-07"),
        change=Change(outbox=BareList),
    ),
    Mutant(
        name="oversize-event",
        line="Transport: oversize",
        violates=("TRANSPORT-06",),
        change=_filled(33_000),
    ),
    Mutant(
        name="oversize-batch",
        line="Transport: oversize",
        violates=("TRANSPORT-06",),
        change=_filled(2_000, GreedyOutbox),
        scenarios=(*ORDINARY, scene("burst")),
    ),
    Mutant(
        name="key-in-url",
        line="Transport: write key in the URL",
        violates=("TRANSPORT-07",),
        change=Change(outbox=KeyInUrl),
    ),
    Mutant(
        name="key-as-parameter",
        line="Transport: write key in the URL",
        violates=("TRANSPORT-07",),
        change=Change(outbox=KeyAsParameter),
    ),
    Mutant(
        name="request-storm",
        line="Transport: a request per keystroke",
        violates=("TRANSPORT-08",),
        change=Change(calls=_request_per_keystroke, outbox=SingleOutbox),
        scenarios=(*ORDINARY, scene("slow-typing"), scene("slow-pair")),
    ),
    Mutant(
        name="unknown-type",
        line="Transport: members of a batch of a type that does not exist",
        violates=("TRANSPORT-09", "EVENT-02"),
        change=Change(outbox=UnknownType),
    ),
    Mutant(
        name="members-without-type",
        line="Transport: members of a batch without a type",
        violates=("TRANSPORT-09",),
        change=Change(outbox=NoType),
    ),
)
