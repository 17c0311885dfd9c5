"""
Implementations that are wrong as a whole: silent ones, liars, crashers, and those that never answer.
"""

from __future__ import annotations

import json
import random
import sys
import threading
from typing import Any

from conformance.errors import Unsupported
from conformance.model import Activity, Implementation, Settings
from conformance.reference import Reference
from tests.mutants.bridge import Bridge, Call, Change, QuickOutbox


class Null:
    """
    Takes everything, and sends nothing.
    """

    def initialize(self, settings: Settings) -> Implementation:
        """
        Connects, to whatever it is told.
        """
        del settings
        return Implementation(name="null")

    def activity(self, activity: Activity) -> None:
        """
        Takes the activity.
        """

    def flush(self) -> None:
        """
        Has nothing to deliver.
        """

    def shutdown(self) -> None:
        """
        Has nothing to deliver.
        """


class PoliteNull(Null):
    """
    Sends nothing either, and refuses what a good one refuses.
    """

    def initialize(self, settings: Settings) -> Implementation:
        """
        Connects where it may.
        """
        Reference().refuse(settings)
        return Implementation(name="polite-null")


class Liar(Null):
    """
    Claims to be somebody else, and to have every excuse: each message is a feature that it lacks.
    """

    def initialize(self, settings: Settings) -> Implementation:
        """
        Connects under a name that is another's.
        """
        Reference().refuse(settings)
        return Implementation(name="conformance-reference", version="99.0", language="python")

    def activity(self, activity: Activity) -> None:
        """
        Declares that it does not support what it is told.
        """
        raise Unsupported(f"no {activity.type} yet", feature=str(activity.type))


class Excused(Null):
    """
    Declares that it supports nothing at all.
    """

    def initialize(self, settings: Settings) -> Implementation:
        """
        Does not connect, by way of an excuse.
        """
        raise Unsupported(f"no {settings.workspace.region} yet", feature="connecting")


def _garbled(_bridge: Bridge, _activity: Activity, call: Call) -> Call:
    """
    Everything about a call that can be wrong, wrong.
    """
    return {
        "type": "track",
        "event": call["event"].lower(),
        "messageId": "m" * 101,
        "userId": True,
        "timestamp": "yesterday",
        "context": [],
        "integrations": "none",
        "properties": {
            "agentId": 7,
            "agentName": None,
            "agentUsername": ["x"],
            "conversationDuration": "long",
            "conversationId": 5.5,
            "messageId": {},
            "received_at": "now",
            "email": "ann@example.com",
        },
    }


class AlwaysWrong(Bridge):
    """
    Gets everything wrong that one can get wrong about an event.
    """

    def __init__(self) -> None:
        super().__init__(Change(call=_garbled))


class Flake(Bridge):
    """
    Is right four times in five, and loses every fifth event or so.
    """

    def __init__(self) -> None:
        choice = random.Random(20_260_301)
        super().__init__(Change(events=lambda _b, _a, events: events if choice.random() > 0.2 else ()))


class Crashing(Bridge):
    """
    Raises in one of its methods, the one that `where` names.
    """

    where = ""

    def __init__(self) -> None:
        super().__init__(Change())

    def initialize(self, settings: Settings) -> Implementation:
        """
        Connects, unless that is where it crashes.
        """
        self.stumble("initialize")
        return super().initialize(settings)

    def activity(self, activity: Activity) -> None:
        """
        Takes the activity, unless that is where it crashes.
        """
        self.stumble("activity")
        super().activity(activity)

    def flush(self) -> None:
        """
        Flushes, unless that is where it crashes.
        """
        self.stumble("flush")
        super().flush()

    def shutdown(self) -> None:
        """
        Ends, unless that is where it crashes.
        """
        self.stumble("shutdown")
        super().shutdown()

    def stumble(self, method: str) -> None:
        """
        Raises where it is due.
        """
        if method == self.where:
            raise RuntimeError(f"stumbled in {method}")


class Hanging(Crashing):
    """
    Never returns from the method that `where` names.
    """

    def stumble(self, method: str) -> None:
        """
        Waits for longer than anybody has patience.
        """
        if method == self.where:
            threading.Event().wait(60)


class CrashInInitialize(Crashing):
    """
    Crashes before it is connected.
    """

    where = "initialize"


class CrashInActivity(Crashing):
    """
    Crashes at every word.
    """

    where = "activity"


class CrashInFlush(Crashing):
    """
    Crashes when it is to deliver.
    """

    where = "flush"


class CrashInShutdown(Crashing):
    """
    Crashes at the end.
    """

    where = "shutdown"

    def initialize(self, settings: Settings) -> Implementation:
        """
        Connects. The reference ends an earlier connection by a shutdown of its own, which is not meant here.
        """
        self.refuse(settings)
        self._outbox = QuickOutbox(settings.endpoints.us, settings.source.write_key)
        return Implementation(name="crash-in-shutdown")


class HangInInitialize(Hanging):
    """
    Never comes to be connected.
    """

    where = "initialize"


class HangInActivity(Hanging):
    """
    Never takes a word.
    """

    where = "activity"


class HangInFlush(Hanging):
    """
    Never delivers.
    """

    where = "flush"


class HangInShutdown(Hanging):
    """
    Never ends.
    """

    where = "shutdown"

    def initialize(self, settings: Settings) -> Implementation:
        """
        Connects, without the shutdown that the reference begins with.
        """
        self.refuse(settings)
        self._outbox = QuickOutbox(settings.endpoints.us, settings.source.write_key)
        return Implementation(name="hang-in-shutdown")


CRASHERS = ("CrashInInitialize", "CrashInActivity", "CrashInFlush", "CrashInShutdown")
HANGERS = ("HangInInitialize", "HangInActivity", "HangInFlush", "HangInShutdown")


def chatter() -> None:
    """
    Speaks the protocol on standard output, and much besides.
    """
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        print(f"DEBUG got {request['method']}")
        print('{"level": "info", "message": "still here"}')
        known = {"implementation": {"name": "chatterbox"}} if request["method"] == "initialize" else {}
        print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": known}), flush=True)
        if request["method"] == "shutdown":
            return


if __name__ == "__main__":
    chatter()
