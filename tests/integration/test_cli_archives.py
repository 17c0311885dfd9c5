"""
Raw Segment archives, judged: files and folders, gzipped or not, whole or damaged.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from conformance.errors import EvidenceError
from conformance.record import Archive
from conformance.record.archives import LARGEST_PART
from tests.integration.command import command

DAY = "segment-logs/4cUkP2Xy/1772323200000"


def call(number: int, **changed: Any) -> dict[str, Any]:
    """
    A call as an archive keeps it.
    """
    return {
        "type": "track",
        "event": "Live Chat Message Sent",
        "anonymousId": "5b8f6f0e-7f0b-4a37-9a0c-5a3a6f1f0c11",
        "messageId": f"m-{number}",
        "receivedAt": "2026-03-01T10:00:00.000Z",
        "sentAt": "2026-03-01T10:00:00.000Z",
        "originalTimestamp": "2026-03-01T09:59:59.000Z",
        "timestamp": "2026-03-01T09:59:59.000Z",
        "properties": {
            "conversation_id": "c-1",
            "conversation_duration": number,
            "message_id": f"m-{number}",
        },
        "context": {
            "library": {"name": "acme", "version": "1"},
            "integration": {"name": "acme", "version": "1"},
        },
        "channel": "server",
        "version": 2,
        "projectId": "4cUkP2Xy",
        **changed,
    }


def lines(calls: Iterable[dict[str, Any]]) -> bytes:
    """
    The calls, one a line.
    """
    return b"".join(json.dumps(each).encode() + b"\n" for each in calls)


def write(path: Path, content: bytes) -> Path:
    """
    The file, its folders made; gzipped when its name says so.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def test_a_folder_is_judged_with_what_is_wrong_in_it(tmp_path: Path) -> None:
    """
    A call with a misspelt property is found, in its file; what needs the chat is inconclusive.
    """
    write(tmp_path / DAY / "1.gz", lines([call(1), call(2)]))
    write(tmp_path / DAY / "2.gz", lines([call(3, properties={"conversationId": "c-1"})]))
    done = command("judge", "segment-logs", "--report", "json=out.json", folder=tmp_path)
    assert done.returncode == 1, done.stderr
    report = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    rows = {row["id"]: row for row in report["requirements"]}
    [finding] = rows["PROPERTY-14"]["findings"]
    assert finding["scenario"] == "4cUkP2Xy/1772323200000/2.gz"
    assert finding["reproduce"] == "chatlio-conformance judge segment-logs --select PROPERTY-14"
    assert rows["EVENT-03"]["status"] == "inconclusive"
    assert report["notes"] == [
        "3 archived calls were read. An archive tells nothing of the chat, nor of the requests."
    ]


def test_one_file_of_lines_is_an_archive(tmp_path: Path) -> None:
    """
    Neither a folder nor gzip is needed, and good calls with --allow-inconclusive are exit 0.
    """
    write(tmp_path / "calls.jsonl", lines([call(1), call(2)]))
    done = command("judge", "calls.jsonl", "--allow-inconclusive", folder=tmp_path)
    assert done.returncode == 0, done.stdout


def test_damaged_lines_are_counted_and_told(tmp_path: Path) -> None:
    """
    Lines that are no JSON object, and a file that breaks off, cost themselves and no other.
    """
    write(tmp_path / "a" / "1.jsonl", lines([call(1)]) + b'{"type":\n[]\n\n' + lines([call(2)]))
    broken = gzip.compress(lines([call(number) for number in range(3, 2_000)]))
    (tmp_path / "a" / "2.gz").write_bytes(broken[: len(broken) // 2])
    archive = Archive(tmp_path / "a")
    assert sum(len(part.archived) for part in archive) == archive.calls > 2
    assert archive.malformed >= 3
    done = command("judge", "a", "--allow-inconclusive", folder=tmp_path)
    assert f"{archive.malformed} lines of the archive are no JSON object" in " ".join(done.stdout.split())


def test_nothing_but_damage_is_refused(tmp_path: Path) -> None:
    """
    A file without one call is no archive, and the message says what would be one.
    """
    write(tmp_path / "noise", b"\x00\xff\nnot json\n")
    done = command("judge", "noise", folder=tmp_path)
    assert done.returncode == 2
    assert "holds neither a record nor one archived call" in done.stderr


def test_records_and_archives_are_not_mixed(tmp_path: Path) -> None:
    """
    They are different evidence, so that one judgement of both would mean nothing.
    """
    write(tmp_path / "calls.jsonl", lines([call(1)]))
    write(tmp_path / "record.ndjson", b'{"kind":"header","format":1}\n')
    done = command("judge", "calls.jsonl", "record.ndjson", folder=tmp_path)
    assert done.returncode == 2
    assert "cannot be judged together" in done.stderr


def test_a_long_archive_is_read_in_parts(tmp_path: Path) -> None:
    """
    No more than 5,000 calls are held at once, and each part says which it is.
    """
    archive = Archive(write(tmp_path / "long.gz", lines(call(number) for number in range(LARGEST_PART + 1))))
    parts = [(part.name, len(part.archived)) for part in archive]
    assert parts == [("long.gz", LARGEST_PART), ("long.gz, part 2", 1)]


def test_a_duplicate_across_parts_is_seen(tmp_path: Path) -> None:
    """
    Two different calls with one messageId are found although two files hold them.
    """
    write(tmp_path / "a" / "1.jsonl", lines([call(1)]))
    write(tmp_path / "a" / "2.jsonl", lines([call(2, messageId="m-1")]))
    done = command("judge", "a", "--select", "ENVELOPE-03", folder=tmp_path)
    assert done.returncode == 1, done.stdout


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """
    There is nothing to judge, and that is no pass.
    """
    (tmp_path / "empty").mkdir()
    with pytest.raises(EvidenceError, match="holds no file"):
        list(Archive(tmp_path / "empty"))
