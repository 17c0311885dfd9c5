"""
A bridge that has curl send each event: the base URL is its first argument, the rest are curl's own.

`--also URL` sends a copy there, `--first URL` calls there before any chat is heard.
"""

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.implementations.python_bridge import Bridge, main

BASE, *WORDS = sys.argv[1:]


def taken(word: str) -> str | None:
    """
    The URL after a word of ours, which curl is not to see.
    """
    if word not in WORDS:
        return None
    place = WORDS.index(word)
    url = WORDS[place + 1]
    del WORDS[place : place + 2]
    return url


ALSO, FIRST = taken("--also"), taken("--first")


class Curl:
    """
    What the bridge needs of an SDK's client, done by curl.
    """

    def __init__(self, write_key: str, **_options: Any) -> None:
        self._write_key = write_key
        if FIRST:
            self._post(FIRST, {"hello": "here I am"})

    def track(self, **call: Any) -> None:
        """
        Sends the event at once.
        """
        moment: dt.datetime = call["timestamp"]
        event = {
            "type": "track",
            "anonymousId": call["anonymous_id"],
            "userId": call["user_id"],
            "event": call["event"],
            "properties": call["properties"],
            "timestamp": moment.isoformat(),
            "context": {**call["context"], "library": {"name": "curl", "version": "8"}},
            "messageId": call["message_id"],
        }
        if ALSO:
            self._post(ALSO, event)
        self._post(f"{BASE}/v1/track", event)

    def flush(self) -> None:
        """
        Nothing is ever kept back.
        """

    def shutdown(self) -> None:
        """
        Nothing is held.
        """

    def _post(self, url: str, body: Mapping[str, Any]) -> None:
        command = ["curl", "--silent", "--show-error", "--max-time", "5", "--user", f"{self._write_key}:"]
        said = ["--header", "Content-Type: application/json", "--data-binary", json.dumps(body)]
        subprocess.run([*command, *WORDS, *said, url], stdout=sys.stderr, check=False)


main(Bridge(Curl))
