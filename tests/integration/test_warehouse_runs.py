"""
`--warehouse`: a run leaves tables that a user can query, and is judged on what they hold.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.assessment import assess, judge_files
from conformance.configuration import Configuration
from conformance.model import Judgement, Status, Verdict
from conformance.record import read_record
from conformance.segment.databases import open_database
from tests.postgresql import PASSWORD

REFERENCE = "python:conformance.reference:Reference"
SCENARIOS = ("full-conversation", "two-visitors", "ended-by-agent")
COUNTS = """
    SELECT t.event AS event, count(*) AS n FROM chatlio.tracks AS t
    LEFT JOIN chatlio.live_chat_conversation_started AS a ON t.id = a.id AND t.event = a.event
    LEFT JOIN chatlio.live_chat_conversation_ended AS b ON t.id = b.id AND t.event = b.event
    LEFT JOIN chatlio.live_chat_message_sent AS c ON t.id = c.id AND t.event = c.event
    LEFT JOIN chatlio.live_chat_message_received AS d ON t.id = d.id AND t.event = d.event
    WHERE coalesce(a.conversation_id, b.conversation_id, c.conversation_id, d.conversation_id) IS NOT NULL
    GROUP BY t.event ORDER BY t.event
"""


@pytest.fixture(params=["duckdb", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """
    An empty database of either engine.
    """
    if request.param == "duckdb":
        return f"duckdb:{tmp_path / 'warehouse.duckdb'}"
    postgresql: str = request.getfixturevalue("postgresql")
    return postgresql


def played(address: str, record: Path) -> Judgement:
    """
    The judgement of a short run that was loaded into the database.
    """
    configuration = Configuration(target=REFERENCE, scenarios=SCENARIOS, warehouse=address, record=record)
    return assess(configuration).judgement


def verdicts(judgement: Judgement) -> dict[str, Verdict]:
    """
    The WAREHOUSE verdicts by id.
    """
    found = {verdict.requirement: verdict for verdict in judgement.verdicts}
    return {name: verdict for name, verdict in found.items() if name.startswith("WAREHOUSE")}


def test_a_run_leaves_tables_in_which_tracks_joins_the_events(address: str, tmp_path: Path) -> None:
    """
    Every accepted event is in `tracks` and in its own table, and the judgement counts the same rows.
    """
    judgement = played(address, tmp_path / "run.ndjson.gz")
    assert {verdict.status for verdict in verdicts(judgement).values()} == {Status.PASSED}
    with open_database(address) as database:
        counted = {row["event"]: row["n"] for row in database.query(COUNTS)}
        (total,) = database.query("SELECT count(*) AS n FROM chatlio.tracks")
    rows = {table.name: table.rows for table in judgement.warehouse}
    assert len(counted) == 4
    assert counted == {name: count for name, count in rows.items() if name != "tracks"}
    assert total["n"] == rows["tracks"] == sum(counted.values())


def test_judging_the_record_into_the_database_again_adds_nothing(address: str, tmp_path: Path) -> None:
    """
    The rows are there already, and are found again.
    """
    record = tmp_path / "run.ndjson.gz"
    judgement = played(address, record)
    again = judge_files([record], Configuration(warehouse=address)).judgement
    assert verdicts(again) == verdicts(judgement)
    assert again.warehouse == judgement.warehouse
    with open_database(address) as database:
        assert sum(row["n"] for row in database.query(COUNTS)) == sum(
            table.rows for table in judgement.warehouse if table.name == "tracks"
        )


def test_the_tables_are_judged_and_not_what_they_should_hold(address: str, tmp_path: Path) -> None:
    """
    A column that an earlier, poorer run typed wrongly fails this one, also when its record is judged later.
    """
    with open_database(address) as database:
        database.query("CREATE SCHEMA chatlio")
        database.query(
            "CREATE TABLE chatlio.live_chat_message_sent"
            " (id text PRIMARY KEY, conversation_duration double precision)"
        )
    record = tmp_path / "run.ndjson.gz"
    judgement = played(address, record)
    for judged in (judgement, judge_files([record], Configuration()).judgement):
        verdict = verdicts(judged)["WAREHOUSE-03"]
        assert verdict.status is Status.FAILED
        assert verdict.findings[0].observed == "type float, which the column had in the database before"


def test_a_password_is_nowhere(postgresql: str, tmp_path: Path) -> None:
    """
    Not in the record, not in any report, not on the terminal.
    """
    words = ["--scenario", "first-message", "--warehouse", postgresql, "--record", "run.ndjson.gz"]
    reports = [
        f"--report={name}=out.{name}" for name in ("html", "json", "junit", "sarif", "markdown", "text")
    ]
    done = command(tmp_path, "run", REFERENCE, *words, *reports)
    assert done.returncode in (0, 4), done.stdout
    secrets = (PASSWORD, postgresql.partition("://")[2].partition("@")[0].partition(":")[2])
    texts = [done.stdout, *(path.read_text() for path in tmp_path.glob("out.*"))]
    texts.append(gzip.decompress((tmp_path / "run.ndjson.gz").read_bytes()).decode())
    assert len(texts) == 8
    assert not [secret for secret in secrets for text in texts if secret in text]
    assert read_record(tmp_path / "run.ndjson.gz").scenarios[0].warehouse


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://u:geheim@127.0.0.1:1/db", "refuses the connection"),
        ("duckdb:notes.txt", "not a valid DuckDB database file"),
        ("oracle:x", "There is no kind of database 'oracle'"),
    ],
)
def test_a_database_that_cannot_be_had_ends_the_run_before_it_begins(
    address: str, said: str, tmp_path: Path
) -> None:
    """
    Exit code 2, one line and what to do, and the implementation was never started.
    """
    (tmp_path / "notes.txt").write_text("no database " * 100)
    (tmp_path / "bridge.py").write_text("open('started', 'w')")
    target = f"stdio:{sys.executable} bridge.py"
    done = command(tmp_path, "run", target, "--warehouse", address, "--report", "json=out.json")
    assert done.returncode == 2
    assert said in done.stdout
    assert "geheim" not in done.stdout
    assert "Traceback" not in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bridge.py", "notes.txt"]


def command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """
    What the command says and answers with, both of its outputs together.
    """
    return subprocess.run(
        [sys.executable, "-m", "conformance", *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
