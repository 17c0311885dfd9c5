"""
What counts as saying so, when an implementation says only in its log why it stays silent.
"""

import pytest

from conformance.checks.silence import missing_key_told, region_refused


@pytest.mark.parametrize(
    "line",
    [
        "no write key: nothing is sent",
        "SEGMENT_WRITE_KEY is empty",
        "the write key is missing",
        "Segment key not set",
        "write-key required",
    ],
)
def test_a_line_that_misses_the_write_key_says_so(line: str) -> None:
    """
    However it is worded, it names the write key and that there is none.
    """
    assert missing_key_told(f"started\n{line}\nlistening")


@pytest.mark.parametrize(
    "log",
    [
        "",
        "loaded the write key from the environment",
        "writing to the keyboard log",
        "the session key is missing",
        "connected with [write key], nothing to do yet",
        "using the write key\nnot connected to Slack yet",
    ],
)
def test_a_log_that_only_speaks_of_keys_does_not(log: str) -> None:
    """
    A key that is loaded, another key, a key that leaked, or words of two lines are no admission.
    """
    assert not missing_key_told(log)


def test_a_region_is_refused_by_its_own_name() -> None:
    """
    The region's name stands by itself, and the line says no.
    """
    assert region_refused("workspace in 'eu' is not supported", "eu")
    assert region_refused("workspaces in the EU are not supported", "eu")
    assert not region_refused("neutral ground is not supported", "eu")
    assert not region_refused("connected to eu", "eu")
