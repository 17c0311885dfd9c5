"""
Repositories made for one test, in which pytest is run with the plugin: alone, and under pytest-xdist.
"""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

# Loaded once here, so that the sessions that tests start in this process need not load it again each time.
import conformance.pytest_plugin.implementation
import conformance.pytest_plugin.listening
import conformance.pytest_plugin.listing
import conformance.pytest_plugin.suite  # noqa: F401 -- loaded for the sake of it

REFERENCE = "python:conformance.reference:Reference"

BRIDGE = """
import warnings

from conformance.reference import Reference

class Endless(Reference):
    "Ends no conversation, which is EVENT-04's."
    def events(self, activity):
        return tuple(event for event in super().events(activity) if not event.endswith("Ended"))

class Wordy(Reference):
    "Sends a property nobody asked for, which is PROPERTY-17's, a SHOULD."
    def properties(self, activity):
        return super().properties(activity) | {"mood": "sunny"}

class Counting(Reference):
    "Writes a line for each connection, so that a test can count the runs."
    def initialize(self, settings):
        with open("connections.txt", "a") as file:
            print(settings.workspace.slug, file=file)
        return super().initialize(settings)

class Ageing(Reference):
    "Does everything as it should, in a way that is going to go."
    def initialize(self, settings):
        warnings.warn("this way is going to go", DeprecationWarning)
        return super().initialize(settings)

class Broken(Reference):
    "Cannot be driven to the end."
    def initialize(self, settings):
        return "out of order"
"""

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def alone(pytester: pytest.Pytester) -> Run:
    """
    Runs `pytest --chatlio-target=TARGET` with further arguments, in a repository with the module `bridge`.

    One scenario is played, unless `scenario` is None.
    """
    return _runner(pytester, "-pno:xdist")


@pytest.fixture(params=["alone", "xdist"])
def suite(request: pytest.FixtureRequest, pytester: pytest.Pytester) -> Run:
    """
    The same, run alone in its process and then with two workers of pytest-xdist.
    """
    return _runner(pytester, "-n2" if request.param == "xdist" else "-pno:xdist")


def _runner(pytester: pytest.Pytester, workers: str) -> Run:
    pytester.makepyfile(bridge=BRIDGE)

    def run(target: str, *arguments: str, scenario: str | None = "full-conversation") -> pytest.RunResult:
        played = () if scenario is None else (f"--chatlio-scenario={scenario}",)
        named = (f"--chatlio-target={target}",) if target else ()
        return pytester.runpytest(workers, "-pno:cacheprovider", *named, *played, *arguments)

    return run


@pytest.fixture
def tests(pytester: pytest.Pytester) -> Callable[[str], Path]:
    """
    Writes a module of tests into the repository.
    """

    def write(text: str) -> Path:
        return pytester.makepyfile(test_it=textwrap.dedent(text))

    return write
