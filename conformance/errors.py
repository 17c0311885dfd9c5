"""
What can go wrong, named by who must act.

Findings about an implementation are data (`conformance.model.Finding`) and never raised. An exception
here means that the person at the keyboard, the target, or this toolkit has to change before there can be
a verdict. Each message says what happened, to what, and what to do next.
"""

from __future__ import annotations

from typing import ClassVar


class ConformanceError(Exception):
    """
    The root of everything this toolkit raises on purpose.

    `exit_code` is what the command answers with, as its help says.
    """

    exit_code: ClassVar[int] = 5

    def __init__(self, what: str, *, cure: str = "") -> None:
        """
        `what` says what happened to what; `cure` says what to do next.
        """
        self.what = what
        self.cure = cure
        super().__init__(f"{what} {cure}".strip())


class UsageError(ConformanceError):
    """
    A word, an option or a file the user gave cannot be used; the user changes it.
    """

    exit_code = 2


class EvidenceError(UsageError):
    """
    A record or judgement cannot be read: not ours, damaged, or from a newer version.
    """


class TargetUnusable(ConformanceError):
    """
    The implementation under test could not be started, did not answer, or broke off.
    """

    exit_code = 3


class ImplementationError(TargetUnusable):
    """
    The implementation answered that it could not do what was asked; it still lives and may be asked again.
    """


class Refusal(ConformanceError):
    """
    An implementation declines to connect, which is a reply and no fault (docs/drivers.md).

    A `python:` target raises one of the children; `code` is the number the JSON-RPC carrier uses.
    """

    exit_code = 3
    code: ClassVar[int] = 0
    name: ClassVar[str] = "refused"


class RegionUnsupported(Refusal):
    """
    The workspace processes its data in a region the Chatlio source does not support.
    """

    code = -32001
    name = "region_unsupported"


class WriteKeyMissing(Refusal):
    """
    There is no write key, so nothing could be authenticated.
    """

    code = -32002
    name = "write_key_missing"


class Unsupported(Refusal):
    """
    The implementation declares that it does not have a feature.
    """

    code = -32003
    name = "unsupported"

    def __init__(self, what: str, *, cure: str = "", feature: str = "", issue_url: str = "") -> None:
        """
        `feature` names what is missing, `issue_url` where that is followed up; each may be empty.
        """
        self.feature = feature
        self.issue_url = issue_url
        super().__init__(what, cure=cure)


class ToolkitError(ConformanceError):
    """
    Our own mistake; please report it. Never counted against the implementation.
    """
