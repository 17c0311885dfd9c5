"""
`--chatlio-list`: what there is to judge, without a target.
"""

import pytest

from conformance.spec import catalogue


@pytest.mark.parametrize("workers", ["-pno:xdist", "-n2"])
def test_the_requirements_are_listed(pytester: pytest.Pytester, workers: str) -> None:
    """
    Every requirement is listed by its item's id, with level, basis and statement; nothing is run.
    """
    result = pytester.runpytest(workers, "--chatlio-list")
    assert result.ret == pytest.ExitCode.OK
    ids = [line.split()[0] for line in result.outlines if line]
    assert ids == [f"chatlio::{requirement.id}" for requirement in catalogue().requirements]


def test_the_list_is_narrowed_by_the_selection(pytester: pytest.Pytester) -> None:
    """
    `--chatlio-select` narrows it down.
    """
    result = pytester.runpytest("--chatlio-list", "--chatlio-select=ROUTING")
    result.stdout.fnmatch_lines("chatlio::ROUTING-01 * MUST *")
    assert len(result.outlines) == 1
