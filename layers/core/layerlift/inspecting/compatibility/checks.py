"""The check that a layer's manifest asks of its canary: ``canary`` in ``layerlift.yaml``."""

import json
import shlex
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from layerlift.domain.gates.canary import MAX_SECONDS
from layerlift.domain.gates.durations import parse_duration
from layerlift.domain.model import Value
from layerlift.domain.report import Finding, LayerCheck, LayerFile, Module, Package
from layerlift.inspecting.compatibility import codes

_MAX_COMMANDS = 20
_MAX_TEXT = 500
_MAX_JSON = 16_384
"""Characters of a payload or an expectation: they travel with the release through the registry."""


def _seconds(text: str) -> str:
    if parse_duration(text) > MAX_SECONDS:
        raise ValueError(f"is longer than a canary may take, {MAX_SECONDS}s")
    return text


def _command(text: str) -> str:
    try:
        words = shlex.split(text)
    except ValueError as problem:
        raise ValueError(f"is no command: {problem}") from problem
    if not words:
        raise ValueError("is an empty command")
    return text


class CanarySection(Value):
    """What may stand under ``canary``; ``payload`` and ``expect`` are any JSON."""

    handler: Annotated[
        str | None, Field(max_length=_MAX_TEXT, pattern=r"^[^\s.][^\s]*\.[A-Za-z_$][\w$]*$")
    ] = None
    payload: Any = None
    expect: Any = None
    timeout: Annotated[str, AfterValidator(_seconds)] | None = None
    run: Annotated[
        tuple[Annotated[str, Field(max_length=_MAX_TEXT), AfterValidator(_command)], ...],
        Field(max_length=_MAX_COMMANDS),
    ] = ()

    @model_validator(mode="after")
    def _asks_for_something(self) -> "CanarySection":
        if self.handler is None and not self.run:
            raise ValueError("'canary' has neither a handler nor commands to run")
        if self.handler is None and (self.payload is not None or self.expect is not None):
            raise ValueError("'canary' has a payload or an expectation, but no handler")
        if len(json.dumps([self.payload, self.expect])) > _MAX_JSON:
            raise ValueError(f"'canary' has more than {_MAX_JSON:,} characters of JSON")
        return self

    def check(self) -> LayerCheck:
        """Return it as a canary gets it."""
        return LayerCheck(
            handler=self.handler,
            payload=json.dumps(self.payload),
            expect=None if self.expect is None else json.dumps(self.expect),
            seconds=None if self.timeout is None else parse_duration(self.timeout),
            commands=tuple(tuple(shlex.split(line)) for line in self.run),
        )


def check_canary(
    check: LayerCheck,
    modules: Iterable[Module],
    packages: Iterable[Package],
    files: Iterable[LayerFile],
) -> Iterator[Finding]:
    """Yield an error for a handler, and for each command, that the layer does not bring."""
    if check.handler is not None and not _is_brought(check.handler, modules, packages):
        yield codes.CANARY_HANDLER_MISSING.found(
            f"The canary's handler {check.handler!r} is not in the layer: it brings neither a "
            f"Python module {python_module(check.handler)!r} nor a Node.js package "
            f"{node_package(check.handler)!r}"
        )
    paths = {file.path for file in files}
    for words in check.commands:
        if words[0] not in paths:
            yield codes.CANARY_COMMAND_MISSING.found(
                f"The canary's command {words[0]!r} is no executable file of the layer"
            )


def _is_brought(handler: str, modules: Iterable[Module], packages: Iterable[Package]) -> bool:
    if python_module(handler) in {module.name for module in modules}:
        return True
    return node_package(handler) in {each.name for each in packages if each.ecosystem == "npm"}


def python_module(handler: str) -> str:
    """Return the top-level Python module of a handler: ``a`` of ``a.b.function``."""
    return handler.partition(".")[0]


def node_package(handler: str) -> str:
    """Return the Node.js package of a handler: ``@a/b`` of ``@a/b/lib/c.function``."""
    parts = handler.rpartition(".")[0].split("/")
    return "/".join(parts[:2]) if handler.startswith("@") else parts[0]
