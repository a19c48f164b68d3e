"""Symbolic links: where each one leads, followed as Linux would."""

import posixpath
from collections.abc import Iterator, Mapping, Set

from layerlift.domain.limits import MAX_PATH_BYTES
from layerlift.domain.report import Finding
from layerlift.inspecting.archive import codes
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.archive.modes import check_started, is_started

MAX_TARGET_BYTES = MAX_PATH_BYTES
_MAX_STEPS = 40
"""Links that Linux follows before it says ELOOP:
https://man7.org/linux/man-pages/man7/path_resolution.7.html"""


_MAX_PARTS = 500_000
"""Ours: names in the targets of all links together, counted each time that one is followed. 10,000
links of ten names, each followed through five others, have as many; a few links that lead through
each other can have any number."""


def check_links(
    links: Mapping[str, bytes], files: Mapping[str, Entry], folders: Set[str]
) -> Iterator[Finding]:
    """Yield what is wrong with links (path to target) among a layer's files and folders.

    Lambda starts what a link in ``extensions/`` leads to, so that has to be executable.
    """
    targets: dict[str, str] = {}
    for path, raw in links.items():
        target = raw.decode("utf-8", "backslashreplace")
        if not target or "\0" in target or len(raw) > MAX_TARGET_BYTES:
            yield codes.LINK_UNSAFE.found(f"The link {path!r} has no usable target", path)
        elif target.startswith("/"):
            yield codes.LINK_UNSAFE.found(
                f"The link {path!r} leads to the absolute path {target!r}", path
            )
        else:
            targets[path] = target
    walk = _Walk(targets, files.keys(), folders)
    for path, target in targets.items():
        end, problem = walk.follow(path)
        if problem is not None:
            yield _astray(path, target, problem)
        elif is_started(path) and end in files:
            yield from check_started(path, files[end])


def _astray(path: str, target: str, problem: str) -> Finding:
    message = f"The link {path!r} leads to {target!r}, {problem}"
    if problem == _OUT:
        return codes.LINK_UNSAFE.found(message, path)
    return codes.LINK_DANGLING.found(message, path, fix=_UNTANGLE if problem == _CIRCLE else None)


_OUT = "out of the layer"
_CIRCLE = "in a circle or through too many links"
_UNTANGLE = "Let the link lead to a file or a folder, or leave it out"


class _Walk:
    """Follows links (path to target), until they have led to too many names."""

    def __init__(self, targets: Mapping[str, str], files: Set[str], folders: Set[str]) -> None:
        self._targets = targets
        self._files = files
        self._folders = folders
        self._parts = 0

    def follow(self, path: str) -> tuple[str, str | None]:
        """Return where a link ends; and what is wrong, None if that is in the layer."""
        left = [*reversed(path.split("/"))]
        at, steps = "", 0
        while left:
            part = left.pop()
            if part in ("", "."):
                continue
            if part == "..":
                if not at:
                    return at, _OUT
                at = posixpath.dirname(at)
                continue
            at = f"{at}/{part}" if at else part
            target = self._targets.get(at)
            if target is not None:
                steps += 1
                self._parts += target.count("/") + 1
                if steps > _MAX_STEPS or self._parts > _MAX_PARTS:
                    return at, _CIRCLE
                left.extend(reversed(target.split("/")))
                at = posixpath.dirname(at)
            elif at not in self._folders:
                # Nothing can follow the name of a file, not even a dot (ENOTDIR).
                is_there = at in self._files and not left
                return at, None if is_there else "which is not in the layer"
        return at, None
