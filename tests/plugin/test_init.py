"""
`chatlio-conformance init`: a starter that runs, beside whatever is there.
"""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

WRITTEN = ("pyproject.toml", "tests/test_live_chat.py", ".github/workflows/chatlio.yml")


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """
    Runs a module of this environment's Python in the folder.
    """
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("CHATLIO_", "PYTEST_"))
    }
    command = [sys.executable, "-m", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=240
    )


def init(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "conformance", "init", *words)


def test_an_empty_repository_has_a_starter_that_runs(tmp_path: Path) -> None:
    """
    In an empty folder the first test and the suite run, and are green.
    """
    done = init(tmp_path)
    assert done.returncode == 0, done.stderr
    assert [name for name in WRITTEN if (tmp_path / name).is_file()] == list(WRITTEN)
    tests = run(tmp_path, "pytest", "-q", "--chatlio-budget=quick", "--chatlio-allow-inconclusive")
    assert tests.returncode == 0, tests.stdout + tests.stderr
    assert "tests/test_live_chat.py ." in run(tmp_path, "pytest", "tests/test_live_chat.py").stdout


def test_an_existing_repository_keeps_what_it_has(tmp_path: Path) -> None:
    """
    Files that are there keep every byte; pyproject.toml has the table added below; all of it is said.
    """
    before = "[project]\nname = 'acme'  # ours\n\n[tool.pytest.ini_options]\naddopts = '-q'"
    (tmp_path / "pyproject.toml").write_text(before)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_live_chat.py").write_text("# ours\n")
    done = init(tmp_path, "--target", 'stdio:node "my bridge.mjs"')
    assert (tmp_path / "tests" / "test_live_chat.py").read_text() == "# ours\n"
    text = (tmp_path / "pyproject.toml").read_text()
    assert text.startswith(before)
    table = tomllib.loads(text)["tool"]["chatlio-conformance"]
    assert table == {"target": 'stdio:node "my bridge.mjs"'}
    for line in ("left alone  tests/test_live_chat.py", "added to    pyproject.toml", "wrote       .github"):
        assert line in done.stderr


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    """
    Everything is there already, and is left alone.
    """
    init(tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in WRITTEN}
    done = init(tmp_path, "--target", "python:other:Bridge")
    assert done.stderr.count("left alone") == len(WRITTEN)
    assert {name: (tmp_path / name).read_bytes() for name in WRITTEN} == before


@pytest.mark.parametrize("text", ["[tool", "tool = {other = {}}\n"], ids=["broken", "inline"])
def test_a_file_that_cannot_be_added_to_is_left_alone(tmp_path: Path, text: str) -> None:
    """
    A pyproject.toml that our table would break, or that is broken, is left alone, and the table is shown.
    """
    (tmp_path / "pyproject.toml").write_text(text)
    done = init(tmp_path)
    assert (tmp_path / "pyproject.toml").read_text() == text
    assert "[tool.chatlio-conformance]" in done.stderr


def test_mistakes_are_told(tmp_path: Path) -> None:
    """
    A target that is none and a folder that is none are refused before anything is written.
    """
    assert init(tmp_path, "--target", "pyton:a:B").returncode == 2
    assert init(tmp_path, "absent").returncode == 2
    assert list(tmp_path.iterdir()) == []
