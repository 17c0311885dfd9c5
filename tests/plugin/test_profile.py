"""
`--chatlio-profile`: whose rules hold.
"""

from tests.plugin.conftest import REFERENCE, Run


def test_the_profile_leaves_out_what_is_not_its_own(suite: Run) -> None:
    """
    The Live Chat specification knows nothing of regions, so those items are skipped as not applicable.
    """
    result = suite(REFERENCE, "--chatlio-profile=live-chat", "-rs", "-k", "REGION-01 or EVENT-03")
    result.stdout.fnmatch_lines(["chatlio: * (profile live-chat, *", "*not part of the profile live-chat*"])
    outcomes = result.parseoutcomes()
    assert (outcomes["passed"], outcomes["skipped"]) == (1, 1)
