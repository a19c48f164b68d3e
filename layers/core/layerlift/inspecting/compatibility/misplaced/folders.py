"""Mistakes about the folders at the root, whatever is meant to be in them."""

import re
from collections.abc import Iterator

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.compatibility.manifest import MANIFEST
from layerlift.inspecting.compatibility.misplaced import codes
from layerlift.inspecting.compatibility.misplaced.tree import KNOWN_FOLDERS, Tree

_LOOKED_IN = (
    r"python/.|nodejs/(?:node_modules|node\d+)/|java/lib/[^/]+\.jar$"
    r"|ruby/(?:gems|lib)/|extensions/[^/]+$|layerlift\.yaml$"
)
_LAYER = re.compile(rf"(?:.*?/)??(?={_LOOKED_IN})")
"""The folder that a layer lies in, as far as one of its files tells. Not by bin/ and lib/: a
program in a folder of its own, like a JDK, has these too, and is started by its path."""

_NAMED_LAYER = re.compile(rf"(?:.*?/)??(?={_LOOKED_IN}|(?:bin|lib)/.)")
_NAMED_AS_LAYER = re.compile(r"([^/]*layer[^/]*|build|dist|out|target|package|artifacts?)/", re.I)
"""Folders whose name says that what is in them is the layer."""

_DOUBLED = frozenset({"python/", "nodejs/", "java/", "ruby/", "extensions/"})

_OF_PROGRAMS = frozenset({"bin", "lib"})

_MANIFEST_LIKE = re.compile(r"(?:[^/]+/)?layerlift\.(?:ya?ml|json|toml)", re.IGNORECASE)

_PYTHON_LISTS = ("requirements.txt", "constraints.txt", "pyproject.toml")
_PYTHON_LOCKS = ("Pipfile", "Pipfile.lock", "poetry.lock", "uv.lock")
_NODE_LISTS = ("package.json", "package-lock.json", "npm-shrinkwrap.json")
_NODE_LOCKS = ("yarn.lock", "pnpm-lock.yaml", "bun.lock")
_LISTS = {
    "python": frozenset(_PYTHON_LISTS + _PYTHON_LOCKS),
    "nodejs": frozenset(_NODE_LISTS + _NODE_LOCKS),
    "ruby": frozenset({"Gemfile", "Gemfile.lock"}),
}
"""Files that say what to install, by the folder that it is to be installed into."""

_PACKED_LAYER = re.compile(
    r"[^/]*(layer|lambda|function|python|nodejs|package|deploy|build|dist|artifact|code)[^/]*",
    re.IGNORECASE,
)
_ARCHIVE = (".zip", ".tar.gz", ".tgz", ".tar")


def wrapping_folder(tree: Tree) -> str:
    """Return the folder, with a slash, that the whole layer lies in; empty if it lies in none."""
    if KNOWN_FOLDERS & set(tree.folders.get("opt", ())):
        return "opt/"
    if tree.root:
        beside = set(tree.folders)
        is_alone = len(beside) == 1 and not tree.starts_itself and not beside & KNOWN_FOLDERS
        return _layer_in(tree, f"{beside.pop()}/") if is_alone else ""
    if not tree.files:
        return ""
    # The folder of the first and the last in order is the folder of all between.
    shared = _shared_folder(min(tree.files), max(tree.files))
    top = shared.partition("/")[0]
    return _doubled(tree, shared) if top in KNOWN_FOLDERS else _layer_in(tree, shared)


def _shared_folder(first: str, last: str) -> str:
    length = 0
    for position, (one, other) in enumerate(zip(first, last, strict=False)):
        if one != other:
            break
        if one == "/":
            length = position + 1
    return first[:length]


def _doubled(tree: Tree, shared: str) -> str:
    folder = f"{shared.partition('/')[0]}/"
    is_doubled = folder in _DOUBLED and shared.startswith(folder * 2)
    return folder if is_doubled and f"{folder * 2}__init__.py" not in tree.present else ""


def _layer_in(tree: Tree, shared: str) -> str:
    looks = _NAMED_LAYER if _NAMED_AS_LAYER.match(shared) else _LAYER
    for path in tree.files:
        match = looks.match(path)
        if match and match[0] and shared.startswith(match[0]):
            return match[0]
    return ""


def check_wrapping(tree: Tree) -> Iterator[Finding]:
    """Yield an error if the whole layer lies in a folder of its own."""
    folder = wrapping_folder(tree)
    if folder:
        path = next(path for path in tree.files if path.startswith(folder))
        yield codes.LAYER_IN_A_FOLDER.found(
            f"The whole layer lies inside {folder!r}, so that no runtime finds anything",
            path,
            fix=f"Zip from inside that folder, so that {path!r} becomes "
            f"{path.removeprefix(folder)!r}",
        )


def check_case(tree: Tree) -> Iterator[Finding]:
    """Yield an error for each folder that is known in lower case only."""
    for top in tree.folders:
        lower = top.lower()
        if top != lower and lower in KNOWN_FOLDERS:
            path = tree.in_folder(top)[0]
            # A runtime of its own may well have a folder of that name.
            is_own = tree.starts_itself or (lower in _OF_PROGRAMS and lower in tree.folders)
            yield codes.FOLDER_CASE_WRONG.found(
                f"'{top}/' is spelled with capitals; runtimes look in '{lower}/' only",
                path,
                fix=f"Rename it, so that this becomes '{lower}{path[len(top) :]}'",
                severity=Severity.WARNING if is_own else None,
            )
    for entry in tree.root:
        if entry.path != "bootstrap" and entry.path.lower() == "bootstrap":
            yield codes.FOLDER_CASE_WRONG.found(
                f"{entry.path!r} is spelled with capitals; a custom runtime starts 'bootstrap'",
                entry.path,
                fix="Rename it to 'bootstrap'",
            )


def check_archive_in_archive(tree: Tree) -> Iterator[Finding]:
    """Yield a finding if all there is is another archive: an error if it is named like code."""
    if len(tree.files) == len(tree.root) == 1 and tree.files[0].lower().endswith(_ARCHIVE):
        path = tree.files[0]
        is_layer = path.lower().endswith(".zip") and _PACKED_LAYER.fullmatch(path)
        yield codes.ARCHIVE_IN_ARCHIVE.found(
            f"The only file is {path!r}, which Lambda will not unpack",
            path,
            severity=Severity.ERROR if is_layer else Severity.WARNING,
        )


def check_dependencies(tree: Tree) -> Iterator[Finding]:
    """Yield a finding for each folder that has nothing but a list of what to install."""
    for top, lists in _LISTS.items():
        inside = tree.folders.get(top, {})
        if inside and lists.issuperset(inside):
            is_all = len(tree.folders) == 1 and not tree.starts_itself
            severity = Severity.ERROR if is_all else Severity.WARNING
            yield _not_installed(f"{top}/{next(iter(inside))}", severity)
    if tree.files and frozenset[str]().union(*_LISTS.values()).issuperset(tree.files):
        yield _not_installed(tree.files[0], Severity.ERROR)


def _not_installed(path: str, severity: Severity) -> Finding:
    return codes.DEPENDENCIES_NOT_INSTALLED.found(
        f"{path!r} lists what to install, but nothing is installed beside it",
        path,
        severity=severity,
    )


def check_manifest_name(tree: Tree) -> Iterator[Finding]:
    """Yield a warning for what is meant as the manifest and is not read as such."""
    folders = ("python", "nodejs", "java", "ruby")
    inside = (f"{top}/{name}" for top in folders for name in tree.folders.get(top, ()))
    for path in (*sorted(tree.names_at_root), *inside):
        if path in tree.present and _MANIFEST_LIKE.fullmatch(path):
            yield codes.MANIFEST_MISNAMED.found(
                f"{path!r} is not read; the manifest is {MANIFEST!r} at the root of the zip", path
            )
            return


def check_leftovers(tree: Tree) -> Iterator[Finding]:
    """Yield one warning if a desktop's files came along."""
    if tree.leftovers:
        first, more = tree.leftovers[0], len(tree.leftovers) - 1
        others = f" and {more:,} more files are leftovers" if more else " is a leftover"
        yield codes.DESKTOP_LEFTOVERS.found(f"{first!r}{others} of a desktop", first)
