"""`settings.md`: what each function reads from its environment."""

from __future__ import annotations

from pathlib import Path

import yaml

from tools.reference.markdown import code, document, paragraph, table
from tools.reference.sources import ROOT, Template, fields, member_docs, text


def settings_page() -> str:
    """Return the whole document."""
    template = Template.read(ROOT / "template.yaml")
    common = fields(_at(fields(template.root)["Globals"], "Function", "Environment", "Variables"))
    return document(
        "Settings of the functions",
        paragraph(
            "A function reads its environment once, when it starts, into the frozen model in its "
            "`settings.py`; a variable that is missing or wrong ends it there. The core itself "
            "never reads the environment. In brackets: what `template.yaml` sets it to, a resource "
            "or parameter by its name."
        ),
        "## All functions",
        "Read by Powertools for AWS Lambda:",
        table(("variable", "value"), ((code(name), code(text(at))) for name, at in common.items())),
        *(_section(folder, template) for folder in function_folders()),
    )


def function_folders(root: Path = ROOT) -> list[Path]:
    """Return every folder that is deployed as a function."""
    return sorted(handler.parent for handler in root.glob("functions/*/handler.py"))


def declared(folder: Path) -> dict[str, str]:
    """Return the variables that a function's settings name, with what each means."""
    source = folder / "settings.py"
    if not source.exists():
        return {}
    return {name.upper(): meaning for name, meaning in member_docs(source, "Settings").items()}


def given(folder: Path, template: Template) -> dict[str, yaml.Node]:
    """Return the variables that the template gives a function beside those of all functions."""
    properties = fields(fields(template.section("Resources")[logical_id(folder)])["Properties"])
    return fields(fields(properties.get("Environment")).get("Variables"))


def logical_id(folder: Path) -> str:
    """Return a function's logical id in the template."""
    return "".join(word.capitalize() for word in folder.name.split("_")) + "Function"


def _section(folder: Path, template: Template) -> str:
    meanings = declared(folder)
    values = given(folder, template)
    if not meanings:
        return f"## {folder.name}\n\nNone of its own."
    listed = "\n".join(
        paragraph(f"- **{code(name)}** ({code(text(values.get(name)))}): {meaning}", indent="  ")
        for name, meaning in meanings.items()
    )
    return f"## {folder.name}\n\n{listed}"


def _at(node: yaml.Node, *path: str) -> yaml.Node:
    for name in path:
        node = fields(node)[name]
    return node
