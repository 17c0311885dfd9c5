"""
The HTML report says everything a reader needs, once, and nothing an implementation sent can act in it.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import attrs
import pytest

from conformance.model import Finding, Judgement, ScenarioView, Status, TimelineEntry, Verdict
from conformance.reporting import render
from conformance.reporting.cards import LONGEST_DRAWING, Failure, failures
from conformance.reporting.html import prose, seen
from conformance.reporting.rows import rows
from conformance.reporting.wire import laid_out, loosened
from conformance.spec import catalogue
from tests.unit import judgements

VOID = {"meta", "link", "br", "img", "hr", "input"}


class Outline(HTMLParser):
    """
    What a browser would find: the tags with their attributes, ids, links, and the text.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attributes}
        named = dict(attributes)
        self.ids += filter(None, [named.get("id")])
        self.links += filter(None, [named.get("href"), named.get("src")])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.text += data


def outline(judgement: Judgement) -> Outline:
    """
    The page of a judgement, parsed; every tag that opens must close.
    """
    parsed = Outline()
    parsed.feed(render(judgement, "html"))
    parsed.close()
    assert parsed.open == []
    return parsed


@pytest.mark.parametrize("text", judgements.HOSTILE, ids=range(len(judgements.HOSTILE)))
def test_captured_text_is_never_markup(text: str) -> None:
    """
    Whatever stands wherever an implementation can put it, the page has the same tags as with a harmless word.
    """
    hostile, harmless = outline(judgements.hostile(text)), outline(judgements.hostile("word"))
    spans = {"span"}
    assert [tag for tag in hostile.tags if tag not in spans] == [
        tag for tag in harmless.tags if tag not in spans
    ]
    assert hostile.attributes == harmless.attributes
    assert hostile.links == harmless.links


def test_no_script_and_no_address_is_loaded() -> None:
    """
    The page is one file: no script, no image, no font, no style sheet of another.
    """
    written = render(judgements.failing(), "html")
    parsed = outline(judgements.failing())
    assert not {"script", "img", "link", "iframe", "object", "svg"} & set(parsed.tags)
    assert not {name for name in parsed.attributes if name.startswith("on")}
    assert "url(" not in written
    assert "@import" not in written
    assert "default-src 'none'" in written


def test_a_homepage_becomes_a_link_only_when_it_is_a_web_page() -> None:
    """
    An address that an implementation gives of itself can run nothing.
    """
    assert "https://example.com/acme-bridge" in outline(judgements.failing()).links
    assert not [link for link in outline(judgements.hostile("javascript:alert(1)")).links if "alert" in link]


@pytest.mark.parametrize(
    "judgement",
    [judgements.passing(), judgements.failing(), judgements.hostile("<"), judgements.crowded(200)],
)
def test_every_link_within_the_page_has_a_place_to_go(judgement: Judgement) -> None:
    """
    Ids are unique and every anchor resolves.
    """
    parsed = outline(judgement)
    assert len(parsed.ids) == len(set(parsed.ids))
    assert {link[1:] for link in parsed.links if link.startswith("#")} <= set(parsed.ids)


def test_the_head_of_the_page_says_how_it_stands() -> None:
    """
    Verdict, implementation, target, profile, revision, seed, budget, time and toolkit come before all else.
    """
    first = _run_together(outline(judgements.failing()).text.partition("What failed")[0])
    for said in (
        "acme-bridge is not conformant.", "A baseline hides 1 finding.", "acme-bridge 1.4.2, node", "Seed 7",
        "stdio:node bridge.mjs --verbose", "Profile chatlio", f"Specification {catalogue().revision}",
        "Budget standard", "Played 2026-03-01 10:00 UTC", "Toolkit 0.1.0", "59 ✓ passed", "5 ✗ failed",
    ):  # fmt: skip
        assert _run_together(said) in first


def test_every_requirement_has_a_row() -> None:
    """
    What passed is shown with its evidence as plainly as what failed.
    """
    parsed = outline(judgements.failing())
    assert {f"row-{row.id}" for row in catalogue().requirements} <= set(parsed.ids)
    assert [row.id for row in catalogue().excluded if row.id not in parsed.text] == []


def test_each_payload_and_each_conversation_is_drawn_once() -> None:
    """
    A card whose exchange is shown already links to it.
    """
    written = render(judgements.failing(), "html")
    assert written.count('id="exchange-19"') == 1
    assert written.count('href="#exchange-19"') == 2
    assert written.count("node-next-1772359200123-19") == 1
    assert '<a href="#PROPERTY-11-1-conversation">The conversation is drawn above</a>' in written


def test_three_findings_are_told_in_full_and_more_in_brief() -> None:
    """
    A requirement with many findings does not bury the next one; what is not listed is counted.
    """
    [failure] = [each for each in _failures(judgements.failing()) if each.row.id == "PROPERTY-14"]
    assert (len(failure.cards), len(failure.brief), failure.uncounted) == (3, 2, 0)
    crowd = attrs.evolve(failure.row.verdict, findings=failure.row.verdict.findings[:1] * 1000)
    [failure] = _failures(attrs.evolve(judgements.failing(), verdicts=(crowd,)))
    assert (len(failure.cards), len(failure.brief), failure.uncounted) == (3, 20, 977)


def test_a_thousand_findings_fit_in_two_megabytes() -> None:
    """
    However much went wrong, the page can be sent by mail; and so it can when every text is enormous.
    """
    assert len(render(judgements.crowded(1000), "html").encode()) < 2_000_000
    assert len(render(judgements.crowded(10_000), "html").encode()) < 2_000_000
    assert len(render(judgements.hostile("\x00" * 1_000_000), "html").encode()) < 2_000_000


def test_a_long_conversation_is_drawn_around_what_the_finding_points_to() -> None:
    """
    Three hundred messages are not drawn to show the one that is wrong; what is left out is counted.
    """
    timeline = tuple(
        TimelineEntry(side="chat", offset=float(n), label=f"message {n}", activity=f"act-{n}")
        for n in range(300)
    )
    scenario = ScenarioView(
        name="burst", purpose="", activities=300, exchanges=0, messages=0, timeline=timeline
    )
    finding = Finding(requirement="EVENT-06", expected="", observed="", scenario="burst", activity="act-200")
    failed = Verdict(requirement="EVENT-06", status=Status.FAILED, exercised=1, findings=(finding,))
    [failure] = _failures(attrs.evolve(judgements.failing(), verdicts=(failed,), scenarios=(scenario,)))
    drawing = failure.cards[0].drawing
    assert drawing is not None
    assert [moment.entry.label for moment in drawing.moments if moment.here] == ["message 200"]
    assert len(drawing.moments) <= LONGEST_DRAWING
    assert drawing.before + len(drawing.moments) + drawing.after == 300


def test_what_cannot_be_seen_is_shown() -> None:
    """
    A bidirectional override is named where it stands, and a long text says how much was cut.
    """
    assert seen("a\u202eb") == 'a<span class="unseen">U+202E</span>b'
    assert seen("x" * 30, 10) == 'xxxxxxxxxx <span class="cut">… 20 characters more</span>'
    assert prose("a `<b>` c") == "a <code>&lt;b&gt;</code> c"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            '{"a":[1,{"b":45.0}],"c":{}}',
            '{\n  "a": [\n    1,\n    {\n      "b": 45.0\n    }\n  ],\n  "c": {}\n}',
        ),
        ('{"a":1,"a":2}', '{\n  "a": 1,\n  "a": 2\n}'),
        ('{"a":"b,{[:\\""}', '{\n  "a": "b,{[:\\""\n}'),
        ('{"a":"breaks o', '{\n  "a": "breaks o'),
        ("writeKey=x&y=1", "writeKey=x&y=1"),
        ('{\n    "a": 1}', '{\n  "a": 1\n}'),
        ("", ""),
        ("}}]],,::{", "}}]],,::{"),
    ],
)
def test_a_body_is_laid_out_without_being_changed(body: str, expected: str) -> None:
    """
    Only white space is added: numbers, doubled keys and what breaks off stay as they went over the wire.
    """
    assert "".join(piece.text for piece in laid_out(body)) == expected


def test_properties_in_the_timeline_have_room_to_break() -> None:
    """
    A line of JSON wraps between its members, not within their names; other text is left alone.
    """
    assert loosened('{"a":"x,y:z","b":[1,2]}') == '{"a": "x,y:z", "b": [1, 2]}'
    assert loosened('{"a":"breaks o…') == '{"a": "breaks o…'
    assert loosened("Peter: 1,2") == "Peter: 1,2"


def test_a_bottomless_body_is_laid_out_in_linear_room() -> None:
    """
    Nesting is indented only so far.
    """
    laid = "".join(piece.text for piece in laid_out("[" * 10_000))
    assert len(laid) < 300_000


def test_what_a_finding_points_to_is_marked() -> None:
    """
    Name and value stand out, in a batch and in a single call.
    """
    path = ("batch", "1", "properties", "id")
    body = '{"batch":[{"properties":{"id":1}},{"properties":{"id":2,"ids":3}}]}'
    assert [piece.text for piece in laid_out(body, [path]) if piece.marked] == ['"id"', "2"]
    shortened = '["… 4 more calls", {"id": 5}, "… 1 more call", {"id": 7}]'
    assert [piece.text for piece in laid_out(shortened, [("4", "id"), ("6", "id")]) if piece.marked] == [
        '"id"', "5", '"id"', "7",
    ]  # fmt: skip
    marked = re.findall("<mark>(.*?)</mark>", render(judgements.failing(), "html"))
    assert "&#34;userId&#34;" in marked
    assert "3000" in marked


def _failures(judgement: Judgement) -> tuple[Failure, ...]:
    return failures(judgement, rows(judgement))


def _run_together(text: str) -> str:
    """
    The text without any white space, which a page has where its tags happen to be.
    """
    return "".join(text.split())


def test_a_reason_for_many_scenarios_is_told_once() -> None:
    """
    With how many they are, and the log of the first; each is marked in the list of what was played.
    """
    judgement = judgements.failing()
    broken = next(scenario for scenario in judgement.scenarios if scenario.unusable)
    others = tuple(attrs.evolve(broken, name=f"other-{number}") for number in range(3))
    alone = attrs.evolve(broken, name="alone", unusable="It hung.", log="")
    text = outline(attrs.evolve(judgement, scenarios=(broken, *others, alone))).text
    assert "The conversation rotated-write-key and 3 more could not be driven to the end." in text
    assert "The conversation alone could not be driven to the end. It hung." in text
    assert text.count("What the implementation wrote last, in rotated-write-key") == 1
    assert text.count("not finished") == 5
