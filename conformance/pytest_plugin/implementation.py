"""
The implementation that `chatlio_chat` speaks to where a test does not hand over its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from conformance.assessment.choosing import run_options
from conformance.drivers import Driver, open_target, parse_target
from conformance.pytest_plugin.settings import configuration_of, usage_errors

_ABSENT = """\
There is no implementation to speak to. Hand over yours in conftest.py:

    @pytest.fixture
    def chatlio_implementation():
        return Bridge()  # with the methods initialize, activity, flush and shutdown

or name a target: --chatlio-target=python:acme.bridge:Bridge"""


@contextlib.contextmanager
def configured(config: pytest.Config) -> Iterator[Driver]:
    """
    One process (or instance) of the configured target; without a target the test fails and says what to do.
    """
    configuration = configuration_of(config)
    if not configuration.target:
        pytest.fail(_ABSENT, pytrace=False)
    with usage_errors():
        target, options = parse_target(configuration.target), run_options(configuration)
        opening = open_target(
            target, limits=options.limits, launch=options.launch, flush_url=options.flush_url
        )
    with opening as opened:
        yield opened
