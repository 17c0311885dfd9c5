"""
Compliant variations of the reference: what other honest implementations do in their own way.
"""

from __future__ import annotations

import datetime as dt
import http.client
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import attrs
from attrs import field, frozen

from conformance.errors import Unsupported
from conformance.model import Activity, ActivityType, Scenario, Settings
from conformance.reference import ENDED, RECEIVED, SENT, STARTED, Reference
from tests.mutants import senders
from tests.mutants.bridge import AGENT, Bridge, Call, Change, SingleOutbox
from tests.mutants.changes import CallChange, context, each, identity, member, properties
from tests.mutants.processes import ProcessPerConversation
from tests.mutants.stage import FAULTS, ORDINARY


@frozen(kw_only=True)
class Variation:
    """
    The reference with something done in another right way, said by `way`.

    `made` makes the implementation from the change; `idle` are the requirements that it gives no occasion
    to judge.
    """

    name: str
    way: str
    change: Change = field(factory=Change)
    made: Callable[[Change], Bridge] = Bridge
    idle: frozenset[str] = frozenset()
    scenarios: tuple[Scenario, ...] = field(default=ORDINARY, repr=False)

    @property
    def target(self) -> str:
        """
        The variation as a target that any run can be asked for.
        """
        return f"python:tests.mutants.targets:{self.name.replace('-', '_')}"


def _visitor(activity: Activity) -> str:
    return activity.visitor.id if activity.visitor else ""


def _known(activity: Activity) -> str | None:
    return activity.visitor.user_id if activity.visitor else None


def _stamped(stamp: Callable[[dt.datetime], str]) -> CallChange:
    return lambda _bridge, activity, call: {**call, "timestamp": stamp(activity.at)}


def _in_india(at: dt.datetime) -> str:
    return at.astimezone(dt.timezone(dt.timedelta(hours=5, minutes=30))).isoformat(timespec="milliseconds")


def _with_body(activity: Activity, given: dict[str, Any]) -> dict[str, Any]:
    return given | ({"message_body": activity.message.text} if activity.message else {})


def _with_identify(bridge: Bridge, activity: Activity, calls: list[Call]) -> Iterable[Call]:
    """
    An Identify call before the first event about somebody, and a Page call now and then.
    """
    told = bridge.memory.setdefault("told", set())
    visitor = activity.visitor
    if visitor is not None and (visitor.id, visitor.user_id) not in told:
        told.add((visitor.id, visitor.user_id))
        yield _other(bridge, activity, {"type": "identify", "traits": {"plan": "free", "name": "Ann"}})
    yield from calls
    if len(calls) > 1:
        yield _other(bridge, activity, {"type": "page", "name": "Chat", "properties": {"path": "/chat"}})


def _other(bridge: Bridge, activity: Activity, members: dict[str, Any]) -> Call:
    """
    A call of another type, about the same visitor.
    """
    return {
        **members,
        **bridge.identity(activity),
        "messageId": f"{members['type']}-{activity.id}-{bridge.settings and bridge.settings.workspace.slug}",
        "timestamp": activity.at.isoformat(),
        "context": bridge.context(),
    }


def _once_each(bridge: Bridge, activity: Activity, calls: list[Call]) -> Iterable[Call]:
    """
    Nothing for an activity that was heard before, under this connection.
    """
    assert bridge.settings is not None
    heard = bridge.memory.setdefault(("heard", bridge.settings.source.write_key), set())
    if activity.id in heard:
        return ()
    heard.add(activity.id)
    return calls


def _ask_first(bridge: Bridge, settings: Settings) -> None:
    """
    Asks Segment whether it is there, before anything else is looked at.
    """
    host = urlsplit(settings.endpoints.us).netloc
    for method, path in (("GET", "/"), ("HEAD", "/v1"), ("OPTIONS", "/v1/batch")):
        connection = http.client.HTTPConnection(host, timeout=5)
        connection.request(method, path, headers={"User-Agent": AGENT})
        connection.getresponse().read()
        connection.close()
    Reference.refuse(bridge, settings)


def _no_joins(_bridge: Bridge, activity: Activity, calls: list[Call]) -> Iterable[Call]:
    """
    Declines to hear of agents who join, and takes everything else.
    """
    if activity.type is ActivityType.AGENT_JOINED:
        raise Unsupported("no agents who join yet", feature="agents who join")
    return calls


def _random_id(_bridge: Bridge, _activity: Activity, call: Call) -> Call:
    return {**call, "messageId": str(uuid.uuid4())}


def _chat_ids(_bridge: Bridge, activity: Activity, call: Call) -> Call:
    """
    The `messageId` is made of the activity's own id and a word for the event.
    """
    return {**call, "messageId": f"{call['messageId'][:8]}:{activity.id}:{call['event'].split()[-1].lower()}"}


def _later_as_float(bridge: Bridge, _activity: Activity, call: Call) -> Call:
    """
    A float for every duration but the first of each kind of event, which gives the column its type.
    """
    assert bridge.settings is not None
    seen = bridge.memory.setdefault(("kinds", bridge.settings.source.write_key), set())
    if call["event"] not in seen:
        seen.add(call["event"])
        return call
    duration = float(call["properties"]["conversation_duration"])
    return {**call, "properties": {**call["properties"], "conversation_duration": duration}}


def _with_alias(bridge: Bridge, activity: Activity, calls: list[Call]) -> Iterable[Call]:
    """
    An Alias and a Group call once somebody is identified.
    """
    yield from calls
    if activity.type is ActivityType.VISITOR_IDENTIFIED and activity.visitor:
        user = {"userId": activity.visitor.user_id}
        yield {**_other(bridge, activity, {"type": "alias", "previousId": activity.visitor.id}), **user}
        yield {**_other(bridge, activity, {"type": "group", "groupId": "g-1", "traits": {}}), **user}


def _last_message(bridge: Bridge, activity: Activity, call: Call) -> Call:
    """
    On Ended the id of the last message.
    """
    last = bridge.memory.setdefault("messages", {})
    if activity.message is not None:
        last[activity.conversation_id] = activity.message.id
    if call["event"] != ENDED:
        return call
    return {**call, "properties": {**call["properties"], "message_id": last[activity.conversation_id]}}


IDENTITIES = (
    Variation(
        name="anonymous-throughout",
        way="the visitor's id as `anonymousId`, and `userId` null until it is known",
        change=Change(
            call=identity(lambda activity: {"anonymousId": _visitor(activity), "userId": _known(activity)})
        ),
    ),
    Variation(
        name="user-convention",
        way="the visitor's id as `userId`, until the site's own takes its place",
        change=Change(call=identity(lambda activity: {"userId": _known(activity) or _visitor(activity)})),
    ),
    Variation(
        name="user-convention-with-null",
        way="the same, with `anonymousId` null as the Python SDK sends it",
        change=Change(
            call=identity(
                lambda activity: {"userId": _known(activity) or _visitor(activity), "anonymousId": None}
            )
        ),
    ),
    Variation(
        name="user-instead-of-anonymous",
        way="`anonymousId` until the visitor is identified, and `userId` alone after that",
        change=Change(
            call=identity(
                lambda activity: (
                    {"userId": _known(activity)} if _known(activity) else {"anonymousId": _visitor(activity)}
                )
            )
        ),
    ),
)

TIMES = (
    Variation(
        name="offset-of-zero",
        way="times with `+00:00`, as the Python SDK writes them",
        change=Change(call=_stamped(lambda at: at.isoformat(timespec="microseconds"))),
    ),
    Variation(
        name="other-offset",
        way="times in a zone of their own, `+05:30`",
        change=Change(call=_stamped(_in_india)),
    ),
    Variation(
        name="nine-digits",
        way="times with nine fractional digits, as Go writes them",
        change=Change(call=_stamped(lambda at: f"{at:%Y-%m-%dT%H:%M:%S.%f}000Z")),
    ),
    Variation(
        name="no-fraction",
        way="times in whole seconds",
        change=Change(call=_stamped(lambda at: f"{at:%Y-%m-%dT%H:%M:%S}Z")),
    ),
    Variation(
        name="frozen-sent-at",
        way="a `sentAt` that never changes",
        change=Change(outbox=senders.FrozenSentAt),
    ),
    Variation(name="no-sent-at", way="no `sentAt`", change=Change(outbox=senders.NoSentAt)),
)

PATHS = (
    Variation(
        name="single-calls",
        way="each call by itself, to /v1/track",
        change=Change(outbox=SingleOutbox),
        idle=frozenset({"TRANSPORT-09"}),
    ),
    Variation(
        name="short-single-calls",
        way="each call by itself, to /v1/t",
        change=Change(outbox=senders.ShortSingle),
        idle=frozenset({"TRANSPORT-09"}),
    ),
    Variation(name="import-path", way="batches to /v1/import", change=Change(outbox=senders.Import)),
    Variation(name="short-batch", way="batches to /v1/b", change=Change(outbox=senders.ShortBatch)),
    Variation(
        name="trailing-slash", way="a slash at the path's end", change=Change(outbox=senders.TrailingSlash)
    ),
    Variation(
        name="batches-of-one", way="one request for each event", change=Change(outbox=senders.OneByOne)
    ),
    Variation(name="http-1-0", way="HTTP/1.0", change=Change(outbox=senders.OldHttp)),
    Variation(
        name="kept-alive", way="one connection for all requests", change=Change(outbox=senders.KeptAlive)
    ),
)

KEYS = (
    Variation(
        name="body-key",
        way="the write key in the body only",
        change=Change(outbox=senders.BodyKey),
        idle=frozenset({"TRANSPORT-04"}),
    ),
    Variation(
        name="both-keys", way="the write key in body and header", change=Change(outbox=senders.BothKeys)
    ),
    Variation(
        name="bearer-and-key",
        way="an OAuth token, and the write key in the body",
        change=Change(outbox=senders.BearerAndKey),
        idle=frozenset({"TRANSPORT-04"}),
    ),
    Variation(
        name="key-on-each",
        way="the write key on each member of the batch",
        change=Change(outbox=senders.KeyOnEach),
        idle=frozenset({"TRANSPORT-04"}),
    ),
    Variation(name="charset", way="a charset in the content type", change=Change(outbox=senders.WithCharset)),
    Variation(
        name="lower-case-headers",
        way="names of headers in lower case",
        change=Change(outbox=senders.LowerCaseHeaders),
    ),
)

BODIES = (
    Variation(name="gzip", way="packed bodies", change=Change(outbox=senders.Gzipped)),
    Variation(
        name="shared-context", way="`context` beside the batch", change=Change(outbox=senders.SharedContext)
    ),
    Variation(name="plain-utf-8", way="JSON without escapes", change=Change(outbox=senders.Unescaped)),
    Variation(name="unicode-escapes", way="JSON with escapes", change=Change(outbox=senders.EscapedAll)),
    Variation(
        name="reversed-members", way="members in reverse order", change=Change(outbox=senders.Reversed)
    ),
    Variation(
        name="float-literal",
        way="durations such as `45.0`, an integer to JSON Schema, where the column has its type already",
        change=Change(call=_later_as_float),
    ),
    Variation(
        name="seconds-begun",
        way="durations that count the second that has begun, where the reference counts whole ones",
        change=Change(call=each("conversation_duration", lambda seconds: seconds + (seconds > 0))),
    ),
    Variation(
        name="message-body",
        way="the message's text as `message_body`",
        change=Change(call=properties(_with_body, (STARTED, SENT, RECEIVED))),
    ),
    Variation(
        name="no-message-id-on-started",
        way="no `message_id` on Started, which reports no message",
        change=Change(
            call=properties(
                lambda _activity, given: {name: given[name] for name in given if name != "message_id"},
                (STARTED,),
            )
        ),
    ),
    Variation(
        name="message-id-at-the-end",
        way="the last message's id on Ended, where none is asked for",
        change=Change(call=_last_message),
    ),
    Variation(
        name="null-integrations", way="`integrations` null", change=Change(call=member(integrations=None))
    ),
    Variation(
        name="more-context",
        way="page, user agent and locale in the context",
        change=Change(
            call=context(
                lambda given: (
                    given
                    | {
                        "page": {"url": "https://shop.example/cart", "title": "Cart"},
                        "userAgent": "Mozilla/5.0",
                        "locale": "en-GB",
                    }
                )
            )
        ),
    ),
    Variation(
        name="empty-integrations", way="`integrations` empty", change=Change(call=member(integrations={}))
    ),
    Variation(
        name="all-integrations",
        way="`integrations` with all on, and one destination off",
        change=Change(call=member(integrations={"All": True, "Mixpanel": False})),
    ),
    Variation(
        name="sdk-metadata",
        way="members that Segment does not know, as the Node SDK sends them",
        change=Change(call=member(_metadata={"nodeVersion": "v20"}, channel="server", version=2)),
    ),
)

DELIVERIES = (
    Variation(
        name="no-joins",
        way="declares that it does not support agents who join, and does all else",
        change=Change(calls=_no_joins),
    ),
    Variation(
        name="asks-first",
        way="asks Segment's host whether it is there before it connects, or refuses to",
        change=Change(refuse=_ask_first),
    ),
    Variation(
        name="identify-and-page",
        way="Identify and Page calls of its own in between",
        change=Change(calls=_with_identify),
    ),
    Variation(
        name="alias-and-group",
        way="Alias and Group calls of its own in between",
        change=Change(calls=_with_alias),
    ),
    Variation(
        name="sent-before-started",
        way="Sent before Started in the batch, where their times are the same",
        change=Change(calls=lambda _bridge, _activity, calls: list(reversed(calls))),
    ),
    Variation(name="shuffled", way="delivery in any order", change=Change(outbox=senders.Shuffled)),
    Variation(name="slow-delivery", way="slow and complete delivery", change=Change(outbox=senders.Patient)),
    Variation(
        name="at-least-once",
        way="every batch twice, with the same messageIds",
        change=Change(outbox=senders.TwiceForSure),
    ),
    Variation(
        name="random-ids",
        way="random messageIds, and a memory of what was delivered before",
        change=Change(call=_random_id, calls=_once_each),
    ),
    Variation(
        name="speaking-ids",
        way="messageIds made of the activity's id and the event's last word",
        change=Change(call=_chat_ids),
    ),
)

PROCESSES = (
    Variation(
        name="process-per-conversation",
        way="a new process for each conversation",
        made=ProcessPerConversation,
    ),
)

_UNDER_FAULTS = tuple(
    attrs.evolve(variation, scenarios=(*ORDINARY, *FAULTS)) for variation in (*PATHS, *KEYS, *DELIVERIES)
)
"""Ways to deliver have to be right when Segment falters, too."""

VARIATIONS: tuple[Variation, ...] = (*IDENTITIES, *TIMES, *BODIES, *_UNDER_FAULTS, *PROCESSES)
