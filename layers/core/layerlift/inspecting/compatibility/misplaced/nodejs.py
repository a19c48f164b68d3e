"""Node.js packages that ``require`` and ``import`` will not find.

NODE_PATH: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

import re
from collections.abc import Iterator

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.compatibility.misplaced import codes
from layerlift.inspecting.compatibility.misplaced.tree import KNOWN_FOLDERS, Tree
from layerlift.inspecting.compatibility.runtimes import family_of

MODULES = "node_modules"
VERSION_FOLDER = re.compile(r"node(\d{1,3})", re.ASCII)
"""The folder in ``nodejs/`` that one version of Node.js looks in: ``node22``."""

_VERSION_LIKE = re.compile(r"(?:node(?:js)?[-_]?)?v?\d[\d.x]*|lib")
"""Folders in ``nodejs/`` that are meant as a version, or come from ``npm install --global``."""

_SOURCES = (".js", ".mjs", ".cjs", ".ts")
_CONFIGURED = (".config.js", ".config.mjs", ".config.cjs")
_MANY = 3
"""Packages side by side that expect to find each other by name, as npm installs them."""

_HANDLERS = ("index.js", "index.mjs", "app.js", "app.mjs", "handler.js")


def check_nodejs(tree: Tree) -> Iterator[Finding]:
    """Yield what is wrong with where Node.js packages lie."""
    yield from _check_root(tree)
    yield from _check_other_folders(tree)
    yield from _check_versions(tree)
    yield from _check_sources(tree)
    yield from _check_bare_packages(tree)


def _check_root(tree: Tree) -> Iterator[Finding]:
    if MODULES in tree.folders:
        path = tree.in_folder(MODULES)[0]
        # What lies in /opt and is started by its path looks in /opt/node_modules
        # (https://nodejs.org/api/modules.html#loading-from-node_modules-folders).
        yield codes.NODE_AT_ROOT.found(
            "node_modules lies at the root of the zip, where no runtime looks",
            path,
            severity=Severity.WARNING if tree.starts_itself else None,
        )
    elif not tree.starts_itself and not KNOWN_FOLDERS & set(tree.folders):
        handler = next((name for name in _HANDLERS if name in tree.names_at_root), None)
        if handler:
            yield codes.FUNCTION_CODE.found(
                f"{handler!r} lies at the root of the zip, where a function's code belongs",
                handler,
            )


def _check_other_folders(tree: Tree) -> Iterator[Finding]:
    for top, inside in tree.folders.items():
        if MODULES not in inside or top == "nodejs" or tree.starts_itself:
            continue
        folder, path = f"{top}/{MODULES}/", inside[MODULES][0]
        if top == "python" and f"{folder}__init__.py" not in tree.present:
            yield _misplaced(folder, f"nodejs/{MODULES}/", path, Severity.WARNING)
        elif top.lower() not in KNOWN_FOLDERS - {"lib"} and not _has_sources(inside, 1):
            yield _misplaced(folder, f"nodejs/{_version_folder(top)}{MODULES}/", path)


def _check_versions(tree: Tree) -> Iterator[Finding]:
    inside = tree.folders.get("nodejs", {})
    for second, paths in inside.items():
        match = VERSION_FOLDER.fullmatch(second)
        if (match and match[1] in _versions()) or not _VERSION_LIKE.fullmatch(second):
            continue
        folder = f"nodejs/{second}/{MODULES}/"
        path = next((path for path in paths if path.startswith(folder)), None)
        if path:
            yield (
                _unknown(folder, path)
                if match
                else _misplaced(folder, f"nodejs/{_version_folder(second)}{MODULES}/", path)
            )


def _versions() -> frozenset[str]:
    return frozenset(str(each.version[0]) for each in family_of("nodejs") if each.version)


def _version_folder(name: str) -> str:
    """Return the folder, with a slash, of the version that ``name`` tells; empty if of none."""
    number = re.search(r"\d+", name) if _VERSION_LIKE.fullmatch(name) else None
    return f"node{number[0]}/" if number and number[0] in _versions() else ""


def _unknown(folder: str, path: str) -> Finding:
    newest = max(int(each) for each in _versions())
    inside = path.removeprefix(folder)
    return codes.NODE_MISPLACED.found(
        f"Node packages lie in {folder!r}, but Lambda has no such version of Node.js",
        path,
        fix=f"Move them, so that {path!r} becomes 'nodejs/{MODULES}/{inside}' for all versions, or "
        f"'nodejs/node{newest}/{MODULES}/{inside}' for Node.js {newest} alone",
    )


def _check_sources(tree: Tree) -> Iterator[Finding]:
    """Code in ``nodejs/src`` finds what lies beside it, but no function does."""
    paths = tree.folders.get("nodejs", {}).get("src", ())
    folder = f"nodejs/src/{MODULES}/"
    path = next((path for path in paths if path.startswith(folder)), None)
    if path:
        yield _misplaced(folder, f"nodejs/{MODULES}/", path, Severity.WARNING)


def _check_bare_packages(tree: Tree) -> Iterator[Finding]:
    inside = tree.folders.get("nodejs", {})
    if MODULES in inside or any(map(VERSION_FOLDER.fullmatch, inside)):
        return
    bare = [
        f"nodejs/{second}/package.json"
        for second in inside
        if f"nodejs/{second}/package.json" in tree.present
    ]
    scoped = [path for top in inside if top.startswith("@") for path in inside[top]]
    if scoped or len(bare) >= _MANY or (bare and ".package-lock.json" in inside):
        yield _misplaced("nodejs/", f"nodejs/{MODULES}/", [*bare, *scoped][0])
    elif bare:
        yield _misplaced("nodejs/", f"nodejs/{MODULES}/", bare[0], Severity.WARNING)


def _has_sources(inside: dict[str, list[str]], depth: int) -> bool:
    """Say whether a folder has code of its own, that may be required by its path."""
    return any(
        path.endswith(_SOURCES) and not path.endswith(_CONFIGURED)
        for second, paths in inside.items()
        if second != MODULES
        for path in paths
        if path.count("/") >= depth
    )


def _misplaced(folder: str, wanted: str, path: str, severity: Severity | None = None) -> Finding:
    return codes.NODE_MISPLACED.found(
        f"Node packages lie in {folder!r}, which is not on NODE_PATH",
        path,
        fix=f"Move them, so that {path!r} becomes {wanted + path.removeprefix(folder)!r}",
        severity=severity,
    )
