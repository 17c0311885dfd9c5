"""
The verdict as a small SVG picture that needs no server to draw it.
"""

from __future__ import annotations

from conformance.model import Judgement, Outcome

LABEL = "chatlio source"

COLOURS = {
    Outcome.CONFORMANT: "#1c6b3f",
    Outcome.NOT_CONFORMANT: "#b01e1e",
    Outcome.INCONCLUSIVE: "#7d5200",
    Outcome.UNUSABLE: "#565d64",
    Outcome.ERROR: "#7a2b8f",
}

_LETTER = 6.6
"""The width of a letter in pixels, about; `textLength` makes it exact whatever font there is."""


def render(judgement: Judgement) -> str:
    """
    The picture, 20 pixels high. It says the outcome and nothing captured.
    """
    message = judgement.outcome.value
    left, right = (round(_LETTER * len(text)) + 12 for text in (LABEL, message))
    width = left + right
    said = f"{LABEL}: {message}"
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{said}">
<title>{said}</title>
<clipPath id="round"><rect width="{width}" height="20" rx="3"/></clipPath>
<g clip-path="url(#round)">
<rect width="{left}" height="20" fill="#3a4047"/>
<rect x="{left}" width="{right}" height="20" fill="{COLOURS[judgement.outcome]}"/>
</g>
<g fill="#fff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11">
<text x="6" y="14" textLength="{left - 12}">{LABEL}</text>
<text x="{left + 6}" y="14" textLength="{right - 12}">{message}</text>
</g>
</svg>
"""
