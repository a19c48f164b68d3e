"""Every event has a shape, a schema and a sample, and they agree."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from layerlift.domain.catalogue.shape import ALWAYS
from layerlift.domain.event_catalogue import CATALOGUE
from layerlift.domain.events import SOURCE, Detail, Event, EventType
from tools.reference.schemas import detail_schema, stem
from tools.reference.sources import ROOT

every_event = pytest.mark.parametrize("kind", EventType, ids=stem)


def sample(kind: EventType) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((ROOT / "events/bus" / f"{stem(kind)}.json").read_text())
    return loaded


def published_schema(kind: EventType) -> dict[str, Any]:
    path = ROOT / "events/schemas" / f"{stem(kind)}.schema.json"
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def test_every_event_is_in_the_catalogue_in_the_order_it_is_declared() -> None:
    assert list(CATALOGUE) == list(EventType)


def test_nothing_but_samples_of_events_lies_among_them() -> None:
    found = {path.name for path in (ROOT / "events/bus").iterdir()}
    assert found == {f"{stem(kind)}.json" for kind in EventType}


def test_every_field_of_the_model_is_used_by_some_event() -> None:
    used = {name for shape in CATALOGUE.values() for name in shape.fields}
    assert used == set(Detail.model_fields)


@every_event
def test_a_shape_names_each_field_once(kind: EventType) -> None:
    shape = CATALOGUE[kind]
    assert len(shape.fields) == len(set(shape.fields))
    assert ("outcome" in shape.fields) == bool(shape.outcomes)
    assert shape.meaning.endswith(".")


@every_event
def test_a_schema_is_sound_and_says_what_each_field_means(kind: EventType) -> None:
    schema = published_schema(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["title"] == kind.value
    assert schema["$id"] == f"urn:layerlift:events:{stem(kind)}:1"
    assert schema["additionalProperties"] is False
    assert list(schema["properties"]) == list(CATALOGUE[kind].fields)
    described = {name for name, field in schema["properties"].items() if "description" in field}
    assert described == set(schema["properties"])


@every_event
def test_a_sample_is_an_envelope_as_eventbridge_delivers_it(kind: EventType) -> None:
    envelope = sample(kind)
    assert list(envelope) == [
        *("version", "id", "detail-type", "source", "account"),
        *("time", "region", "resources", "detail"),
    ]
    assert (envelope["source"], envelope["detail-type"]) == (SOURCE, kind.value)
    assert envelope["detail"]["time"].startswith(envelope["time"].removesuffix("Z"))
    arn = envelope["detail"].get("layer_arn")
    assert envelope["resources"] == ([arn] if arn else [])


@every_event
def test_a_sample_validates_and_is_just_what_the_model_dumps(kind: EventType) -> None:
    detail = sample(kind)["detail"]
    Draft202012Validator(published_schema(kind)).validate(detail)
    event = Event.model_validate({"type": kind, "detail": detail})
    assert event.detail.model_dump(mode="json", exclude_none=True) == detail


@every_event
def test_a_sample_shows_every_field_that_its_event_may_have(kind: EventType) -> None:
    assert set(sample(kind)["detail"]) == set(CATALOGUE[kind].fields)


@every_event
def test_a_schema_refuses_what_its_event_does_not_say(kind: EventType) -> None:
    validator = Draft202012Validator(detail_schema(kind))
    detail = sample(kind)["detail"]
    with pytest.raises(ValidationError):
        validator.validate(detail | {"unheard_of": 1})
    with pytest.raises(ValidationError):
        validator.validate(detail | {"id": None})
    for name in (*ALWAYS, *CATALOGUE[kind].required):
        with pytest.raises(ValidationError):
            validator.validate({field: detail[field] for field in detail if field != name})


@every_event
def test_the_reference_has_every_event(kind: EventType) -> None:
    assert f"\n### {kind.value}\n" in (ROOT / "docs/reference/events.md").read_text()
