"""Reads `policy.yaml`, and says of every mistake in which line and field it is."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from layerlift.domain.policy import Policy
from layerlift_cli.errors import AnswerIsNo, NotSetUp

_TAG_OF_PYDANTIC = "Value error, "


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong in a policy file; the line counts from 1."""

    line: int
    field: str
    message: str


class InvalidPolicy(AnswerIsNo):
    """The file is no policy; every mistake is in `mistakes`."""

    def __init__(self, path: Path, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        lines = [f"{path}:{m.line}: {m.field}: {m.message}" for m in mistakes]
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        super().__init__(
            "\n".join([*lines, f"{count}; nothing was changed."]),
            next_step=f"Mend them and try again: layerlift policy check {path}",
        )


def load_policy(path: Path) -> Policy:
    """Return the policy in a file.

    :raises NotSetUp: if there is no such file.
    :raises InvalidPolicy: if it is not YAML, or breaks the schema.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        raise NotSetUp(
            f"There is no policy to read at {path} ({problem.strerror}).",
            next_step="Name the policy's file.",
        ) from problem
    return parse_policy(text, path)


def parse_policy(text: str, path: Path) -> Policy:
    """Return the policy that `text` spells; `path` is only for messages."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        line = 1 if mark is None else mark.line + 1
        message = getattr(problem, "problem", None) or str(problem)
        raise InvalidPolicy(path, (Mistake(line, "the file", f"is no YAML: {message}"),)) from None
    twice = tuple(_keys_given_twice(tree, ()))
    if twice:
        raise InvalidPolicy(path, twice)
    try:
        return Policy.model_validate(content)
    except ValidationError as problem:
        errors = [error for error in problem.errors() if not _follows_from_another(error, problem)]
        mistakes = sorted((_mistake(tree, error) for error in errors), key=lambda m: m.line)
        raise InvalidPolicy(path, tuple(mistakes)) from None


def _follows_from_another(error: Any, problem: ValidationError) -> bool:
    """Say whether a list only counts as too short because what is in it is wrong."""
    location = error["loc"]
    return error["type"] == "too_short" and any(
        len(other["loc"]) > len(location) and other["loc"][: len(location)] == location
        for other in problem.errors()
    )


def _mistake(tree: yaml.Node | None, error: Any) -> Mistake:
    location = tuple(part for part in error["loc"] if isinstance(part, str | int))
    message = error["msg"].removeprefix(_TAG_OF_PYDANTIC)
    if error["type"] == "extra_forbidden":
        message = f"is no field of a policy{_meant(str(location[-1]))}"
    elif error["type"] == "missing":
        message = "is missing"
    return Mistake(_line_of(tree, location), _spell(location), message)


def _meant(field: str) -> str:
    """Return the field that was meant, as a question; empty if none is like it."""
    schema = Policy.model_json_schema()
    shapes = (schema, *schema["$defs"].values())
    known = sorted({name for shape in shapes for name in shape.get("properties", ())})
    like = get_close_matches(field, known, n=1)
    return f": did you mean {like[0]}?" if like else ""


def _spell(location: tuple[str | int, ...]) -> str:
    """Return ``stages[1].waves[0]`` for ``("stages", 1, "waves", 0)``."""
    spelled = ""
    for part in location:
        spelled += f"[{part}]" if isinstance(part, int) else f".{part}" if spelled else part
    return spelled or "the file"


def _line_of(tree: yaml.Node | None, location: tuple[str | int, ...]) -> int:
    """Return the line of the deepest node on the way to `location` that is in the file."""
    node, line = tree, 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pairs = {key.value: (key, value) for key, value in node.value}
            if part not in pairs:
                return line
            key, node = pairs[part]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            if part >= len(node.value):
                return line
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _keys_given_twice(node: yaml.Node | None, location: tuple[str | int, ...]) -> list[Mistake]:
    """YAML lets the last of two equal keys win in silence; a policy must not."""
    found: list[Mistake] = []
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            here = (*location, key.value)
            line = key.start_mark.line + 1
            if key.value in seen:
                message = f"is given twice, first in line {seen[key.value]}"
                found.append(Mistake(line, _spell(here), message))
            seen[key.value] = line
            found.extend(_keys_given_twice(value, here))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            found.extend(_keys_given_twice(value, (*location, index)))
    return found
