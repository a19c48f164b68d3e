"""The files of a layer that a canary looks for: what no ``import`` or ``require`` would try."""

from collections.abc import Iterable

from layerlift.domain.report import LayerFile
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.compatibility.manifest import MANIFEST
from layerlift.inspecting.compatibility.misplaced.tree import BOOTSTRAP, is_leftover

_MAX_FILES = 100
"""They travel with the release through the registry, and each is read by every canary."""

_LOADED = ("python/", "nodejs/")
_EXECUTED = ("extensions/", "bin/")
_EXECUTABLE = 0o111


def find_files(entries: Iterable[Entry]) -> tuple[tuple[LayerFile, ...], int]:
    """Return the files, what is executed first, and how many more there are."""
    found = [
        entry
        for entry in entries
        if entry.is_file
        and not entry.path.startswith(_LOADED)
        and entry.path != MANIFEST
        and not is_leftover(entry.path)
    ]
    found.sort(key=lambda entry: (not _is_executed(entry.path), entry.path))
    kept = tuple(_file(entry) for entry in found[:_MAX_FILES])
    return kept, len(found) - len(kept)


def _is_executed(path: str) -> bool:
    return path == BOOTSTRAP or path.startswith(_EXECUTED)


def _file(entry: Entry) -> LayerFile:
    is_executable = entry.mode is not None and bool(entry.mode & _EXECUTABLE)
    return LayerFile(path=entry.path, size=entry.size, is_executable=is_executable)
