"""`policy.md`: every field of `policy.yaml`, from the model that checks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, JsonValue
from pydantic.fields import FieldInfo

from layerlift.domain.policy import Policy
from tools.reference.markdown import code, document, fenced, paragraph, table
from tools.reference.sources import ROOT

_WORDS = {"bool": "true or false", "datetime": "date and time", "int": "number", "str": "text"}


@dataclass(frozen=True)
class Entry:
    """A field of the policy, under its full name, like `stages[].waves`."""

    path: str
    info: FieldInfo

    @property
    def name(self) -> str:
        """The field's own name."""
        return self.path.rpartition(".")[2].removesuffix("[]")

    @property
    def example(self) -> str:
        """The example, as one would write it."""
        value = (self.info.examples or [None])[0]
        style = None if isinstance(value, list | dict) else False
        return str(yaml.safe_dump({self.name: value}, sort_keys=False, default_flow_style=style))

    @property
    def default(self) -> str:
        """The default in YAML, or that there is none."""
        if self.info.is_required():
            return "required"
        value = self.info.get_default(call_default_factory=True)
        if isinstance(value, BaseModel):
            return "each field's own"
        if isinstance(value, bool):
            return code(str(value).lower())
        if value in (None, ""):
            return "none"
        return code(str(list(value) if isinstance(value, tuple) else value))

    @property
    def type(self) -> str:
        """The type in plain words."""
        return _in_words(self.info.annotation)


def entries(model: type[BaseModel] = Policy, prefix: str = "") -> Iterator[Entry]:
    """Yield every field, outer before inner."""
    for name, info in model.model_fields.items():
        path = f"{prefix}{name}"
        yield Entry(path, info)
        inner, container = _model_in(info.annotation)
        if inner is not None:
            yield from entries(inner, f"{path}{container}.")


def policy_page() -> str:
    """Return the whole document."""
    known = list(entries())
    return document(
        "The policy",
        paragraph(
            "`policy.yaml` says which stages a release goes through, in which regions, and what "
            "has to be true before it may. `layerlift policy check` checks the file, `layerlift "
            "bootstrap` prepares every region that it names and puts it in force, and `layerlift "
            "policy apply` only puts it in force. A release keeps the policy that was in force "
            "when it was claimed."
        ),
        "This is the one in the repository:",
        fenced((ROOT / "policy.yaml").read_text(), "yaml"),
        "## Fields",
        table(
            ("field", "type", "default"),
            ((code(entry.path), entry.type, entry.default) for entry in known),
        ),
        *(_section(entry) for entry in known),
    )


def _section(entry: Entry) -> str:
    return "\n\n".join(
        [
            f"### {code(entry.path)}",
            paragraph(str(entry.info.description)),
            fenced(entry.example, "yaml"),
        ]
    )


def _model_in(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """Return the model that a field holds, if it does, and the sign of what it holds it in."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ""
    sign = "{}" if get_origin(annotation) is dict else "[]"
    for part in get_args(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part, sign
    return None, ""


def _in_words(annotation: Any) -> str:
    if annotation is JsonValue:
        return "JSON"
    parts = tuple(part for part in get_args(annotation) if part is not NoneType)
    if get_origin(annotation) is dict:
        return f"{_in_words(parts[1])} by {_in_words(parts[0])}"
    if get_origin(annotation) in (Union, UnionType):
        return " or ".join(map(_in_words, parts))
    if parts and isinstance(annotation, type(tuple[int, ...])):
        return f"list of {_in_words(parts[0])}"
    if hasattr(annotation, "__metadata__") or get_origin(annotation) is UnionType:
        return _in_words(parts[0])  # of Annotated[T, …] and of T | None
    if parts:  # Literal[…]
        return " or ".join(code(str(part)) for part in parts)
    if issubclass(annotation, BaseModel):
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", annotation.__name__).lower()
    return _WORDS[annotation.__name__]
