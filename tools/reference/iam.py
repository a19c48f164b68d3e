"""`iam.md`: who may do what, from the templates, and why, from the comments in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from tools.reference.markdown import code, codes, document, paragraph, table
from tools.reference.sources import ONLY, ROOT, Template, fields, items, text

TEMPLATES = ("template.yaml", "region.yaml")


@dataclass(frozen=True)
class Statement:
    """One statement of a role, and the comment that explains it."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: str
    only: str
    why: str


@dataclass(frozen=True)
class Role:
    """A resource that has permissions of its own: a function, a state machine, a role."""

    template: str
    name: str
    kind: str
    only: str
    statements: tuple[Statement, ...]


def roles() -> list[Role]:
    """Return everything in both templates that may do something."""
    return [role for name in TEMPLATES for role in _roles_in(name)]


def iam_page() -> str:
    """Return the whole document."""
    known = roles()
    return document(
        "Permissions",
        paragraph(
            "Every function and state machine has a role of its own. Each statement below is one "
            "of its policies in `template.yaml` or `region.yaml`, and the sentence is the comment "
            "that stands above it there. A name without a colon, like `RegistryTable`, is a "
            "resource of the same template. SAM adds what lets functions write their log, what "
            "lets NotifyFunction read the table's stream, and a role as which the rule for drops "
            "starts the release state machine."
        ),
        table(
            ("who", "in", "services"),
            ((role.name, code(role.template), _services(role)) for role in known),
        ),
        *(_section(role) for role in known),
    )


def _roles_in(name: str) -> Iterator[Role]:
    template = Template.read(ROOT / name)
    for logical_id, resource in template.section("Resources").items():
        content = fields(resource)
        kind = text(content["Type"]).rpartition("::")[2]
        only = ONLY[text(content["Condition"])] if "Condition" in content else ""
        policies = items(fields(content.get("Properties")).get("Policies"))
        statements = tuple(_statements(template, policies))
        if statements:
            yield Role(name, logical_id, kind, only, statements)


def _statements(template: Template, policies: list[yaml.Node]) -> Iterator[Statement]:
    for policy in policies:
        document_node = fields(policy).get("PolicyDocument", policy)
        for node in items(fields(document_node).get("Statement")):
            yield _statement(template, node)


def _statement(template: Template, node: yaml.Node) -> Statement:
    only, content = "", fields(node)
    if node.tag == "!If":
        # One of the branches is a statement, the other `!Ref AWS::NoValue`.
        name, *branches = node.value
        only, content = ONLY[text(name)], next(fields(each) for each in branches if fields(each))
    return Statement(
        actions=tuple(text(item) for item in items(content["Action"])),
        resources=_resources(content["Resource"]),
        condition=_condition(content.get("Condition")),
        only=only,
        why=template.comment(node),
    )


def _resources(node: yaml.Node) -> tuple[str, ...]:
    # A short form such as `!If` is a list, too, but one value.
    listed = [node] if node.tag.startswith("!") else items(node)
    return tuple(text(item) for item in listed)


def _condition(node: yaml.Node | None) -> str:
    tests = (
        f"{name} is {text(value)}"
        for test in fields(node).values()
        for name, value in fields(test).items()
    )
    return " and ".join(tests)


def _section(role: Role) -> str:
    listed = "\n".join(_item(statement) for statement in role.statements)
    return "\n\n".join(filter(None, (f"## {role.name}", role.only, listed)))


def _item(statement: Statement) -> str:
    why = statement.why + ("" if statement.why.endswith(".") else ".")
    only = f" {statement.only}" if statement.only else ""
    condition = f", if {statement.condition}" if statement.condition else ""
    lines = [
        paragraph(f"- **{why}**{only}", indent="  "),
        paragraph(f"  {codes(statement.actions)}", indent="  "),
        paragraph(f"  on {codes(statement.resources)}{condition}", indent="  "),
    ]
    return "  \n".join(lines)


def _services(role: Role) -> str:
    names = (action.partition(":")[0] for one in role.statements for action in one.actions)
    return ", ".join(sorted(set(names)))
