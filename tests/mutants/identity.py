"""
Mutants that say the wrong thing about whom an event is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from conformance.model import Activity, ActivityType
from conformance.reference import RECEIVED
from tests.mutants.bridge import Bridge, Call, Change
from tests.mutants.changes import identity
from tests.mutants.mutant import Mutant


def _visitor(activity: Activity) -> str:
    return activity.visitor.id if activity.visitor else ""


def _known(activity: Activity) -> str | None:
    return activity.visitor.user_id if activity.visitor else None


def _site(activity: Activity) -> dict[str, str]:
    """
    The site's own id for the visitor, where it is known.
    """
    known = _known(activity)
    return {} if known is None else {"userId": known}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _agent_as_user(_bridge: Bridge, activity: Activity, call: Call) -> Call:
    return {**call, "userId": activity.agent.id} if call["event"] == RECEIVED and activity.agent else call


def _agent_instead(_bridge: Bridge, activity: Activity, call: Call) -> Call:
    if call["event"] != RECEIVED or activity.agent is None:
        return call
    return {**call, "anonymousId": activity.agent.username}


def _contact(activity: Activity) -> Mapping[str, Any]:
    return {"anonymousId": f"contact_{_digest(_visitor(activity))}", **_site(activity)}


def _prefixed(activity: Activity) -> Mapping[str, Any]:
    return {"anonymousId": f"chat-{_visitor(activity)}", **_site(activity)}


def _address(activity: Activity) -> Mapping[str, Any]:
    return {"userId": f"{_digest(_visitor(activity))}@example.com"}


def _known_only(_bridge: Bridge, activity: Activity, events: tuple[str, ...]) -> tuple[str, ...]:
    return events if _known(activity) else ()


def _changing(bridge: Bridge, activity: Activity, call: Call) -> Call:
    """
    From the agent's first word on the visitor's id stands in the other field.
    """
    answered = bridge.memory.setdefault("answered", set())
    if activity.type is ActivityType.AGENT_MESSAGE:
        answered.add(activity.conversation_id)
    if activity.conversation_id not in answered or _known(activity):
        return call
    return {**call, "anonymousId": None, "userId": _visitor(activity)}


def _user_of_another(bridge: Bridge, activity: Activity, call: Call) -> Call:
    """
    Whoever the site told of last is taken to be everybody from then on.
    """
    if known := _known(activity):
        bridge.memory["user"] = known
    return {**call, "userId": bridge.memory["user"]} if "user" in bridge.memory else call


def _session(bridge: Bridge, activity: Activity, call: Call) -> Call:
    """
    From the second message on an id of the chat's own session.
    """
    count = bridge.memory[activity.conversation_id] = bridge.memory.get(activity.conversation_id, 0) + 1
    return call if count < 3 else {**call, "anonymousId": f"session-{activity.conversation_id}"}


def _first_visitor(bridge: Bridge, activity: Activity, call: Call) -> Call:
    return {**call, "anonymousId": bridge.memory.setdefault("first", _visitor(activity))}


def _guest(activity: Activity) -> Mapping[str, Any]:
    return {"anonymousId": _visitor(activity), "userId": _known(activity) or "guest"}


def _internal_user(activity: Activity) -> Mapping[str, Any]:
    return {"anonymousId": _visitor(activity), "userId": f"crm-{_digest(_visitor(activity))}"}


MUTANTS = (
    Mutant(
        name="agent-as-user",
        line="Identity: agent as user",
        violates=("IDENTITY-04",),
        consequences=("IDENTITY-05",),
        change=Change(call=_agent_as_user),
    ),
    Mutant(
        name="agent-as-visitor",
        line="Identity: agent as user",
        violates=("IDENTITY-02", "IDENTITY-04"),
        change=Change(call=_agent_instead),
    ),
    Mutant(
        name="vendor-contact",
        line="Identity: vendor contact id",
        violates=("IDENTITY-02",),
        change=Change(call=identity(_contact)),
    ),
    Mutant(
        name="constant-id",
        line="Identity: constant id",
        violates=("IDENTITY-02", "IDENTITY-03"),
        change=Change(call=identity(lambda activity: {"anonymousId": "chat-visitor", **_site(activity)})),
    ),
    Mutant(
        name="empty-id",
        line="Identity: empty id",
        violates=("IDENTITY-01",),
        change=Change(call=identity(lambda activity: {"anonymousId": "", "userId": _known(activity)})),
    ),
    Mutant(
        name="empty-user-beside",
        line="Identity: empty id",
        violates=("IDENTITY-01",),
        change=Change(
            call=identity(
                lambda activity: {"anonymousId": _visitor(activity), "userId": _known(activity) or ""}
            )
        ),
    ),
    Mutant(
        name="e-mail-as-id",
        line="Identity: e-mail as id",
        violates=("IDENTITY-02", "IDENTITY-05"),
        change=Change(call=identity(_address)),
    ),
    Mutant(
        name="prefixed-id",
        line="Identity: prefixed id",
        violates=("IDENTITY-02",),
        change=Change(call=identity(_prefixed)),
    ),
    Mutant(
        name="both-null",
        line="Identity: both null",
        violates=("IDENTITY-01",),
        change=Change(call=identity(lambda _activity: {"anonymousId": None, "userId": None})),
    ),
    Mutant(
        name="no-identity-at-all",
        line="Identity: both null",
        violates=("IDENTITY-01",),
        change=Change(call=identity(lambda _activity: {})),
    ),
    Mutant(
        name="anonymous-dropped",
        line="Identity: anonymous visitors dropped",
        violates=("EVENT-03", "EVENT-04", "EVENT-06", "EVENT-07"),
        consequences=("DELIVERY-05",),
        change=Change(events=_known_only),
    ),
    Mutant(
        name="boolean-id",
        line="Identity: boolean id",
        violates=("IDENTITY-01",),
        change=Change(
            call=identity(
                lambda activity: {"anonymousId": _visitor(activity), "userId": _known(activity) or False}
            )
        ),
    ),
    Mutant(
        name="numeric-id",
        line="Identity: boolean id",
        violates=("IDENTITY-01",),
        change=Change(call=identity(lambda activity: {"anonymousId": 17, **_site(activity)})),
    ),
    Mutant(
        name="field-changes",
        line="Identity: identity changes mid-conversation",
        violates=("IDENTITY-02",),
        change=Change(call=_changing),
    ),
    Mutant(
        name="session-takes-over",
        line="Identity: identity changes mid-conversation",
        violates=("IDENTITY-02",),
        change=Change(call=_session),
    ),
    Mutant(
        name="visitors-merged",
        line="Identity: two visitors merged",
        violates=("IDENTITY-02", "IDENTITY-03"),
        change=Change(call=_first_visitor),
    ),
    Mutant(
        name="user-of-another",
        line="Identity: the last known user for everybody",
        violates=("IDENTITY-03",),
        change=Change(call=_user_of_another),
    ),
    Mutant(
        name="guests-merged",
        line="Identity: two visitors merged",
        violates=("IDENTITY-03",),
        change=Change(call=identity(_guest)),
    ),
    Mutant(
        name="internal-user-id",
        line="Identity: vendor contact id",
        violates=("IDENTITY-05",),
        change=Change(call=identity(_internal_user)),
    ),
    Mutant(
        name="user-never-known",
        line="Identity: the site's user id is not passed on",
        violates=("IDENTITY-05",),
        change=Change(call=identity(lambda activity: {"anonymousId": _visitor(activity)})),
    ),
)
