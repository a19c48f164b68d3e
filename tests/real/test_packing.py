import os
import stat
import zipfile
from pathlib import Path

import pytest

from tests.real.packing import built_once, pack


def fill(root: Path) -> None:
    (root / "python" / "package").mkdir(parents=True)
    (root / "python" / "package" / "__init__.py").write_text("VALUE = 1\n")
    (root / "python" / "tool").write_text("#!/bin/sh\n")
    (root / "python" / "tool").chmod(0o700)
    (root / "python" / "link").symlink_to("package/__init__.py")


def modes(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {
            entry.filename: stat.filemode(entry.external_attr >> 16) for entry in archive.infolist()
        }


def test_everybody_can_read_what_is_packed_and_run_what_ran(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    fill(tmp_path / "root")
    assert modes(pack(tmp_path / "root", tmp_path / "made.zip")) == {
        "python/": "drwxr-xr-x",
        "python/link": "lrwxrwxrwx",
        "python/package/": "drwxr-xr-x",
        "python/package/__init__.py": "-rw-r--r--",
        "python/tool": "-rwxr-xr-x",
    }


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for number in range(2):
        root = tmp_path / str(number)
        root.mkdir()
        fill(root)
        for path in root.rglob("*"):
            os.utime(path, (number, number), follow_symlinks=False)
        made.append(pack(root, tmp_path / f"{number}.zip").read_bytes())
    assert made[0] == made[1]


def test_a_layer_is_built_once_for_the_same_inputs(tmp_path: Path) -> None:
    runs: list[Path] = []

    def counted(root: Path) -> None:
        runs.append(root)
        fill(root)

    made = [built_once(tmp_path, "layer", [text], counted) for text in (b"a", b"a", b"b")]
    assert made[0] == made[1] != made[2]
    assert len(runs) == 2


def test_a_build_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def fails(root: Path) -> None:
        fill(root)
        raise RuntimeError("no wheel")

    with pytest.raises(RuntimeError, match="no wheel"):
        built_once(tmp_path, "layer", [], fails)
    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]
