"""Everything that is generated, by its path below the root."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from layerlift.domain.events import EventType
from tools.reference.cli import cli_page
from tools.reference.events import events_page
from tools.reference.findings import findings_page
from tools.reference.iam import iam_page
from tools.reference.outcomes import outcomes_page
from tools.reference.policy import policy_page
from tools.reference.schemas import schema_text, stem
from tools.reference.settings import settings_page
from tools.reference.states import states_page
from tools.reference.template import template_page

PAGES: Mapping[str, Callable[[], str]] = {
    "cli.md": cli_page,
    "events.md": events_page,
    "findings.md": findings_page,
    "iam.md": iam_page,
    "outcomes.md": outcomes_page,
    "policy.md": policy_page,
    "settings.md": settings_page,
    "states.md": states_page,
    "template.md": template_page,
}

FOLDERS = {"docs/reference": ".md", "events/schemas": ".schema.json"}
"""Where generated files lie, and nothing else with such a name."""


def documents() -> dict[str, str]:
    """Return the text of every generated file."""
    schemas = {f"events/schemas/{stem(kind)}.schema.json": schema_text(kind) for kind in EventType}
    return schemas | {f"docs/reference/{name}": page() for name, page in PAGES.items()}
