"""The files of a layer, sorted by folder once, for all checks of where they lie."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.compatibility.manifest import MANIFEST

KNOWN_FOLDERS = frozenset({"python", "nodejs", "java", "ruby", "bin", "lib", "extensions"})
"""https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html and, for the last,
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html"""

BOOTSTRAP = "bootstrap"
"""https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html"""

_LEFTOVERS = ("/.DS_Store", "/Thumbs.db", "/desktop.ini")
_MARKS = ("__MACOSX/", "._", ".DS_Store", "Thumbs.db", "desktop.ini")
"""One of these is in every path of a leftover."""

_PAPERS = ("readme", "license", "licence", "notice", "changelog", "copying", "makefile")


def is_leftover(path: str) -> bool:
    """Say whether a desktop keeps this file for itself; ``._x`` is an AppleDouble (RFC 1740)."""
    return (
        path.startswith(("__MACOSX/", "._"))
        or "/._" in path
        or path.endswith(_LEFTOVERS)
        or f"/{path}" in _LEFTOVERS
    )


@dataclass(frozen=True)
class Tree:
    """The files and links of a zip, in its order.

    ``files`` are the paths of all but ``leftovers`` and the manifest; ``root`` are the entries
    among them that lie in no folder. ``folders_of_bootstraps`` are the folders at the root, with a
    slash, that have an executable ``bootstrap``.
    """

    files: tuple[str, ...]
    leftovers: tuple[str, ...]
    root: tuple[Entry, ...]
    folders_of_bootstraps: tuple[str, ...] = ()

    @cached_property
    def folders(self) -> dict[str, dict[str, list[str]]]:
        """The files by their folder at the root, then by the next part of their path."""
        groups: dict[str, list[str]] = {}
        for path in self.files:
            end = path.find("/", path.find("/") + 1)
            groups.setdefault(path if end < 0 else path[:end], []).append(path)
        folders: dict[str, dict[str, list[str]]] = {}
        for group, paths in groups.items():
            top, inside, second = group.partition("/")
            if inside:
                folders.setdefault(top, {})[second] = paths
        return folders

    @cached_property
    def present(self) -> frozenset[str]:
        """The paths of all files."""
        return frozenset(self.files)

    @cached_property
    def names_at_root(self) -> frozenset[str]:
        """The names of the files that lie in no folder."""
        return frozenset(entry.path for entry in self.root)

    @cached_property
    def folders_of_programs(self) -> frozenset[str]:
        """The folders, with a slash, that have a folder ``bin``."""
        found = (path.partition("/bin/")[0] for path in self.files if "/bin/" in path)
        return frozenset(f"{folder}/" for folder in found)

    @cached_property
    def starts_itself(self) -> bool:
        """Whether something in the layer is run by its path and can find the rest from there.

        That is a custom runtime, an extension, or a script that ``AWS_LAMBDA_EXEC_WRAPPER`` names
        (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html). A link at the root may
        lead anywhere.
        """
        return (
            BOOTSTRAP in self.names_at_root
            or any(entry.is_link or _is_program(entry) for entry in self.root)
            or any(path.count("/") == 1 for path in self.in_folder("extensions"))
        )

    def in_folder(self, top: str) -> list[str]:
        """Return the files in a folder at the root."""
        return [path for group in self.folders.get(top, {}).values() for path in group]

    def has(self, top: str, second: str) -> bool:
        """Say whether there are files at or under ``top/second``."""
        return second in self.folders.get(top, {})


def is_paper(name: str) -> bool:
    """Say whether a file of this name is for people, such as a licence."""
    return name.lower().startswith(_PAPERS)


def _is_program(entry: Entry) -> bool:
    name = entry.path.lower()
    if is_paper(name):
        return False
    if "." not in name.lstrip("."):
        return _is_executable(entry)
    return name.endswith(".sh")


def _is_executable(entry: Entry) -> bool:
    return entry.mode is not None and bool(entry.mode & 0o111)


def tree_of(entries: Iterable[Entry]) -> Tree:
    """Sort the entries of a zip, links included, directories not."""
    kept = [e for e in entries if not e.is_directory and e.path != MANIFEST]
    text = "\n".join(e.path for e in kept)
    has_leftovers = any(mark in text for mark in _MARKS)
    leftovers = tuple(e.path for e in kept if is_leftover(e.path)) if has_leftovers else ()
    if leftovers:
        dropped = frozenset(leftovers)
        kept = [e for e in kept if e.path not in dropped]
    files = tuple(e.path for e in kept)
    root = tuple(e for e in kept if "/" not in e.path)
    started = tuple(
        e.path.removesuffix(BOOTSTRAP)
        for e in kept
        if e.path.endswith("/bootstrap") and e.path.count("/") == 1 and _is_executable(e)
    )
    return Tree(files, leftovers, root, started)
