"""
The JSON Schemas are valid, free of contradiction, and say each thing once.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from conformance.spec import catalogue, schema, schema_names, validator

NAMES = schema_names()

# These two describe whole documents; the tests of what writes them validate real ones.
DOCUMENTS = ("record/record", "report/judgement")
SHOWN = tuple(name for name in NAMES if name not in DOCUMENTS)

EVENTS = {
    "events/conversation-started": "Live Chat Conversation Started",
    "events/conversation-ended": "Live Chat Conversation Ended",
    "events/message-sent": "Live Chat Message Sent",
    "events/message-received": "Live Chat Message Received",
}

SIX = ("agent_id", "agent_name", "agent_username", "conversation_duration", "conversation_id", "message_id")
COMMON = ("anonymousId", "userId", "messageId", "timestamp", "originalTimestamp", "context", "integrations")

KEYWORDS = {
    *("$schema", "$id", "$ref", "$anchor", "$dynamicRef", "$dynamicAnchor", "$defs", "title", "description"),
    *(
        "examples",
        "type",
        "enum",
        "const",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "allOf",
    ),
    *("anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "minLength", "maxLength", "pattern"),
    *("format", "minimum", "maximum", "minItems", "maxItems", "uniqueItems", "prefixItems", "propertyNames"),
    *("patternProperties", "minProperties", "maxProperties", "$comment", "default", "contentEncoding"),
    *("exclusiveMinimum", "exclusiveMaximum", "unevaluatedProperties", "contains", "dependentRequired"),
    *("contentMediaType", "deprecated", "readOnly", "writeOnly", "multipleOf"),
}
MAPS_OF_SCHEMAS = ("properties", "$defs", "dependentSchemas", "patternProperties")
DATA = ("examples", "const", "enum", "default", "required")


def subschemas(document: Any, pointer: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """
    Every schema inside a schema document, itself first, with its JSON Pointer.
    """
    if not isinstance(document, dict):
        return
    yield pointer, document
    for keyword, value in document.items():
        if keyword in MAPS_OF_SCHEMAS:
            for name, inner in value.items():
                yield from subschemas(inner, f"{pointer}/{keyword}/{name}")
        elif keyword not in DATA and isinstance(value, list):
            for index, inner in enumerate(value):
                yield from subschemas(inner, f"{pointer}/{keyword}/{index}")
        elif keyword not in DATA:
            yield from subschemas(value, f"{pointer}/{keyword}")


@functools.cache
def registry() -> Registry[Any]:
    """
    All schemas, by their `$id`, and nothing else.
    """
    documents = (schema(name) for name in NAMES)
    found: Registry[Any] = Registry().with_resources(
        (document["$id"], DRAFT202012.create_resource(document)) for document in documents
    )
    return found.crawl()


def locations(name: str) -> list[str]:
    """
    The places, in all schemas, where a property of that name is given a type of its own.
    """
    own = {"type", "enum", "const", "$dynamicRef", "format"}
    return [
        f"{document}{pointer}"
        for document in NAMES
        for pointer, inner in subschemas(schema(document))
        if pointer.endswith((f"/properties/{name}", f"/$defs/{name}")) and own & inner.keys()
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_is_valid_against_its_metaschema(name: str) -> None:
    """
    Each schema is a valid JSON Schema of draft 2020-12, in the eyes of both validators.
    """
    document = schema(name)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(document)
    assert jsonschema_rs.meta.is_valid(document)


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_is_named_by_its_place(name: str) -> None:
    """
    A schema's `$id` follows from its path, and it has a title and a description.
    """
    document = schema(name)
    assert document["$id"] == f"https://chatlio-conformance.dev/schemas/{name}.schema.json"
    assert document["title"]
    assert document["description"].endswith(".")


def test_titles_are_unique() -> None:
    """
    No two schemas have the same title.
    """
    titles = [schema(name)["title"] for name in NAMES]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("name", SHOWN)
def test_every_schema_names_its_source(name: str) -> None:
    """
    A schema's description ends with the documents it follows, by the catalogue's keys.
    """
    keys = [source.key for source in catalogue().sources]
    _, mark, named = schema(name)["description"].rpartition("Source: ")
    assert mark
    assert any(key in named for key in (*keys, "the driver protocol"))


@pytest.mark.parametrize("name", NAMES)
def test_no_keyword_is_misspelled(name: str) -> None:
    """
    Every keyword is one of draft 2020-12: an unknown one would be ignored, and nothing would be checked.
    """
    for pointer, inner in subschemas(schema(name)):
        assert inner.keys() <= KEYWORDS, pointer


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_stays_at_home(name: str) -> None:
    """
    Every `$ref` leads to a schema among ours; none needs the network.
    """
    document = schema(name)
    resolver = registry().resolver(document["$id"])
    for _, inner in subschemas(document):
        if "$ref" in inner:
            assert resolver.lookup(inner["$ref"]).contents


@pytest.mark.parametrize("name", SHOWN)
def test_every_schema_can_be_satisfied(name: str) -> None:
    """
    Each schema has examples, and each example satisfies it: no requirement contradicts another.
    """
    examples = schema(name)["examples"]
    assert examples
    for example in examples:
        assert validator(name).explain(example) == []
        assert validator(name).is_valid(example)


@pytest.mark.parametrize("name", NAMES)
def test_every_definition_can_be_satisfied(name: str) -> None:
    """
    Each example inside a schema satisfies the definition it stands beside.
    """
    document = schema(name)
    for pointer, inner in subschemas(document):
        judge = Draft202012Validator({"$ref": document["$id"] + pointer}, registry=registry())
        for example in inner.get("examples", ()):
            assert list(judge.iter_errors(example)) == [], pointer


@pytest.mark.parametrize("name", NAMES)
def test_what_is_required_is_described(name: str) -> None:
    """
    What a schema with properties of its own requires is among them, or among those it refers to.
    """
    for pointer, inner in subschemas(schema(name)):
        if (
            "properties" in inner
            and "$ref" not in inner
            and "/$defs/" not in pointer
            and "/then" not in pointer
        ):
            assert set(inner.get("required", ())) <= inner["properties"].keys(), pointer


@pytest.mark.parametrize("name", [*SIX, "message_body"])
def test_every_event_property_is_written_once(name: str) -> None:
    """
    A property's type stands in one place, and the events refer to it.
    """
    assert locations(name) == [f"events/properties#/$defs/{name}"]


@pytest.mark.parametrize("name", COMMON)
def test_every_common_field_is_written_once(name: str) -> None:
    """
    A common field's type stands in the schema of a call, and nowhere else among Segment's schemas.
    """
    places = [place for place in locations(name) if place.startswith(("segment/", "events/", "profiles/"))]
    assert len(places) <= 1
    assert all(place.startswith("segment/call#") for place in places)


@pytest.mark.parametrize(("name", "event"), EVENTS.items())
def test_each_event_is_spelled_as_the_page_spells_it(name: str, event: str) -> None:
    """
    There is one schema per event, and it demands the event's name letter for letter.
    """
    example = schema(name)["examples"][0]
    assert example["event"] == event
    for wrong in (event.lower(), event.replace(" ", "_"), f"{event} ", ""):
        assert not validator(name).is_valid({**example, "event": wrong})


def test_there_are_four_events() -> None:
    """
    The four events have a schema each, and there are no others.
    """
    assert {name for name in NAMES if name.startswith("events/")} == {*EVENTS, "events/properties"}


@pytest.mark.parametrize(
    ("duration", "chatlio", "live_chat"), [(45, True, True), (45.5, False, True), ("45", False, False)]
)
def test_profiles_differ_in_the_duration_only(duration: object, chatlio: bool, live_chat: bool) -> None:
    """
    The profile chatlio demands an integer duration, the profile live-chat any number.
    """
    example = schema("events/message-sent")["examples"][0]
    sent = {**example, "properties": {**example["properties"], "conversation_duration": duration}}
    for profile, allowed in (("profiles/chatlio", chatlio), ("profiles/live-chat", live_chat)):
        assert validator(profile).is_valid(sent) is allowed
        assert validator(f"{profile}#conversation_duration").is_valid(duration) is allowed
