"""
Implementations that are wrong as a whole: silent ones, liars, crashers, and those that never answer.
"""

from __future__ import annotations

import functools
import random
import threading
from collections.abc import Callable, Mapping

from attrs import frozen

from conformance.drivers import Driver
from conformance.errors import Unsupported
from conformance.model import Activity, Implementation, Outcome, Settings
from conformance.reference import Reference
from tests.mutants.bridge import Bridge, Call, Change
from tests.mutants.over_stdio import program


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


class Chatterbox(Null):
    """
    Prints on standard output what it thinks, where only replies belong.
    """

    def initialize(self, settings: Settings) -> Implementation:
        """
        Connects, and says so.
        """
        print("DEBUG connecting")
        print('{"level": "info", "message": "still here"}')
        return super().initialize(settings)


class Stumbling:
    """
    The reference, but for one of its methods, `where`: it begins with a `stumble`.
    """

    def __init__(self, *, where: str, stumble: Callable[[str], None]) -> None:
        self._where, self._stumble = where, stumble
        self._sound = Bridge(Change())

    def initialize(self, settings: Settings) -> Implementation:
        """
        Connects.
        """
        self._step("initialize")
        return self._sound.initialize(settings)

    def activity(self, activity: Activity) -> None:
        """
        Takes the activity.
        """
        self._step("activity")
        self._sound.activity(activity)

    def flush(self) -> None:
        """
        Delivers what it has.
        """
        self._step("flush")
        self._sound.flush()

    def shutdown(self) -> None:
        """
        Delivers what is left, and ends.
        """
        self._step("shutdown")
        self._sound.shutdown()

    def _step(self, method: str) -> None:
        if method == self._where:
            self._stumble(method)


def crash(method: str) -> None:
    """
    Raises what is no refusal: an error to who calls it, and the end of a process that does not catch it.
    """
    raise RuntimeError(f"stumbled in {method}")


def hang(_method: str) -> None:
    """
    Waits for longer than anybody has patience.
    """
    threading.Event().wait(60)


@frozen(kw_only=True)
class Special:
    """
    An implementation that is wrong as a whole, and the outcome of any run of it.

    `process` tells that it runs as a program of its own, where what it raises ends it.
    """

    name: str
    way: str
    made: Callable[[], Driver]
    outcome: Outcome
    process: bool = False

    @property
    def target(self) -> str:
        """
        The implementation as a target that any run can be asked for.
        """
        place = f"{__name__}:{self.name.replace('-', '_')}"
        return program(place) if self.process else f"python:{place}"


WHOLES = (
    Special(
        name="null", way="takes everything, and sends nothing", made=Null, outcome=Outcome.NOT_CONFORMANT
    ),
    Special(
        name="polite-null",
        way="the same, and refuses what a good one refuses",
        made=PoliteNull,
        outcome=Outcome.NOT_CONFORMANT,
    ),
    Special(
        name="liar",
        way="claims another's name, and that each message is a feature it lacks",
        made=Liar,
        outcome=Outcome.INCONCLUSIVE,
    ),
    Special(
        name="excused",
        way="declares that it supports no connection at all",
        made=Excused,
        outcome=Outcome.NOT_CONFORMANT,
    ),
    Special(
        name="always-wrong",
        way="gets everything wrong that one can get wrong about an event",
        made=AlwaysWrong,
        outcome=Outcome.NOT_CONFORMANT,
    ),
    Special(
        name="flake",
        way="is right four times in five, and loses every fifth event or so",
        made=Flake,
        outcome=Outcome.NOT_CONFORMANT,
    ),
    Special(
        name="chatterbox",
        way="prints on standard output what is no reply",
        made=Chatterbox,
        outcome=Outcome.UNUSABLE,
        process=True,
    ),
)


def _in_each_method(
    name: str, way: str, stumble: Callable[[str], None], *outcomes: Outcome, process: bool = False
) -> tuple[Special, ...]:
    return tuple(
        Special(
            name=f"{name}-{method}",
            way=way.format(f"`{method}`"),
            made=functools.partial(Stumbling, where=method, stumble=stumble),
            outcome=outcome,
            process=process,
        )
        for method, outcome in zip(("initialize", "activity", "flush", "shutdown"), outcomes, strict=True)
    )


_ALWAYS_UNUSABLE = (Outcome.UNUSABLE,) * 4
# Who answers each word with an error lives on, and is heard to send nothing.
_BY_ERROR = (Outcome.UNUSABLE, Outcome.NOT_CONFORMANT, Outcome.UNUSABLE, Outcome.UNUSABLE)

CRASHERS = (
    *_in_each_method("error-in", "answers {} with an error", crash, *_BY_ERROR),
    *_in_each_method("crash-in", "a process that dies in {}", crash, *_ALWAYS_UNUSABLE, process=True),
)
HANGERS = (
    *_in_each_method("hang-in", "never returns from {}", hang, *_ALWAYS_UNUSABLE),
    *_in_each_method("mute-in", "a process that never answers {}", hang, *_ALWAYS_UNUSABLE, process=True),
)
SPECIALS: Mapping[str, Special] = {each.name: each for each in (*WHOLES, *CRASHERS, *HANGERS)}
"""All of them by name, each with what becomes of it in a run."""


def __getattr__(name: str) -> Callable[[], Driver]:
    """
    What makes the special of that name.
    """
    special = SPECIALS.get(name.replace("_", "-"))
    if special is None:
        raise AttributeError(f"There is no special {name!r}", name=name)
    return special.made
