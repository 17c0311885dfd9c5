"""
Strategies for people and for what they say.
"""

from __future__ import annotations

import string

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from conformance.model import Agent, ChatMessage, Visitor

TEXTS = (
    "Hello?",
    "0",
    " ",
    "\t",
    "\u200b",
    "null",
    "[]",
    "/help",
    "שלום, האם מישהו שם? مرحبا",
    "名前は何ですか。",
    "nai\u0308ve cafe\u0301 \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1f3\U0001f1f4",
    "first line\nsecond line\r\n\tand a tab\x0b\x1f\u2028",
    'He said "hello" & left; it\'s <b>bold</b> \\ \\u0000 and a backslash',
    "Dear {{name}}, your order ${order} is %s {0}",
    "\ufeff\u202eright to left\u202c",
    "\x00",
    "x" * 100,
    "x" * 101,
    "x" * 512,
    "x" * 513,
    "\U0001f600" * 2_000,
)
"""Texts that have broken emitters: nearly empty, of any script, like markup, short of a limit or past it."""

NAMES = (
    ("Peter Gibbons", "pgibbons"),
    ("Milton Waddams", "mwaddams"),
    ("Peter Gibbons", "peter2"),
    ("Zoë Ñandú-Øverland", "zoë"),
    ("名前", "namae"),
    ("0", "0"),
    ("x" * 101, "x" * 100),
)
"""Real names and user names; the first and the third are two people of one name."""

USERS = ("u-42", "0", "42", "ann@example.com", "x" * 100, "x" * 101)

_TEXT = st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable())


def texts() -> SearchStrategy[str]:
    """
    Something that can be said: never empty, of any script, up to a few thousand characters.
    """
    return st.one_of(st.sampled_from(TEXTS), st.text(min_size=1, max_size=40))


def messages() -> SearchStrategy[ChatMessage]:
    """
    Things said in a chat, each with an id of its own.
    """
    return st.builds(ChatMessage, id=identifiers("m"), text=texts())


def agents() -> SearchStrategy[Agent]:
    """
    People who answer.
    """
    named = st.one_of(st.sampled_from(NAMES), st.tuples(_TEXT, _TEXT))
    return st.builds(
        lambda id, names: Agent(id=id, name=names[0], username=names[1]), id=identifiers("U"), names=named
    )


def visitors() -> SearchStrategy[Visitor]:
    """
    People who visit the site: unknown to it, or with a user id and perhaps some traits.
    """
    ids = st.uuids(version=4).map(str)
    traits = st.dictionaries(
        st.sampled_from(["plan", "age", "vip"]), st.one_of(texts(), st.integers(), st.booleans()), max_size=2
    )
    unknown = st.builds(Visitor, id=ids)
    known = st.builds(Visitor, id=ids, user_id=st.sampled_from(USERS), traits=traits)
    return st.one_of(unknown, known)


def identifiers(prefix: str) -> SearchStrategy[str]:
    """
    Ids of a chat tool, from one character after the prefix to a hundred in all and one more.
    """
    letters = st.text(string.ascii_letters + string.digits, min_size=1, max_size=12)
    long = st.sampled_from([100, 101]).map(lambda length: "x" * (length - len(prefix) - 1))
    return st.one_of(letters, long).map(lambda rest: f"{prefix}-{rest}")
