from pathlib import Path

import pytest

from layerlift_cli.local import scratch
from layerlift_cli.local.scratch import make_scratch, remove_scratch


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(scratch, "PLENTY", 1)
    folder = tmp_path / "memory"
    folder.mkdir()
    return folder


def folders(memory: Path) -> list[Path]:
    return [path for path in memory.iterdir() if path.is_dir()]


def test_with_plenty_of_memory_the_place_is_a_link_into_it(memory: Path, tmp_path: Path) -> None:
    place = tmp_path / "tmp"
    lock = make_scratch(place, memory)
    assert lock is not None
    assert [place.resolve()] == folders(memory)
    lock.close()


def test_without_it_the_place_is_a_folder(
    memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch, "PLENTY", 1 << 60)
    place = tmp_path / "state" / "tmp"
    assert make_scratch(place, memory) is None
    assert place.is_dir()
    assert not place.is_symlink()
    assert make_scratch(tmp_path / "other", tmp_path / "no-such-memory") is None


def test_removing_the_place_leaves_nothing_in_memory(memory: Path, tmp_path: Path) -> None:
    place = tmp_path / "tmp"
    lock = make_scratch(place, memory)
    assert lock is not None
    (place / "function").mkdir()
    remove_scratch(place)
    assert folders(memory) == []
    assert not place.is_symlink()
    remove_scratch(place)
    lock.close()


def test_what_nobody_holds_any_more_is_removed_and_what_somebody_holds_is_not(
    memory: Path, tmp_path: Path
) -> None:
    killed = make_scratch(tmp_path / "killed", memory)
    alive = make_scratch(tmp_path / "alive", memory)
    assert killed is not None
    assert alive is not None
    killed.close()
    mine = make_scratch(tmp_path / "mine", memory)
    assert mine is not None
    kept = {(tmp_path / name).resolve() for name in ("alive", "mine")}
    assert set(folders(memory)) == kept
    alive.close()
    mine.close()
