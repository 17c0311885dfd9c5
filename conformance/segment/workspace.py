"""
Workspaces and their sources as the mock knows them: who may send, where to, under which key.
"""

from __future__ import annotations

import secrets
import string
import threading
from collections.abc import Iterable, Mapping

from attrs import evolve

from conformance.errors import RegionUnsupported, UsageError
from conformance.ingestion import STANDARD, SourceState
from conformance.spec import supports_chatlio

_ALPHABET = string.ascii_letters + string.digits


def new_write_key() -> str:
    """
    A write key as Segment makes them: 32 letters and digits at random.
    """
    return "".join(secrets.choice(_ALPHABET) for _ in range(32))


class Sources:
    """
    The sources of all workspaces, by write key; safe to ask and change from many threads.
    """

    def __init__(self, sources: Iterable[SourceState] = ()) -> None:
        self._lock = threading.Lock()
        self._known: Mapping[str, SourceState] = {source.write_key: source for source in sources}

    def known(self) -> Mapping[str, SourceState]:
        """
        The sources at this moment; a later change makes a new mapping and leaves this one as it is.
        """
        return self._known

    def open(
        self, *, region: str = "us", workspace: str = "acme", destinations: Iterable[str] = STANDARD
    ) -> SourceState:
        """
        A new Chatlio source with a key of its own in a workspace of the region, connected to destinations.

        Raises RegionUnsupported outside of the US, as the page of the source says.
        """
        if not supports_chatlio(region):
            raise RegionUnsupported(
                f"The Chatlio source does not support workspaces in the region '{region}'.",
                cure="It works in US workspaces only: choose a workspace whose data are processed in the US.",
            )
        source = SourceState(
            write_key=new_write_key(), workspace=workspace, region=region, destinations=tuple(destinations)
        )
        return self.add(source)

    def add(self, source: SourceState) -> SourceState:
        """
        Makes a source known as it is, in any region: also one that Segment would not have opened.
        """
        with self._lock:
            self._known = {**self._known, source.write_key: source}
        return source

    def enable(self, write_key: str, *, enabled: bool = True) -> SourceState:
        """
        Switches a source on, or off: its calls are then dropped with `source_disabled`.
        """
        return self.add(evolve(self._source(write_key), enabled=enabled))

    def rotate(self, write_key: str) -> SourceState:
        """
        Gives a source a new key. The old one is unknown from then on.
        """
        source = evolve(self._source(write_key), write_key=new_write_key())
        with self._lock:
            others = {key: known for key, known in self._known.items() if key != write_key}
            self._known = {**others, source.write_key: source}
        return source

    def _source(self, write_key: str) -> SourceState:
        try:
            return self._known[write_key]
        except KeyError:
            raise UsageError(
                "No source has this write key.", cure="Use the key of a source that was opened here."
            ) from None
