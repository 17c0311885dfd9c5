"""
A failed requirement as the text of a test failure: what was expected, what came, and how it came about.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator, Sequence

import attrs

from conformance.model import Exchange, Finding, Judgement, Message, TimelineEntry, Verdict
from conformance.reporting.cards import Card, Drawing, Failure, Wire, failures
from conformance.reporting.rows import rows
from conformance.reporting.text import where
from conformance.reporting.visible import one_line, visible

WIDTH = 100
LONGEST_TEXT = 600
LONGEST_BODY = 1_500


def explained(judgement: Judgement, verdict: Verdict, *, again: Callable[[Finding], str]) -> str:
    """
    The failure of one requirement, at most three of its findings in full. `again` says how to see one again.

    A verdict without findings has its reason told.
    """
    if not verdict.findings:
        return f"{verdict.requirement} is {verdict.status.value}: {verdict.reason}"
    alone = attrs.evolve(judgement, verdicts=(verdict,))
    (failure,) = failures(alone, rows(alone))
    return "\n".join(_lines(failure, again))


def _lines(failure: Failure, again: Callable[[Finding], str]) -> Iterator[str]:
    row = failure.row
    sources = ", ".join(f"{source.title}" for source in row.sources)
    yield from _wrapped(f"{row.id} {row.level} ({row.basis}): {row.statement}")
    yield from _wrapped(" — ".join(filter(None, (sources, row.section))))
    for card in failure.cards:
        yield ""
        yield from _card(card)
    more = len(failure.brief) + failure.uncounted
    if more:
        yield ""
        yield f"and {more} more {'finding' if more == 1 else 'findings'}"
    yield ""
    for hint in dict.fromkeys(card.finding.hint for card in failure.cards if card.finding.hint):
        yield from _labelled("Mend", hint)
    for line in dict.fromkeys(again(card.finding) for card in failure.cards):
        yield f"{'Again':10}{line}"


def _card(card: Card) -> Iterator[str]:
    yield from _labelled("Expected", card.finding.expected)
    yield from _labelled("Observed", card.finding.observed)
    yield from _labelled("Where", where(card.finding))
    if card.drawing is not None:
        yield from _drawing(card.drawing, card.finding)
    if card.wire is not None:
        yield from _wire(card.wire)


def _drawing(drawing: Drawing, finding: Finding) -> Iterator[str]:
    yield ""
    yield f"The conversation in {finding.scenario}, in seconds:"
    if drawing.before:
        yield f"  … {drawing.before} earlier"
    for moment in drawing.moments:
        yield f"{'>' if moment.here else ' '} {_moment(moment.entry)}"
    if drawing.after:
        yield f"  … {drawing.after} later"


def _moment(entry: TimelineEntry) -> str:
    if entry.side == "gap":
        return entry.label
    side = "chat" if entry.side == "chat" else "→ Segment"
    told = " ".join(filter(None, (entry.label, entry.text)))
    noted = f" [{one_line(entry.note, WIDTH)}]" if entry.note else ""
    return f"{entry.offset:8.3f}  {side:10} {one_line(told, WIDTH - 24)}{noted}"


def _wire(wire: Wire) -> Iterator[str]:
    view = wire.view
    yield ""
    yield f"On the wire, exchange {view.sequence}, to the {view.endpoint.upper()} endpoint:"
    yield f"  {visible(view.request)}"
    for name, value in view.headers:
        yield f"  {one_line(f'{name}: {value}', WIDTH)}"
    body = view.body[:LONGEST_BODY]
    yield from (f"  {visible(line)}" for line in ("", *body.splitlines()))
    left = view.omitted + len(view.body) - len(body)
    if left:
        yield f"  … {left:,} characters more"
    fault = f" (scheduled fault: {view.fault})" if view.fault else ""
    yield f"  → {one_line(view.reply, WIDTH)}{fault}"


def _labelled(label: str, text: str) -> Iterator[str]:
    if text:
        yield from _wrapped(f"{label:10}{one_line(text, LONGEST_TEXT)}", hang=10)


def _wrapped(text: str, *, hang: int = 0) -> Iterator[str]:
    yield from textwrap.wrap(visible(text), WIDTH, subsequent_indent=" " * hang, break_on_hyphens=False)


MOST_MESSAGES = 12


def received(messages: Sequence[Message], exchanges: Sequence[Exchange]) -> str:
    """
    What did reach Segment, as a list: the calls, and the requests that carried none.
    """
    counted = f"{_counted(len(messages), 'call')} in {_counted(len(exchanges), 'request')}"
    lines = [f"Segment received {counted}." if exchanges else "Segment received nothing."]
    lines += [f"  {_call(message)}" for message in messages[:MOST_MESSAGES]]
    if len(messages) > MOST_MESSAGES:
        lines.append(f"  … and {len(messages) - MOST_MESSAGES} more")
    carriers = {message.exchange for message in messages}
    empty = [exchange for exchange in exchanges if exchange.sequence not in carriers]
    lines += [f"  {_request(exchange)}" for exchange in empty[:MOST_MESSAGES]]
    return "\n".join(lines)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _call(message: Message) -> str:
    name = message.event if message.type == "track" else f"({message.type})"
    identity = message.call.get("userId") or message.call.get("anonymousId")
    dropped = f" DROPPED: {message.drop}" if message.drop else ""
    properties = json.dumps(dict(message.properties), ensure_ascii=False, default=repr)
    return one_line(f"{name}{dropped} of {identity} {properties}", 2 * WIDTH)


def _request(exchange: Exchange) -> str:
    path = exchange.target.partition("?")[0]
    told = f"{exchange.method} {path}, {exchange.size} bytes, answered {exchange.reply.status}"
    return one_line(f"{told}, without a call that could be read", WIDTH)
