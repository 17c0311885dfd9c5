"""
`pytest --chatlio-target=…`: the whole suite without a line of test code.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any, Protocol

import pytest

from conformance.assessment import chosen_scenarios, requested
from conformance.assessment.hiding import baseline_of
from conformance.configuration import Configuration
from conformance.drivers import parse_target
from conformance.errors import TargetUnusable
from conformance.model import Judgement
from conformance.pytest_plugin.items import SUITE, Row, Suite, SuiteItem, rows
from conformance.pytest_plugin.neighbour import neighbour
from conformance.pytest_plugin.once import Run, assessed, made, once
from conformance.pytest_plugin.settings import configuration_of, usage_errors
from conformance.pytest_plugin.telling import teller
from conformance.reporting.sentences import hidden_sentence
from conformance.spec.names import unknown

_FOLDER = "chatlio_folder"
"""The key under which pytest-xdist hands each worker the folder that all of them share."""

Word = tuple[str, str, Any]


class Worker(Protocol):
    """
    What pytest-xdist calls a node, as far as it matters here: it takes along what is put in `workerinput`.
    """

    workerinput: dict[str, Any]


def register(config: pytest.Config) -> None:
    """
    Has pytest collect the suite, if a target is named and the command line does not ask for other tests only.

    Raises pytest.UsageError for whatever can be refused before anything is played.
    """
    configuration = configuration_of(config)
    named = _take_named(config)
    by_option = config.getoption("chatlio_target") is not None
    elsewhere = config.args_source is pytest.Config.ArgsSource.ARGS and not named
    if not configuration.target or (elsewhere and not by_option):
        return
    with usage_errors():
        suite = tuple(rows(configuration))
        _refuse_early(configuration, suite, named)
    plugin = SuitePlugin(config, configuration, [row for row in suite if not named or row.name in named])
    config.pluginmanager.register(plugin, "chatlio-suite")


class SuitePlugin:
    """
    The hooks of a session that has the suite in it, and the run that its items share.
    """

    def __init__(self, config: pytest.Config, configuration: Configuration, suite: Iterable[Row]) -> None:
        self._configuration, self._rows = configuration, tuple(suite)
        given: dict[str, Any] = getattr(config, "workerinput", {})
        self._folder = _folder_at(given.get(_FOLDER))
        self._made_folder = False
        self._run: Run | None = None

    def judgement(self) -> Judgement:
        """
        The judgement of the run, which is made now if it has not been. Raises TargetUnusable if it cannot be.
        """
        if self._run is None:
            self._run = assessed(self._configuration) if self._folder is None else self._once(self._folder)
        if self._run.judgement is None:
            raise TargetUnusable(self._run.error)
        return self._run.judgement

    def _once(self, folder: Path) -> Run:
        return once(folder, lambda: assessed(self._configuration))

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """
        Adds the suite to what was collected, early enough for `-k`, `-m`, `--lf` and the like to see it.
        """
        suite = Suite.from_parent(
            session, name=SUITE, nodeid=SUITE, rows=self._rows, judgement=self.judgement
        )
        hook = session.ihook
        hook.pytest_collectstart(collector=suite)
        report: pytest.CollectReport = hook.pytest_make_collect_report(collector=suite)
        hook.pytest_collectreport(report=report)
        items.extend(node for node in report.result or () if isinstance(node, pytest.Item))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """
        Plays the scenarios before the suite's first item, and tells how far it is: nothing is captured yet.

        Under pytest-xdist the items see to it, as one worker plays for all and none has a terminal.
        """
        if isinstance(item, SuiteItem) and self._run is None and self._folder is None:
            self._run = assessed(self._configuration, progress=teller(item.config))

    def pytest_report_header(self, config: pytest.Config) -> list[str]:
        """
        What is going to be judged, and how.
        """
        settings = self._configuration
        about = f"profile {settings.profile}, budget {settings.budget}, fails on {settings.fail_on}"
        return [f"chatlio: {settings.target} ({about})", *neighbour(config.rootpath)]

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(
        self, report: pytest.TestReport, config: pytest.Config
    ) -> Generator[None, Word, Word]:
        """
        Adds level and source to the word that `-v` shows.
        """
        category, letter, word = yield
        # Reports of collection come here too, and have no properties.
        told = dict(getattr(report, "user_properties", ()))
        if not word or not isinstance(word, str) or "level" not in told or config.get_verbosity() < 1:
            return category, letter, word
        return category, letter, f"{word} ({told['level']} {told['basis']}: {told['source']})"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """
        The verdict of the whole, what a baseline hides, and where the reports are.
        """
        run = self._run or (made(self._folder) if self._folder else None)
        if run is None:
            return
        terminalreporter.section("chatlio")
        for line in _summary(run):
            terminalreporter.write_line(line)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Worker) -> None:
        """
        Gives a worker of pytest-xdist the folder that it shares with the others.
        """
        if self._folder is None:
            self._folder, self._made_folder = Path(tempfile.mkdtemp(prefix="chatlio-")), True
        node.workerinput[_FOLDER] = str(self._folder)

    def pytest_unconfigure(self) -> None:
        """
        Removes the folder where this process made it.
        """
        if self._made_folder and self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _summary(run: Run) -> list[str]:
    if run.judgement is None:
        return [run.error]
    judgement = run.judgement
    return [
        f"{judgement.outcome.value.upper()}. {hidden_sentence(judgement)}",
        judgement.summary,
        *judgement.notes,
        *(f"Report {written}" for written in run.written),
        *(text.rstrip("\n") for text in run.printed),
    ]


def _take_named(config: pytest.Config) -> frozenset[str]:
    """
    The items named on the command line by their ids, which pytest would look for among the files.
    """
    named = [word for word in config.args if word.startswith(f"{SUITE}::")]
    if named:
        config.args = [word for word in config.args if word not in named]
    return frozenset(word.removeprefix(f"{SUITE}::") for word in named)


def _refuse_early(configuration: Configuration, suite: Iterable[Row], named: frozenset[str]) -> None:
    """
    Raises UsageError for what the run would refuse, and for ids of items that there are not.
    """
    parse_target(configuration.target or "")
    requested(configuration.reports)
    chosen_scenarios(configuration)
    baseline_of(configuration)
    known = [row.name for row in suite]
    for name in named.difference(known):
        where = "`pytest --chatlio-list` shows them all; --chatlio-select leaves the others out."
        raise unknown(f"{SUITE} item", name, known, where=where)


def _folder_at(path: str | None) -> Path | None:
    """
    The shared folder, unless this process is on another machine and has to run by itself.
    """
    return Path(path) if path and Path(path).is_dir() else None
