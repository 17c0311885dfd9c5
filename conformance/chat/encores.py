"""
Named scenarios that look at something a second time, so that no requirement hangs on one conversation.
"""

from __future__ import annotations

from conformance.chat.script import Script
from conformance.model import Scenario


def slow_typing() -> Scenario:
    """
    A visitor types for a while, at a measured pace, before each of a few words.
    """
    chat = Script("slow-typing")
    talk = chat.conversation(chat.visitor())
    for word in ("Hello", "Hello again"):
        for _ in range(4):
            talk.types()
        talk.says(word)
    talk.ends(by="visitor")
    return chat.scenario(
        "Much typing and few words at a measured pace: no request follows from a keystroke.", pace=0.1
    )


def slow_pair() -> Scenario:
    """
    Two visitors and one agent at a measured pace.
    """
    chat = Script("slow-pair")
    nina = chat.agent("Nina Corporate")
    ann, bob = chat.conversation(chat.visitor()), chat.conversation(chat.visitor())
    for talk in (ann, bob):
        talk.says("One moment, please.")
        talk.hears(nina, "Just a moment.")
    for talk in (ann, bob):
        talk.says("Thank you.")
        talk.ends(by="agent")
    return chat.scenario(
        "Two chats at a measured pace, side by side: the rate of requests stays low.", pace=0.1
    )


def last_words() -> Scenario:
    """
    One exchange of words, and the shutdown at once.
    """
    chat = Script("last-words")
    talk, bob = chat.conversation(chat.visitor()), chat.agent("Bob Slydell")
    talk.says("Are you about to close?")
    talk.hears(bob, "In a second.")
    chat.connection(flush=False)
    return chat.scenario("The shutdown follows on the last word: that one is delivered too.")


def twice_at_the_end() -> Scenario:
    """
    Two visitors' messages come again after the end of their conversations.
    """
    chat = Script("twice-at-the-end")
    milton = chat.agent("Milton Waddams")
    ann, bob = chat.conversation(chat.visitor()), chat.conversation(chat.visitor())
    begun = [ann.says("I was told I could listen to the radio."), bob.says("Is this seat taken?")]
    heard = [ann.hears(milton, "At a reasonable volume."), bob.hears(milton, "It is my seat.")]
    ended = [ann.ends(by="agent"), bob.ends(by="visitor")]
    for activity in (*ended, *heard, *begun):
        chat.again(activity)
    return chat.scenario(
        "All of two conversations is delivered once more after they ended: nothing begins anew."
    )


def key_comes_late() -> Scenario:
    """
    A conversation without a write key, and another once there is one.
    """
    chat = Script("key-comes-late")
    ann, peter = chat.visitor(), chat.agent("Peter Gibbons")
    before = chat.conversation(ann)
    before.says("Is anything set up yet?")
    before.hears(peter, "Not yet.")
    before.ends(by="agent")
    chat.connection(write_key=False)
    after = chat.conversation(ann)
    after.says("And now?")
    after.hears(peter, "Now it is.")
    after.ends(by="visitor")
    chat.connection()
    return chat.scenario(
        "The write key is configured late: what was said without it is not sent under it either."
    )
