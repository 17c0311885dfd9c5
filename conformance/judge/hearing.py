"""
Whether an intercepted implementation was heard at all. Where it was not, its silence says nothing about it.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define

from conformance.checks.hosts import is_segments
from conformance.checks.strays import TALK
from conformance.ingestion import ENDPOINTS
from conformance.record import Answer, Method, ScenarioRecord, Step

_REMEDY = (
    "docs/interception.md says for each runtime what to do; or point the implementation at the mock itself"
)
_UNHEARD = (
    "no connection reached the proxy of --intercept: the implementation's runtime does not heed HTTPS_PROXY, "
    f"or it sent nothing. {_REMEDY}"
)
_DISTRUSTED = (
    "the implementation came to the proxy of --intercept and broke off the TLS handshake: it does not trust "
    f"the authority in the file that SSL_CERT_FILE names. {_REMEDY}"
)


@define(kw_only=True)
class Hearing:
    """
    What the scenarios so far tell of an interception.

    `called_for` counts those in which something was said that Segment must be told; `heard` tells whether
    any request came to one of Segment's endpoints, `tunnels` whether one was begun, `strangers` whether any
    other host was dialled through the proxy.
    """

    called_for: int = 0
    heard: bool = False
    tunnels: bool = False
    strangers: bool = False

    def add(self, scenario: ScenarioRecord) -> None:
        """
        Takes a scenario into account; one that was not intercepted tells nothing.
        """
        if not scenario.intercepted:
            return
        dialled = {exchange.endpoint for exchange in scenario.exchanges}
        others = dialled.difference(ENDPOINTS)
        self.called_for += _calls_for_events(scenario.steps)
        self.heard |= dialled != others
        self.tunnels |= any(is_segments(host) for host in others)
        self.strangers |= any(not is_segments(host) for host in others)

    @property
    def problem(self) -> str:
        """
        Why nothing can be said of the implementation; empty where it was heard, or had nothing to say.

        A runtime that dials others through the proxy, and Segment not at all, heeds it: it did not send.
        """
        if self.heard or not self.called_for:
            return ""
        if self.tunnels:
            return _DISTRUSTED
        return "" if self.strangers else _UNHEARD


def _calls_for_events(steps: Iterable[Step]) -> bool:
    """
    Whether the implementation took what it has to report, and did not fall over it.

    One that gives no answer to a flush or a shutdown may be trying to reach Segment past the proxy.
    """
    known = list(steps)
    fell = any(
        step.answer is Answer.FAILED for step in known if step.method in {Method.INITIALIZE, Method.ACTIVITY}
    )
    open_for = {
        step.connection
        for step in known
        if step.settings and step.settings.source.write_key and step.settings.workspace.region == "us"
    }
    return not fell and any(
        step.answer is Answer.TAKEN and step.connection in open_for
        for step in known
        if step.activity and step.activity.type in TALK
    )
