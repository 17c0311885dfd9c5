"""
The judgement as one page that is read offline, with scripting off, on a phone, a screen or paper.

Nothing captured reaches the page unescaped; should an escape ever be missed, a content security policy still
forbids the page to load or run anything.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from conformance.model import Judgement, Status
from conformance.reporting.downstream import lost
from conformance.reporting.page import page
from conformance.reporting.sentences import SYMBOLS
from conformance.reporting.visible import UNSEEN, code_point, one_line
from conformance.reporting.wire import loosened

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_NAME_ON_THE_WIRE = re.compile(r"`([^`\n]+)`")


def render(judgement: Judgement) -> str:
    """
    The page. The same judgement gives the same bytes.
    """
    template = _environment().get_template("report.html.j2")
    return template.render(page=page(judgement), symbols=SYMBOLS) + "\n"


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("conformance.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        seen=seen,
        prose=prose,
        brief=one_line,
        slug=_slug,
        linkable=_linkable,
        loosened=loosened,
        lost=lost,
    )
    return environment


def seen(text: str, limit: int = 2_000) -> Markup:
    """
    Captured text, escaped, cut to `limit` characters, with what cannot be seen written as its code point.
    """
    from markupsafe import Markup, escape

    left_out = len(text) - limit
    written = UNSEEN.sub(
        lambda found: f'<span class="unseen">{code_point(found[0])}</span>', str(escape(text[:limit]))
    )
    more = f' <span class="cut">… {left_out:,} characters more</span>' if left_out > 0 else ""
    return Markup(written + more)


def prose(text: str, limit: int = 2_000) -> Markup:
    """
    A sentence of ours, perhaps with captured text in it: as `seen`, with names between backticks set as code.
    """
    from markupsafe import Markup

    return Markup(_NAME_ON_THE_WIRE.sub(r"<code>\1</code>", str(seen(text, limit))))


def _slug(status: Status) -> str:
    return status.value.replace(" ", "-")


def _linkable(address: str) -> bool:
    """
    Whether an address that an implementation gave may become a link: web pages only, never `javascript:`.
    """
    return address.startswith(("https://", "http://")) and len(address) < 500
