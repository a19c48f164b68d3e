"""An event of `schema_version` 1 stays readable for whoever reads what was released as 1.

`released/schema-1` holds the schemas as they were when they were published: a new event's is added
there, one that is there is never changed. New optional fields are fine. A field that goes, changes
its type, or may be absent where it was always there, needs a new `schema_version`.
"""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from layerlift.domain.events import EventType
from tools.reference.schemas import detail_schema, stem

RELEASED = Path(__file__).parent / "released" / "schema-1"
KINDS = {path.name.removesuffix(".schema.json"): path for path in sorted(RELEASED.iterdir())}
NOW = {stem(kind): kind for kind in EventType}
SHAPE = ("type", "format", "const", "enum", "$ref", "pattern")
"""What a reader relies on of a value; numbers of items and words for people may change."""

Schema = dict[str, Any]


def breaks(before: Schema, after: Schema, place: str = "detail") -> Iterator[str]:
    """Yield why a reader of ``before`` could not read ``after``."""
    for word in SHAPE:
        if not _reads(word, before.get(word), after.get(word)):
            yield f"{place}: {word} was {before.get(word)!r}, is {after.get(word)!r}"
    was_required = set(before.get("required", ()))
    yield from (
        f"{place}.{name} is no longer always there"
        for name in sorted(was_required - set(after.get("required", ())))
    )
    for group in ("properties", "$defs"):
        for name, field in before.get(group, {}).items():
            if name not in after.get(group, {}):
                yield f"{place}.{name} is gone"
            else:
                yield from breaks(field, after[group][name], f"{place}.{name}")
    if isinstance(before.get("items"), dict):
        yield from breaks(before["items"], after.get("items", {}), f"{place}[]")


def _reads(word: str, before: Any, after: Any) -> bool:
    # Another word in a list of words is an addition, which readers are told to expect.
    return set(before) <= set(after or ()) if word == "enum" and before else before == after


@pytest.mark.parametrize("name", KINDS)
def test_what_was_released_can_still_be_read(name: str) -> None:
    assert name in NOW, f"the detail-type of {name} was published and is gone"
    released = json.loads(KINDS[name].read_text())
    assert list(breaks(released, detail_schema(NOW[name]))) == []
    assert released["title"] == NOW[name].value


def remove(schema: Schema) -> None:
    del schema["properties"]["layer"]


def rename(schema: Schema) -> None:
    schema["properties"]["name"] = schema["properties"].pop("layer")


def retype(schema: Schema) -> None:
    schema["properties"]["attempt"]["type"] = "string"


def make_optional(schema: Schema) -> None:
    schema["required"].remove("digest")


def retype_inside(schema: Schema) -> None:
    schema["$defs"]["Target"]["properties"]["region"]["type"] = "array"


def take_a_word_away(schema: Schema) -> None:
    schema["properties"]["outcome"]["enum"] = ["well"]


@pytest.mark.parametrize(
    "change", [remove, rename, retype, make_optional, retype_inside, take_a_word_away]
)
def test_a_change_that_would_break_a_reader_is_seen(change: Callable[[Schema], None]) -> None:
    released = json.loads(KINDS["layer-version-published"].read_text())
    changed = copy.deepcopy(released)
    change(changed)
    assert list(breaks(released, changed))


def test_a_new_optional_field_and_another_word_break_nobody() -> None:
    released = json.loads(KINDS["layer-version-published"].read_text())
    changed = copy.deepcopy(released)
    changed["properties"]["news"] = {"type": "string"}
    changed["properties"]["outcome"]["enum"].append("more")
    changed["properties"]["outcome"]["description"] = "Other words for people."
    assert list(breaks(released, changed)) == []
