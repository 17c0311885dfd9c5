"""
Objects for `python:` targets: one that obeys, and many that do not.
"""

import logging
import threading
import time
from typing import Any

from conformance.errors import WriteKeyMissing


class RegionUnsupported(Exception):
    """
    A refusal of our own making, by the name that counts.
    """


class Obedient:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def initialize(self, settings: Any) -> Any:
        if not settings.source.write_key:
            raise WriteKeyMissing("there is no key")
        if settings.workspace.region != "us":
            raise RegionUnsupported(f"not in {settings.workspace.region}")
        return {"name": "obedient", "version": "2"}

    def activity(self, activity: Any) -> None:
        self.heard.append(activity.id)

    def flush(self) -> None:
        pass

    def shutdown(self) -> None:
        assert self.heard


class Failing(Obedient):
    """
    Fails to take anything, in a function of its own.
    """

    def initialize(self, settings: Any) -> Any:
        self.key = settings.source.write_key
        return super().initialize(settings)

    def activity(self, activity: Any) -> None:  # noqa: ARG002  # it fails before it looks
        self.deeper()

    def deeper(self) -> None:
        raise ValueError(f"cannot use {self.key}")


class Exiting(Obedient):
    def flush(self) -> None:
        raise SystemExit(3)


class TimedOut(Obedient):
    def flush(self) -> None:
        raise TimeoutError("Segment is slow")


class Hanging(Obedient):
    def flush(self) -> None:
        threading.Event().wait(600)


class Asynchronous(Obedient):
    async def flush(self) -> None:  # type: ignore[override]  # the mistake this target is about
        pass


class Anonymous(Obedient):
    def initialize(self, settings: Any) -> Any:  # noqa: ARG002  # nobody's settings
        return None


class Halved:
    def initialize(self, _settings: Any) -> Any:
        return {"name": "halved"}


def slow_factory() -> Obedient:
    time.sleep(600)
    return Obedient()


number = 42


class Talkative(Obedient):
    """
    Logs more than it should.
    """

    def initialize(self, settings: Any) -> Any:
        logging.getLogger(__name__).warning("connected with %s", settings.source.write_key)
        return super().initialize(settings)
