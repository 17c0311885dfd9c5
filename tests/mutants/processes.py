"""
An implementation that gives each conversation a process of its own, which knows nothing of the others.
"""

from __future__ import annotations

from contextlib import ExitStack

from conformance.drivers import OpenTarget, open_target, parse_target
from conformance.model import Activity, Implementation, Settings
from tests.mutants.bridge import Bridge, Change
from tests.mutants.over_stdio import program

CHILD = parse_target(program("tests.mutants.processes:unchanged"))


def unchanged() -> Bridge:
    """
    The reference, in the hurry that mutants are in: what runs in each process.
    """
    return Bridge(Change())


class ProcessPerConversation(Bridge):
    """
    Hands what happens in a conversation to the process that was started for it.
    """

    def __init__(self, change: Change) -> None:
        super().__init__(change)
        self._processes = ExitStack()
        self._by_conversation: dict[str, OpenTarget] = {}

    def initialize(self, settings: Settings) -> Implementation:
        """
        Ends the processes of an earlier connection; the next conversation starts a new one.
        """
        self.shutdown()
        self.settings = None
        self.refuse(settings)
        self.settings = settings
        return Implementation(name="process-per-conversation")

    def activity(self, activity: Activity) -> None:
        """
        Tells the conversation's own process.
        """
        if activity.conversation_id and self.settings:
            self._process_of(activity.conversation_id, self.settings).activity(activity)

    def flush(self) -> None:
        """
        Has every process flush.
        """
        for process in self._by_conversation.values():
            process.flush()

    def shutdown(self) -> None:
        """
        Has every process deliver what is left, and end.
        """
        for process in self._by_conversation.values():
            process.shutdown()
        self._by_conversation.clear()
        self._processes.close()

    def _process_of(self, conversation: str, settings: Settings) -> OpenTarget:
        if conversation not in self._by_conversation:
            process = self._processes.enter_context(open_target(CHILD))
            process.initialize(settings)
            self._by_conversation[conversation] = process
        return self._by_conversation[conversation]
