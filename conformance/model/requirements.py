"""
What the catalogue says: requirements with their level, basis and source, and what is left out and why.

The rows themselves are data, in `schemas/requirements.toml`; `conformance.spec.catalogue` reads them.
"""

from __future__ import annotations

import enum

from attrs import frozen


class Level(enum.StrEnum):
    """
    What a failure means, in the words of RFC 2119. Never whether it is looked for.
    """

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Basis(enum.StrEnum):
    """
    How a requirement follows from its source: it is said there, follows from it, or is what others do.
    """

    DOCUMENTED = "documented"
    INFERRED = "inferred"
    PRACTICE = "practice"


class Profile(enum.StrEnum):
    """
    Which document's types hold: the Chatlio page's, or the Live Chat specification's alone.
    """

    CHATLIO = "chatlio"
    LIVE_CHAT = "live-chat"


class Need(enum.StrEnum):
    """
    What judging takes: captured traffic alone, the chat that caused it, or a fault or second setting.
    """

    OBSERVATION = "O"
    STIMULUS = "S"
    FAULT = "F"


@frozen(kw_only=True)
class Requirement:
    """
    One sentence an implementation is held to.

    `source` holds keys of the catalogue's sources (none where no document says it) and `section` the place
    a reader finds there. Any one of `needs` suffices to judge something. `negative` says that the
    requirement is about something that does not happen, so that silence alone never passes it. `why` says
    what a violation does to the user's data, `mend` how to put it right. Texts mark names on the wire with
    backticks.
    """

    id: str
    level: Level
    basis: Basis
    statement: str
    source: tuple[str, ...]
    section: str
    profiles: tuple[Profile, ...]
    needs: tuple[Need, ...]
    negative: bool
    why: str
    mend: str

    @property
    def chapter(self) -> str:
        """
        The part of the catalogue it belongs to: `EVENT` for `EVENT-01`.
        """
        return self.id.partition("-")[0]


@frozen(kw_only=True)
class Exclusion:
    """
    Something the documents promise that cannot be observed from outside, and the reason.
    """

    id: str
    statement: str
    reason: str
    source: tuple[str, ...]
    section: str


@frozen(kw_only=True)
class Unspecified:
    """
    Something the documents leave open, and how it is treated. Never judged.
    """

    id: str
    topic: str
    open: str
    treatment: str


@frozen(kw_only=True)
class SourceDocument:
    """
    A document that requirements are drawn from; `url` is empty where there is none to read.
    """

    key: str
    title: str
    url: str
    note: str
