"""
What every report says in the same words: the verdict, and what a baseline hides.
"""

from __future__ import annotations

from conformance.model import Judgement, Outcome, Status
from conformance.reporting.visible import one_line, visible

SYMBOLS = {
    Status.PASSED: "✓",
    Status.FAILED: "✗",
    Status.INCONCLUSIVE: "?",
    Status.NOT_APPLICABLE: "–",
    Status.EXCLUDED: "○",
    Status.ERROR: "!",
}

_VERDICTS = {
    Outcome.CONFORMANT: "{} is conformant.",
    Outcome.NOT_CONFORMANT: "{} is not conformant.",
    Outcome.INCONCLUSIVE: "Whether {} is conformant could not be decided.",
    Outcome.UNUSABLE: "{} could not be driven to the end.",
    Outcome.ERROR: "The toolkit failed, so {} was not judged.",
}


def verdict_sentence(judgement: Judgement) -> str:
    """
    The outcome as a sentence about the implementation.
    """
    return _VERDICTS[judgement.outcome].format(one_line(judgement.implementation.name, 80))


def headline(judgement: Judgement) -> tuple[str, str]:
    """
    The verdict as a headline, and what the summary has to say beyond it.

    A summary begins with the verdict and goes on after a colon ("x is conformant: 53 of 53 …"); one that does
    not is kept whole, under a headline of our own.
    """
    head, colon, rest = judgement.summary.partition(": ")
    if colon and rest and len(head) < 120 and head.startswith(judgement.implementation.name):
        return f"{visible(head)}.", rest[0].upper() + rest[1:]
    return verdict_sentence(judgement), judgement.summary


def hidden_sentence(judgement: Judgement) -> str:
    """
    How many findings a baseline hides, said also when there are none.
    """
    count = judgement.hidden
    if count == 0:
        return "No finding is hidden by a baseline."
    return f"A baseline hides {count:,} {'finding' if count == 1 else 'findings'}."
