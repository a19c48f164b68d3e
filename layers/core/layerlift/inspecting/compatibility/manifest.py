"""The manifest ``layerlift.yaml`` at the root of a zip.

It may declare what the layer serves, and bring a check for its canary.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, ValidationError

from layerlift.domain.model import Value
from layerlift.domain.report import Declaration, Finding, LayerCheck
from layerlift.inspecting.compatibility import codes
from layerlift.inspecting.compatibility.checks import CanarySection

if TYPE_CHECKING:
    from layerlift.inspecting.compatibility.plain_yaml import Document

MANIFEST = "layerlift.yaml"
"""Its path in the zip."""

MAX_MANIFEST_BYTES = 65_536
"""Two short lists and a check need some hundred."""

_MAX_NAMES = 100
"""Names in a list: Lambda has some fifty runtimes."""

_MAX_FINDINGS = 20

_Name = Annotated[str, Field(max_length=100, pattern="^[!-~]+$")]
"""What could be a name of AWS's: the longest has some twenty characters, all of them ASCII."""


class _Manifest(Value):
    """What may stand in a manifest; AWS's names are checked later, with the layer's content."""

    runtimes: tuple[_Name, ...] = Field(default=(), max_length=_MAX_NAMES)
    architectures: tuple[_Name, ...] = Field(default=(), max_length=_MAX_NAMES)
    canary: CanarySection | None = None


@dataclass(frozen=True)
class ManifestContent:
    """What a manifest says: what the layer serves, and what its canary has to do."""

    declared: Declaration = field(default_factory=Declaration)
    check: LayerCheck | None = None


_PROBLEMS = {
    "extra_forbidden": "unknown key {key!r}",
    "tuple_type": "{key!r} is no list",
    "string_type": "an item of {key!r} is no name",
    "string_unicode": "an item of {key!r} is no name",
    "string_too_long": "an item of {key!r} is no name",
    "string_pattern_mismatch": "an item of {key!r} is no name",
    "too_long": "{key!r} has more items than Lambda has names",
    "model_type": "it is no mapping of keys to lists",
    "value_error": "{reason}",
}
"""By pydantic's type of error (https://docs.pydantic.dev/latest/errors/validation_errors/)."""


def read_manifest(content: bytes) -> tuple[ManifestContent, tuple[Finding, ...]]:
    """Return what a manifest says, and its mistakes, each with its line; raises nothing.

    A manifest with a mistake says nothing.
    """
    # The parser is heavy, and few layers have a manifest.
    from layerlift.inspecting.compatibility.plain_yaml import MalformedYaml, read_plain_yaml

    nothing = ManifestContent()
    if len(content) > MAX_MANIFEST_BYTES:
        problem = f"{MANIFEST} has {len(content):,} bytes, more than {MAX_MANIFEST_BYTES:,}"
        return nothing, (codes.MANIFEST_TOO_LARGE.found(problem, MANIFEST),)
    try:
        document = read_plain_yaml(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return nothing, (_malformed(line, "it is not UTF-8"),)
    except MalformedYaml as error:
        return nothing, (_malformed(error.line, str(error)),)
    if document.value is None:
        return nothing, ()
    try:
        manifest = _Manifest.model_validate(_with_json(document))
    except ValidationError as error:
        mistakes = error.errors(include_url=False)[:_MAX_FINDINGS]
        return nothing, tuple(_invalid(document.line_of(m["loc"]), m) for m in mistakes)
    return _content(manifest), ()


def _with_json(document: "Document") -> Any:
    """Return the document with what its canary sends and expects as JSON instead of text."""
    value = document.value
    if not isinstance(value, dict) or not isinstance(value.get("canary"), dict):
        return value
    data = {key: document.json_at("canary", key) for key in ("payload", "expect")}
    canary = {key: data.get(key, text) for key, text in value["canary"].items()}
    return value | {"canary": canary}


def _content(manifest: _Manifest) -> ManifestContent:
    declared = Declaration(runtimes=manifest.runtimes, architectures=manifest.architectures)
    canary = manifest.canary
    return ManifestContent(declared, None if canary is None else canary.check())


def _malformed(line: int, problem: str) -> Finding:
    return codes.MANIFEST_MALFORMED.found(f"{MANIFEST}, line {line}: {problem}", MANIFEST)


def _invalid(line: int, mistake: Any) -> Finding:
    keys = [part for part in mistake["loc"] if isinstance(part, str)]
    key = ".".join(keys)
    reason = mistake["msg"].removeprefix("Value error, ")
    problem = _PROBLEMS.get(mistake["type"], mistake["msg"]).format(key=key, reason=reason)
    return codes.MANIFEST_INVALID.found(f"{MANIFEST}, line {line}: {problem}", MANIFEST)
