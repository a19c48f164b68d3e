"""The schemas of the bus events' details, from the models and the catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from layerlift.domain.catalogue.shape import ALWAYS
from layerlift.domain.event_catalogue import CATALOGUE
from layerlift.domain.events import Detail, EventType

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_NULL = {"type": "null"}
_REFERENCE = "#/$defs/"


def stem(kind: EventType) -> str:
    """Return an event's name in file names: `layer-release-claimed`."""
    return kind.value.lower().replace(" ", "-")


def schema_text(kind: EventType) -> str:
    """Return the schema as it is published."""
    return json.dumps(detail_schema(kind), indent=2) + "\n"


def detail_schema(kind: EventType) -> dict[str, Any]:
    """Return the JSON schema of the ``detail`` of one type of event: these fields, and no others.

    An absent field is left out of an event, so what is optional in the model is never null.
    """
    shape = CATALOGUE[kind]
    model = Detail.model_json_schema()
    properties = {name: _present(model["properties"][name]) for name in shape.fields}
    if shape.outcomes:
        properties["outcome"]["enum"] = list(shape.outcomes)
    version = properties["schema_version"]["const"]
    definitions = {
        name: _definition(model["$defs"][name])
        for name in sorted(set(_referenced(properties, model["$defs"])))
    }
    return {
        "$schema": DIALECT,
        "$id": f"urn:layerlift:events:{stem(kind)}:{version}",
        "title": kind.value,
        "description": shape.meaning,
        "type": "object",
        "properties": properties,
        "required": [*ALWAYS, *shape.required],
        "additionalProperties": False,
    } | ({"$defs": definitions} if definitions else {})


def _present(field: Mapping[str, Any]) -> dict[str, Any]:
    """Return a field's schema for when it is there: without null, default and made-up title."""
    kept = {name: value for name, value in field.items() if name not in ("title", "default")}
    if "anyOf" not in kept:
        return kept
    (only,) = (choice for choice in kept.pop("anyOf") if choice != _NULL)
    return {**only, **kept}


def _definition(definition: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in definition.items() if name != "title"}
    if "description" in kept:
        kept["description"] = " ".join(kept["description"].split())
    if "properties" in kept:
        kept["properties"] = {name: _present(field) for name, field in kept["properties"].items()}
    return kept


def _referenced(part: Any, definitions: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of all definitions that a part of a schema leads to."""
    if isinstance(part, dict):
        reference = part.get("$ref", "")
        if reference.startswith(_REFERENCE):
            name = reference.removeprefix(_REFERENCE)
            yield name
            yield from _referenced(definitions[name], definitions)
        for value in part.values():
            yield from _referenced(value, definitions)
    elif isinstance(part, list):
        for value in part:
            yield from _referenced(value, definitions)
