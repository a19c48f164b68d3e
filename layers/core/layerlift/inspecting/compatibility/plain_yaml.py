"""The part of YAML that a short file needs: mappings, lists and text.

No anchors and aliases (they can grow without bound), no tags, no key twice, and nothing but text:
neither ``3.10`` nor ``no`` is taken for something else. https://yaml.org/spec/1.1/
"""

import json
import re
from dataclasses import dataclass
from typing import Any

import yaml

_MAX_DEPTH = 10
"""Levels of nesting; deeper ones would only exhaust the stack."""


_MAX_NODES = 1_000
"""Keys and values; the parser takes a second for the 30,000 that fit into 64 KiB."""


_MAX_NUMBER = 100
"""Characters of a number; what is longer is text."""


class MalformedYaml(ValueError):
    """What is no plain YAML. ``line`` counts from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    """``value`` holds dictionaries, lists and text; it is None if there is nothing."""

    value: Any
    root: yaml.Node | None

    def line_of(self, location: tuple[int | str, ...]) -> int:
        """Return the line of the key or item at ``location``, as far as it exists; from 1."""
        node, line = self.root, 1
        for part in location:
            found = _child(node, part)
            if found is None:
                break
            line, node = found
        return line

    def json_at(self, *location: str) -> Any:
        """Return the value at ``location`` with what is not quoted read as JSON reads it.

        So ``3``, ``true`` and ``null`` are no text there, as they are everywhere else.
        """
        node = self.root
        for part in location:
            found = _child(node, part)
            node = None if found is None else found[1]
        return _json(node)


def read_plain_yaml(text: str) -> Document:
    """Read one document.

    :raises MalformedYaml: if it is not well-formed, or is more than plain.
    """
    try:
        loader = _PlainLoader(text)
        root = loader.get_single_node()
        value = None if root is None else loader.construct_document(root)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = f"the character {chr(error.character)!r} is not allowed"
        raise MalformedYaml(line, problem) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise MalformedYaml(line, error.problem or "it ends early") from None
    return Document(value, root)


class _PlainLoader(yaml.BaseLoader):
    """Takes every scalar for text, and refuses what is not plain."""

    depth = 0
    nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None) or isinstance(event, yaml.AliasEvent):
            raise _refused(event, "anchors and aliases are not allowed")
        if getattr(event, "tag", None):
            raise _refused(event, "tags are not allowed")
        if self.depth >= _MAX_DEPTH:
            raise _refused(event, "it is nested too deeply")
        self.nodes += 1
        if self.nodes > _MAX_NODES:
            raise _refused(event, "it has too many keys and values")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen if isinstance(key, yaml.ScalarNode) else False:
                problem = f"the key {key.value!r} is given twice"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            if isinstance(key, yaml.ScalarNode):
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def _refused(event: Any, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)


_IS_JSON = re.compile(r"true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def _json(node: yaml.Node | None) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _json(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_json(item) for item in node.value]
    if node is None:
        return None
    # A scalar's style is the quote or sign that it is written with, none if it is plain.
    is_plain = isinstance(node, yaml.ScalarNode) and not node.style
    is_json = is_plain and len(node.value) <= _MAX_NUMBER and _IS_JSON.fullmatch(node.value)
    return json.loads(node.value) if is_json else node.value


def _child(node: yaml.Node | None, part: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line + 1, node.value[part]
    return None
