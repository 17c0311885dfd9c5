"""
Databases that cannot be had: one clear line, no password in it, and nothing started.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conformance.errors import UsageError
from conformance.segment.databases import open_database
from tests.postgresql import PASSWORD, Server


def refusal(address: str) -> str:
    """
    What is said of a database that cannot be opened.
    """
    with pytest.raises(UsageError) as refused, open_database(address):
        pass
    assert refused.value.cure
    said = str(refused.value)
    assert "\n" not in said
    return said


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("duckbd:x.duckdb", "Did you mean duckdb"),
        ("sqlite:x.db", "duckdb:FILE"),
        ("warehouse.duckdb", "names no database"),
        ("duckdb:", "names no database"),
        ("postgresql://", "names no database"),
        ("postgresql://u:geheim@[::1/db", "cannot be read"),
        ("postgresql://u:geheim@127.0.0.1:1/db", "refuses the connection"),
        ("postgresql://u@127.0.0.1:1/db?password=geheim", "refuses the connection"),
        ("postgresql://u:ge@he/im@127.0.0.1:1/db", ""),
    ],
)
def test_an_address_that_leads_nowhere(address: str, said: str) -> None:
    """
    The kind of database is named, or the nearest to it; a password is not.
    """
    told = refusal(address)
    assert said in told
    assert "geheim" not in told
    assert "he/im" not in told


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """
    It is left as it is.
    """
    file = tmp_path / "notes.txt"
    file.write_text("not a database " * 1000)
    assert str(file) in refusal(f"duckdb:{file}")
    assert file.read_text() == "not a database " * 1000


def test_a_place_where_nothing_can_be_written(tmp_path: Path) -> None:
    """
    A folder below a file cannot be made, whoever asks; missing folders elsewhere are made.
    """
    (tmp_path / "file").write_text("")
    assert "cannot be made" in refusal(f"duckdb:{tmp_path / 'file' / 'warehouse.duckdb'}")
    assert "cannot be opened" in refusal(f"duckdb:{tmp_path}")
    with open_database(f"duckdb:{tmp_path / 'new' / 'warehouse.duckdb'}"):
        assert (tmp_path / "new").is_dir()


def test_a_file_that_another_program_has_open(tmp_path: Path) -> None:
    """
    DuckDB lets one process at a time write.
    """
    file = tmp_path / "warehouse.duckdb"
    program = (
        "import sys; from conformance.segment.databases import open_database\n"
        f"with open_database({f'duckdb:{file}'!r}): print(flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert "close any other program" in refusal(f"duckdb:{file}")


@pytest.mark.parametrize(
    ("module", "address", "extra"),
    [
        ("duckdb", "duckdb::memory:", "warehouse"),
        ("pytz", "duckdb::memory:", "warehouse"),
        ("psycopg", "postgresql://u@127.0.0.1:1/db", "postgres"),
    ],
)
def test_a_driver_that_is_not_installed(
    module: str, address: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The line to install it is told.
    """
    monkeypatch.setitem(sys.modules, module, None)
    assert f"pip install 'chatlio-conformance[{extra}]'" in refusal(address)


def test_a_server_that_knows_neither_password_nor_database(postgresql_server: Server) -> None:
    """
    The server's own words, without the password.
    """
    told = refusal(postgresql_server.address("postgres", password="wr@ng pass"))
    assert "password authentication failed" in told
    assert "wr@ng" not in told
    assert "wr%40ng" not in told
    assert '"nowhere" does not exist' in refusal(postgresql_server.address("nowhere"))


def test_a_server_that_goes_away(postgresql_server: Server) -> None:
    """
    In the middle of a load, say: that is told, too.
    """
    address = postgresql_server.new_database()
    with open_database(address) as database, open_database(postgresql_server.address("postgres")) as other:
        (mine,) = database.query("SELECT pg_backend_pid() AS pid")
        other.query("SELECT pg_terminate_backend($1)", mine["pid"])
        with pytest.raises(UsageError) as lost:
            database.load([], schema="chatlio")
    assert "\n" not in str(lost.value)
    assert PASSWORD not in str(lost.value)
