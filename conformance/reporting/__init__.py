"""
Reports: each format is a projection of one Judgement, made without touching the world.

A format is a module with one function `render(judgement) -> str`, imported only when it is asked for, so that
naming the formats costs nothing. Every rendering is deterministic, ends in a newline and encodes as UTF-8,
whatever strings an implementation sent.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import cast

from attrs import frozen

from conformance.errors import UsageError
from conformance.model import Judgement
from conformance.spec import nearest

Rendering = Callable[[Judgement], str]


@frozen(kw_only=True)
class Format:
    """
    A format by the name users give it, and where it goes unless they say otherwise.

    `path` is relative to the folder of the run (`reports/compliance.html`), or None for standard output.
    """

    name: str
    path: str | None
    summary: str

    def render(self, judgement: Judgement) -> str:
        """
        The report as text; the module behind it is imported here and not before.
        """
        module = importlib.import_module(f"conformance.reporting.{self.name}")
        return cast(Rendering, module.render)(judgement)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            Format(name="html", path="reports/compliance.html", summary="one self-contained page to read"),
            Format(name="json", path="reports/judgement.json", summary="everything, for programs"),
            Format(name="junit", path="reports/junit.xml", summary="JUnit XML, for build servers"),
            Format(name="sarif", path="reports/compliance.sarif", summary="SARIF 2.1.0, for code scanning"),
            Format(name="markdown", path="reports/summary.md", summary="a summary for a pull request"),
            Format(name="badge", path="reports/badge.svg", summary="the verdict as a small picture"),
            Format(name="text", path=None, summary="what a terminal shows after a run"),
        )
    }
)


def render(judgement: Judgement, format_name: str) -> str:
    """
    The judgement in the named format. Raises UsageError, naming the nearest format, for an unknown one.
    """
    return format_named(format_name).render(judgement)


def format_named(name: str) -> Format:
    """
    The format a user named. Raises UsageError, naming the nearest one, when there is none.
    """
    try:
        return FORMATS[name]
    except KeyError:
        raise UsageError(f"There is no report format {name!r}.", cure=_cure(name)) from None


def _cure(name: str) -> str:
    guess = nearest(name, FORMATS)
    known = f"The formats are {', '.join(FORMATS)}."
    return f"Did you mean {guess!r}? {known}" if guess else known


__all__ = ["FORMATS", "Format", "Rendering", "format_named", "render"]
