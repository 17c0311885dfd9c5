"""
A PostgreSQL server for the tests: Debian's programs, a cluster of its own, loopback only, gone afterwards.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SUPERUSER = "conformance"
PASSWORD = "corrèct horse@battery"
OPTIONS = "-c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
ADDRESS_IN_USE = "Address already in use"


class Server:
    """
    A running server; `port` is on 127.0.0.1.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self._numbers = itertools.count(1)

    def new_database(self) -> str:
        """
        The address of a new, empty database.
        """
        import psycopg

        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.address(name)

    def address(self, database: str, *, password: str = PASSWORD) -> str:
        """
        The address of a database, for the superuser.
        """
        escaped = password.replace("@", "%40").replace(" ", "%20")
        return f"postgresql://{SUPERUSER}:{escaped}@127.0.0.1:{self.port}/{database}"


@contextlib.contextmanager
def running_server(initdb: Path, pg_ctl: Path) -> Iterator[Server]:
    """
    A server, running while the block lasts.

    Its folder is not below pytest's: those belong to the tests' user alone, and root's server has to run as
    somebody else.
    """
    folder = Path(tempfile.mkdtemp(prefix="chatlio-postgresql-"))
    try:
        data = _new_cluster(initdb, folder)
        port = _started(pg_ctl, data)
        try:
            yield Server(port)
        finally:
            _run([pg_ctl, "stop", "-D", data, "-m", "immediate", "-w"])
    finally:
        shutil.rmtree(folder)


def _new_cluster(initdb: Path, folder: Path) -> Path:
    data, secret = folder / "data", folder / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    for path in (folder, secret):
        _hand_over(path)
    names = ["-U", SUPERUSER, "-A", "scram-sha-256", f"--pwfile={secret}"]
    made = _run([initdb, "-D", data, *names, "-E", "UTF8", "--locale=C", "--no-sync"])
    assert made.returncode == 0, made.stdout
    return data


def _started(pg_ctl: Path, data: Path) -> int:
    """
    The port of the server once it answers. Between choosing a free port and taking it, somebody else may.
    """
    log = data.parent / "log"
    for _ in range(5):
        port = _free_port()
        options = f"{OPTIONS} -c port={port} -c unix_socket_directories={data.parent}"
        started = _run([pg_ctl, "start", "-D", data, "-w", "-t", "60", "-l", log, "-o", options])
        if started.returncode == 0:
            return port
        if ADDRESS_IN_USE not in log.read_text(encoding="utf-8"):
            break
    raise AssertionError(f"{started.stdout}\n{log.read_text(encoding='utf-8')}")


def _run(command: list[Any]) -> subprocess.CompletedProcess[str]:
    """
    Runs a program of PostgreSQL's, which refuse to be run by root, as somebody else where need be.
    """
    somebody: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []}
    return subprocess.run(
        [str(word) for word in command],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
        **(somebody if os.geteuid() == 0 else {}),
    )


def _hand_over(path: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(path, "nobody", "nogroup")


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
        return port
