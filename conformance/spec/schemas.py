"""
The JSON Schemas, compiled: a fast answer first, and an explanation only where the answer is no.

jsonschema-rs decides, jsonschema explains. They are held to one verdict by the same documents, the same
idea of a date-time (jsonschema by itself checks none) and the same idea of a number. Both are imported on
first use.
"""

from __future__ import annotations

import copy
import functools
import json
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from conformance.errors import ToolkitError
from conformance.spec.explanation import Violation, violations
from conformance.spec.files import schemas_root
from conformance.spec.names import unknown

if TYPE_CHECKING:
    from jsonschema import FormatChecker, TypeChecker
    from jsonschema.protocols import Validator as Explainer
    from referencing import Registry

SUFFIX = ".schema.json"
ADDRESS = "https://chatlio-conformance.dev/schemas/"

Schema = dict[str, Any]


@frozen(kw_only=True)
class Validator:
    """
    One schema, ready to answer. `name` is the schema's, as in `events/message-sent`.

    No value that Python's `json` reads makes it raise, however deeply nested or large. NaN and the
    infinities, which JSON has not, are no numbers.
    """

    name: str
    _accepts: Callable[[object], bool] = field(repr=False, eq=False)
    _explainer: Callable[[], Explainer] = field(repr=False, eq=False)

    def is_valid(self, value: object) -> bool:
        """
        Whether the schema allows the value.
        """
        try:
            return self._accepts(value)
        except (ValueError, RecursionError, OverflowError):
            # What the fast validator cannot read (lone surrogates, say) the slow one still decides.
            return not self.explain(value)

    def explain(self, value: object) -> list[Violation]:
        """
        What the schema refuses in the value; empty exactly when `is_valid` says yes.
        """
        return violations(self._explainer(), value)


def schema_names() -> tuple[str, ...]:
    """
    The names of all schemas, sorted: their paths under `schemas/`, as in `events/message-sent`.
    """
    return tuple(sorted(uri.removeprefix(ADDRESS).removesuffix(SUFFIX) for uri in _documents()))


def schema(name: str) -> Schema:
    """
    The schema of that name, a copy of one's own; raises UsageError, naming the nearest, for no such name.
    """
    return copy.deepcopy(_documents()[_address(name)])


@functools.cache
def validator(name: str) -> Validator:
    """
    The validator of a schema, or of an anchor inside one, as in `profiles/live-chat#conversation_duration`.

    Raises UsageError, naming the nearest, for a name nobody knows.
    """
    uri = _address(name)
    return Validator(name=name, accepts=_accepting(uri), explainer=functools.partial(_explainer, uri))


@functools.cache
def _documents() -> Mapping[str, Schema]:
    root = schemas_root()
    paths = root.rglob(f"*{SUFFIX}")
    return {ADDRESS + path.relative_to(root).as_posix(): json.loads(path.read_bytes()) for path in paths}


def _address(name: str) -> str:
    stem, mark, anchor = name.partition("#")
    uri = f"{ADDRESS}{stem}{SUFFIX}"
    if uri not in _documents():
        raise unknown("schema", stem, schema_names(), where="`chatlio-conformance schema` lists them all.")
    if mark and anchor not in _anchors(_documents()[uri]):
        raise unknown("anchor", name, (f"{stem}#{each}" for each in _anchors(_documents()[uri])), where="")
    return uri + mark + anchor


def _anchors(document: Schema) -> list[str]:
    definitions = document.get("$defs", {}).values()
    return [each["$anchor"] for each in definitions if "$anchor" in each]


def _local(uri: str) -> Schema:
    found = _documents().get(uri)
    if found is None:
        raise ToolkitError(f"A schema refers to {uri}, which is not among ours.", cure="Mend its $ref.")
    return found


def _accepting(uri: str) -> Callable[[object], bool]:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator({"$ref": uri}, retriever=_local, validate_formats=True).is_valid


@functools.cache
def _explainer(uri: str) -> Explainer:
    import jsonschema

    dialect: type[Explainer] = jsonschema.validators.create(
        meta_schema=jsonschema.Draft202012Validator.META_SCHEMA,
        validators=jsonschema.Draft202012Validator.VALIDATORS,
        type_checker=_finite_numbers(),
    )
    return dialect({"$ref": uri}, registry=_registry(), format_checker=_formats())


@functools.cache
def _registry() -> Registry[Any]:
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    # Without its $schema a document is read in our dialect; with it jsonschema would change to its own.
    resources = (
        (
            uri,
            DRAFT202012.create_resource({key: value for key, value in document.items() if key != "$schema"}),
        )
        for uri, document in _documents().items()
    )
    registry: Registry[Any] = Registry().with_resources(resources)
    # Crawled once here; left to itself, it would search all documents for an anchor at every lookup.
    return registry.crawl()


def _formats() -> FormatChecker:
    """
    The fast validator's own idea of a date-time, so that the two cannot differ over a leap second.
    """
    import jsonschema
    import jsonschema_rs

    fast = jsonschema_rs.Draft202012Validator({"format": "date-time"}, validate_formats=True)
    formats = jsonschema.FormatChecker(formats=())
    formats.checks("date-time", raises=ValueError)(fast.is_valid)
    return formats


def _finite_numbers() -> TypeChecker:
    import jsonschema

    known: TypeChecker = jsonschema.Draft202012Validator.TYPE_CHECKER

    def finite(kind: str) -> Callable[[object, object], bool]:
        return lambda _, value: known.is_type(value, kind) and _is_finite(value)

    return known.redefine_many({"number": finite("number"), "integer": finite("integer")})


def _is_finite(value: object) -> bool:
    return not isinstance(value, float) or math.isfinite(value)
