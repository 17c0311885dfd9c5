"""
Every format is a projection of one judgement: whole, deterministic, and safe whatever was captured.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import attrs
import pytest

from conformance.errors import EvidenceError, UsageError
from conformance.model import Judgement, Status
from conformance.reporting import FORMATS, render
from conformance.reporting.json import judgement_from_json, judgement_to_json, parse
from conformance.reporting.rows import chapters, rows
from conformance.reporting.visible import one_line, visible
from conformance.spec import catalogue, validator
from tests.unit import judgements

SAMPLES = {
    "passing": judgements.passing(),
    "failing": judgements.failing(),
    **{f"hostile {number}": judgements.hostile(text) for number, text in enumerate(judgements.HOSTILE)},
}


@pytest.fixture(params=SAMPLES)
def judgement(request: pytest.FixtureRequest) -> Judgement:
    """
    Each sample in turn.
    """
    return SAMPLES[request.param]


@pytest.fixture(params=FORMATS)
def format_name(request: pytest.FixtureRequest) -> str:
    """
    Each format in turn.
    """
    return str(request.param)


def test_the_same_judgement_gives_the_same_bytes(judgement: Judgement, format_name: str) -> None:
    """
    A report has no clock, no host and no chance in it, encodes as UTF-8, and ends in one newline.
    """
    written = render(judgement, format_name)
    assert written.encode("utf-8") == render(attrs.evolve(judgement), format_name).encode("utf-8")
    assert written.endswith("\n")
    assert not written.endswith("\n\n")


def test_no_control_character_reaches_a_report(judgement: Judgement, format_name: str) -> None:
    """
    Nothing captured can steer a terminal or turn a line around.
    """
    assert not set(render(judgement, format_name)) & set("\x00\x07\x1b\x7f\x9b\u202e\u2066\u200b\ufeff")


def test_an_unknown_format_names_the_nearest() -> None:
    """
    A slip of the keyboard is answered with the word that was meant.
    """
    with pytest.raises(UsageError, match=r"no report format 'htm'.*Did you mean 'html'"):
        render(SAMPLES["passing"], "htm")
    with pytest.raises(UsageError, match="The formats are html, json, junit"):
        render(SAMPLES["passing"], "quux")


def test_naming_the_formats_loads_no_template_engine() -> None:
    """
    Formats are imported when they are used, so listing them costs nothing.
    """
    question = "import sys, conformance.reporting; print({'jinja2', 'jsonschema'} & set(sys.modules))"
    asked = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "set()"


def test_json_reads_back_as_the_same_judgement(judgement: Judgement) -> None:
    """
    The JSON report loses nothing, so every other report can be made from it later.
    """
    assert parse(render(judgement, "json")) == judgement


def test_json_is_what_its_schema_describes(judgement: Judgement) -> None:
    """
    Programs may rely on the schema.
    """
    assert validator("report/judgement").explain(json.loads(render(judgement, "json"))) == []


def test_json_says_what_the_catalogue_says() -> None:
    """
    A requirement stands there with its level, basis, statement and source beside its verdict.
    """
    members = judgement_to_json(SAMPLES["failing"])
    by_id = {requirement["id"]: requirement for requirement in members["requirements"]}
    camel = by_id["PROPERTY-14"]
    assert (camel["level"], camel["basis"], camel["status"]) == ("MUST", "documented", "failed")
    assert camel["source"][0]["url"].startswith("https://segment.com/")
    assert camel["findings"][0]["times"] == 42
    assert [row["id"] for row in members["excluded"]] == [row.id for row in catalogue().excluded]
    assert [row["id"] for row in members["unspecified"]] == [row.id for row in catalogue().unspecified]
    assert members["counts"] == {
        "passed": 59, "failed": 5, "inconclusive": 8, "not applicable": 2, "excluded": 5, "error": 1,
    }  # fmt: skip


def test_json_holds_each_payload_once() -> None:
    """
    Findings point to exchanges by number, however many of them there are.
    """
    assert render(SAMPLES["failing"], "json").count("analytics-node/3.1.0") == 3


def test_an_excluded_verdict_is_counted_once() -> None:
    """
    Whether a judge names the rows that cannot be observed, or leaves them out, they are the same five.
    """
    judgement = SAMPLES["passing"]
    named = tuple(
        attrs.evolve(judgement.verdicts[0], requirement=row.id, status=Status.EXCLUDED, reason=row.reason)
        for row in catalogue().excluded
    )
    with_them = attrs.evolve(judgement, verdicts=(*judgement.verdicts, *named))
    assert judgement_to_json(with_them)["counts"] == judgement_to_json(judgement)["counts"]
    assert parse(render(with_them, "json")) == with_them


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '{"format": 2}', "[" * 100_000])
def test_what_is_no_judgement_is_refused(text: str) -> None:
    """
    A wrong file is the user's mistake, and the message says what to give instead.
    """
    with pytest.raises(EvidenceError, match="cannot be read as a judgement") as raised:
        parse(text)
    assert "--report json" in raised.value.cure


@pytest.mark.parametrize(
    "damage",
    [
        {"verdict": "fine"},
        {"seed": "seven"},
        {"requirements": [{"id": "EVENT-01"}]},
        {"exchanges": [{"sequence": "one"}]},
        {"scenarios": {}},
        {"implementation": {}},
    ],
)
def test_a_damaged_judgement_is_refused_with_the_place(damage: dict[str, Any]) -> None:
    """
    Nothing of a wrong type gets past the reading.
    """
    with pytest.raises(EvidenceError, match=f"/{next(iter(damage))}"):
        judgement_from_json({**judgement_to_json(SAMPLES["failing"]), **damage})


def test_unknown_members_are_ignored() -> None:
    """
    A judgement of a newer version that only adds members can still be reported.
    """
    members = judgement_to_json(SAMPLES["failing"])
    members["requirements"][0]["novelty"] = members["scenarios"][0]["novelty"] = members["novelty"] = 1
    assert judgement_from_json(members) == SAMPLES["failing"]


def test_a_requirement_that_is_not_known_is_refused() -> None:
    """
    A report never invents what a requirement says.
    """
    verdict = attrs.evolve(SAMPLES["passing"].verdicts[0], requirement="EVENT-99")
    with pytest.raises(EvidenceError, match=r"EVENT-99.*0\.1\.0"):
        render(attrs.evolve(SAMPLES["passing"], verdicts=(verdict,)), "html")


def test_every_chapter_of_the_catalogue_has_a_title() -> None:
    """
    Rows are grouped as the catalogue is, none is lost.
    """
    judged = rows(SAMPLES["passing"])
    grouped = chapters(judged)
    assert [row for chapter in grouped for row in chapter.rows] == list(judged)
    assert [chapter.title for chapter in grouped][:2] == ["Events", "Properties"]
    assert len(grouped) == 10


def test_what_cannot_be_seen_is_named() -> None:
    """
    Every hidden character is shown as its code point; what people write with stays as it is.
    """
    assert visible("a\u202eb\x00c\ud83dd\U000e0041") == "a[U+202E]b[U+0000]c[U+D83D]d[U+E0041]"
    assert visible("क्‍ष 👩‍💻 tab\tnewline\n") == "क्‍ष 👩‍💻 tab\tnewline\n"


def test_one_line_is_one_line_and_short() -> None:
    """
    A text of any length takes the room it is given, and no more.
    """
    assert one_line("a\n b\tc", 80) == "a b c"
    assert one_line("x" * 100_000, 10) == "xxxxxxxxx…"
    assert len(one_line("\x00" * 100_000, 10)) == 10
