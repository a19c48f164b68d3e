"""Read what only the source tells: the words below a name, the comment above a statement."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]

ONLY = {
    "IsAws": "Only at a local endpoint.",
    "HasConsumerRoles": "Only if the parameter names roles.",
    "ConsoleDecides": "Only while the console takes decisions.",
    "HasChat": "Only while the parameter Chat is on.",
}
"""What hangs on a condition of a template is there for."""


def member_docs(path: Path, class_name: str) -> dict[str, str]:
    """Return what the string below each name in a class says, in order; empty if none is there."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ClassDef) and node.name == class_name:
            return dict(_members(node))
    raise ValueError(f"{path} has no class {class_name}")


def _members(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for statement, after in zip(node.body, [*node.body[1:], None], strict=True):
        name = _assigned(statement)
        if name:
            yield name, _text(after)


def _assigned(statement: ast.stmt) -> str:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return ""


def _text(statement: ast.stmt | None) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return " ".join(str(statement.value.value).split())
    return ""


@dataclass(frozen=True)
class Template:
    """A CloudFormation template as a tree of YAML nodes, with the lines it was read from."""

    root: yaml.MappingNode
    lines: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> Template:
        """Read one; its short forms (``!Ref``) stay tags."""
        text = path.read_text()
        root = yaml.compose(text, yaml.SafeLoader)
        if not isinstance(root, yaml.MappingNode):
            raise ValueError(f"{path} is no template")
        return cls(root, tuple(text.splitlines()))

    def section(self, name: str) -> dict[str, yaml.Node]:
        """Return the entries of a top-level section, empty if there is none."""
        return fields(fields(self.root).get(name))

    def comment(self, node: yaml.Node) -> str:
        """Return the comment above a list's item; below its anchor, if it has one."""
        item = node.start_mark.line
        above = list(takewhile(_is_comment, reversed(self.lines[:item])))
        below = takewhile(_is_comment, self.lines[item + 1 :])
        return " ".join(line.strip(" #") for line in above[::-1] or below)


def fields(node: yaml.Node | None) -> dict[str, yaml.Node]:
    """Return a mapping's entries by name; of anything else, none."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): value for key, value in node.value}


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """Return a list's items; a single value is a list of one, as IAM has it."""
    if node is None:
        return []
    return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]


def text(node: yaml.Node | None) -> str:
    """Return a value in one line, a reference by what it refers to."""
    if node is None:
        return ""
    if node.tag == "!GetAtt":
        return str(node.value).removesuffix(".Arn")
    if node.tag == "!If":
        return text(node.value[1])
    if isinstance(node, yaml.SequenceNode):
        return ", ".join(text(item) for item in node.value)
    return " ".join(str(node.value).split())


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")
