"""
The settings of the suite, in every place where pytest or the toolkit looks for them.
"""

import pytest

from chatlio_pytest.settings import SETTINGS
from conformance.configuration import BY_NAME, KEYS, Configuration, Key, Kind
from conformance.pytest_plugin.settings import configuration_of
from tests.plugin.settings import row

VALUES = {
    Kind.TEXT: ("some text", "some text"),
    Kind.WORDS: ("one", ("one",)),
    Kind.INTEGER: ("7", 7),
    Kind.NUMBER: ("2.5", 2.5),
    Kind.PATH: ("some/file", "some/file"),
}


def sample(key: Key) -> tuple[str, object]:
    """
    A value as it is written, and as the configuration holds it.
    """
    if key.kind is Kind.FLAG:
        return "true", True
    if key.kind is Kind.CHOICE:
        return key.choices[-1], key.choices[-1]
    return VALUES[key.kind]


def held(configuration: Configuration, key: Key) -> object:
    value = getattr(configuration, key.name)
    return str(value) if key.kind is Kind.PATH else value


def test_the_options_are_those_of_the_table() -> None:
    """
    What is written out for pytest's start is what the one table of settings says.
    """
    assert tuple(row(key) for key in KEYS) == SETTINGS


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_every_setting_is_an_option(pytester: pytest.Pytester, key: Key) -> None:
    """
    `--chatlio-SETTING VALUE` sets it.
    """
    written, expected = sample(key)
    option = f"--chatlio-{key.option}" + ("" if key.kind is Kind.FLAG else f"={written}")
    assert held(configuration_of(pytester.parseconfig(option)), key) == expected


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_every_setting_is_an_ini_key(pytester: pytest.Pytester, key: Key) -> None:
    """
    `chatlio_SETTING = VALUE` in pytest's own file sets it.
    """
    written, expected = sample(key)
    pytester.makeini(f"[pytest]\nchatlio_{key.name} = {written}")
    assert held(configuration_of(pytester.parseconfig()), key) == expected


def test_pyproject_sets_them_under_two_names(pytester: pytest.Pytester) -> None:
    """
    `[tool.pytest.ini_options]` and `[tool.chatlio-conformance]` both set; pytest's own is the nearer one.
    """
    pytester.makepyprojecttoml(
        """
        [tool.chatlio-conformance]
        profile = "live-chat"
        fail-on = "may"
        select = ["EVENT"]
        [tool.pytest.ini_options]
        chatlio_fail_on = "should"
        chatlio_scenarios = ["first-message", "burst"]
        """
    )
    configuration = configuration_of(pytester.parseconfig())
    assert configuration.profile == "live-chat"
    assert configuration.fail_on == "should"
    assert configuration.select == ("EVENT",)
    assert configuration.scenarios == ("first-message", "burst")


@pytest.mark.skipif(pytest.version_tuple < (9, 0), reason="pytest has native TOML from 9.0 on")
@pytest.mark.parametrize("home", ["pyproject.toml", "pytest.toml", ".pytest.toml"])
def test_native_toml_sets_them(pytester: pytest.Pytester, home: str) -> None:
    """
    `[tool.pytest]` and `pytest.toml` set values of TOML's own types.
    """
    table = "tool.pytest" if home == "pyproject.toml" else "pytest"
    (pytester.path / home).write_text(
        f"[{table}]\nchatlio_seed = 7\nchatlio_quiet = 1.5\nchatlio_allow_inconclusive = true\n"
        "chatlio_select = ['EVENT']\nchatlio_profile = 'live-chat'\n"
    )
    configuration = configuration_of(pytester.parseconfig())
    assert (configuration.seed, configuration.quiet, configuration.allow_inconclusive) == (7, 1.5, True)
    assert (configuration.select, configuration.profile) == (("EVENT",), "live-chat")


def test_the_option_beats_the_environment_beats_the_file(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Precedence is option, environment, file, default, for each setting by itself.
    """
    pytester.makeini("[pytest]\nchatlio_profile = live-chat\nchatlio_fail_on = may\nchatlio_budget = quick")
    monkeypatch.setenv("CHATLIO_FAIL_ON", "should")
    monkeypatch.setenv("CHATLIO_BUDGET", "exhaustive")
    configuration = configuration_of(pytester.parseconfig("--chatlio-budget=standard"))
    assert configuration.budget == "standard"
    assert configuration.fail_on == "should"
    assert configuration.profile == "live-chat"
    assert configuration.seed == BY_NAME["seed"].default


def test_a_flag_of_the_file_is_taken_back(pytester: pytest.Pytester) -> None:
    """
    `--chatlio-no-FLAG` overrules what the file or the environment sets.
    """
    pytester.makeini("[pytest]\nchatlio_allow_inconclusive = true")
    assert configuration_of(pytester.parseconfig()).allow_inconclusive
    assert not configuration_of(pytester.parseconfig("--chatlio-no-allow-inconclusive")).allow_inconclusive


def test_an_unknown_key_names_the_nearest(pytester: pytest.Pytester) -> None:
    """
    A misspelt key in the table ends pytest with its usage code.
    """
    pytester.makepyprojecttoml("[tool.chatlio-conformance]\nprofil = 'chatlio'")
    result = pytester.runpytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines("*has the key 'profil', which is not known. Did you mean 'profile'?*")


def test_a_value_that_cannot_be_names_its_key(pytester: pytest.Pytester) -> None:
    """
    A value in pytest's own file that the setting does not take is told with the key's name.
    """
    pytester.makeini("[pytest]\nchatlio_target = python:a:B\nchatlio_budget = quik")
    result = pytester.runpytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines("*chatlio_budget cannot be 'quik'. Did you mean 'quick'?*")


def test_a_configured_target_needs_no_option(pytester: pytest.Pytester) -> None:
    """
    With a target in the configuration plain `pytest` collects the suite; naming other tests leaves it out.
    """
    pytester.makepyprojecttoml(
        "[tool.chatlio-conformance]\ntarget = 'python:conformance.reference:Reference'"
    )
    pytester.makepyfile(test_own="def test_own(): pass")
    pytester.runpytest("--co", "-q").stdout.fnmatch_lines(["test_own.py::test_own", "chatlio::EVENT-03"])
    pytester.runpytest("--co", "-q", "test_own.py").stdout.no_fnmatch_line("chatlio::*")
    pytester.runpytest("--co", "-q", "--chatlio-target=").stdout.no_fnmatch_line("chatlio::*")
    named = pytester.runpytest("--co", "-q", "test_own.py", "--chatlio-target=python:a:B")
    named.stdout.fnmatch_lines("chatlio::EVENT-03")


def test_hypothesis_own_seed_seeds_our_chats_too(pytester: pytest.Pytester) -> None:
    """
    Who asks Hypothesis for a seed means every generated example; our own option is the nearer word.
    """
    theirs = pytester.parseconfig("--hypothesis-seed=41")
    assert configuration_of(theirs).seed == 41
    both = pytester.parseconfig("--hypothesis-seed=41", "--chatlio-seed=7")
    assert configuration_of(both).seed == 7
    random = pytester.parseconfig("--hypothesis-seed=random")
    assert configuration_of(random).seed == BY_NAME["seed"].default
