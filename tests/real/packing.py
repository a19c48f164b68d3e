"""Folders packed as layers, each once: `.tools/real` keeps the zips from run to run."""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from layerlift_cli.local.locks import exclusive

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can hold (APPNOTE 4.4.6): the same for every entry of every build."""

_LEVEL = 6
"""What `zip` and most build tools compress with, unless told otherwise."""

_DIRECTORY = 0x10
"""The MS-DOS attribute of a directory, which `zip` sets beside the Unix mode (APPNOTE 4.4.15)."""

_LEFTOVERS = frozenset({".lock", "__pycache__"})
"""What installers leave in a target folder and nobody means to ship."""


def built_once(
    folder: Path, name: str, inputs: Iterable[bytes], fill: Callable[[Path], None]
) -> Path:
    """Return the zip of what ``fill`` puts into a folder, from ``folder`` if it is there already.

    ``inputs`` are everything that decides the content. Two processes that want the same zip build
    it once; one that is killed leaves no half a zip under the final name.
    """
    digest = hashlib.sha256()
    for part in (Path(__file__).read_bytes(), *inputs):
        digest.update(hashlib.sha256(part).digest())
    made = folder / f"{name}-{digest.hexdigest()[:16]}.zip"
    with exclusive(made.with_suffix(".lock"), on_wait=lambda: None):
        if not made.exists():
            with TemporaryDirectory(dir=folder) as scratch:
                root = Path(scratch) / "layer"
                root.mkdir()
                fill(root)
                pack(root, Path(scratch) / "layer.zip").rename(made)
    return made


def pack(root: Path, into: Path) -> Path:
    """Zip everything under ``root`` as `zip -r -y` does; the same files give the same bytes."""
    with zipfile.ZipFile(into, "w") as archive:
        for path in sorted(root.rglob("*")):
            if not _LEFTOVERS.intersection(path.relative_to(root).parts):
                _add(archive, path, path.relative_to(root).as_posix())
    return into


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    if path.is_symlink():
        link = _entry(name, stat.S_IFLNK | 0o777)
        archive.writestr(link, os.fsencode(path.readlink()), zipfile.ZIP_STORED)
    elif path.is_dir():
        folder = _entry(f"{name}/", stat.S_IFDIR | 0o755)
        folder.external_attr |= _DIRECTORY
        archive.writestr(folder, b"", zipfile.ZIP_STORED)
    else:
        runs = path.stat().st_mode & stat.S_IXUSR
        file = _entry(name, stat.S_IFREG | (0o755 if runs else 0o644))
        archive.writestr(file, path.read_bytes(), zipfile.ZIP_DEFLATED, _LEVEL)


def _entry(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.external_attr = mode << 16
    return entry
