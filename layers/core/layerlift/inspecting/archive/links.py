"""Symbolic links: where each one leads, followed as Linux would."""

import posixpath
from collections.abc import Iterator, Mapping, Set

from layerlift.domain.limits import MAX_PATH_BYTES
from layerlift.domain.report import Finding
from layerlift.inspecting.archive import codes

MAX_TARGET_BYTES = MAX_PATH_BYTES
_MAX_STEPS = 40
"""Links that Linux follows before it says ELOOP:
https://man7.org/linux/man-pages/man7/path_resolution.7.html"""


_MAX_PARTS = 500_000
"""Ours: names in the targets of all links together, counted each time that one is followed. 10,000
links of ten names, each followed through five others, have as many; a few links that lead through
each other can have any number."""


def check_links(
    links: Mapping[str, bytes], files: Set[str], folders: Set[str]
) -> Iterator[Finding]:
    """Yield what is wrong with links (path to target) among a layer's files and folders."""
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
    walk = _Walk(targets, files, folders)
    for path, target in targets.items():
        problem = walk.problem(path)
        if problem == "out":
            yield codes.LINK_UNSAFE.found(
                f"The link {path!r} leads to {target!r}, out of the layer", path
            )
        elif problem is not None:
            yield codes.LINK_DANGLING.found(
                f"The link {path!r} leads to {target!r}, {problem}", path
            )


class _Walk:
    """Follows links (path to target), until they have led to too many names."""

    def __init__(self, targets: Mapping[str, str], files: Set[str], folders: Set[str]) -> None:
        self._targets = targets
        self._files = files
        self._folders = folders
        self._parts = 0

    def problem(self, path: str) -> str | None:
        """Follow a link: None if it ends at something in the layer, else what is wrong."""
        left = [*reversed(path.split("/"))]
        at, steps = "", 0
        while left:
            part = left.pop()
            if part in ("", "."):
                continue
            if part == "..":
                if not at:
                    return "out"
                at = posixpath.dirname(at)
                continue
            at = f"{at}/{part}" if at else part
            target = self._targets.get(at)
            if target is not None:
                steps += 1
                self._parts += target.count("/") + 1
                if steps > _MAX_STEPS or self._parts > _MAX_PARTS:
                    return "in a circle or through too many links"
                left.extend(reversed(target.split("/")))
                at = posixpath.dirname(at)
            elif at not in self._folders:
                # Nothing can follow the name of a file, not even a dot (ENOTDIR).
                return None if at in self._files and not left else "which is not in the layer"
        return None
