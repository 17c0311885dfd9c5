"""
What a database held of a scenario, as a line of the record, and back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.warehouse import Column, Loss, Table, Tables


def tables_to_json(tables: Tables) -> dict[str, Any]:
    """
    Columns with their types, the ids of the rows, and the losses; values stand in the exchanges already.
    """
    return {
        "tables": [
            {
                "name": table.name,
                "columns": [[column.name, column.type] for column in table.columns],
                "rows": [row["id"] for row in table.rows],
            }
            for table in tables.tables.values()
        ],
        "losses": [[loss.table, loss.column, loss.row, loss.reason] for loss in tables.losses],
    }


def tables_from_json(members: Mapping[str, Any]) -> Tables:
    """
    The tables that a record's JSON object stands for. What was `sent` of a loss is not told, so it is None.
    """
    return Tables(
        tables={
            table["name"]: Table(
                name=table["name"],
                columns=tuple(Column(name=name, type=kind) for name, kind in table["columns"]),
                rows=tuple({"id": row} for row in table["rows"]),
            )
            for table in members["tables"]
        },
        losses=tuple(
            Loss(table=table, column=column, row=row, reason=reason, sent=None)
            for table, column, row, reason in members["losses"]
        ),
    )
