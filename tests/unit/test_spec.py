"""
The catalogue holds every requirement of the specification, with everything a reader needs to know of it.
"""

from __future__ import annotations

import re

import attrs
import pytest

from conformance.errors import UsageError
from conformance.model.requirements import Basis, Profile
from conformance.spec import catalogue, nearest, regions, schemas_root

# The specification's own table: id, level, basis, what judging needs. Data, not derived from the catalogue.
ROWS = tuple(
    tuple(row.split())
    for row in """
    EVENT-01 MUST documented O
    EVENT-02 MUST documented O
    EVENT-03 MUST documented S
    EVENT-04 MUST documented S
    EVENT-05 MUST documented S
    EVENT-06 MUST documented S
    EVENT-07 MUST documented S
    EVENT-08 MUST documented S
    EVENT-09 MUST inferred S
    EVENT-10 SHOULD inferred O
    EVENT-11 SHOULD documented O
    PROPERTY-01 MUST documented O
    PROPERTY-02 MUST documented O
    PROPERTY-03 MUST documented O
    PROPERTY-04 MUST documented O
    PROPERTY-05 MUST documented O
    PROPERTY-06 MUST documented O
    PROPERTY-07 MUST documented O/S
    PROPERTY-08 MUST documented O/S
    PROPERTY-09 MUST documented S
    PROPERTY-10 SHOULD inferred S
    PROPERTY-11 MUST documented S
    PROPERTY-12 MUST documented O
    PROPERTY-13 SHOULD documented O
    PROPERTY-14 MUST documented O
    PROPERTY-15 SHOULD documented O
    PROPERTY-16 MAY documented S
    PROPERTY-17 SHOULD practice O
    IDENTITY-01 MUST documented O
    IDENTITY-02 MUST documented S
    IDENTITY-03 MUST inferred S
    IDENTITY-04 MUST inferred S
    IDENTITY-05 SHOULD documented S
    ENVELOPE-01 SHOULD documented O
    ENVELOPE-02 MUST documented O
    ENVELOPE-03 MUST documented O
    ENVELOPE-04 MUST documented O
    ENVELOPE-05 MUST documented S
    ENVELOPE-06 SHOULD documented S
    ENVELOPE-07 SHOULD documented O
    ENVELOPE-08 SHOULD documented O
    ENVELOPE-09 MUST documented O
    TRANSPORT-01 MUST documented O
    TRANSPORT-02 MUST documented O
    TRANSPORT-03 MUST documented O
    TRANSPORT-04 SHOULD documented O
    TRANSPORT-05 MUST documented O
    TRANSPORT-06 MUST documented O
    TRANSPORT-07 MUST practice O
    TRANSPORT-08 SHOULD documented O
    TRANSPORT-09 MUST documented O
    TRANSPORT-10 MUST inferred O/F
    DELIVERY-01 MUST practice F
    DELIVERY-02 MUST inferred F
    DELIVERY-03 SHOULD documented F
    DELIVERY-04 SHOULD practice F
    DELIVERY-05 MUST practice S
    DELIVERY-06 SHOULD practice F
    DELIVERY-07 SHOULD practice S
    DELIVERY-08 SHOULD practice F
    REGION-01 MUST documented O
    REGION-02 MUST documented O
    REGION-03 MUST documented F
    REGION-04 SHOULD inferred F
    REGION-05 MUST documented F
    REGION-06 MUST inferred O
    WAREHOUSE-01 MUST documented O
    WAREHOUSE-02 MUST documented O
    WAREHOUSE-03 MUST documented O
    WAREHOUSE-04 SHOULD documented O
    SETUP-01 MUST documented O
    SETUP-02 MUST inferred F
    SETUP-03 MUST inferred F
    SETUP-04 MUST practice O
    ROUTING-01 MUST documented O
""".strip().splitlines()
)

# What does not happen: silence alone passes none of these.
NEGATIVE = {
    *("EVENT-05", "EVENT-08", "EVENT-09", "IDENTITY-03", "IDENTITY-04", "TRANSPORT-07", "DELIVERY-07"),
    *("REGION-02", "REGION-03", "REGION-05", "REGION-06", "SETUP-02", "SETUP-03", "SETUP-04"),
}


def test_every_requirement_of_the_specification_is_in_the_catalogue_once_and_in_order() -> None:
    """
    Id, level, basis and needs of all 75 requirements are the specification's.
    """
    held = [
        (each.id, each.level.value, each.basis.value, "/".join(each.needs))
        for each in catalogue().requirements
    ]
    assert held == list(ROWS)
    assert len(held) == 75


def test_every_text_is_there_and_says_something_of_its_own() -> None:
    """
    No statement, reason or cure is empty, unfinished, or used twice.
    """
    rows = catalogue().requirements
    texts = [text for row in rows for text in (row.statement, row.why, row.mend)]
    assert len(set(texts)) == 3 * len(rows)
    assert [text for text in texts if len(text) < 30 or not text.endswith(".")] == []
    assert [row.id for row in rows if not row.section] == []


def test_texts_mark_names_in_pairs() -> None:
    """
    Every backtick that opens has one that closes, so that a report can set names apart.
    """
    rows = catalogue().requirements
    texts = [text for row in rows for text in (row.statement, row.why, row.mend, row.section)]
    assert [text for text in texts if text.count("`") % 2] == []


def test_every_id_that_a_text_mentions_exists() -> None:
    """
    A text that sends the reader to another requirement sends them to one that is there.
    """
    text = (schemas_root() / "requirements.toml").read_text(encoding="utf-8")
    known = {row[0] for row in ROWS}
    mentioned = set(re.findall(r"\b(?!EXCLUDED|UNSPECIFIED)[A-Z]{5,}-\d\d\b", text))
    assert mentioned == known


def test_every_source_is_known_and_used() -> None:
    """
    Requirements name sources by their keys, and each source has a use.
    """
    everything = catalogue()
    keys = {source.key for source in everything.sources}
    named = {key for row in everything.requirements for key in row.source}
    assert named == keys
    assert {key for row in everything.excluded for key in row.source} <= keys


def test_what_is_documented_names_a_document() -> None:
    """
    Only a requirement that rests on practice may be without a source, and its section says so.
    """
    bare = [row for row in catalogue().requirements if not row.source]
    assert {row.basis for row in bare} == {Basis.PRACTICE}
    assert all(row.section.startswith("No document says so") for row in bare)


def test_the_live_chat_profile_drops_the_regions_and_nothing_else() -> None:
    """
    Every requirement holds in the profile chatlio; in live-chat all but those on regions.
    """
    everything = catalogue().requirements
    assert all(Profile.CHATLIO in row.profiles for row in everything)
    kept = {row.id for row in everything if Profile.LIVE_CHAT in row.profiles}
    assert {row.id for row in everything if row.chapter != "REGION"} == kept


def test_negative_requirements_are_marked() -> None:
    """
    Whatever demands that something does not happen is marked, so that doing nothing cannot pass it.
    """
    marked = {row.id for row in catalogue().requirements if row.negative}
    assert marked >= NEGATIVE
    assert not marked & {"EVENT-03", "EVENT-04", "EVENT-06", "EVENT-07", "REGION-01", "DELIVERY-01"}


def test_ids_of_all_kinds_are_unique() -> None:
    """
    No id names two rows, of whatever kind.
    """
    everything = catalogue()
    ids = [row.id for row in everything.requirements]
    ids += [row.id for row in everything.excluded]
    ids += [row.id for row in everything.unspecified]
    assert len(ids) == len(set(ids))


def test_what_is_left_out_says_why() -> None:
    """
    All six setup steps and the loading of warehouses are excluded with reasons; seven points are left open.
    """
    everything = catalogue()
    assert all(row.reason and row.statement and row.section for row in everything.excluded)
    assert all(row.topic and row.open and row.treatment for row in everything.unspecified)
    assert (len(everything.excluded), len(everything.unspecified)) == (5, 7)


def test_the_catalogue_is_read_once_and_frozen() -> None:
    """
    Everyone holds the same catalogue, and nobody can change it.
    """
    assert catalogue() is catalogue()
    assert catalogue().revision == "2026-11-22"
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        catalogue().requirements[0].level = "MAY"  # type: ignore[misc,assignment]  # the attempt is the test


def test_a_requirement_is_found_by_its_id() -> None:
    """
    An id leads to its requirement.
    """
    assert catalogue().requirement("EVENT-03").id == "EVENT-03"


@pytest.mark.parametrize(
    ("typed", "meant"), [("event-03", "EVENT-03"), ("PROPRETY-11", "PROPERTY-11"), ("DELIVRY", "DELIVERY")]
)
def test_an_unknown_id_names_the_nearest(typed: str, meant: str) -> None:
    """
    A mistyped id is a usage error that asks for the one that was meant.
    """
    with pytest.raises(UsageError, match=rf"Did you mean {meant}\?"):
        catalogue().requirement(typed)


@pytest.mark.parametrize(("name", "found"), [("Quik", "quick"), ("STANDARD", "standard"), ("zzz", None)])
def test_the_nearest_name_is_found_whatever_its_case(name: str, found: str | None) -> None:
    """
    A near name is found in any letter case; where nothing is near, nothing is made up.
    """
    assert nearest(name, ["quick", "standard", "exhaustive"]) == found


# ---------------------------------------------------------------- regions


def test_the_regions_are_the_specifications() -> None:
    """
    The source works in the US only, and each region has its own hosts.
    """
    us, eu = regions()
    assert (us.key, us.endpoint, us.chatlio) == ("us", "https://api.segment.io", True)
    assert (eu.key, eu.endpoint, eu.chatlio) == ("eu", "https://events.eu1.segmentapis.com", False)
    assert us.token_host != eu.token_host
