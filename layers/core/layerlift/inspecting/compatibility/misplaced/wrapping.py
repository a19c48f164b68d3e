"""Layers that lie in a folder of the zip instead of at its root."""

import re
from collections.abc import Iterator

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.compatibility.misplaced import codes
from layerlift.inspecting.compatibility.misplaced.spelling import right_spelling
from layerlift.inspecting.compatibility.misplaced.tree import KNOWN_FOLDERS, Tree

_LOOKED_IN = (
    r"(?i:python/.|nodejs/(?:node_modules|node\d+)/|java/lib/[^/]+\.jar$)"
    r"|ruby/(?:gems|lib)/|extensions/[^/]+$|layerlift\.yaml$"
)
_LAYER = re.compile(rf"(?:.*?/)??(?={_LOOKED_IN})")
"""The folder that a layer lies in, as far as one of its files tells. Not by bin/ and lib/: a
program in a folder of its own, like a JDK, has these too, and is started by its path."""

_NAMED_LAYER = re.compile(rf"(?:.*?/)??(?={_LOOKED_IN}|(?:bin|lib)/.)")
_NAMED_AS_LAYER = re.compile(r"([^/]*layer[^/]*|build|dist|out|target|package|artifacts?)/", re.I)
"""Folders whose name says that what is in them is the layer."""

_ONE_OF_SEVERAL = re.compile(r"x86_64|amd64|x64|arm64|aarch64|[^/]*layer[^/]*", re.IGNORECASE)
"""Folders that hold a layer beside another one: of an architecture, or by their name."""

_IN_ITS_FOLDER = re.compile(rf"[^/]+/(?={_LOOKED_IN})")

_DOUBLED = frozenset({"python/", "nodejs/", "java/", "ruby/", "extensions/"})


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
    return next((path for path in tree.folders_of_bootstraps if shared.startswith(path)), "")


def check_wrapping(tree: Tree) -> Iterator[Finding]:
    """Yield an error if nothing is at the root, but a layer or several in folders of their own."""
    folder = wrapping_folder(tree)
    if folder:
        path = _telling(tree, folder)
        yield codes.LAYER_IN_A_FOLDER.found(
            f"The whole layer lies inside {folder!r}, so that no runtime finds anything",
            path,
            fix=f"Zip from inside that folder, so that {path!r} becomes "
            f"{right_spelling(path.removeprefix(folder))!r}",
        )
    elif not tree.starts_itself and not KNOWN_FOLDERS & set(tree.folders):
        yield from _check_several(tree)


def _telling(tree: Tree, folder: str) -> str:
    bootstrap = f"{folder}bootstrap"
    if folder in tree.folders_of_bootstraps:
        return bootstrap
    return next(path for path in tree.files if path.startswith(folder))


def _check_several(tree: Tree) -> Iterator[Finding]:
    layers = _layers_in_folders(tree)
    named = {top for top in layers if _ONE_OF_SEVERAL.fullmatch(top)}
    if named or (layers and len(layers) == len(tree.folders)):
        top = sorted(named or layers)[0]
        listed = " and ".join(f"'{each}/'" for each in sorted(layers)[:2])
        lies = "Layers lie" if len(layers) > 1 else "A layer lies"
        yield codes.LAYER_IN_A_FOLDER.found(
            f"{lies} inside {listed}, so that no runtime finds anything",
            layers[top],
            fix=f"Make a zip of the content of each such folder, so that {layers[top]!r} becomes "
            f"{right_spelling(layers[top].removeprefix(f'{top}/'))!r}",
        )


def check_part_in_a_folder(tree: Tree) -> Iterator[Finding]:
    """Yield a warning if beside what is reached a folder named as a layer holds more of it."""
    if tree.starts_itself or not KNOWN_FOLDERS & set(tree.folders):
        return
    for top, path in _layers_in_folders(tree).items():
        if _ONE_OF_SEVERAL.fullmatch(top):
            yield codes.LAYER_IN_A_FOLDER.found(
                f"A part of the layer lies inside '{top}/', where no runtime finds it",
                path,
                fix=f"Move it, so that {path!r} becomes "
                f"{right_spelling(path.removeprefix(f'{top}/'))!r}",
                severity=Severity.WARNING,
            )


def _layers_in_folders(tree: Tree) -> dict[str, str]:
    """Return, by the folders at the root that hold a layer, a file of it."""
    layers: dict[str, str] = {}
    for top in tree.folders:
        if top.lower() not in KNOWN_FOLDERS:
            path = next(filter(_IN_ITS_FOLDER.match, tree.in_folder(top)), None)
            if path:
                layers[top] = path
    return layers
