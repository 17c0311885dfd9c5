"""
DuckDB, PostgreSQL and the pure model hold one truth, whatever is loaded, in however many loads.
"""

import itertools
from collections.abc import Iterator

import attrs
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conformance.segment.databases import Database, open_database
from conformance.warehouse import Table, Tables, load
from tests.postgresql import Server

SCHEMA = 'sch"ema'
SCHEMA_QUOTED = '"sch""ema"'

type_names = ("track", "identify", "page", "group", "alias")
names = st.sampled_from(
    [
        "agent_id", "agentId", "conversation_duration", "select", "Table", "id", "user_id", "context_x",
        "a\"b'; --", "名前", "order", "x" * 80, "__", "Ünïcode naming", "ctid", "xmin", "rowid", "0",
    ]
)  # fmt: skip
texts = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["", "NULL", "\\N", "\0", "{}", '{"a"}', "x" * 600, "🙂" * 513, "';--", "infinity", "%s $1"]
    ),
)
moments = st.sampled_from(
    [
        "2026-03-01T10:00:00.123456+05:30", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z",
        "2026-03-01T10:00:00Z", "1900-01-01T00:00:00-11:00",
    ]
)  # fmt: skip
numbers = st.one_of(
    st.integers(),
    st.sampled_from([2**63, -(2**63), 2**64, 10**400]),
    st.floats(),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts, moments),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(names, inner, max_size=2)),
    max_leaves=4,
)
events = st.sampled_from(
    [
        "Live Chat Message Sent",
        "live_chat_message_sent",
        "select",
        "Tracks",
        "users",
        "名前",
        'q"uote',
        "e" * 80,
    ]
)
ids = st.one_of(
    st.integers(1, 12).map("m-{}".format), st.sampled_from(["\0", "\N{REPLACEMENT CHARACTER}", "x" * 600])
)


@st.composite
def calls(draw: st.DrawFn) -> dict[str, object]:
    """
    A call as Segment hands it on, as strange as it may be.
    """
    kind = draw(st.sampled_from(type_names))
    members = draw(st.dictionaries(names, values, max_size=4))
    return {
        "type": kind,
        "event": draw(events),
        "messageId": draw(ids),
        "userId": draw(st.sampled_from(["u-1", "u-2", None, "u\0"])),
        "anonymousId": "a",
        "receivedAt": "2026-03-01T10:00:00.000Z",
        "timestamp": draw(moments),
        "context": draw(st.dictionaries(names, values, max_size=1)),
        "properties" if kind in {"track", "page"} else "traits": members,
    }


def sorted_by_id(tables: Tables) -> dict[str, Table]:
    """
    The tables with their rows in the order in which a database tells them.
    """
    return {
        name: attrs.evolve(table, rows=tuple(sorted(table.rows, key=lambda row: str(row["id"]))))
        for name, table in tables.tables.items()
    }


def ids_by_event(model: Tables) -> dict[str, list[str]]:
    """
    The ids in each event's own table.
    """
    return {
        name: sorted(str(row["id"]) for row in table.rows)
        for name, table in model.tables.items()
        if table.type_of("event_text") and name != "tracks"
    }


def joined(database: Database) -> dict[str, list[str]]:
    """
    For each event's table the ids that a join with `tracks`, by event and id, finds.
    """
    held = database.tables(SCHEMA).tables
    own = [name for name, table in held.items() if table.type_of("event_text") and name != "tracks"]
    statement = (
        'SELECT t."id" AS "id" FROM {schema}."tracks" AS t JOIN {schema}."{name}" AS e'
        ' ON t."id" = e."id" AND t."event" = e."event" WHERE t."event" = $1'
    )
    return {
        name: sorted(
            row["id"] for row in database.query(statement.format(schema=SCHEMA_QUOTED, name=name), name)
        )
        for name in own
    }


@pytest.fixture(scope="module")
def databases(postgresql_server: Server) -> Iterator[tuple[Database, Database]]:
    """
    An open database of each engine.
    """
    with (
        open_database("duckdb::memory:") as duck,
        open_database(postgresql_server.new_database()) as postgres,
    ):
        yield duck, postgres


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(sent=st.lists(calls(), max_size=10), cuts=st.sets(st.integers(1, 9), max_size=2))
@example(sent=[], cuts=set())
def test_both_engines_hold_what_the_model_says(
    databases: tuple[Database, Database], sent: list[dict[str, object]], cuts: set[int]
) -> None:
    """
    Tables, columns with their types and order, rows with their values, losses, and the join of `tracks` with
    the events' own tables: the same in both engines as in the pure model, loaded at once or in parts, and
    still the same when everything is loaded once more.
    """
    model = load(sent)
    steps = sorted({0, *(cut for cut in cuts if cut < len(sent)), len(sent)})
    parts = [sent[start:end] for start, end in itertools.pairwise(steps)]
    for database in databases:
        database.query(f"DROP SCHEMA IF EXISTS {SCHEMA_QUOTED} CASCADE")
        reports = [database.load(part, schema=SCHEMA) for part in parts]
        once_more = database.load(sent, schema=SCHEMA)
        assert sorted_by_id(database.tables(SCHEMA)) == sorted_by_id(model)
        assert [repr(loss) for report in reports for loss in report.losses] == list(map(repr, model.losses))
        assert not once_more.losses
        assert not once_more.rows
        assert joined(database) == ids_by_event(model)
