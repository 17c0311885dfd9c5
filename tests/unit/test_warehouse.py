"""
What tables calls become: names, types, flattening, and everything that gets lost on the way.
"""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.warehouse import (
    COLUMN_LIMIT,
    NAME_LENGTH,
    RESERVED_COLUMNS,
    Loss,
    Table,
    Tables,
    is_reserved,
    load,
    snake_case,
)

NAMES = {
    "Live Chat Message Sent": "live_chat_message_sent",
    "agentId": "agent_id",
    "agentID": "agent_id",
    "agentIDs": "agent_ids",
    "HTTPServer": "httpserver",
    "CStringRef": "cstring_ref",
    "samPLE text": "sam_ple_text",
    "2FA Enabled": "2fa_enabled",
    "Enabled 2FA": "enabled_2fa",
    "5TEst": "5test",
    "THE5r": "the5r",
    "edf_6N": "edf_6n",
    "f_pX9": "f_p_x9",
    "p_z9Rg": "p_z9_rg",
    "___$$Base64Encode": "base64_encode",
    "FOO:BAR$BAZ": "foo_bar_baz",
    "OAuth2Token": "oauth2_token",
    "a__b": "a_b",
    "_private": "private",
    "private_": "private",
    "naïve": "na_ve",
    "名前": "",
    "": "",
    "already_snake_2": "already_snake_2",
}


def a_call(event: str = "Live Chat Message Sent", row: str = "m-1", /, **properties: Any) -> dict[str, Any]:
    """
    A Track call as Segment stores it.
    """
    return {
        "type": "track",
        "event": event,
        "messageId": row,
        "userId": "u-1",
        "receivedAt": "2026-03-01T10:00:00.000Z",
        "timestamp": "2026-03-01T09:59:59.000Z",
        "properties": properties,
    }


def sent(*values: Any) -> Tables:
    """
    The tables of one event whose property ``a`` had these values, one a row.
    """
    return load([a_call("E", f"m-{number}", a=value) for number, value in enumerate(values)])


def column(table: Table, name: str) -> list[Any]:
    return [row.get(name) for row in table.rows]


@pytest.mark.parametrize(("name", "snake"), NAMES.items())
def test_names_follow_segments_rule(name: str, snake: str) -> None:
    """
    Every pair the specification lists.
    """
    assert snake_case(name) == snake


@given(st.text())
def test_a_name_once_changed_stays_as_it_is(name: str) -> None:
    """
    What comes out is in snake case, so it goes through again unchanged.
    """
    snake = snake_case(name)
    assert snake_case(snake) == snake
    assert set(snake) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")


def test_every_event_has_its_table_and_tracks_has_them_all() -> None:
    """
    The promise of the Chatlio page.
    """
    tables = load([a_call(), a_call("Live Chat Conversation Ended", "m-2")]).tables
    assert set(tables) == {"tracks", "live_chat_message_sent", "live_chat_conversation_ended"}
    assert column(tables["tracks"], "id") == ["m-1", "m-2"]
    assert column(tables["tracks"], "event") == ["live_chat_message_sent", "live_chat_conversation_ended"]
    assert column(tables["tracks"], "event_text") == [
        "Live Chat Message Sent",
        "Live Chat Conversation Ended",
    ]


def test_tracks_holds_no_properties_and_the_events_table_does() -> None:
    """
    Both hold the shared columns and the context, flattened.
    """
    call = {**a_call(agent_id="A1"), "context": {"library": {"name": "l"}, "ip": None}}
    tables = load([call]).tables
    assert tables["tracks"].type_of("agent_id") is None
    assert tables["live_chat_message_sent"].type_of("agent_id") == "varchar"
    assert [found.name for found in tables["tracks"].columns] == [
        "id",
        "received_at",
        "sent_at",
        "original_timestamp",
        "timestamp",
        "uuid_ts",
        "anonymous_id",
        "user_id",
        "event",
        "event_text",
        "context_library_name",
    ]
    assert tables["tracks"].rows[0]["timestamp"] == dt.datetime(2026, 3, 1, 9, 59, 59, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (0, "integer"),
        (0.0, "float"),
        ("0", "varchar"),
        (True, "boolean"),
        ("2026-03-01T10:00:00Z", "timestamp"),
        (2**63, "float"),
        ([1], "varchar"),
    ],
)
def test_the_first_value_fixes_the_type_by_its_literal(first: Any, kind: str) -> None:
    """
    A null before it fixes nothing.
    """
    assert sent(None, first, "later").tables["e"].type_of("a") == kind


@pytest.mark.parametrize(
    ("first", "second", "stored", "reason"),
    [
        (1, 45.0, 45, None),
        (1, 45.5, 45, "precision"),
        (1, "45", None, "type"),
        (1, True, None, "type"),
        (1, 1e30, None, "range"),
        (1, float("inf"), None, "range"),
        (1, 10**400, None, "range"),
        (0.5, 10**400, None, "range"),
        (0.5, float("-inf"), None, "range"),
        ("a", "b\0c", "b\N{REPLACEMENT CHARACTER}c", "character"),
        ("a", "b\ud800c", "b\N{REPLACEMENT CHARACTER}c", "character"),
        (0.0, 45, 45.0, None),
        (0.0, "x", None, "type"),
        (True, 1, None, "type"),
        ("0", 45, "45", None),
        ("0", True, "true", None),
        ("0", [1, "a"], '[1,"a"]', None),
        ("2026-03-01T10:00:00Z", "soon", None, "type"),
    ],
)
def test_what_does_not_fit_the_column_is_lost(
    first: Any, second: Any, stored: Any, reason: str | None
) -> None:
    """
    A fraction in an integer column loses precision, a value of another kind becomes null.
    """
    tables = sent(first, second)
    assert column(tables.tables["e"], "a")[1] == stored
    expected = [Loss(table="e", column="a", row="m-1", reason=reason, sent=second)] if reason else []
    assert list(tables.losses) == expected


def test_strings_are_cut_at_512_characters() -> None:
    """
    As on Redshift, whose columns are varchar(512).
    """
    tables = sent("x" * 512, "😀" * 513)
    assert [len(text) for text in column(tables.tables["e"], "a")] == [512, 512]
    assert [(loss.row, loss.reason) for loss in tables.losses] == [("m-1", "cut")]


def test_objects_flatten_and_arrays_become_text() -> None:
    """
    Names join with an underscore, each through the naming rule; an empty object leaves no column.
    """
    (row,) = load([a_call("E", agentInfo={"firstName": "P", "tags": ["a"], "none": {}})]).tables["e"].rows
    assert {name: value for name, value in row.items() if name.startswith("agent_info")} == {
        "agent_info_first_name": "P",
        "agent_info_tags": '["a"]',
    }


def test_an_object_without_a_name_in_ascii_adds_nothing_to_the_names_in_it() -> None:
    """
    What stands in it keeps the prefix of what it stands in: the context never fills another column.
    """
    call = {**a_call("E", **{"名前": {"kept": 1}}), "context": {"名前": {"ctid": 2}}}
    (row,) = load([call]).tables["e"].rows
    assert row["context_ctid"] == 2
    assert row["kept"] == 1
    assert "ctid" not in row


def test_reserved_names_are_discarded() -> None:
    """
    A property whose column is one of the warehouse's own is lost, once for its row.
    """
    tables = load([a_call("E", userId="x", context={"ip": "1"}, id=5, kept=1)])
    assert [(loss.column, loss.reason) for loss in tables.losses] == [
        ("user_id", "reserved"),
        ("context_ip", "reserved"),
        ("id", "reserved"),
    ]
    assert tables.tables["e"].rows[0]["user_id"] == "u-1"
    assert tables.tables["e"].rows[0]["kept"] == 1
    assert {"received_at", "event_text"} <= RESERVED_COLUMNS
    assert is_reserved("context_library_name")
    assert is_reserved("ctid"), "PostgreSQL's own"
    assert not is_reserved("contextual")


def test_two_properties_of_one_column_name_collide() -> None:
    """
    The first is kept.
    """
    tables = load([a_call("E", agentId="A", agent_id="B")])
    assert column(tables.tables["e"], "agent_id") == ["A"]
    assert [(loss.reason, loss.sent) for loss in tables.losses] == [("collision", "B")]


@pytest.mark.parametrize(
    ("event", "table", "reason"),
    [
        ("名前", "", "no_table_name"),
        ("Tracks", "tracks", "reserved_table"),
        ("users", "users", "reserved_table"),
    ],
)
def test_events_without_a_table_of_their_own_stay_in_tracks(event: str, table: str, reason: str) -> None:
    """
    Nothing is left of some names, and others are those of Segment's own tables.
    """
    tables = load([a_call(event)])
    assert set(tables.tables) == {"tracks"}
    assert list(tables.losses) == [Loss(table=table, column="", row="m-1", reason=reason, sent=event)]


def test_a_property_without_a_column_name_is_lost() -> None:
    """
    Nothing of it is left in ASCII.
    """
    assert [(loss.reason, loss.column) for loss in load([a_call("E", **{"名前": 1})]).losses] == [
        ("no_column_name", "")
    ]


def test_rows_are_unique_by_id() -> None:
    """
    The first one is kept, and loading again adds nothing.
    """
    calls = [a_call("E", "m-1", a=1), a_call("E", "m-1", a=2), a_call("名前", "m-2", id=1)]
    tables = load([*calls, *calls])
    assert tables == load(calls)
    assert column(tables.tables["e"], "a") == [1]
    assert len(tables.tables["tracks"].rows) == 2


def test_other_calls_have_tables_of_their_own() -> None:
    """
    ``users`` holds a row a user with the last traits; the rest a row a call.
    """
    base = {**a_call(), "event": None, "properties": None}
    calls = [
        {**base, "type": "identify", "messageId": "i-1", "traits": {"plan": "free", "seats": 1}},
        {**base, "type": "identify", "messageId": "i-2", "traits": {"plan": "pro"}},
        {**base, "type": "identify", "messageId": "i-3", "userId": None, "anonymousId": "a"},
        {**base, "type": "page", "messageId": "p-1", "name": "Home", "properties": {"name": "x", "url": "/"}},
        {**base, "type": "screen", "messageId": "s-1"},
        {**base, "type": "group", "messageId": "g-1", "groupId": "G", "traits": {"size": 3}},
        {**base, "type": "alias", "messageId": "a-1", "previousId": "old"},
    ]
    loaded = load(calls)
    tables = loaded.tables
    assert set(tables) == {"identifies", "users", "pages", "screens", "groups", "aliases"}
    assert column(tables["identifies"], "plan") == ["free", "pro", None]
    (user,) = tables["users"].rows
    assert (user["id"], user["plan"], user["seats"]) == ("u-1", "pro", 1)
    assert (tables["pages"].rows[0]["name"], tables["pages"].rows[0]["url"]) == ("Home", "/")
    assert tables["groups"].rows[0]["group_id"] == "G"
    assert tables["aliases"].rows[0]["previous_id"] == "old"
    assert [(loss.table, loss.column) for loss in loaded.losses] == [("pages", "name")]


def test_ids_are_compared_as_a_column_holds_them() -> None:
    """
    Two ids that a database could not tell apart would be two rows with one key.
    """
    long, zero = "x" * 600, "y\0"
    calls = [a_call("E", row) for row in (long, long + "x", zero, "y\N{REPLACEMENT CHARACTER}")]
    assert column(load(calls).tables["e"], "id") == ["x" * 512, "y\N{REPLACEMENT CHARACTER}"]


def test_names_are_cut_at_63_characters() -> None:
    """
    PostgreSQL would do so by itself, and say nothing; `event` is cut too, so that it names the table.
    """
    loaded = load([a_call("e" * 70, **{"p" * 70: 1, "p" * 63 + "q": 2})])
    table = loaded.tables["e" * NAME_LENGTH]
    assert table.rows[0]["event"] == table.name
    assert table.rows[0]["p" * NAME_LENGTH] == 1
    assert [loss.reason for loss in loaded.losses] == ["long_name", "long_name", "collision"]


def test_a_table_has_at_most_300_columns() -> None:
    """
    A whole payload dumped into one event would not fit a row of PostgreSQL's.
    """
    loaded = load([a_call("E", **{f"p{number}": number for number in range(1000)})])
    assert len(loaded.tables["e"].columns) == COLUMN_LIMIT
    assert {loss.reason for loss in loaded.losses} == {"too_many_columns"}
    assert len(loaded.losses) == 1000 - (COLUMN_LIMIT - 10)


def test_loading_goes_on_where_it_left_off() -> None:
    """
    Types stay as they were, known rows are passed over, and only new rows are given.
    """
    calls = [a_call("E", "m-1", a=1), a_call("E", "m-2", a="x", b=2), a_call("F", "m-3")]
    first, whole = load(calls[:1]), load(calls)
    rest = load([calls[0], *calls[1:]], before=first)
    assert rest.tables["e"].columns == whole.tables["e"].columns
    assert rest.tables["e"].rows == whole.tables["e"].rows[1:]
    assert rest.tables["f"] == whole.tables["f"]
    assert rest.losses == whole.losses
    assert load(calls, before=whole) == Tables(tables={}, losses=())


def test_what_is_no_known_call_is_passed_over() -> None:
    """
    An archive may hold what this model does not know.
    """
    assert load([{"type": "delete", "messageId": "x"}, {"type": ["track"]}, {}]).tables == {}
