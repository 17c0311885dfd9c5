"""
Fault schedules as people write them.
"""

from pathlib import Path

import pytest

from conformance.errors import UsageError
from conformance.model import Fault, FaultKind
from conformance.segment.fault_files import faults_from, read_faults


def test_a_file_of_faults_is_a_schedule(tmp_path: Path) -> None:
    """
    Each table is one fault, in the order of the file, and what it leaves out has its default.
    """
    path = tmp_path / "faults.toml"
    path.write_text(
        '[[fault]]\nkind = "status"\nstatus = 429\nrequests = 1\nheaders = {Retry-After = "2"}\n'
        '[[fault]]\nkind = "hang"\ndelay = 1\nregion = "both"\n'
    )
    assert read_faults(path) == (
        Fault(kind=FaultKind.STATUS, status=429, requests=1, headers=(("Retry-After", "2"),)),
        Fault(kind=FaultKind.HANG, delay=1, region=None),
    )


def test_the_schedule_in_the_docs_is_one(tmp_path: Path) -> None:
    """
    What Getting started shows can be followed, and tells of every kind of fault there is.
    """
    page = (Path(__file__).parents[2] / "docs" / "getting-started.md").read_text(encoding="utf-8")
    path = tmp_path / "faults.toml"
    path.write_text(page.partition("file=faults.toml\n")[2].partition("```")[0], encoding="utf-8")
    assert [fault.kind for fault in read_faults(path)] == [FaultKind.STATUS, FaultKind.RESET_AFTER_READ]
    assert all(f"`{kind.value}`" in page for kind in FaultKind)


def test_a_success_is_kept_unless_it_says_otherwise() -> None:
    """
    Segment has what it answered 200 to; a fault may say that it has not.
    """
    plain, lost = faults_from(
        [{"kind": "status", "status": 200}, {"kind": "status", "status": 200, "kept": False}]
    )
    assert (plain.kept, lost.kept) == (True, False)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"kind": "statsu"}, "There is no fault 'statsu'. Did you mean status?"),
        ({"status": 503}, "There is no fault 'None'."),
        ({"kind": "status", "request": 2}, "Did you mean requests?"),
        ({"kind": "status", "status": "503"}, "The `status` of a fault is '503', which is no int."),
        ({"kind": "status", "requests": True}, "The `requests` of a fault is True, which is no int."),
        ({"kind": "hang", "region": "uk"}, "There is no region of a fault 'uk'."),
    ],
)
def test_what_there_is_not_is_told_with_the_nearest(table: dict[str, object], said: str) -> None:
    """
    An unknown fault, member, type or region is the user's mistake, in one line.
    """
    with pytest.raises(UsageError) as raised:
        faults_from([table])
    assert said in str(raised.value)
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [("kind = ", "is no TOML"), ("[other]", "something else than [[fault]] tables"), ("", "something else")],
)
def test_a_file_that_is_no_schedule_is_told(tmp_path: Path, text: str, said: str) -> None:
    """
    So is a file that holds something else, or cannot be read at all.
    """
    path = tmp_path / "faults.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=said.replace("[", r"\[")):
        read_faults(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_faults(tmp_path / "none.toml")
