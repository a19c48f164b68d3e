"""`events.md`: every event on the bus."""

from __future__ import annotations

import json
from typing import Any

from layerlift.domain.catalogue.shape import ALWAYS, ON_THE_BUS
from layerlift.domain.event_catalogue import CATALOGUE
from layerlift.domain.events import SOURCE, EventType
from layerlift.domain.guidance.events import NEXT
from tools.reference.markdown import code, codes, document, fenced, paragraph, table
from tools.reference.schemas import detail_schema, stem
from tools.reference.sources import ROOT

_RULE = {"source": [SOURCE], "detail-type": [EventType.RELEASE_FAILED.value]}
_NARROW_RULE = {
    "source": [SOURCE],
    "detail-type": [EventType.POINTER_ACTIVATED.value],
    "detail": {"layer": ["http-client"], "stage": ["prod"]},
}
_WITHOUT_NOTE = (*ALWAYS, "layer", "version", "digest", "attempt", *ON_THE_BUS)
_EXAMPLE = "examples/own-rule/template.yaml"
_RULE_OF_ONES_OWN = "ReleaseFailed"


def events_page() -> str:
    """Return the whole document."""
    return document(
        "Events",
        paragraph(
            "Every step of a release puts an event on the event bus of the home stack (its output "
            "`EventBusName`). This page lists them all in the order of a release's way."
        ),
        _reading(),
        _rules(),
        "## All events",
        "Each with the words that its `outcome` can be, if it has one:",
        "\n".join(
            f"- [{kind.value}](#{stem(kind)})"
            + (f": {codes(shape.outcomes)}" if shape.outcomes else "")
            for kind, shape in CATALOGUE.items()
        ),
        *(_event(kind) for kind in CATALOGUE),
    )


def _reading() -> str:
    schema = detail_schema(EventType.RELEASE_CLAIMED)["properties"]
    shared = table(
        ("field", "type", "meaning"),
        (
            (code(name), code(_type(schema[name])), schema[name]["description"])
            for name in _WITHOUT_NOTE
        ),
    )
    return "\n\n".join(
        [
            "## How to read one",
            paragraph(
                f"The `source` is `{SOURCE}`, the `detail-type` says what has happened in plain "
                "words, and the `detail` has the fields of its type and no others: a field that "
                "has no value is absent, never null. `resources` holds the ARN of the layer "
                "version where there is one."
            ),
            paragraph(
                "Each type has a JSON schema of its `detail` under "
                "[`events/schemas`](../../events/schemas) and a sample of the whole envelope under "
                "[`events/bus`](../../events/bus). New fields and new words may come within the "
                "same `schema_version`, so read what you know and leave the rest. A field that "
                "goes, or changes its type or meaning, is a new `schema_version`: the schemas of "
                "the current one are frozen in the tests as they were published."
            ),
            paragraph(
                "An event is delivered at least once. Its `id` is derived from what happened and "
                "is the same each time: drop one that you have seen. Events of different releases, "
                "and those of the targets of one wave, come in no particular order; go by `time`."
            ),
            "These fields are the same in all events that have them:",
            shared,
            paragraph(
                "`links` has addresses in the AWS console of the home region: `dashboard`, with "
                "what is on its way and what waits for approval; `report` and `layer_version` "
                "where there is one. They are added when the event is put on the bus, so the audit "
                "trail has none."
            ),
        ]
    )


def _rules() -> str:
    return "\n\n".join(
        [
            "## How to write a rule",
            "A rule on that bus whose pattern takes every failed release:",
            fenced(_pattern(_RULE), "json"),
            "One for a single layer that has become live in a region of prod:",
            fenced(_pattern(_NARROW_RULE), "json"),
            "With the AWS CLI, where the stack is called `layerlift`:",
            fenced(
                "aws events put-rule --event-bus-name layerlift --name release-failed \\\n"
                f"  --event-pattern '{json.dumps(_RULE)}'",
                "shell",
            ),
            "Then give the rule a target, such as a queue, a topic or a function of yours.",
            paragraph(
                "In a template of your own a rule takes its name and five lines. The home stack "
                "exports its bus as `<stack>-EventBusName`, to every stack of its account and "
                "region:"
            ),
            fenced(_rule_of_ones_own(), "yaml"),
            paragraph(
                f"[The example](../../{_EXAMPLE}) has it whole, with the queue and what lets "
                "EventBridge put messages into it. Deploy it with:"
            ),
            fenced(
                f"aws cloudformation deploy --stack-name own-rule --template-file {_EXAMPLE}",
                "shell",
            ),
        ]
    )


def _rule_of_ones_own() -> str:
    """Return the rule of the example, as it stands there."""
    text = (ROOT / _EXAMPLE).read_text()
    block = text.partition(f"  {_RULE_OF_ONES_OWN}:\n")[2].partition("\n\n")[0]
    return f"Resources:\n  {_RULE_OF_ONES_OWN}:\n{block}"


def _pattern(rule: dict[str, Any]) -> str:
    lines = (f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in rule.items())
    return "{\n" + ",\n".join(lines) + "\n}"


def _event(kind: EventType) -> str:
    shape = CATALOGUE[kind]
    schema = detail_schema(kind)["properties"]
    own = [name for name in shape.fields if name not in _WITHOUT_NOTE]
    shared = [n for n in _WITHOUT_NOTE if n in (*ALWAYS, *shape.required, *ON_THE_BUS)]
    maybe = [name for name in _WITHOUT_NOTE if name in shape.optional]
    parts = [
        f"### {kind.value}",
        paragraph(shape.meaning),
        paragraph(f"**What to do:** {NEXT[kind]}"),
        paragraph(
            f"Has {codes(shared)}"
            + (f"; where known, {codes(maybe)}" if maybe else "")
            + ("; and:" if own else ".")
        ),
    ]
    if own:
        rows = (
            (
                code(name),
                code(_type(schema[name])),
                "yes" if name in shape.required else "no",
                _meaning(schema[name]),
            )
            for name in own
        )
        parts.append(table(("field", "type", "always", "meaning"), rows))
    sample = (ROOT / "events" / "bus" / f"{stem(kind)}.json").read_text()
    parts += [
        f"[Schema](../../events/schemas/{stem(kind)}.schema.json)",
        f"<details><summary>Sample</summary>\n\n{fenced(sample, 'json')}\n\n</details>",
    ]
    return "\n\n".join(parts)


def _meaning(field: dict[str, Any]) -> str:
    words = field.get("enum")
    return f"{' or '.join(code(word) for word in words)}." if words else str(field["description"])


def _type(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return str(field["$ref"].rpartition("/")[2])
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}"
    return str(field.get("format") or field["type"])
