"""
What the package promises as a thing to install: it loads fast, is complete, and names no download address.
"""

import ast
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Tool

HEAVY = {"hypothesis", "jsonschema", "werkzeug", "jinja2", "rich"}
LIGHT_MODULES = ["conformance", "conformance.pytest_plugin", "chatlio_pytest"]

# Put together from words, so that this file passes its own test.
REGISTRY_HOSTS = [
    ".".join(words)
    for words in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
    ]
]
DOWNLOAD_ADDRESS = re.compile(
    r"""["']resolved["']\s*:|https?://\S+\.(?:whl|tgz|tar\.gz)\b|--(?:extra-)?index-url"""
)
LOCK_FILES = {
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "uv.lock",
    "poetry.lock",
}


@pytest.fixture(scope="module")
def tracked(tool: Tool, repository: Path) -> list[Path]:
    """
    Every file git tracks that is still in the working tree.
    """
    git = tool("git", why="list the files of the repository")
    listed = subprocess.run(
        [git, "ls-files", "-z"], cwd=repository, capture_output=True, text=True, check=True
    )
    return [path for name in listed.stdout.split("\0") if name and (path := repository / name).is_file()]


@pytest.fixture(scope="module")
def pyproject(repository: Path) -> dict[str, Any]:
    return tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))


def loaded_by(module: str) -> set[str]:
    """
    The top-level names that importing *module* adds to ``sys.modules`` in a fresh interpreter.
    """
    program = (
        "import sys, json; before = set(sys.modules);"
        f"import {module}; print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


@pytest.mark.parametrize("module", LIGHT_MODULES)
def test_importing_loads_no_heavy_library(module: str) -> None:
    """
    The package is loaded at every pytest start of every project that installs it, so it must stay light.
    """
    assert loaded_by(module) & HEAVY == set()


def test_the_plugin_loads_nothing_of_ours_until_asked() -> None:
    """
    What pytest loads at every start imports pytest alone: not even the package `conformance`.
    """
    assert loaded_by("pytest, chatlio_pytest") & {"conformance", "attr", "orjson", "click"} == set()


def test_the_package_is_typed() -> None:
    """
    Users' type checkers see our annotations: ``py.typed`` lies in the package.
    """
    spec = find_spec("conformance")
    assert spec is not None
    assert spec.origin is not None
    assert (Path(spec.origin).parent / "py.typed").is_file()


def test_the_wheel_carries_the_package_and_the_schemas(repository: Path, tmp_path: Path) -> None:
    """
    A wheel holds every module and, as ``conformance/_schemas``, every file of ``schemas/``.
    """
    build = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(tmp_path),
        str(repository),
    ]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    modules = {path.relative_to(repository).as_posix() for path in (repository / "conformance").rglob("*.py")}
    schemas = {
        f"conformance/_schemas/{path.relative_to(repository / 'schemas').as_posix()}"
        for path in (repository / "schemas").rglob("*")
        if path.is_file()
    }
    assert modules | schemas | {"conformance/py.typed"} <= packed


def test_what_exists_is_declared(repository: Path, pyproject: dict[str, Any]) -> None:
    """
    The README is declared exactly when it exists, and the plugin under the name that `-p no:chatlio` takes.
    """
    project = pyproject["project"]
    plugins = project.get("entry-points", {}).get("pytest11", {})
    assert ("readme" in project) == (repository / "README.md").exists()
    assert plugins == {"chatlio": "chatlio_pytest"}


def test_no_file_names_a_package_registry(tracked: list[Path], repository: Path) -> None:
    """
    Where packages come from is the business of whoever installs them.
    """
    naming = {
        f"{path.relative_to(repository)}: {host}"
        for path in tracked
        for host in REGISTRY_HOSTS
        if host.encode() in path.read_bytes()
    }
    assert naming == set()


def test_no_file_records_a_download_address(tracked: list[Path], repository: Path) -> None:
    """
    Versions are pinned by name; no file binds them to an address, as lock files do.
    """
    binding = {
        str(path.relative_to(repository))
        for path in tracked
        if path.name in LOCK_FILES
        or DOWNLOAD_ADDRESS.search(path.read_text(encoding="utf-8", errors="replace"))
    }
    assert binding == set()


def test_every_development_requirement_is_pinned(repository: Path) -> None:
    """
    Each line of ``requirements/dev.txt`` names one package at one version.
    """
    lines = (repository / "requirements" / "dev.txt").read_text(encoding="utf-8").splitlines()
    requirements = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in requirements if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []


def test_every_command_of_make_is_done_when_it_is_asked_for(repository: Path) -> None:
    """
    A target named like a folder, as `docs` is, would else count as done, and nothing would happen.
    """
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony is not None
    assert sorted(re.findall(r"^([a-z-]+):(?!=)", makefile, re.MULTILINE)) == sorted(phony[1].split())


def test_the_reference_stands_on_the_model_alone(repository: Path) -> None:
    """
    The reference is read as an example and judged like a stranger: it shares nothing with its judge.
    """
    modules = [
        module for path in (repository / "conformance").glob("reference.py") for module in imported_by(path)
    ]
    allowed = (*sys.stdlib_module_names, "conformance.model", "conformance.errors", "conformance.__version__")
    assert [name for name in modules if not any(f"{name}.".startswith(f"{room}.") for room in allowed)] == []


def test_nothing_of_pytests_own_is_touched(repository: Path) -> None:
    """
    The plugin stands on pytest's public interface, which keeps from release to release.
    """
    ours = [path for room in ("chatlio_pytest", "conformance") for path in (repository / room).rglob("*.py")]
    private = {
        path.name: module for path in ours for module in imported_by(path) if module.startswith("_pytest")
    }
    assert private == {}


def imported_by(path: Path) -> list[str]:
    """
    The full names of what a file imports anywhere, also inside functions; a relative import keeps its dots.
    """
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    froms = [
        f"{node.module}.{alias.name}" if node.module else "." * node.level
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    return plain + froms
