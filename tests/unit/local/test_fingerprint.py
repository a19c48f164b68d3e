from collections.abc import Callable
from pathlib import Path

import pytest

from layerlift_cli.local.fingerprint import fingerprint

NAMES = ("functions", "template.yaml", "later.yaml")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "functions/claim").mkdir(parents=True)
    (tmp_path / "functions/claim/handler.py").write_text("1")
    (tmp_path / "template.yaml").write_text("Resources: {}")
    (tmp_path / "README.md").write_text("hello")
    return tmp_path


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda t: (t / "template.yaml").write_text("Resources: {A: 1}"), id="content"),
        pytest.param(lambda t: (t / "functions/claim/new.py").touch(), id="new file"),
        pytest.param(lambda t: (t / "later.yaml").touch(), id="first of its name"),
        pytest.param(lambda t: (t / "functions/claim/handler.py").unlink(), id="file gone"),
        pytest.param(lambda t: (t / "functions/claim").rename(t / "functions/x"), id="renamed"),
    ],
)
def test_a_change_to_what_is_named_shows(tree: Path, change: Callable[[Path], object]) -> None:
    before = fingerprint(tree, NAMES)
    change(tree)
    assert fingerprint(tree, NAMES) != before


@pytest.mark.parametrize("place", ["README.md", "functions/__pycache__/x.pyc"])
def test_what_is_not_deployed_does_not_count(tree: Path, place: str) -> None:
    before = fingerprint(tree, NAMES)
    (tree / place).parent.mkdir(exist_ok=True)
    (tree / place).write_text("changed")
    assert fingerprint(tree, NAMES) == before


def test_facts_count(tree: Path) -> None:
    assert fingerprint(tree, NAMES, "3.13") != fingerprint(tree, NAMES, "3.13 3.11")


def test_content_does_not_move_between_files_unseen(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("12")
    (tmp_path / "b").write_text("3")
    before = fingerprint(tmp_path, ["a", "b"])
    (tmp_path / "a").write_text("1")
    (tmp_path / "b").write_text("23")
    assert fingerprint(tmp_path, ["a", "b"]) != before
