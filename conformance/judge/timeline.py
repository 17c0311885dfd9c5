"""
The course of a scenario as a report draws it: what was said on one side, what reached Segment on the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from conformance.checks import Evidence, Observed
from conformance.judge.secrets import Secrets
from conformance.model import Activity, ActivityType, Finding, TimelineEntry
from conformance.record import Answer, Method, Step

LONGEST = 40
"""Entries of a timeline that are shown whole; of a longer one those around what findings point to."""

AROUND = 2
LONGEST_TEXT = 160


def timeline_of(
    evidence: Evidence, findings: Sequence[Finding], secrets: Secrets
) -> tuple[TimelineEntry, ...]:
    """
    The moments of a scenario in the order of time, shortened to what the findings are about.
    """
    noted = _notes(findings)
    entries = [*_said(evidence), *_seen(evidence, noted)]
    entries.sort(key=lambda entry: entry.offset)
    return tuple(_shortened(entries, findings, secrets))


def _notes(findings: Sequence[Finding]) -> dict[tuple[int, int], list[str]]:
    """
    The requirements that the findings about each call name, by exchange and place in it.
    """
    notes: dict[tuple[int, int], list[str]] = {}
    for finding in findings:
        if finding.exchange is not None:
            names = notes.setdefault((finding.exchange, finding.message or 0), [])
            if finding.requirement not in names:
                names.append(finding.requirement)
    return notes


def _said(evidence: Evidence) -> Iterator[TimelineEntry]:
    for step in evidence.scenario.steps:
        if step.activity is not None or step.method is not Method.ACTIVITY:
            activity = step.activity
            yield TimelineEntry(
                side="chat",
                offset=_offset(evidence, step.at.timestamp()),
                label=_label(step),
                text=_words(activity) if activity else _about(step),
                note=_answered(step),
                activity=activity.id if activity else None,
            )


def _seen(evidence: Evidence, noted: dict[tuple[int, int], list[str]]) -> Iterator[TimelineEntry]:
    for call in evidence.calls:
        for message in call.messages:
            names = noted.get((message.exchange, message.index), [])
            yield TimelineEntry(
                side="segment",
                offset=_offset(evidence, message.received_at.timestamp()),
                label=_name(call),
                text=_properties(call),
                note=", ".join([*([f"dropped: {message.drop}"] if message.drop else []), *names]),
                exchange=message.exchange or None,
            )
    for arrival in evidence.arrivals:
        if not arrival.intake.messages:
            exchange = arrival.exchange
            yield TimelineEntry(
                side="segment",
                offset=_offset(evidence, exchange.at.timestamp()),
                label=f"{exchange.method} {exchange.target}"[:LONGEST_TEXT],
                note=", ".join(
                    filter(None, [arrival.intake.problem, *noted.get((exchange.sequence, 0), [])])
                ),
                exchange=exchange.sequence,
            )


def _label(step: Step) -> str:
    return step.activity.type.value.replace("_", " ") if step.activity else step.method.value


def _answered(step: Step) -> str:
    if step.answer is Answer.TAKEN:
        return ""
    return f"{step.answer.value}: {step.message}" if step.message else step.answer.value


def _about(step: Step) -> str:
    if step.settings is None:
        return ""
    key = "" if step.settings.source.write_key else ", no write key"
    return f"workspace in region {step.settings.workspace.region}{key}"


def _words(activity: Activity) -> str:
    """
    What was said or done, by whom.
    """
    visitor = "visitor" if activity.visitor is None else f"visitor {activity.visitor.id[:8]}"
    by_agent = {ActivityType.AGENT_MESSAGE, ActivityType.AGENT_JOINED, ActivityType.INTERNAL_NOTE}
    actor = activity.agent.name if activity.agent and activity.type in by_agent else visitor
    if activity.message:
        return _cut(f"{actor}: {activity.message.text}")
    return _cut(f"by the {activity.ended_by}" if activity.ended_by else actor)


def _name(call: Observed) -> str:
    name = call.name if isinstance(call.name, str) and call.name else f"({call.first.type} without a name)"
    return _cut(name)


def _properties(call: Observed) -> str:
    return _cut(orjson.dumps(call.first.properties).decode())


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _offset(evidence: Evidence, moment: float) -> float:
    return round(moment - evidence.scenario.started_at.timestamp(), 3)


def _shortened(
    entries: list[TimelineEntry], findings: Sequence[Finding], secrets: Secrets
) -> Iterator[TimelineEntry]:
    """
    The entries, of a long timeline only those around what findings point to, with gaps told.
    """
    chosen = set(range(len(entries))) if len(entries) <= LONGEST else _around(entries, findings)
    skipped = 0
    for index, entry in enumerate(entries):
        if index not in chosen:
            skipped += 1
            continue
        if skipped:
            yield TimelineEntry(side="gap", offset=entry.offset, label=f"… {skipped} more")
            skipped = 0
        yield _masked(entry, secrets)
    if skipped:
        yield TimelineEntry(side="gap", offset=entries[-1].offset, label=f"… {skipped} more")


def _around(entries: list[TimelineEntry], findings: Sequence[Finding]) -> set[int]:
    activities = {finding.activity for finding in findings} - {None}
    pointed = [i for i, entry in enumerate(entries) if entry.activity in activities or _offends(entry)]
    places = frozenset(range(len(entries)))
    chosen = set(range(AROUND))
    for index in pointed:
        if len(chosen) >= LONGEST:
            break
        chosen |= places.intersection(range(index - AROUND, index + AROUND + 1))
    return chosen


def _offends(entry: TimelineEntry) -> bool:
    return entry.side == "segment" and bool(entry.note)


def _masked(entry: TimelineEntry, secrets: Secrets) -> TimelineEntry:
    return TimelineEntry(
        side=entry.side,
        offset=entry.offset,
        label=secrets.masked(entry.label),
        text=secrets.masked(entry.text),
        note=secrets.masked(entry.note),
        activity=entry.activity,
        exchange=entry.exchange,
    )
