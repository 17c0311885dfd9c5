"""
The built wheel, installed into a fresh environment, in a repository that has a `conformance/` of its own.
"""

import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

Install = Callable[[Path], Path]


@pytest.fixture(scope="module")
def environment(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The `bin` of an environment with our wheel in it, and everything else as it is in this one.
    """
    folder = tmp_path_factory.mktemp("wheel")
    built = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(repository),
    ]
    subprocess.run(built, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    scripts = folder / "venv" / "bin"
    pip = [sys.executable, "-m", "pip", "--python", str(scripts / "python"), "--disable-pip-version-check"]
    install = [*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    (packages,) = (folder / "venv").glob("lib/*/site-packages")
    others = [path for path in sys.path if Path(path).name == packages.name]
    (packages / "others.pth").write_text("\n".join(others))
    return scripts


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """
    A repository with a conftest.py and a folder `conformance/`, which is no package yet.
    """
    (tmp_path / "conftest.py").write_text("import sys\n")
    (tmp_path / "conformance").mkdir()
    (tmp_path / "conformance" / "test_own.py").write_text("def test_own(): pass\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def run(
    environment: Path, folder: Path, *arguments: str, module: bool = False
) -> subprocess.CompletedProcess[str]:
    """
    Runs the environment's pytest there: as `pytest`, or as `python -m pytest`, which puts the folder first.
    """
    program = "import sys, pytest; sys.path.pop(0); sys.exit(pytest.main())"
    start = ["-m", "pytest"] if module else ["-c", program]
    command = [str(environment / "python"), *start, "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


SUITE = (
    "--chatlio-target=python:conformance.reference:Reference",
    "--chatlio-scenario=first-message",
    "--chatlio-select=EVENT-03",
)


@pytest.mark.parametrize("module", [False, True], ids=["pytest", "python -m pytest"])
def test_a_folder_of_that_name_is_no_obstacle(environment: Path, stranger: Path, module: bool) -> None:
    """
    The suite runs out of the wheel beside a folder `conformance/` with tests in it.
    """
    done = run(environment, stranger, *SUITE, module=module)
    assert "3 passed" in done.stdout, done.stdout + done.stderr
    listed = run(environment, stranger, "--version", "--version")
    assert str(environment.parent) in listed.stdout + listed.stderr


@pytest.fixture
def package(stranger: Path) -> Path:
    """
    The folder as a package, which the repository's own tests import.
    """
    (stranger / "conformance" / "__init__.py").write_text("OURS = True\n")
    (stranger / "test_use.py").write_text("def test_use():\n    from conformance import OURS\n")
    return stranger


@pytest.mark.parametrize("module", [False, True], ids=["pytest", "python -m pytest"])
def test_a_package_of_that_name_is_left_alone(environment: Path, package: Path, module: bool) -> None:
    """
    Where the plugin is only installed, the repository's own package is what its tests import.
    """
    done = run(environment, package, module=module)
    assert "2 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("module", [False, True], ids=["pytest", "python -m pytest"])
def test_the_suite_says_which_package_it_hides(environment: Path, package: Path, module: bool) -> None:
    """
    Where the suite is asked for it runs, and one line says whose package cannot be imported meanwhile.
    """
    done = run(environment, package, *SUITE, "chatlio::EVENT-03", module=module)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    (line,) = (line for line in done.stdout.splitlines() if "is hidden by the toolkit's own" in line)
    assert str(package / "conformance") in line


def test_a_package_that_is_loaded_is_named(environment: Path, package: Path) -> None:
    """
    Where the other package is loaded already, pytest ends with one line that names it and says what to do.
    """
    (package / "conftest.py").write_text("import conformance\n")
    done = run(environment, package, *SUITE, module=True)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    (line,) = filter(None, done.stderr.splitlines())
    assert line.startswith(
        "ERROR: chatlio-conformance cannot be used here: another package `conformance` is loaded"
    )
    assert str(package / "conformance") in line
