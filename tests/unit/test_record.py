"""
Records on disk: what is written is what the schema describes, and reads back as the value it was.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from conformance.errors import EvidenceError
from conformance.model import (
    Activity,
    ActivityType,
    Agent,
    ChatMessage,
    Endpoints,
    Exchange,
    Fault,
    FaultKind,
    Implementation,
    Reply,
    Settings,
    Source,
    Visitor,
    Workspace,
)
from conformance.record import (
    Answer,
    Header,
    Method,
    Record,
    RecordReader,
    RecordWriter,
    ScenarioRecord,
    Step,
    read_record,
    write_record,
)
from conformance.spec import validator
from conformance.warehouse import Column, Loss, Table, Tables

NOON = dt.datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=dt.UTC)
ID = Column(name="id", type="varchar")
KINDS = ["header", "scenario", "step", "exchange", "archived", "warehouse", "end", "footer"]


def made_up() -> Record:
    """
    A record that has every kind of line, and every member of each.
    """
    scenario = ScenarioRecord(
        name="first-message",
        purpose="A customer writes.",
        started_at=NOON,
        steps=steps(),
        exchanges=(exchange(1, b'{"type":"track"}'), exchange(2, b"\xff\x00\x1f\x8b"), silent(3)),
        faults=(
            Fault(kind=FaultKind.STATUS, headers=(("Retry-After", "2"),), seconds=1.5),
            Fault(kind=FaultKind.HANG, delay=3.0, start="act-1", requests=2, region=None, kept=True),
        ),
        pace=0.05,
        intercepted=True,
        log="started\nünïcode 🙂\n",
        archived=({"type": "track", "event": "Live Chat Message Sent", "n": 45.0},),
        warehouse=Tables(
            tables={"tracks": Table(name="tracks", columns=(ID,), rows=({"id": "m-1"}, {"id": "m-2"}))},
            losses=(Loss(table="tracks", column="id", row="m-1", reason="cut", sent=None),),
        ),
    )
    broken = ScenarioRecord(name="crash", purpose="", started_at=NOON, unusable="The process ended.")
    return Record(header=header(), scenarios=(scenario, broken))


def header() -> Header:
    return Header(
        started_at=NOON,
        toolkit="0.1.0",
        target="stdio:node bridge.mjs",
        implementation=Implementation(
            name="acme", version="1", language="go", homepage="https://example.com"
        ),
        seed=7,
        platform="linux",
        options=("--pace=1",),
    )


def steps() -> tuple[Step, ...]:
    settings = Settings(
        workspace=Workspace(slug="acme", region="us"),
        source=Source(name="Chatlio", slug="chatlio", write_key=""),
        endpoints=Endpoints(us="http://127.0.0.1:1", eu="http://127.0.0.1:2"),
    )
    activity = Activity(
        id="act-1",
        type=ActivityType.AGENT_MESSAGE,
        at=NOON.replace(microsecond=123_000),
        conversation_id="c-1",
        visitor=Visitor(id="v-1", user_id="u-1", traits={"plan": "pro"}),
        agent=Agent(id="a-1", name="Peter Gibbons", username="pgibbons"),
        message=ChatMessage(id="m-1", text="Yeah 🙂"),
    )
    first = Step(
        method=Method.INITIALIZE, connection=1, at=NOON, elapsed=0.1, answer=Answer.REFUSED,
        settings=settings, code=-32003, message="no", feature="eu", issue_url="https://example.com/1",
    )  # fmt: skip
    second = attrs.evolve(first, answer=Answer.TAKEN, implementation=Implementation(name="acme"), code=None)
    third = Step(
        method=Method.ACTIVITY, connection=1, at=NOON, elapsed=0.0, answer=Answer.TAKEN, activity=activity
    )
    last = Step(method=Method.SHUTDOWN, connection=1, at=NOON, elapsed=1.0, answer=Answer.FAILED, code=-32000)
    return first, second, third, last


def exchange(sequence: int, body: bytes) -> Exchange:
    return Exchange(
        sequence=sequence,
        at=NOON,
        endpoint="us",
        method="POST",
        target="/v1/track?x=1",
        headers=(("Content-Type", "application/json"), ("X-Twice", "1"), ("X-Twice", "2")),
        body=body,
        size=len(body),
        complete=True,
        kept=True,
        secure=False,
        reply=Reply(status=200, headers=(("Content-Type", "application/json"),), body=body, at=NOON),
    )


def break_off_after(writer: RecordWriter, scenario: ScenarioRecord) -> None:
    writer.add(scenario)
    raise KeyboardInterrupt


def silent(sequence: int) -> Exchange:
    return attrs.evolve(
        exchange(sequence, b""), reply=Reply(status=None), fault="hang", kept=False, secure=None
    )


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """
    Where a made-up record lies, in a folder that did not exist before.
    """
    path = tmp_path / "new" / "record.ndjson"
    write_record(path, made_up())
    return path


def test_reading_back_gives_an_equal_record(path: Path) -> None:
    """
    Whatever a record holds, bytes that are no text included, is the same after it was on disk.
    """
    assert read_record(path) == made_up()


def test_a_gzipped_record_is_the_same_record(tmp_path: Path, path: Path) -> None:
    """
    A name ending in .gz is gzipped; reading looks at the file, not at its name.
    """
    write_record(tmp_path / "record.ndjson.gz", made_up())
    renamed = (tmp_path / "record.ndjson.gz").rename(tmp_path / "record.of-any-name")
    assert gzip.decompress(renamed.read_bytes()) == path.read_bytes()
    assert read_record(renamed) == made_up()


def test_every_line_is_one_the_schema_describes(path: Path) -> None:
    """
    Each line of a record satisfies the record's schema, and every kind of line the schema names is written.
    """
    lines = lines_of(path)
    explained = [violation for line in lines for violation in validator("record/record").explain(line)]
    assert explained == []
    assert sorted({line["kind"] for line in lines}) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_knows_no_other_member(path: Path, kind: str) -> None:
    """
    A line with a member that is not described, or without one that is required, is refused.
    """
    line = next(line for line in lines_of(path) if line["kind"] == kind)
    required = {
        "header": "target",
        "archived": "call",
        "warehouse": "losses",
        "end": "log",
        "footer": "scenarios",
    }.get(kind)
    checked = validator("record/record")
    assert not checked.is_valid({**line, "surprise": 1})
    assert not checked.is_valid({name: line[name] for name in line if name != (required or list(line)[1])})


def test_a_body_is_text_or_base64_and_never_both(path: Path) -> None:
    """
    Bytes are kept once.
    """
    line = next(line for line in lines_of(path) if line["kind"] == "exchange")
    assert not validator("record/record").is_valid({**line, "body_base64": "AA=="})


def test_scenarios_are_read_one_at_a_time(path: Path) -> None:
    """
    A reader knows whether the record is complete only after the last scenario.
    """
    with RecordReader(path) as reader:
        assert reader.header == header()
        names = [(scenario.name, reader.complete) for scenario in reader]
        assert names == [("first-message", False), ("crash", False)]
        assert reader.complete


def test_a_run_that_breaks_off_leaves_what_it_had(tmp_path: Path) -> None:
    """
    Leaving the writer by an exception writes no footer, and keeps every scenario added before.
    """
    path = tmp_path / "record.ndjson"
    with pytest.raises(KeyboardInterrupt), RecordWriter(path, header()) as writer:
        break_off_after(writer, made_up().scenarios[0])
    assert read_record(path) == attrs.evolve(made_up(), scenarios=made_up().scenarios[:1], complete=False)


@pytest.mark.parametrize("left", range(2, 13))
def test_a_truncated_record_is_read_as_far_as_it_goes(path: Path, left: int) -> None:
    """
    Wherever the lines stop, what is whole is read, and the scenario that breaks off says so.
    """
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:left]) + lines[left][:9])
    record = read_record(path)
    assert not record.complete
    scenario = record.scenarios[0]
    assert scenario.unusable == ("" if left > 11 else "the record breaks off here")
    assert scenario.steps == steps()[: left - 2]


def test_a_truncated_gzip_is_read_as_far_as_it_goes(path: Path) -> None:
    """
    A gzip file that was cut short is evidence like any other.
    """
    whole = gzip.compress(path.read_bytes(), compresslevel=0)
    path.write_bytes(whole[:-200])
    record = read_record(path)
    assert not record.complete
    assert record.header == header()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "not a record of format 1"),
        (b'{"kind":"header","format":99}\n', "not a record of format 1"),
        (b'{"kind":"scenario"}\n', "not a record of format 1"),
        (b"<html></html>\n", "line 1 is not as written"),
        (b"[1]\n", "it is no JSON object"),
        (b"\xff\xfe\n", "line 1 is not as written"),
    ],
)
def test_what_is_no_record_is_refused_with_the_file_and_the_cure(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    """
    A wrong file is the user's mistake: the message names it, says what it is not, and what to give instead.
    """
    path = tmp_path / "wrong.ndjson"
    path.write_bytes(content)
    with pytest.raises(EvidenceError, match=complaint) as raised:
        read_record(path)
    assert str(path) in str(raised.value)
    assert raised.value.cure


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """
    A wrong name says so, and is no traceback.
    """
    with pytest.raises(EvidenceError, match="No such file"):
        read_record(tmp_path / "nowhere.ndjson")


@pytest.mark.parametrize(
    "damage",
    [
        lambda line: line.pop("started_at", None),
        lambda line: line.update(answer="maybe") if line["kind"] == "step" else None,
        lambda line: line.update(body_base64="%") if line.pop("body", None) else None,
        lambda line: line.pop("body", None),
        lambda line: line.update(headers=[["one"]]) if line["kind"] == "exchange" else None,
    ],
    ids=["no time", "unknown answer", "no base64", "no body", "half a header"],
)
def test_a_damaged_scenario_is_refused(path: Path, damage: Any) -> None:
    """
    A line that the schema would refuse is never read as something it is not.
    """
    lines = lines_of(path)
    before = json.dumps(lines)
    for line in lines[1:]:
        damage(line)
    if json.dumps(lines) == before:
        pytest.fail("the damage did nothing")
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    with pytest.raises(EvidenceError, match="cannot be read"):
        read_record(path)


def test_kinds_of_line_that_are_not_known_are_passed_over(path: Path) -> None:
    """
    A record of a newer version that only adds lines can still be judged.
    """
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], b'{"kind":"novelty"}\n', *lines[3:]]))
    assert read_record(path) == made_up()
