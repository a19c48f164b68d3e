"""What is generated is what is committed: `python -m tools.reference` has nothing to do."""

from pathlib import Path

import pytest

from tools.reference.__main__ import stale, write
from tools.reference.documents import documents
from tools.reference.sources import ROOT

DOCUMENTS = documents()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_generated_file_is_current(name: str) -> None:
    path = ROOT / name
    assert path.exists(), f"{name} is missing: run python -m tools.reference"
    assert path.read_text() == DOCUMENTS[name], f"{name} is old: run python -m tools.reference"


def test_no_generated_file_is_left_over() -> None:
    assert stale(ROOT, DOCUMENTS) == []


def test_writing_changes_only_what_differs_and_removes_what_is_left_over(tmp_path: Path) -> None:
    wanted = {"docs/reference/a.md": "a\n", "events/schemas/b.schema.json": "{}\n"}
    assert write(tmp_path, wanted) == 2
    assert write(tmp_path, wanted) == 0
    old = tmp_path / "docs/reference/old.md"
    old.write_text("old")
    assert write(tmp_path, wanted) == 1
    assert not old.exists()
