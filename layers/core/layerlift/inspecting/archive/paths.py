"""All paths together: no two entries may want the same place."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence, Set

from layerlift.domain.report import Finding
from layerlift.inspecting.archive import codes
from layerlift.inspecting.archive.end import Unsound
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.archive.names import is_too_long

_MAX_FOLDER_BYTES = 32 * 1024 * 1024
"""Ours: of what the paths of all folders take. 100,000 files, each in a folder of its own with a
path of 200 bytes, stay below; 300 files, each 2,000 folders deep, would take gigabytes."""

_FOLDER_BYTES = 100
"""What a folder takes besides its path, in an inspection and in a file system alike."""


def folders_above(entries: Iterable[Entry]) -> set[str]:
    """Return every folder that some entry lies in.

    :raises Unsound: if they are more than anyone could handle.
    """
    seen: set[str] = set()
    taken = 0
    for entry in entries:
        folder = entry.path.rpartition("/")[0]
        while folder and folder not in seen:
            seen.add(folder)
            taken += len(folder) + _FOLDER_BYTES
            if taken > _MAX_FOLDER_BYTES:
                raise Unsound(
                    codes.TOO_MANY_ENTRIES.found(
                        "The archive has more folders, and deeper ones, than anyone could unpack"
                    )
                )
            folder = folder.rpartition("/")[0]
    return seen


def check_paths(entries: Sequence[Entry], folders: Set[str]) -> Iterator[Finding]:
    """Yield duplicates, files that are folders too, and what differs only by case.

    ``folders`` are those of :func:`folders_above`.
    """
    seen: dict[str, Entry] = {}
    for entry in entries:
        if seen.setdefault(entry.path, entry) is not entry:
            yield codes.DUPLICATE.found(f"{entry.path!r} is in the archive twice", entry.path)
    if not all(entry.is_directory for path, entry in seen.items() if path in folders):
        yield from _files_that_are_folders(seen)
    if not _are_spelled_apart(seen):
        yield from _same_spelling(seen)


def folders_of(paths: dict[str, Entry]) -> dict[str, str]:
    """Return every folder that some entry needs, with the first entry that does."""
    folders: dict[str, str] = {}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders[folder] = path
            folder = folder.rpartition("/")[0]
    return folders


def _files_that_are_folders(entries: dict[str, Entry]) -> Iterator[Finding]:
    for folder, inside in folders_of(entries).items():
        entry = entries.get(folder)
        if entry is not None and not entry.is_directory:
            kind = "a link" if entry.is_link else "a file"
            fix = "Leave the link out, or zip what lies under it elsewhere"
            yield codes.FILE_IS_FOLDER.found(
                f"{folder!r} is {kind}, and {inside!r} needs it to be a folder",
                folder,
                fix=fix if entry.is_link else None,
            )


def _are_spelled_apart(paths: Collection[str]) -> bool:
    """Say whether all paths are ASCII, and no two the same in lower case: as nearly always."""
    return all(map(str.isascii, paths)) and len({path.lower() for path in paths}) == len(paths)


def _same_spelling(entries: dict[str, Entry]) -> Iterator[Finding]:
    """Compare by Unicode's canonical form (UAX 15) first, then by its case folding.

    Two canonical forms of one name look the same to people and are the same file on macOS.
    """
    known: dict[str, str] = {}
    for path in entries:
        if not path.isascii() and is_too_long(path):
            # An error already; and to order a long run of accents takes the square of its length.
            continue
        other = known.setdefault(_folded(path), path)
        if other == path:
            continue
        if unicodedata.normalize("NFC", other) == unicodedata.normalize("NFC", path):
            message = f"{path!r} is in the archive twice, in two spellings of the same characters"
            yield codes.DUPLICATE.found(message, path)
        else:
            yield codes.CASE_ONLY.found(f"{other!r} and {path!r} differ only by case", path)


def _folded(path: str) -> str:
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", path).casefold()
