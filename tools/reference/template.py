"""`template.md`: the parameters and outputs of both templates."""

from __future__ import annotations

import yaml

from tools.reference.markdown import code, codes, document, paragraph
from tools.reference.sources import ONLY, ROOT, Template, fields, items, text

_WHAT = {
    "template.yaml": "The control plane, in the home region; `sam deploy` deploys it.",
    "region.yaml": "What each target region needs; `layerlift bootstrap` deploys it.",
}


def template_page() -> str:
    """Return the whole document."""
    return document("Parameters and outputs of the templates", *(_section(name) for name in _WHAT))


def _section(name: str) -> str:
    template = Template.read(ROOT / name)
    return "\n\n".join(
        [
            f"## {code(name)}",
            _WHAT[name],
            "### Parameters",
            "\n".join(
                _parameter(key, node) for key, node in template.section("Parameters").items()
            ),
            "### Outputs",
            "\n".join(_output(key, node) for key, node in template.section("Outputs").items()),
        ]
    )


def _parameter(name: str, node: yaml.Node) -> str:
    content = fields(node)
    facts = [
        f"default {code(text(content['Default']))}" if "Default" in content else "required",
        *_values(content),
    ]
    return paragraph(
        f"- **{code(name)}** ({', '.join(facts)}): {text(content.get('Description'))}", indent="  "
    )


def _output(name: str, node: yaml.Node) -> str:
    content = fields(node)
    only = f" {ONLY[text(content['Condition'])]}" if "Condition" in content else ""
    return paragraph(f"- **{code(name)}**: {text(content.get('Description'))}.{only}", indent="  ")


def _values(content: dict[str, yaml.Node]) -> list[str]:
    if "AllowedValues" in content:
        return [f"one of {codes(text(item) for item in items(content['AllowedValues']))}"]
    if "AllowedPattern" in content:
        return [f"matches {code(text(content['AllowedPattern']))}"]
    if "MinValue" in content:
        return [f"{text(content['MinValue'])} to {text(content['MaxValue'])}"]
    return []
