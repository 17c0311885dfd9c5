"""
The documentation is run: what a page tells its reader to write and to type works as it stands there.

A fenced block whose first line says `file=NAME` after its language is written to that file, and one that says
`run` is typed into a shell, both in the order of the page and in a folder of the page's own. `exit=N` is what
the shell has to end with, 0 where nothing is said. Every other block is for reading.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from conformance.assessment import assess
from conformance.configuration import Configuration
from conformance.model import Judgement, Status
from conformance.spec import catalogue, validator
from tests import examples
from tests.conftest import Tool
from tests.generated_docs import DOCS
from tests.generated_docs import PAGES as PAGES_MADE

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
TIMEOUT = 240


@frozen(kw_only=True)
class Block:
    """
    A fenced block: the words after its fence, and what is in it.
    """

    words: tuple[str, ...]
    text: str

    def word(self, name: str) -> str | None:
        """
        What stands behind `name=` after the fence, None where it does not stand there.
        """
        return next((word.partition("=")[2] for word in self.words if word.startswith(f"{name}=")), None)


def blocks(page: Path) -> Iterator[Block]:
    """
    The fenced blocks of a page, in order.
    """
    for found in BLOCK.finditer(page.read_text(encoding="utf-8")):
        yield Block(words=tuple(found["info"].split()), text=found["text"])


def environment(folder: Path) -> dict[str, str]:
    """
    A reader's environment, with our commands on the path and nothing set that is ours.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("CHATLIO_", "PYTEST_"))}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**ours, "PATH": path, "HOME": str(folder)}


def runnable(page: Path) -> bool:
    return any("run" in block.words for block in blocks(page))


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if runnable(page)], ids=lambda page: page.name)
def test_what_a_page_tells_to_type_works(page: Path, tmp_path: Path, tool: Tool) -> None:
    """
    Every runnable block of a page ends as the page says, in a folder that holds the page's own files.
    """
    for block in blocks(page):
        if name := block.word("file"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(block.text, encoding="utf-8")
        if "run" in block.words:
            if "node" in block.text:
                tool("node", why="run a block of the documentation")
            done = subprocess.run(
                ["sh", "-ec", block.text],
                cwd=tmp_path,
                env=environment(tmp_path),
                capture_output=True,
                text=True,
                timeout=TIMEOUT,
                check=False,
            )
            assert done.returncode == int(block.word("exit") or 0), block.text + done.stdout + done.stderr


def bridge(name: str, folder: Path) -> Path:
    """
    A bridge of docs/drivers.md, written into the folder.
    """
    [text] = [block.text for block in blocks(ROOT / "docs" / "drivers.md") if block.word("file") == name]
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def judged(command: str, *scenarios: str) -> Judgement:
    return assess(Configuration(target=f"stdio:{command}", scenarios=scenarios, workers=8)).judgement


def failed(judgement: Judgement) -> set[str]:
    return {each.requirement for each in judgement.verdicts if each.status is Status.FAILED}


def inconclusive(judgement: Judgement) -> set[str]:
    return {each.requirement for each in judgement.verdicts if each.status is Status.INCONCLUSIVE}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "program"), [("bridge.py", "python3"), ("bridge.mjs", "node")])
def test_the_pages_bridges_pass_everything(name: str, program: str, tmp_path: Path, tool: Tool) -> None:
    """
    The bridges in Python and in Node.js pass every requirement in a full run, as docs/drivers.md says.
    """
    found = tool(program, why="run a bridge of the documentation")
    judgement = judged(f"{found} {bridge(name, tmp_path)}")
    assert failed(judgement) == inconclusive(judgement) == set()


@pytest.mark.slow
def test_the_shell_bridge_fails_what_its_page_says(tmp_path: Path, tool: Tool) -> None:
    """
    The bridge in shell fails DELIVERY-08 and nothing else, as docs/drivers.md says.
    """
    tool("curl", why="run the bridge in shell of the documentation")
    command = f"sh {bridge('bridge.sh', tmp_path)}"
    played = ("full-conversation", "two-visitors", "delivered-twice", "brief-outage", "redirected")
    assert failed(judged(command, *played)) == {"DELIVERY-08"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """
    Every relative link and picture of a page is there.
    """
    prose = BLOCK.sub("", page.read_text(encoding="utf-8"))
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", prose)
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_message_shown_is_valid() -> None:
    """
    The messages that docs/drivers.md shows are messages by our own schemas.
    """
    shown = [block.text for block in blocks(ROOT / "docs" / "drivers.md") if block.words == ("json",)]
    assert len(shown) == 3
    for text in shown:
        message = json.loads(text)
        kind = "driver/request" if "method" in message else "driver/reply"
        assert validator(kind).is_valid(message), text


def test_the_readme_counts_right() -> None:
    """
    The number of requirements in the first paragraph is that of the catalogue.
    """
    assert f"{len(catalogue().requirements)} sourced requirements" in PAGES[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES_MADE)
def test_a_page_made_from_data_is_fresh(name: str) -> None:
    """
    The page is what its data make; `make docs` renews it.
    """
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES_MADE[name]()


@pytest.mark.parametrize("name", examples.TARGETS)
def test_example_reports_are_what_their_records_make(name: str, tmp_path: Path) -> None:
    """
    The committed pages are made from the committed records, byte for byte; `make examples` renews them.
    """
    for page in examples.rebuild(name, tmp_path):
        assert page.read_bytes() == (examples.FOLDER / page.name).read_bytes(), page.name


@pytest.mark.slow
@pytest.mark.parametrize("name", examples.TARGETS)
def test_example_records_are_what_a_run_makes(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: Tool
) -> None:
    """
    A fresh run of an example's target comes to the same status for each requirement as its record.
    """
    tool("python3", why="run an example")
    monkeypatch.chdir(ROOT)
    examples.rebuild(name, tmp_path, record=examples.play(name, tmp_path))
    fresh, kept = (
        {
            row["id"]: row["status"]
            for row in json.loads((folder / f"{name}.json").read_text())["requirements"]
        }
        for folder in (tmp_path, examples.FOLDER)
    )
    assert fresh == kept


def test_examples_hold_nothing_of_the_machine_they_were_made_on(tmp_path: Path) -> None:
    """
    No record names a folder of somebody's machine.
    """
    for name in examples.TARGETS:
        packed = examples.record_of(name)
        copy = tmp_path / packed.name
        shutil.copy(packed, copy)
        text = subprocess.run(["gzip", "-dc", copy], capture_output=True, check=True).stdout
        assert re.findall(rb'(?:/root|/home|/Users|/work|/tmp)/[^" ]*', text) == []
