"""The manifest ``layerlift.yaml`` at the root of a zip: what the layer is declared to serve."""

from typing import Annotated, Any

from pydantic import Field, ValidationError

from layerlift.domain.model import Value
from layerlift.domain.report import Declaration, Finding
from layerlift.inspecting.compatibility import codes

MANIFEST = "layerlift.yaml"
"""Its path in the zip."""

MAX_MANIFEST_BYTES = 65_536
"""Two short lists need some hundred."""

_MAX_NAMES = 100
"""Names in a list: Lambda has some fifty runtimes."""

_MAX_FINDINGS = 20

_Name = Annotated[str, Field(max_length=100, pattern="^[!-~]+$")]
"""What could be a name of AWS's: the longest has some twenty characters, all of them ASCII."""


class _Manifest(Value):
    """What may stand in a manifest; AWS's names are checked later, with the layer's content."""

    runtimes: tuple[_Name, ...] = Field(default=(), max_length=_MAX_NAMES)
    architectures: tuple[_Name, ...] = Field(default=(), max_length=_MAX_NAMES)


_PROBLEMS = {
    "extra_forbidden": "unknown key {key!r}",
    "tuple_type": "{key!r} is no list",
    "string_type": "an item of {key!r} is no name",
    "string_unicode": "an item of {key!r} is no name",
    "string_too_long": "an item of {key!r} is no name",
    "string_pattern_mismatch": "an item of {key!r} is no name",
    "too_long": "{key!r} has more items than Lambda has names",
    "model_type": "it is no mapping of keys to lists",
}
"""By pydantic's type of error (https://docs.pydantic.dev/latest/errors/validation_errors/)."""


def read_manifest(content: bytes) -> tuple[Declaration, tuple[Finding, ...]]:
    """Return what a manifest declares, and its mistakes, each with its line; raises nothing.

    A manifest with a mistake declares nothing.
    """
    # The parser is heavy, and few layers have a manifest.
    from layerlift.inspecting.compatibility.plain_yaml import MalformedYaml, read_plain_yaml

    if len(content) > MAX_MANIFEST_BYTES:
        problem = f"{MANIFEST} has {len(content):,} bytes, more than {MAX_MANIFEST_BYTES:,}"
        return Declaration(), (codes.MANIFEST_TOO_LARGE.found(problem, MANIFEST),)
    try:
        document = read_plain_yaml(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Declaration(), (_malformed(line, "it is not UTF-8"),)
    except MalformedYaml as error:
        return Declaration(), (_malformed(error.line, str(error)),)
    if document.value is None:
        return Declaration(), ()
    try:
        manifest = _Manifest.model_validate(document.value)
    except ValidationError as error:
        mistakes = error.errors(include_url=False)[:_MAX_FINDINGS]
        return Declaration(), tuple(_invalid(document.line_of(m["loc"]), m) for m in mistakes)
    return Declaration(runtimes=manifest.runtimes, architectures=manifest.architectures), ()


def _malformed(line: int, problem: str) -> Finding:
    return codes.MANIFEST_MALFORMED.found(f"{MANIFEST}, line {line}: {problem}", MANIFEST)


def _invalid(line: int, mistake: Any) -> Finding:
    key = mistake["loc"][0] if mistake["loc"] else ""
    problem = _PROBLEMS.get(mistake["type"], mistake["msg"]).format(key=key)
    return codes.MANIFEST_INVALID.found(f"{MANIFEST}, line {line}: {problem}", MANIFEST)
