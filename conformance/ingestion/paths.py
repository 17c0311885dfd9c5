"""
The paths of the tracking API, and how a request's target is read.
"""

from __future__ import annotations

from collections.abc import Mapping

BATCH = "batch"

KINDS: Mapping[str, str] = {
    **{name: name for name in ("track", "identify", "page", "screen", "group", "alias", BATCH)},
    "import": BATCH,
    **{"t": "track", "i": "identify", "p": "page", "s": "screen", "g": "group", "a": "alias", "b": BATCH},
}
"""The last word of a path, and the kind of request it makes: a type of call, or a batch of them."""


def split_target(target: str) -> tuple[str, str]:
    """
    The path and the query of a request target, which may be in absolute form (`http://host/path?query`).
    """
    without_fragment = target.partition("#")[0]
    path, _, query = without_fragment.partition("?")
    if not path.startswith("/") and "://" in path:
        path = "/" + path.partition("://")[2].partition("/")[2]
    return path, query


def kind_of(path: str) -> tuple[str | None, tuple[str, ...]]:
    """
    What a path asks for, None for a path that is not Segment's; and what was odd about it.

    The last two segments count: `/v1/` and a word, with one trailing slash tolerated. What stands before
    them is taken as part of the base URL the sender was configured with, as official SDKs allow, and
    noted as `path_prefix`. A prefix that holds `v1` itself is a doubled one, and the path is nobody's.
    """
    *prefix, version, word = ["", "", *path.removesuffix("/").split("/")[1:]]
    if version != "v1" or word not in KINDS or "v1" in prefix:
        return None, ()
    return KINDS[word], ("path_prefix",) if any(prefix) else ()
