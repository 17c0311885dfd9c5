"""
`chatlio-conformance schema`: the specification for other programs.
"""

from __future__ import annotations

import json

import click

_PLAN = "tracking-plan"
_PLAN_TITLE = "The four events as rules of a tracking plan for Segment's Protocols"


@click.command("schema")
@click.argument("name", required=False)
def command(name: str | None) -> None:
    """
    Print a JSON Schema, or the rules of a tracking plan for Segment's Protocols. Without NAME, list them.

    \b
    Examples
      chatlio-conformance schema events/message-sent
      chatlio-conformance schema driver/request > request.schema.json
      chatlio-conformance schema tracking-plan
    """
    from conformance.spec import schema, schema_names, tracking_plan
    from conformance.spec.names import unknown

    titles = {**{each: schema(each)["title"] for each in schema_names()}, _PLAN: _PLAN_TITLE}
    if name is None:
        width = max(map(len, titles))
        for each, title in titles.items():
            click.echo(f"{each:{width}}  {title}")
        return
    if name not in titles:
        raise unknown("schema", name, titles, where="`chatlio-conformance schema` lists them all.")
    document = tracking_plan() if name == _PLAN else schema(name)
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))
