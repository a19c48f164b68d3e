"""The guide to the chats says what the code does."""

import json
import re

import pytest

from layerlift.domain.events import EventType
from layerlift.telling.destinations import Pattern, parse_destinations
from layerlift.telling.message import Severity
from layerlift.telling.wordings import WORDINGS
from tools.reference.sources import ROOT

GUIDE = (ROOT / "docs/guide/chat.md").read_text()
DOCUMENTS = re.findall(r"^```json\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("document", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_a_document_that_the_guide_shows_is_taken(document: str) -> None:
    assert parse_destinations(document)


def test_the_short_destination_is_taken() -> None:
    (shown,) = re.findall(r"`(\{\"name\".*?\})`", GUIDE)
    assert parse_destinations(json.dumps({"version": 1, "destinations": [json.loads(shown)]}))


def test_the_guide_lists_what_is_routine() -> None:
    listed = re.findall(r"^- (Layer [A-Z][A-Za-z ]+?)(?: \(.*\))?$", GUIDE, re.MULTILINE)
    routine = [kind.value for kind in EventType if WORDINGS[kind].is_routine]
    assert sorted(listed) == sorted(routine)


def test_the_guide_explains_every_field_of_a_pattern() -> None:
    for field in Pattern.model_fields:
        assert f"| `{field}`" in GUIDE
    for severity in Severity:
        assert f"`{severity}`" in GUIDE
