"""
What was said, with the look-ups that tell of which activity, and of which visitor, an observed event speaks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping

from attrs import frozen

from conformance.checks.observation import Observed
from conformance.model import Activity


@frozen(kw_only=True)
class Chat:
    """
    What was said, with the look-ups that tell which activity or visitor an observed event speaks of.
    """

    by_message: Mapping[str | None, Activity]
    by_conversation_and_time: Mapping[Hashable, Activity]
    by_visitor_and_time: Mapping[Hashable, Activity]
    visitors: Mapping[str, str]
    conversations: frozenset[str]

    def names_conversation(self, observed: Observed) -> bool:
        """
        Whether the event carries the id of a conversation that took place.
        """
        return observed.text("conversation_id") in self.conversations

    def visitor_of(self, observed: Observed) -> str | None:
        """
        The id of the visitor whose identity the event carries, None when it carries nobody's.
        """
        known = (self.visitors.get(value) for _, value in observed.identities)
        return next((visitor for visitor in known if visitor is not None), None)

    def origin_of(self, observed: Observed) -> Activity | None:
        """
        The activity that the event plainly reports: by its message, or by its place and time in the chat.
        """
        message = self.by_message.get(observed.text("message_id"))
        if message is not None or observed.time is None:
            return message
        moment = milliseconds(observed.time)
        conversation = self.by_conversation_and_time.get((observed.text("conversation_id"), moment))
        return conversation or self.by_visitor_and_time.get((self.visitor_of(observed), moment))


def chat_of(activities: Iterable[Activity]) -> Chat:
    """
    The look-ups for what was said; where two activities share a key, it speaks of the first.
    """
    said = list(activities)
    visitors: dict[str, str] = {}
    for activity in said:
        if activity.visitor:
            visitors.setdefault(activity.visitor.id, activity.visitor.id)
            visitors.setdefault(activity.visitor.user_id or activity.visitor.id, activity.visitor.id)
    latest_first = said[::-1]
    return Chat(
        by_message={a.message.id: a for a in latest_first if a.message},
        by_conversation_and_time={(a.conversation_id, milliseconds(a.at)): a for a in latest_first},
        by_visitor_and_time={(a.visitor.id, milliseconds(a.at)): a for a in latest_first if a.visitor},
        visitors=visitors,
        conversations=frozenset(a.conversation_id for a in said if a.conversation_id),
    )


def milliseconds(moment: dt.datetime) -> int:
    """
    A moment to the millisecond, which is as exact as senders write it.
    """
    return round(moment.timestamp() * 1000)
