"""
The warehouse's tables in real databases: what a load writes, what it leaves alone, and what a user can query.
"""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from conformance.errors import UsageError
from conformance.segment.databases import Database, LoadReport, open_database
from conformance.warehouse import COLUMN_LIMIT

SENT = "live_chat_message_sent"


@pytest.fixture(params=["duckdb", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """
    An empty database of either engine.
    """
    if request.param == "duckdb":
        return f"duckdb:{tmp_path / 'warehouse.duckdb'}"
    postgresql: str = request.getfixturevalue("postgresql")
    return postgresql


def a_call(row: str, event: str = "Live Chat Message Sent", /, **properties: Any) -> dict[str, Any]:
    """
    A Track call as Segment hands it on.
    """
    return {
        "type": "track",
        "event": event,
        "messageId": row,
        "userId": "u-1",
        "receivedAt": "2026-03-01T10:00:00.000Z",
        "timestamp": "2026-03-01T12:59:59.123+03:00",
        "properties": properties,
    }


def loaded(address: str, *calls: dict[str, Any]) -> LoadReport:
    """
    What one load comes to, the database opened for it and closed again.
    """
    with open_database(address) as database:
        return database.load(calls, schema="chatlio")


def column(database: Database, table: str, name: str) -> list[Any]:
    """
    A column's values in the order of the rows' ids.
    """
    return [row[name] for row in database.query(f'SELECT "{name}" FROM chatlio."{table}" ORDER BY "id"')]


def test_tracks_joins_the_events_own_tables(address: str) -> None:
    """
    By `event` and `id`: what the Chatlio page promises, as a user would query it.
    """
    loaded(address, a_call("m-1", agent_id="a"), a_call("m-2", "Live Chat Conversation Ended"))
    with open_database(address) as database:
        found = database.query(
            f"SELECT t.event_text, s.agent_id, t.timestamp FROM chatlio.tracks AS t "
            f"JOIN chatlio.{SENT} AS s ON t.id = s.id AND t.event = '{SENT}' WHERE s.agent_id = $1",
            "a",
        )
    assert [row["event_text"] for row in found] == ["Live Chat Message Sent"]
    assert found[0]["timestamp"] == dt.datetime(2026, 3, 1, 9, 59, 59, 123000, tzinfo=dt.UTC)
    assert found[0]["timestamp"].utcoffset() == dt.timedelta(0)


def test_columns_come_as_they_appear_and_keep_their_first_type(address: str) -> None:
    """
    Over several loads as in one: a later value is stored as the column's type, or lost, and the loss is told.
    """
    assert not loaded(address, a_call("m-1", conversation_duration=3)).losses
    report = loaded(
        address,
        a_call("m-2", conversation_duration=45.5, agent_id=7),
        a_call("m-3", conversation_duration="45", agent_id="a"),
    )
    assert [(loss.row, loss.column, loss.reason) for loss in report.losses] == [
        ("m-2", "conversation_duration", "precision"),
        ("m-3", "conversation_duration", "type"),
        ("m-3", "agent_id", "type"),
    ]
    with open_database(address) as database:
        assert column(database, SENT, "conversation_duration") == [3, 45, None]
        assert column(database, SENT, "agent_id") == [None, 7, None]
        table = database.tables("chatlio").tables[SENT]
        assert [found.name for found in table.columns][-2:] == ["conversation_duration", "agent_id"]


def test_loading_again_changes_nothing(address: str) -> None:
    """
    Rows are told apart by `id`, and the first one stays.
    """
    first = loaded(address, a_call("m-1", agent_id="a"))
    again = loaded(address, a_call("m-1", agent_id="b", agent_name="new"), a_call("m-2", agent_id="c"))
    assert first.rows == {"tracks": 1, SENT: 1}
    assert again.rows == {"tracks": 1, SENT: 1}
    with open_database(address) as database:
        assert column(database, SENT, "agent_id") == ["a", "c"]
        assert database.tables("chatlio").tables[SENT].type_of("agent_name") is None


def test_users_hold_what_was_last_sent(address: str) -> None:
    """
    The one table whose rows change: a trait that is not sent again stays.
    """
    call = {**a_call("i-1"), "type": "identify"}
    loaded(address, {**call, "traits": {"plan": "free", "seats": 1}})
    report = loaded(address, {**call, "messageId": "i-2", "traits": {"plan": "pro"}})
    assert report.rows == {"identifies": 1, "users": 1}
    with open_database(address) as database:
        assert database.query("SELECT id, plan, seats FROM chatlio.users") == [
            {"id": "u-1", "plan": "pro", "seats": 1}
        ]


def test_a_load_is_one_transaction(address: str) -> None:
    """
    Where one table refuses its rows, none of the others has got any.
    """
    loaded(address, a_call("m-1", "Zebra", stripes=1))
    with open_database(address) as database:
        database.query("CREATE UNIQUE INDEX one_of_each ON chatlio.zebra (stripes)")
        with pytest.raises(UsageError, match=r"(?i)constraint"):
            database.load(
                [a_call("m-2", "Zebra", stripes=2), a_call("m-3", "Zebra", stripes=2)], schema="chatlio"
            )
        assert column(database, "tracks", "id") == ["m-1"]
        assert database.load([a_call("m-4", "Zebra", stripes=2)], schema="chatlio").rows["tracks"] == 1


@pytest.mark.parametrize(
    "text",
    ["'); DROP TABLE chatlio.tracks; --", '"', "\\", "{a,NULL}", "NULL", "%s $1 ?", "\r\n\t", "🙂名前", ""],
)
def test_values_are_stored_as_they_are(address: str, text: str) -> None:
    """
    Whatever an implementation sends, nothing of it becomes a statement.
    """
    loaded(address, a_call("m-1", text), a_call("m-2", agent_id=text))
    with open_database(address) as database:
        assert column(database, "tracks", "event_text") == [text, "Live Chat Message Sent"]
        assert column(database, SENT, "agent_id") == [text]


def test_names_may_be_words_of_sql(address: str) -> None:
    """
    Every name is quoted: tables, columns, and the schema, which may hold a quotation mark.
    """
    with open_database(address) as database:
        database.load([a_call("m-1", "SELECT", table=1, order="x", group=True)], schema='a"b')
        assert database.query('SELECT "table", "order", "group" FROM "a""b"."select"') == [
            {"table": 1, "order": "x", "group": True}
        ]


@pytest.mark.parametrize("value", ["x" * 23, "🙂" * 512, 2**62, 0.1])
def test_the_widest_table_fits(address: str, value: object) -> None:
    """
    As many columns as the model allows, each with what takes the most room in a page.
    """
    report = loaded(address, a_call("m-1", **{f"p{number}": value for number in range(2 * COLUMN_LIMIT)}))
    assert {loss.reason for loss in report.losses} == {"too_many_columns"}
    with open_database(address) as database:
        (row,) = database.tables("chatlio").tables[SENT].rows
    assert list(row.values()).count(value) == COLUMN_LIMIT - 10


def test_many_rows_are_written_in_parts(address: str) -> None:
    """
    More rows than one statement takes.
    """
    report = loaded(address, *(a_call(f"m-{number}", agent_id=f"{number}") for number in range(5_001)))
    assert report.rows == {"tracks": 5_001, SENT: 5_001}
    with open_database(address) as database:
        assert database.query(f"SELECT count(DISTINCT agent_id) AS n FROM chatlio.{SENT}") == [{"n": 5_001}]


def test_a_table_that_no_load_has_made_is_refused(address: str) -> None:
    """
    Rather than written over, or failed on later.
    """
    with open_database(address) as database:
        database.query("CREATE SCHEMA chatlio")
        database.query("CREATE TABLE chatlio.tracks (id date)")
        with pytest.raises(UsageError, match=r"(?i)column tracks\.id is of type date"):
            database.load([a_call("m-1")], schema="chatlio")


def test_a_wrong_query_is_told_in_one_line(address: str) -> None:
    """
    And the connection can be used afterwards.
    """
    with open_database(address) as database:
        with pytest.raises(UsageError) as refused:
            database.query("SELECT nonsense FROM nowhere")
        assert "\n" not in str(refused.value)
        assert "nowhere" in str(refused.value)
        assert database.query("SELECT 1 AS one") == [{"one": 1}]


def test_two_loads_at_once_are_one_after_the_other(postgresql: str) -> None:
    """
    Two runs may share a PostgreSQL server: tables, columns and rows are made once.
    """
    parts = [
        [a_call(f"m-{number}", **{f"p{number % 7}": part}) for number in range(part, 300 + part)]
        for part in range(4)
    ]
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda part: loaded(postgresql, *part), parts))
    assert sum(report.rows.get("tracks", 0) for report in reports) == 303
    with open_database(postgresql) as database:
        assert database.query("SELECT count(*) AS n FROM chatlio.tracks") == [{"n": 303}]


def test_a_database_in_memory_is_gone_with_its_connection() -> None:
    """
    For a look at the tables within one program.
    """
    with open_database("duckdb::memory:") as database:
        assert database.load([a_call("m-1")], schema="chatlio").rows["tracks"] == 1
    with open_database("duckdb::memory:") as database:
        assert not database.tables("chatlio").tables
