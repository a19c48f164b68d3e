"""Folders that a runtime would look in if their names were spelled right.

Linux tells upper case from lower case; NODE_PATH, GEM_PATH and the rest are in lower case:
https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
"""

import re
from collections.abc import Iterator

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.compatibility.misplaced import codes
from layerlift.inspecting.compatibility.misplaced.tree import BOOTSTRAP, KNOWN_FOLDERS, Tree

_SEARCHED = re.compile(
    r"python/lib/python3\.\d{1,3}/site[-_ ]?packages/"
    r"|nodejs/(?:node\d{1,3}/)?node[-_ ]?modules?/"
    r"|java/lib/(?=[^/]+\.jar$)"
    r"|ruby/(?:lib|gems/\d{1,3}\.\d{1,3}\.0)/",
    re.ASCII | re.IGNORECASE,
)
"""How people spell the folders that runtimes look in."""

_MODULES_AT_ROOT = re.compile(r"node[-_ ]?modules?/", re.ASCII | re.IGNORECASE)
_JOINED = (
    (re.compile(r"node[-_ ]?modules?/"), "node_modules/"),
    (re.compile(r"site[-_ ]?packages/"), "site-packages/"),
)

_OF_PROGRAMS = frozenset({"bin", "lib"})


def right_spelling(path: str) -> str:
    """Return ``path`` with the folders that a runtime looks in spelled as it spells them."""
    top, slash, rest = path.partition("/")
    lower = top.lower()
    if slash and lower in KNOWN_FOLDERS:
        path = f"{lower}/{rest}"
    if _MODULES_AT_ROOT.match(path):
        return right_spelling(f"nodejs/{path}")
    match = _SEARCHED.match(path)
    if match is None:
        return path
    folder = match[0].lower()
    for pattern, right in _JOINED:
        folder = pattern.sub(right, folder)
    return folder + path[match.end() :]


def is_misspelt(path: str) -> bool:
    """Say whether ``path`` would be found if its folders were spelled right."""
    match = _SEARCHED.match(path)
    return match is not None and not right_spelling(path).startswith(match[0])


def check_case(tree: Tree) -> Iterator[Finding]:
    """Yield a finding for each folder that is known in another spelling only."""
    for top, inside in tree.folders.items():
        if top != top.lower() and top.lower() in KNOWN_FOLDERS:
            yield _capital(tree, top)
        elif top in KNOWN_FOLDERS:
            yield from _check_inside(tree, inside)
        elif top != "node_modules" and _MODULES_AT_ROOT.fullmatch(f"{top}/"):
            yield _misspelt(tree, tree.in_folder(top)[0], f"{top}/")
    yield from _check_bootstrap(tree)


def _capital(tree: Tree, top: str) -> Finding:
    lower, path = top.lower(), tree.in_folder(top)[0]
    # A runtime of its own may well have a folder of that name.
    is_own = tree.starts_itself or (lower in _OF_PROGRAMS and lower in tree.folders)
    return codes.FOLDER_CASE_WRONG.found(
        f"'{top}/' is spelled with capitals; runtimes look in '{lower}/' only",
        path,
        fix=f"Rename it, so that this becomes {right_spelling(path)!r}",
        severity=Severity.WARNING if is_own else None,
    )


def _check_inside(tree: Tree, inside: dict[str, list[str]]) -> Iterator[Finding]:
    for paths in inside.values():
        # Of most folders the first file tells that none of them is meant for a runtime to look in.
        right = ""
        if not _may_be_searched(paths[0]):
            continue
        for path in paths:
            if right and path.startswith(right):
                continue
            match = _SEARCHED.match(path)
            if match is None:
                continue
            if is_misspelt(path):
                yield _misspelt(tree, path, match[0])
                break
            right = match[0]


def _may_be_searched(path: str) -> bool:
    second = path.split("/", 2)[1].lower()
    return second in ("lib", "gems") or second.startswith("node")


def _misspelt(tree: Tree, path: str, folder: str) -> Finding:
    wanted = right_spelling(path)
    return codes.FOLDER_CASE_WRONG.found(
        f"{folder!r} is not spelled as runtimes spell the folder that they look in",
        path,
        fix=f"Rename it, so that {path!r} becomes {wanted!r}",
        severity=Severity.WARNING if tree.starts_itself else None,
    )


def _check_bootstrap(tree: Tree) -> Iterator[Finding]:
    for entry in tree.root:
        if entry.path != BOOTSTRAP and entry.path.lower() == BOOTSTRAP:
            yield codes.FOLDER_CASE_WRONG.found(
                f"{entry.path!r} is spelled with capitals; a custom runtime starts 'bootstrap'",
                entry.path,
                fix="Rename it to 'bootstrap'",
            )
