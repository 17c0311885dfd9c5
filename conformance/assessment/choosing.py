"""
What is played, and how: the scenarios and the options of a run that a configuration asks for.
"""

from __future__ import annotations

from attrs import frozen

from conformance.chat import for_budget, scenario
from conformance.configuration import BY_NAME, Configuration, Kind
from conformance.drivers import Limits
from conformance.generation import read_case
from conformance.judge import Criteria
from conformance.model import Scenario
from conformance.runner import RunOptions

_REPEATED = (
    *("launch", "flush_url", "intercept", "allow_hosts", "quiet"),
    *(name for name in BY_NAME if "timeout" in name),
)
"""The settings by which a target is driven: they stand in every line that reproduces a finding."""


@frozen(kw_only=True)
class Choice:
    """
    The scenarios to play, and what a reader of the judgement has to know of the others.

    `case` is the file they were read from, where they were.
    """

    scenarios: tuple[Scenario, ...]
    notes: tuple[str, ...] = ()
    case: str = ""


def chosen_scenarios(configuration: Configuration) -> Choice:
    """
    The scenarios of the budget, those named, or the one to be replayed.

    Raises UsageError, naming the nearest, for an unknown one, and EvidenceError for a file that is no case.
    """
    if configuration.replay is not None:
        case = read_case(configuration.replay)
        note = f"Only the case {configuration.replay} was played."
        return Choice(scenarios=(case.scenario,), notes=(note,), case=str(configuration.replay))
    if configuration.scenarios:
        named = tuple(scenario(name) for name in dict.fromkeys(configuration.scenarios))
        note = f"Only {_listed([each.name for each in named])} {'was' if len(named) == 1 else 'were'} played."
        return Choice(scenarios=named, notes=(note,))
    played = for_budget(configuration.budget)
    left_out = [each.name for each in for_budget("standard") if each not in played]
    return Choice(scenarios=played, notes=(_left_out(left_out),) if left_out else ())


def run_options(configuration: Configuration) -> RunOptions:
    """
    How the runner is to go about it.
    """
    return RunOptions(
        limits=Limits(
            initialize=configuration.initialize_timeout,
            activity=configuration.activity_timeout,
            flush=configuration.flush_timeout,
            shutdown=configuration.shutdown_timeout,
        ),
        seed=configuration.seed,
        budget=configuration.budget,
        workers=configuration.workers,
        quiet=configuration.quiet,
        launch=configuration.launch,
        flush_url=configuration.flush_url,
        intercept=configuration.intercept,
        proxy_port=configuration.proxy_port,
        allow_hosts=configuration.allow_hosts,
    )


def criteria(configuration: Configuration) -> Criteria:
    """
    What is judged and how strictly.
    """
    return Criteria(
        profile=configuration.profile,
        fail_on=configuration.fail_on,
        basis=configuration.basis,
        select=configuration.select,
    )


def repeated_words(configuration: Configuration) -> tuple[str, ...]:
    """
    The words of the command line that a second run needs to be like the first, target and scenario apart.
    """
    words: list[str] = []
    for key in (BY_NAME[name] for name in _REPEATED):
        value = getattr(configuration, key.name)
        if value == key.default:
            continue
        for each in value if key.kind is Kind.WORDS else (value,):
            words += [f"--{key.option}"] if key.kind is Kind.FLAG else [f"--{key.option}", f"{each}"]
    return tuple(words)


def _left_out(names: list[str]) -> str:
    return (
        f"The budget quick left out {len(names)} scenarios that have to wait for retries; "
        "`--budget standard` plays them."
    )


def _listed(names: list[str]) -> str:
    kind = "the scenario" if len(names) == 1 else "the scenarios"
    return f"{kind} {' and '.join(filter(None, (', '.join(names[:-1]), names[-1])))}"
