"""
`--chatlio-baseline`: known failures are played, judged, hidden, and counted.
"""

from pathlib import Path

import pytest

from tests.plugin.conftest import Run


def entry(requirement: str, *, expires: str = "2999-12-31") -> str:
    return (
        f'[[known]]\nrequirement = "{requirement}"\nimplementation = "conformance-reference"\n'
        f'reason = "the vendor mends it"\nissue = "https://issues.example/7"\nexpires = {expires}\n'
    )


def test_a_known_failure_is_an_expected_one(suite: Run, pytester: pytest.Pytester) -> None:
    """
    It is shown with its reason, the session passes, and the first line of the summary counts it.
    """
    (pytester.path / "known.toml").write_text(entry("EVENT-04"))
    result = suite(
        "python:bridge:Endless", "--chatlio-baseline=known.toml", "-rx", "--chatlio-select=EVENT-04"
    )
    result.stdout.fnmatch_lines(
        ["CONFORMANT. A baseline hides 1 finding.", "*known until 2999-12-31: the vendor mends it (https://*"]
    )
    outcomes = result.parseoutcomes()
    assert (outcomes["passed"], outcomes["xfailed"]) == (2, 1)
    assert result.ret == pytest.ExitCode.OK


@pytest.mark.parametrize(
    ("known", "message"),
    [
        (entry("EVENT-03"), "EVENT-03 is in known.toml and passes now.*"),
        (
            entry("EVENT-04", expires="2020-01-01"),
            "The entry for EVENT-04 in known.toml expired on 2020-01-01.*",
        ),
        (
            entry("EVENT-4"),
            "known.toml names the requirement 'EVENT-4', which there is not. Did you mean EVENT-0*",
        ),
    ],
    ids=["stale", "expired", "unknown"],
)
def test_an_entry_that_is_no_longer_true_fails(
    alone: Run, pytester: pytest.Pytester, known: str, message: str
) -> None:
    """
    The item `baseline` fails and says which entry has to be changed.
    """
    (pytester.path / "known.toml").write_text(known)
    result = alone("python:bridge:Endless", "--chatlio-baseline=known.toml", "-k", "baseline")
    result.stdout.fnmatch_lines(message)
    assert result.parseoutcomes()["failed"] == 1


def test_a_new_failure_fails(alone: Run, pytester: pytest.Pytester) -> None:
    """
    What the baseline does not name fails as it would without one.
    """
    (pytester.path / "known.toml").write_text("")
    result = alone("python:bridge:Endless", "--chatlio-baseline=known.toml", "-k", "EVENT-04")
    assert result.parseoutcomes()["failed"] == 1


def test_updating_writes_what_fails_now(suite: Run, pytester: pytest.Pytester) -> None:
    """
    `--chatlio-update-baseline` writes a file under which the next run passes.
    """
    arguments = ("--chatlio-baseline=known.toml", "--chatlio-allow-inconclusive")
    first = suite("python:bridge:Endless", *arguments, "--chatlio-update-baseline")
    text = Path(pytester.path / "known.toml").read_text()
    assert first.ret == pytest.ExitCode.OK
    assert text.count("[[known]]") == 1
    assert 'requirement = "EVENT-04"' in text
