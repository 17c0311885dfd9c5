"""
Settings: one table for every face, one precedence, and errors that name the nearest word.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.chat import BUDGETS
from conformance.configuration import KEYS, TABLE, Configuration, Kind, configuration_schema, configure
from conformance.drivers import Limits
from conformance.errors import UsageError
from conformance.judge import FAIL_ON, PROFILES
from conformance.reporting import FORMATS

BY_KEY = {key.name: key for key in KEYS}


def in_file(folder: Path, text: str) -> Path:
    """
    A pyproject.toml with our table, in the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(f"[tool.{TABLE}]\n{text}\n", encoding="utf-8")
    return folder


def test_every_field_has_one_key_and_its_default() -> None:
    """
    The table and the value agree: the same names in the same order, and the same defaults.
    """
    fields = {field.name: field.default for field in attrs.fields(Configuration)}
    assert fields == {key.name: key.default for key in KEYS}


def test_words_are_those_of_the_rooms_they_come_from() -> None:
    """
    Choices, limits and formats are repeated in the table so that it stays light, and never differ.
    """
    assert BY_KEY["profile"].choices == PROFILES
    assert BY_KEY["fail_on"].choices == FAIL_ON
    assert BY_KEY["budget"].choices == BUDGETS
    assert all(name in BY_KEY["reports"].help for name in FORMATS)
    limits = {f"{name}_timeout": seconds for name, seconds in attrs.asdict(Limits()).items()}
    assert limits == {key.name: key.default for key in KEYS if key.name.endswith("_timeout")}


def test_an_option_beats_the_environment_beats_the_file_beats_the_default(tmp_path: Path) -> None:
    """
    The precedence of DESIGN §6, for one setting given in all places, and one less each time.
    """
    folder, variables = in_file(tmp_path, "seed = 2"), {"CHATLIO_SEED": "3"}
    assert configure({"seed": 4}, environment=variables, folder=folder).seed == 4
    assert configure({"seed": None}, environment=variables, folder=folder).seed == 3
    assert configure(environment={}, folder=folder).seed == 2
    assert configure(environment={}, folder=folder, in_file=False, defaults={"seed": 1}).seed == 1
    assert configure(environment={}, in_file=False).seed == 0


def test_a_list_that_is_given_replaces_the_one_below() -> None:
    """
    Lists are not joined: what is nearest to the user is meant.
    """
    variables = {"CHATLIO_REPORT": "html, json=x.json"}
    assert configure({}, environment=variables, in_file=False).reports == ("html", "json=x.json")
    assert configure({"reports": ("text",)}, environment=variables, in_file=False).reports == ("text",)
    assert configure({"reports": ()}, environment=variables, in_file=False).reports == ("html", "json=x.json")


def test_the_nearest_file_with_the_table_is_meant(tmp_path: Path) -> None:
    """
    The search goes upwards from the current folder, past a pyproject.toml that has no table of ours.
    """
    in_file(tmp_path, 'profile = "live-chat"')
    inner = tmp_path / "package" / "inner"
    inner.mkdir(parents=True)
    (inner / "pyproject.toml").write_text('[project]\nname = "inner"\n', encoding="utf-8")
    assert configure(environment={}, folder=inner).profile == "live-chat"


def test_dashes_and_underscores_are_one_in_the_file(tmp_path: Path) -> None:
    """
    `fail-on` is the documented spelling, and `fail_on` is taken as well.
    """
    for word in ("fail-on", "fail_on"):
        assert configure(environment={}, folder=in_file(tmp_path, f'{word} = "may"')).fail_on == "may"


@pytest.mark.parametrize(
    ("text", "what", "cure"),
    [
        ('bugdet = "quick"', "'bugdet', which is not known", "Did you mean 'budget'?"),
        ('budget = "quik"', "cannot be 'quik'", "Did you mean 'quick'?"),
        ('seed = "one"', "takes a whole number", "seed"),
        ("seed = true", "takes a whole number", "seed"),
        ("workers = 0", "must be at least 1", "side by side"),
        ('reports = "html"', "takes a list of texts", "Write this report"),
        ('intercept = "yes"', "takes true or false", "real hosts"),
        ("quiet = nan", "must be at least 0", "webhook"),
    ],
)
def test_what_a_file_cannot_say_is_refused_with_a_cure(
    text: str, what: str, cure: str, tmp_path: Path
) -> None:
    """
    A wrong key or value is a usage error that names the file, the key, and the nearest word.
    """
    with pytest.raises(UsageError) as refused:
        configure(environment={}, folder=in_file(tmp_path, text))
    assert what in refused.value.what
    assert "pyproject.toml" in refused.value.what
    assert cure in refused.value.cure


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    """
    A damaged pyproject.toml is told of, not passed over.
    """
    (tmp_path / "pyproject.toml").write_text("[tool", encoding="utf-8")
    with pytest.raises(UsageError, match=r"pyproject\.toml cannot be read"):
        configure(environment={}, folder=tmp_path)


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    """
    What stands where the table should be has to be a table.
    """
    (tmp_path / "pyproject.toml").write_text(f"[tool]\n{TABLE} = 3\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no table"):
        configure(environment={}, folder=tmp_path)


def test_the_environment_is_checked_like_the_file() -> None:
    """
    A variable is named in the refusal, so that whoever set it finds it.
    """
    with pytest.raises(UsageError, match="CHATLIO_SEED takes a whole number, and is 'x'"):
        configure(environment={"CHATLIO_SEED": "x"}, in_file=False)


# JSON Schema takes 1.0 for an integer, and TOML's does not; NaN is no JSON.
FRACTIONS = st.floats(min_value=-2, max_value=9).filter(lambda number: not number.is_integer())

WRITTEN: dict[Kind, Any] = {
    Kind.TEXT: st.text(min_size=1),
    Kind.WORDS: st.lists(st.text()),
    Kind.FLAG: st.booleans(),
    Kind.INTEGER: st.integers(min_value=-2, max_value=9),
    Kind.NUMBER: st.one_of(FRACTIONS, st.integers(min_value=-2, max_value=9)),
    Kind.PATH: st.text(min_size=1),
}


@given(
    data=st.data(),
    key=st.sampled_from(KEYS),
    other=st.one_of(st.none(), st.booleans(), st.integers(), FRACTIONS, st.text(), st.lists(st.integers())),
)
def test_the_schema_and_the_table_agree(data: st.DataObject, key: Any, other: object) -> None:
    """
    A value is refused exactly where the schema of `[tool.chatlio-conformance]` refuses it.
    """
    import jsonschema

    from conformance.configuration import checked

    fitting = st.sampled_from(key.choices) if key.kind is Kind.CHOICE else WRITTEN[key.kind]
    value = data.draw(st.one_of(fitting, st.just(other)))
    schema = configuration_schema()["properties"][key.in_file]
    allowed = jsonschema.Draft202012Validator(schema).is_valid(value)
    try:
        checked(key, value, "here")
    except UsageError:
        assert not allowed
    else:
        assert allowed


@pytest.mark.parametrize("key", [key for key in KEYS if key.kind is Kind.CHOICE], ids=lambda key: key.name)
def test_the_default_of_a_choice_can_be_written_out(key: Any) -> None:
    """
    What is in force without a setting is no mistake in a file either, though it be no word, as of `basis`.
    """
    import jsonschema

    from conformance.configuration import checked

    schema = configuration_schema()["properties"][key.in_file]
    assert checked(key, key.default, "here") == key.default
    assert jsonschema.Draft202012Validator(schema).is_valid(key.default)
