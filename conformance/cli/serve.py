"""
`chatlio-conformance serve`: the mock Segment by itself, to be sent to by hand.
"""

from __future__ import annotations

import queue
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from conformance.ingestion import SourceState
    from conformance.model import Endpoints, Exchange, Fault, Message

_WIDEST = 100
"""Characters of a name or a path that came over the wire, beyond which it is cut."""


@click.command("serve")
@click.option("--us-port", default=0, show_default=True, help="The port of the US endpoint; 0 is a free one.")
@click.option("--eu-port", default=0, show_default=True, help="The port of the EU endpoint; 0 is a free one.")
@click.option("--write-key", default="", metavar="KEY", help="The source's write key; without it a new one.")
@click.option("--region", default="us", show_default=True, help="Where the workspace's data are processed.")
@click.option("--strict", is_flag=True, help="Answer 400 to a write key of another region, not 200.")
@click.option("--faults", metavar="FILE", help="What goes wrong and when: a TOML file of [[fault]] tables.")
def command(**options: Any) -> None:
    """
    Run the mock Segment by itself, and print a line for each request: what was kept of it, and what was
    dropped and why.

    \b
    Examples
      chatlio-conformance serve
      chatlio-conformance serve --us-port 41001 --write-key Qm7k2Vd9Xw4Rt6Yb1Nc8Lp3Hs5Jf0Gz7
      chatlio-conformance serve --faults faults.toml

    It listens on this machine alone, until Ctrl-C.
    """
    from conformance.segment import MockSegment

    heard: queue.SimpleQueue[tuple[Exchange, tuple[Message, ...]]] = queue.SimpleQueue()
    source = _source(options["write_key"], options["region"])
    mock = MockSegment(
        sources=[source],
        faults=_faults(options["faults"]),
        strict=options["strict"],
        ports=(options["us_port"], options["eu_port"]),
        heard=lambda exchange, messages: heard.put((exchange, messages)),
    )
    counted: Counter[bool] = Counter()
    with mock:
        _introduce(mock.endpoints, source)
        try:
            while True:
                exchange, messages = heard.get()
                counted.update(message.drop is None for message in messages)
                click.echo(_line(exchange, messages))
        except KeyboardInterrupt:
            pass
    click.echo(f"\n{counted[True]} calls were kept and {counted[False]} dropped.")


def _source(write_key: str, region: str) -> SourceState:
    """
    The one source there is. Raises UsageError for a region that Segment does not have.
    """
    from conformance.ingestion import SourceState
    from conformance.segment import new_write_key
    from conformance.spec import regions
    from conformance.spec.names import unknown

    known = [each.key for each in regions()]
    if region not in known:
        raise unknown("region", region, known, where=f"There are {' and '.join(known)}.")
    return SourceState(write_key=write_key or new_write_key(), workspace="acme", region=region)


def _faults(file: str | None) -> tuple[Fault, ...]:
    """
    The schedule in the file, if one is named. Raises UsageError for one that cannot be followed here.
    """
    if file is None:
        return ()
    from conformance.errors import UsageError
    from conformance.segment.fault_files import read_faults

    faults = read_faults(Path(file))
    if any(fault.start is not None for fault in faults):
        raise UsageError(
            f"The fault schedule {file} has a fault that begins with an activity, and here nobody chats.",
            cure="Leave `start` out: a fault without it begins with the first request to its region.",
        )
    return faults


def _introduce(endpoints: Endpoints, source: SourceState) -> None:
    click.echo(f"US endpoint  {endpoints.us}")
    click.echo(f"EU endpoint  {endpoints.eu}")
    click.echo(f"write key    {source.write_key}  (a source in a workspace of the region {source.region})")
    click.echo("Ctrl-C ends it.\n")


def _line(exchange: Exchange, messages: Iterable[Message]) -> str:
    """
    A request on one line: when, where, what was asked and answered, and what became of each call in it.
    """
    path = _shown(exchange.target.partition("?")[0])
    words = (
        f"{exchange.at.astimezone():%H:%M:%S}",
        exchange.endpoint,
        f"{_shown(exchange.method)} {path}",
        _answer(exchange),
        _became(messages) or _said(exchange),
    )
    return "  ".join(words)


def _answer(exchange: Exchange) -> str:
    """
    The status it was answered with; for a request that met a fault the fault, as its answer is yet to come.
    """
    return str(exchange.reply.status) if exchange.fault is None else f"fault {exchange.fault}"


def _became(messages: Iterable[Message]) -> str:
    """
    The calls by what became of them, like ones counted: `kept Live Chat Message Sent ×2`.
    """
    counts = Counter(
        ("kept" if message.drop is None else f"dropped ({message.drop})", _name(message))
        for message in messages
    )
    return ", ".join(
        f"{became} {name}" + (f" ×{count}" if count > 1 else "") for (became, name), count in counts.items()
    )


def _name(message: Message) -> str:
    event = message.event
    return _shown(event) if isinstance(event, str) and event else f"{_shown(str(message.type))} call"


def _said(exchange: Exchange) -> str:
    """
    What a request came to that carried no call: the reply's own words where it was refused.
    """
    if exchange.fault is not None:
        return "nothing is kept"
    if exchange.reply.status == 200:
        return "nothing"
    return _shown(exchange.reply.body.decode("utf-8", "replace"))


def _shown(text: str) -> str:
    """
    A text from the wire as a terminal may have it: on one line, nothing in it to be obeyed, not too long.
    """
    shown = "".join(character if character.isprintable() else "�" for character in text)
    return shown if len(shown) <= _WIDEST else shown[: _WIDEST - 1] + "…"
