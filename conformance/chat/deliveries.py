"""
The named scenarios about how the chat arrives: unusual texts, bursts, repetitions, and settings.
"""

from __future__ import annotations

from conformance.chat.script import Script
from conformance.model import Scenario

_TEXTS = (
    " ",
    "0",
    "null",
    "false",
    "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1f3\U0001f1f4",
    "\U0001d532\U0001d52b\U0001d526 \U0002070e\U00020731",
    "שלום, האם מישהו שם? مرحبا",
    "nai\u0308ve cafe\u0301 Z\u0351\u036b\u0343a\u036f\u030el\u0304g\u0352o",
    "first line\nsecond line\r\n\tand a tab",
    'He said "hello" & left; it\'s <b>bold</b> \\ and a backslash',
    "Dear {{name}}, your order ${order} is %s {0}",
    "/help",
    "名前は何ですか。",
)


def unusual_texts() -> Scenario:
    """
    Texts that are nearly empty, of every script, or look like something else.
    """
    chat = Script("unusual-texts")
    zoe = chat.agent("Zoë Ñandú-Øverland", username="zoë")
    talk = chat.conversation(chat.visitor())
    for text in _TEXTS:
        talk.says(text)
        talk.hears(zoe, text)
    talk.ends(by="visitor")
    return chat.scenario(
        "Texts that are nearly empty, or of any script, or look like markup, are messages all the same."
    )


def long_texts() -> Scenario:
    """
    Texts long enough to come near Segment's limit for one event.

    Twenty thousand letters, and two thousand characters that JSON may have to write as twelve bytes each.
    """
    chat = Script("long-texts")
    peter = chat.agent("Peter Gibbons")
    talk = chat.conversation(chat.visitor())
    for text in ("staple " * 2_857, "\U0001f600" * 2_000, "x" * 513):
        talk.says(text)
        talk.hears(peter, text)
    talk.ends(by="agent")
    return chat.scenario(
        "Long texts, near what one event may hold when its text is sent along, and still under it."
    )


def burst() -> Scenario:
    """
    Three hundred messages as fast as they are taken.
    """
    chat = Script("burst", beat=11.9)
    peter = chat.agent("Peter Gibbons")
    talk = chat.conversation(chat.visitor())
    for number in range(150):
        talk.says(f"Question {number + 1}")
        talk.hears(peter, f"Answer {number + 1}")
    talk.ends(by="visitor")
    return chat.scenario(
        "An hour's 300 messages at once: none is lost, and batches stay within Segment's limits."
    )


def slow_chat() -> Scenario:
    """
    A chat told in real time, a tenth of a second between two activities.
    """
    chat = Script("slow-chat")
    peter = chat.agent("Peter Gibbons")
    talk = chat.conversation(chat.visitor())
    for number in range(8):
        talk.types()
        talk.says(f"Step {number + 1} is done.")
        talk.hears(peter, "Go on.")
    talk.ends(by="agent")
    return chat.scenario(
        "A chat at a measured pace, the only one by which a rate of requests can be judged.", pace=0.1
    )


def delivered_twice() -> Scenario:
    """
    Activities of every kind that matters come a second time, at once or much later.
    """
    chat = Script("delivered-twice")
    ann, peter = chat.visitor(), chat.agent("Peter Gibbons")
    talk = chat.conversation(ann)
    first = talk.says("Is this thing on?")
    chat.again(first)
    chat.again(talk.joins(peter))
    answer = talk.hears(peter, "It is.")
    chat.again(answer)
    second = talk.says("Good.")
    chat.again(first)
    chat.again(talk.identifies("u-904"))
    talk.says("Then goodbye.")
    chat.again(second)
    end = talk.ends(by="visitor")
    for activity in (end, answer, first):
        chat.again(activity)
    return chat.scenario(
        "The chat tool delivers activities a second time, as tools do: no second event comes of it."
    )


def two_connections() -> Scenario:
    """
    One process is connected to one workspace, and then to another, in the middle of a conversation.
    """
    chat = Script("two-connections")
    ann, peter = chat.visitor(), chat.agent("Peter Gibbons")
    talk = chat.conversation(ann)
    talk.says("Do you have a minute?")
    talk.hears(peter, "I have two.")
    chat.connection()
    talk.says("The second workspace hears this first.")
    talk.hears(peter, "And this second.")
    talk.ends(by="visitor")
    bob = chat.conversation(chat.visitor())
    bob.says("Hello.")
    bob.ends(by="visitor")
    return chat.scenario(
        "A second connection in one process knows nothing of the first, nor of what was said there."
    )


def rotated_write_key() -> Scenario:
    """
    The write key of the source is changed between conversations, twice.
    """
    chat = Script("rotated-write-key")
    ann, peter = chat.visitor(), chat.agent("Peter Gibbons")
    for which in ("old", "new", "newest"):
        talk = chat.conversation(ann)
        talk.says(f"Under the {which} key.")
        talk.hears(peter, "Understood.")
        talk.ends(by="agent")
        chat.connection()
    return chat.scenario("The write key is changed: from then on only the new one is used.")


def full_buffer() -> Scenario:
    """
    The shutdown comes right after the last word, without a flush before it.
    """
    chat = Script("full-buffer")
    peter = chat.agent("Peter Gibbons")
    talk = chat.conversation(chat.visitor())
    for number in range(15):
        talk.says(f"Point {number + 1} on my list.")
        talk.hears(peter, "Noted.")
    talk.ends(by="visitor")
    chat.connection(flush=False)
    return chat.scenario(
        "The shutdown comes while the buffer is full: what is in it is delivered all the same."
    )


def eu_workspace() -> Scenario:
    """
    A conversation under a workspace of the EU region, which the source does not support.
    """
    return _kept_silent(
        "eu-workspace", "A workspace of the EU is not connected, and nothing leaves.", region="eu"
    )


def unknown_region() -> Scenario:
    """
    A conversation under a workspace of a region that Segment may have one day.
    """
    purpose = (
        "A region the implementation has never heard of is not the US: not connected, and nothing leaves."
    )
    return _kept_silent("unknown-region", purpose, region="ap-southeast-9")


def missing_write_key() -> Scenario:
    """
    A conversation without a write key.
    """
    purpose = "Without a write key nothing can be sent, and the implementation says so."
    return _kept_silent("missing-write-key", purpose, write_key=False)


def write_key_removed() -> Scenario:
    """
    The write key is taken away after a conversation under it.
    """
    purpose = "The write key is taken away: without one nothing is sent, and least of all under the old one."
    return _silenced("write-key-removed", purpose, write_key=False)


def moved_to_eu() -> Scenario:
    """
    After a conversation in a US workspace the process is connected to one of the EU.
    """
    purpose = "A process that has served a US workspace is connected to one of the EU: it falls silent."
    return _silenced("moved-to-eu", purpose, region="eu")


def _kept_silent(name: str, purpose: str, *, region: str = "us", write_key: bool = True) -> Scenario:
    chat = Script(name)
    ann, peter = chat.visitor(), chat.agent("Peter Gibbons")
    talk = chat.conversation(ann)
    talk.says("Can you hear me?")
    talk.joins(peter)
    talk.hears(peter, "I can, but nobody else should.")
    talk.identifies("u-1")
    talk.says("Good to know.")
    talk.ends(by="visitor")
    chat.connection(region=region, write_key=write_key)
    return chat.scenario(purpose)


def _silenced(name: str, purpose: str, *, region: str = "us", write_key: bool = True) -> Scenario:
    chat = Script(name)
    ann, peter = chat.visitor(), chat.agent("Peter Gibbons")
    before = chat.conversation(ann)
    before.says("Is this on record?")
    before.hears(peter, "It is.")
    before.ends(by="visitor")
    chat.connection()
    after = chat.conversation(ann)
    after.says("And this?")
    after.hears(peter, "No longer.")
    after.ends(by="agent")
    chat.connection(region=region, write_key=write_key)
    return chat.scenario(purpose)
