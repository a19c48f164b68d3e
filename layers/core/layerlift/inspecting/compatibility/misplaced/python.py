"""Python code that ``import`` will not find."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.compatibility.misplaced import codes
from layerlift.inspecting.compatibility.misplaced.spelling import is_misspelt
from layerlift.inspecting.compatibility.misplaced.tree import KNOWN_FOLDERS, Tree
from layerlift.inspecting.compatibility.modules import ROOT, find_modules, site_of

_VERSIONED = "python/lib/python{}/site-packages/"

_SITE = re.compile(
    r"(?P<folder>(?:python/)?(?P<outer>(?:[^/]+/){0,6}?)(?:(?:lib|lib64|Lib)/)?"
    r"(?:python(?P<version>[\d.]*)/)?(?:site|dist)-packages/)"
)
"""A folder that Python installs into somewhere, just not where Lambda looks."""

_INTERPRETER_FOLDER = re.compile(
    r"(?P<folder>(?:python/)?(?:(?:lib|lib64)/)?python[-_]?(?P<version>\d[\d.x]*)/)"
)
"""A folder named after a version of Python, without ``site-packages``."""

_MINOR = re.compile(r"3\.?(\d{1,3})(?!\d)")
"""A minor version as people write it: ``3.12``, ``3.12.1``, ``312``."""

_LIBRARIES = frozenset({"lib", "lib64", "Lib"})
_ENVIRONMENT = re.compile("env", re.IGNORECASE)
"""In the name of a folder: it is a virtual environment."""

_VENV_OWN = frozenset({"pip", "setuptools", "wheel", "pkg_resources", "_distutils_hack"})
"""What a virtual environment brings of its own: nobody misses it."""

_EDITABLE = re.compile(r"[^/]+\.egg-link|__editable__[^/]*\.(?:pth|py)|__editables?_[^/]*\.py")
_MODULE = re.compile(r"[^\W\d]\w*\.(?:py|(?:cpython-\d[\w-]*|abi3)\.so)")
_NOT_FOR_PYTHON = frozenset({"nodejs", "java", "ruby", "bin", "extensions"})
_MAX_FOLDERS = 100
"""Folders that are looked into: no more findings of a kind are shown, and people make one."""

_OF_THE_SYSTEM = frozenset({"usr", "var"})
"""Folders of an image's root, whose programs expect each other there: nothing runs in /opt/usr."""

_UNZIPPED_WHEEL = re.compile(r"python/[^/]+\.data/(?:pure|plat)lib/")
"""What an installer moves out of (https://packaging.python.org/en/latest/specifications/
binary-distribution-format/#the-data-directory)."""

_BESIDE_THE_LAYER = frozenset({"tests", "test", "docs", "examples", "scripts", "src"})
_HANDLERS = frozenset({"app.py", "lambda_function.py", "index.py", "handler.py", "main.py"})
"""Names that AWS's own examples give to a function's code."""


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Files in ``folder`` that belong in ``wanted``, both with a slash.

    ``is_deep`` says that it lies in so many folders that it is hardly what the layer is for, if
    there is anything else.
    """

    folder: str
    wanted: str
    is_deep: bool
    paths: list[str] = field(default_factory=list)


def check_python(tree: Tree) -> Iterator[Finding]:
    """Yield what is wrong with where Python code lies."""
    yield from _check_root(tree)
    yield from _check_sites(tree)
    yield from _check_unzipped_wheels(tree)
    yield from _check_environment(tree)
    yield from _check_editable(tree)


def _check_root(tree: Tree) -> Iterator[Finding]:
    package = _package_at_root(tree)
    if package:
        yield codes.PYTHON_AT_ROOT.found(
            f"Python packages lie at the root of the zip (see {package!r}), where no runtime looks",
            package,
            fix=f"Put them under python/, so that this one becomes 'python/{package}'",
            severity=Severity.WARNING if _is_beside(tree, package) else None,
        )
        return
    if tree.starts_itself or KNOWN_FOLDERS & set(tree.folders):
        return
    by_handler = sorted(tree.names_at_root, key=lambda name: (name not in _HANDLERS, name))
    module = next(filter(_MODULE.fullmatch, by_handler), None)
    if module in _HANDLERS:
        yield codes.FUNCTION_CODE.found(
            f"{module!r} lies at the root of the zip, where a function's code belongs", module
        )
    elif module:
        yield codes.PYTHON_AT_ROOT.found(
            f"Python modules lie at the root of the zip (see {module!r}), where no runtime looks",
            module,
            fix=f"Put them under python/, so that this one becomes 'python/{module}'",
        )


def _package_at_root(tree: Tree) -> str | None:
    for top, inside in tree.folders.items():
        if top in KNOWN_FOLDERS:
            continue
        if "__init__.py" in inside and top.isidentifier():
            return f"{top}/__init__.py"
        if top.endswith(".dist-info") and "METADATA" in inside:
            return f"{top}/METADATA"
    return None


def _is_beside(tree: Tree, package: str) -> bool:
    """Say whether a package at the root may be found, or not be missed."""
    top = package.partition("/")[0]
    is_elsewhere = tree.has("python", top)
    is_no_part = top in _BESIDE_THE_LAYER and "python" in tree.folders
    return tree.starts_itself or is_elsewhere or is_no_part


def _check_sites(tree: Tree) -> Iterator[Finding]:
    misplaced = _misplaced(tree)
    if not misplaced:
        return
    # What a C library installs for Python beside itself is not what the layer is for.
    is_by_the_way = any(".so" in name for name in tree.folders.get("lib", ()))
    has_others = _has_others(tree, misplaced)
    found = dict.fromkeys(_VENV_OWN, "") | {m.name: m.path for m in find_modules(tree.files)}
    for each in misplaced:
        lost = _first_lost(each, found, tree)
        is_minor = (is_by_the_way and each.folder.startswith("lib/")) or (
            each.is_deep and has_others
        )
        example = lost or each.paths[0]
        inside = example.removeprefix(each.folder)
        yield codes.PYTHON_MISPLACED.found(
            f"Python packages lie in {_described(tree, each.folder)}, which is not on "
            "Python's path",
            example,
            fix=f"Move them, so that {example!r} becomes '{each.wanted}{inside}'",
            severity=Severity.ERROR if lost and not is_minor else Severity.WARNING,
        )


def _described(tree: Tree, folder: str) -> str:
    root = re.sub(r"(?:lib(?:64)?/python[\d.]*|Lib)/site-packages/$", "", folder)
    is_environment = f"{root}pyvenv.cfg" in tree.present or _ENVIRONMENT.search(root)
    return f"{folder!r} of a virtual environment" if is_environment else f"{folder!r}"


def _has_others(tree: Tree, misplaced: Iterable[Misplaced]) -> bool:
    """Say whether a runtime finds anything besides what is misplaced."""
    if (KNOWN_FOLDERS - {"python"}) & set(tree.folders):
        return True
    lost = {path for each in misplaced for path in each.paths}
    return bool(find_modules(path for path in tree.in_folder("python") if path not in lost))


def _misplaced(tree: Tree) -> list[Misplaced]:
    found: dict[str, Misplaced | None] = {}
    for path in _candidates(tree):
        site = _SITE.match(path)
        match = site or _INTERPRETER_FOLDER.match(path)
        if match is None or is_misspelt(path):
            continue
        folder = match["folder"]
        if folder not in found and len(found) >= _MAX_FOLDERS:
            continue
        if folder not in found:
            is_own = _has_its_own_python(tree, folder)
            is_deep = site is not None and site["outer"].count("/") > 1
            wanted = _wanted(match["version"] or "")
            found[folder] = None if is_own else Misplaced(folder, wanted, is_deep)
        each = found[folder]
        if each:
            each.paths.append(path)
    return [each for each in found.values() if each]


def _wanted(version: str) -> str:
    minor = _MINOR.match(version)
    return _VERSIONED.format(f"3.{minor[1]}") if minor else ROOT


def _check_unzipped_wheels(tree: Tree) -> Iterator[Finding]:
    for second, paths in tree.folders.get("python", {}).items():
        if second.endswith(".data"):
            match = next(filter(None, map(_UNZIPPED_WHEEL.match, paths)), None)
            if match:
                yield codes.PYTHON_MISPLACED.found(
                    f"A wheel was unzipped instead of installed: {match[0]!r} is not on Python's "
                    "path",
                    match.string,
                    fix="Install it with pip install --target python, so that "
                    f"{match.string!r} becomes '{ROOT}{match.string[match.end() :]}'",
                    severity=Severity.WARNING,
                )
                return


def _candidates(tree: Tree) -> Iterator[str]:
    """Yield the files of folders that need a look, which the many of a package do not."""
    for top, inside in tree.folders.items():
        for second, paths in inside.items():
            if (
                _needs_a_look(top, second)
                or _has_packages(tree, top, second)
                or f"{top}/{second}/pyvenv.cfg" in tree.present
            ):
                yield from (path for path in paths if site_of(path) in (None, ROOT))


def _has_packages(tree: Tree, top: str, second: str) -> bool:
    is_package = top == "python" and f"{top}/{second}/__init__.py" in tree.present
    if is_package or top in _NOT_FOR_PYTHON:
        return False
    return any("-packages/" in path for path in tree.folders[top][second])


def _needs_a_look(top: str, second: str) -> bool:
    if top == "python":
        return second in _LIBRARIES or second.startswith("python")
    is_python = top.startswith("python") or second.startswith("python")
    return is_python or (second in _LIBRARIES and top not in KNOWN_FOLDERS)


def _has_its_own_python(tree: Tree, folder: str) -> bool:
    """Say whether what lies in ``folder`` is for a package or program that knows where it is."""
    top = folder.partition("/")[0]
    if top in _NOT_FOR_PYTHON:
        return True
    parents = tuple(folder[: slash.end()] for slash in re.finditer("/", folder))
    if top == "python":
        has_owner = any(f"{parent}__init__.py" in tree.present for parent in parents[1:])
    else:
        # A program in a folder of its own, started by its path, may bring its own packages.
        is_program = top not in _OF_THE_SYSTEM and not tree.folders_of_programs.isdisjoint(parents)
        has_owner = tree.starts_itself or (is_program and not _ENVIRONMENT.search(top))
    library = re.sub(r"(?:site|dist)-packages/$", "", folder)
    return has_owner or f"{library}os.py" in tree.present


def _first_lost(misplaced: Misplaced, found: Mapping[str, str], tree: Tree) -> str | None:
    """Return a file of a module that nothing else brings; None if all can be imported.

    ``found`` are the modules that can be, with their paths. A namespace package, whose path is a
    folder, may lack a part.
    """
    for path in misplaced.paths:
        inside = path.removeprefix(misplaced.folder)
        if tree.present.isdisjoint((f"{misplaced.wanted}{inside}", f"{ROOT}{inside}")):
            modules = find_modules([f"{ROOT}{inside}"])
            if modules and found.get(modules[0].name, "/").endswith("/"):
                return path
    return None


def _check_environment(tree: Tree) -> Iterator[Finding]:
    for path in ("python/pyvenv.cfg", "python/bin/activate", "pyvenv.cfg"):
        if path in tree.present:
            folder = path.rpartition("/")[0]
            yield codes.PYTHON_VENV.found(
                f"{path!r} says that {f'{folder}/' if folder else 'the zip'} is a virtual "
                "environment",
                path,
            )
            return


def _check_editable(tree: Tree) -> Iterator[Finding]:
    inside = tree.folders.get("python", {})
    for path in (*(f"{ROOT}{name}" for name in inside), *inside.get("lib", ())):
        site = site_of(path)
        if site and _EDITABLE.fullmatch(path, len(site)):
            yield codes.PYTHON_EDITABLE.found(
                f"{path!r} points to a folder outside of the layer", path
            )
            return
