"""
Mutants that lose events, or send them too often, when something goes wrong.
"""

from __future__ import annotations

import http.client
import uuid
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from conformance.model import Activity
from tests.mutants.bridge import PLAIN, Bridge, Call, Change, QuickOutbox
from tests.mutants.mutant import Mutant
from tests.mutants.stage import FAULTS, ORDINARY, hurried, scene

FAULTY = (*ORDINARY, *FAULTS)


class GivesUp(QuickOutbox):
    """
    Tries once.
    """

    def worth_retrying(self, status: int | None) -> bool:
        """
        Never.
        """
        return status == 429 or (status is not None and 300 <= status < 400)


class GivesUpWhenCut(QuickOutbox):
    """
    Tries again when it gets an answer, and gives up when there is none.
    """

    def worth_retrying(self, status: int | None) -> bool:
        """
        Only where there was a status.
        """
        return status is not None and super().worth_retrying(status)


class NewIdEachAttempt(QuickOutbox):
    """
    Makes up another `messageId` when it writes the same request again.
    """

    written: list[Mapping[str, Any]] | None = None

    def body(self, batch: list[Mapping[str, Any]]) -> bytes:
        """
        The batch, from the second attempt on with new ids.
        """
        again, self.written = batch is self.written, batch
        if not again:
            return super().body(batch)
        return super().body([self.renamed(call) for call in batch])

    def renamed(self, call: Mapping[str, Any]) -> Mapping[str, Any]:
        """
        The call under another id.
        """
        return {**call, "messageId": str(uuid.uuid4())}


class NoIdOnRetry(NewIdEachAttempt):
    """
    Leaves the `messageId` away when it writes the same request again.
    """

    def renamed(self, call: Mapping[str, Any]) -> Mapping[str, Any]:
        """
        The call without an id.
        """
        return {name: call[name] for name in call if name != "messageId"}


class Impatient(QuickOutbox):
    """
    Does not hear what a 429 asks for.
    """

    def pause(self, headers: http.client.HTTPMessage, attempt: int) -> float:
        """
        Its own idea of a pause.
        """
        del headers
        return super().pause(http.client.HTTPMessage(), attempt)


class Milliseconds(QuickOutbox):
    """
    Takes the seconds that it is asked to wait for milliseconds.
    """

    def pause(self, headers: http.client.HTTPMessage, attempt: int) -> float:
        """
        A thousandth of what was asked for; its own pause where nothing was.
        """
        asked = "Retry-After" in headers or "X-RateLimit-Reset" in headers
        return super().pause(headers, attempt) / (1000 if asked else 1)


class StormsAfter400(QuickOutbox):
    """
    Takes every answer but 200 for a passing fault.
    """

    def worth_retrying(self, status: int | None) -> bool:
        """
        Always.
        """
        return status != 200


class StormsInAnOutage(QuickOutbox):
    """
    Tries again at once, as often as it takes.
    """

    def __init__(self, endpoint: str, write_key: str) -> None:
        super().__init__(endpoint, write_key)
        self.attempts = 100_000

    def pause(self, headers: http.client.HTTPMessage, attempt: int) -> float:
        """
        None.
        """
        del headers, attempt
        return 0.0


class TrustsRedirects(QuickOutbox):
    """
    Takes a redirect for success.
    """

    def worth_retrying(self, status: int | None) -> bool:
        """
        Not after a redirect.
        """
        redirected = status is not None and 300 <= status < 400
        return not redirected and super().worth_retrying(status)


class FollowsRedirects(QuickOutbox):
    """
    Follows a redirect as the official SDKs do: with an empty GET, whose success it takes for its own.
    """

    def post(self, body: bytes) -> tuple[int | None, http.client.HTTPMessage]:
        """
        What the place answers that the redirect leads to, taken for success whatever it is.
        """
        status, headers = super().post(body)
        if status is None or not 300 <= status < 400:
            return status, headers
        connection = http.client.HTTPConnection(self.endpoint.netloc, timeout=self.timeout)
        connection.request("GET", headers.get("Location") or "/", headers=PLAIN)
        connection.getresponse().read()
        connection.close()
        return 200, headers


class InTheChatsWay(QuickOutbox):
    """
    Delivers each call before it takes the next, while the chat waits.
    """

    def __init__(self, endpoint: str, write_key: str) -> None:
        super().__init__(endpoint, write_key)
        self.timeout = 2.6

    def put(self, call: Mapping[str, Any]) -> None:
        """
        Returns once the call was delivered.
        """
        self.deliver([call])


class TriesAtOnce(QuickOutbox):
    """
    Sends each call while the chat waits, and leaves to the background only what Segment did not take.
    """

    down = False

    def put(self, call: Mapping[str, Any]) -> None:
        """
        Remembers whether Segment took it.
        """
        status, _ = self.post(self.body([call]))
        self.down = status != 200
        if self.down:
            super().put(call)


def _turn_away(bridge: Bridge, _activity: Activity, calls: list[Call]) -> Iterable[Call]:
    """
    Takes the calls, and tells the chat that it failed where Segment did.
    """
    for call in calls:
        bridge.put(call)
    if isinstance(bridge.connected, TriesAtOnce) and bridge.connected.down:
        raise RuntimeError("Segment is down")
    return ()


class LosesTheRest(QuickOutbox):
    """
    Sends what it holds when it is asked to flush, and forgets it at the end.
    """

    def __init__(self, endpoint: str, write_key: str) -> None:
        super().__init__(endpoint, write_key)
        self.held: list[Mapping[str, Any]] = []

    def put(self, call: Mapping[str, Any]) -> None:
        """
        Holds the call.
        """
        self.held.append(call)

    def flush(self) -> None:
        """
        Sends what it holds.
        """
        for call in self.held:
            super().put(call)
        self.held.clear()
        super().flush()


class LosesTheLast(LosesTheRest):
    """
    Sends what it holds at the end as well, but for the last call, which it still waits to fill up.
    """

    def close(self) -> None:
        """
        Sends all but the last.
        """
        del self.held[-1:]
        self.flush()
        super().close()


class BothRegions(QuickOutbox):
    """
    Sends everything to the other region as well, to be on the safe side.
    """

    other = ""

    def deliver(self, batch: list[Mapping[str, Any]]) -> None:
        """
        Delivers here, and then there.
        """
        super().deliver(batch)
        here, self.endpoint = self.endpoint, urlsplit(self.other)
        super().deliver(batch)
        self.endpoint = here


class FailsOver(QuickOutbox):
    """
    Turns to the other region where this one fails.
    """

    other = ""

    def post(self, body: bytes) -> tuple[int | None, http.client.HTTPMessage]:
        """
        What the other region answers, where this one is down.
        """
        status, headers = super().post(body)
        if status is not None and status < 500:
            return status, headers
        here, self.endpoint = self.endpoint, urlsplit(self.other)
        status, headers = super().post(body)
        self.endpoint = here
        return status, headers


def _know_the_other(bridge: Bridge) -> None:
    """
    Tells the outbox where the EU endpoint is.
    """
    if isinstance(bridge.connected, FailsOver | BothRegions) and bridge.settings:
        bridge.connected.other = bridge.settings.endpoints.eu


MUTANTS = (
    Mutant(
        name="gives-up-on-errors",
        line="Delivery: events lost in a short outage",
        violates=("DELIVERY-01",),
        change=Change(outbox=GivesUp),
        scenarios=FAULTY,
    ),
    Mutant(
        name="gives-up-when-cut-off",
        line="Delivery: events lost in a short outage",
        violates=("DELIVERY-01",),
        change=Change(outbox=GivesUpWhenCut),
        scenarios=FAULTY,
    ),
    Mutant(
        name="new-id-on-retry",
        line="Transport: new messageId on retry",
        violates=("DELIVERY-02",),
        change=Change(outbox=NewIdEachAttempt),
        scenarios=FAULTY,
    ),
    Mutant(
        name="no-id-on-retry",
        line="Transport: new messageId on retry",
        violates=("DELIVERY-02",),
        consequences=("ENVELOPE-01",),
        change=Change(outbox=NoIdOnRetry),
        scenarios=FAULTY,
    ),
    Mutant(
        name="retry-after-in-milliseconds",
        line="Transport: Retry-After ignored",
        violates=("DELIVERY-03",),
        change=Change(outbox=Milliseconds),
        scenarios=FAULTY,
    ),
    Mutant(
        name="retry-after-ignored",
        line="Transport: Retry-After ignored",
        violates=("DELIVERY-03",),
        change=Change(outbox=Impatient),
        scenarios=FAULTY,
    ),
    Mutant(
        name="storm-after-400",
        line="Transport: retry storm on 400",
        violates=("DELIVERY-04",),
        change=Change(outbox=StormsAfter400),
        scenarios=FAULTY,
    ),
    Mutant(
        name="storm-in-an-outage",
        line="Transport: retry storm on 503",
        violates=("TRANSPORT-08",),
        change=Change(outbox=StormsInAnOutage),
        scenarios=(*ORDINARY, scene("slow-outage")),
    ),
    Mutant(
        name="no-flush-at-exit",
        line="Transport: no flush at exit",
        violates=("DELIVERY-05",),
        change=Change(outbox=LosesTheRest),
    ),
    Mutant(
        name="last-event-lost-at-exit",
        line="Transport: no flush at exit",
        violates=("DELIVERY-05",),
        change=Change(outbox=LosesTheLast),
    ),
    Mutant(
        name="chat-held-up",
        line="Delivery: the chat waits for Segment",
        violates=("DELIVERY-06",),
        change=Change(outbox=InTheChatsWay),
        scenarios=(*ORDINARY, hurried(scene("read-timeout"), delay=2.8)),
    ),
    Mutant(
        name="chat-turned-away",
        line="Delivery: the chat is answered with Segment's error",
        violates=("DELIVERY-06",),
        change=Change(outbox=TriesAtOnce, calls=_turn_away),
        scenarios=(*ORDINARY, scene("three-errors"), hurried(scene("read-timeout"))),
    ),
    Mutant(
        name="redirect-is-success",
        line="Delivery: a redirect taken for success",
        violates=("DELIVERY-08",),
        change=Change(outbox=TrustsRedirects),
        scenarios=FAULTY,
    ),
    Mutant(
        name="redirect-followed-as-get",
        line="Delivery: a redirect taken for success",
        violates=("DELIVERY-08",),
        change=Change(outbox=FollowsRedirects),
        scenarios=FAULTY,
    ),
    Mutant(
        name="both-regions",
        line="Transport: wrong region",
        violates=("REGION-02",),
        change=Change(opened=_know_the_other, outbox=BothRegions),
    ),
    Mutant(
        name="fails-over",
        line="Transport: failover to EU",
        violates=("REGION-05",),
        consequences=("DELIVERY-01", "REGION-01", "REGION-02"),
        change=Change(opened=_know_the_other, outbox=FailsOver),
        scenarios=FAULTY,
    ),
)
