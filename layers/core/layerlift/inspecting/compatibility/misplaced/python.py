"""Python code that ``import`` will not find."""

import re
from collections.abc import Iterable, Iterator, Mapping

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.compatibility.misplaced import codes
from layerlift.inspecting.compatibility.misplaced.tree import KNOWN_FOLDERS, Tree
from layerlift.inspecting.compatibility.modules import ROOT, find_modules, site_of
from layerlift.inspecting.packages.metadata import normalised

_VERSIONED = "python/lib/python{}/site-packages/"

_SITE = re.compile(
    r"(?P<folder>(?:python/)?(?:[^/]+/)??(?:(?:lib|lib64|Lib)/)?"
    r"(?:python(?P<version>[\d.]*)/)?(?:site|dist)-packages/)"
)
"""A folder that Python installs into somewhere, just not where Lambda looks."""

_INTERPRETER_FOLDER = re.compile(
    r"(?P<folder>(?:python/)?(?:(?:lib|lib64)/)?python[-_]?(?P<version>\d[\d.x]*)/)"
)
"""A folder named after a version of Python, without ``site-packages``."""

_MINOR = re.compile(r"3\.\d{1,3}")
_LIBRARIES = frozenset({"lib", "lib64", "Lib"})
_FOLDER_LENGTH = 200
"""Characters within which a folder of packages begins."""

_ENVIRONMENT = re.compile("env", re.IGNORECASE)
"""In the name of a folder: it is a virtual environment."""

_VENV_OWN = frozenset({"pip", "setuptools", "wheel", "pkg_resources", "_distutils_hack"})
"""What a virtual environment brings of its own: nobody misses it."""

_SOURCES = (".tar.gz", ".tgz")
_DIST_INFO = re.compile(r"(?:.*/)?([^/-]+)-[^/]*\.(?:dist|egg)-info/")
_VERSION = re.compile(r"-\d")
_EDITABLE = re.compile(r"[^/]+\.egg-link|__editable__[^/]*\.(?:pth|py)|__editables?_[^/]*\.py")
_MODULE = re.compile(r"[^\W\d]\w*\.(?:py|(?:cpython-\d[\w-]*|abi3)\.so)")
_NOT_FOR_PYTHON = frozenset({"nodejs", "java", "ruby", "bin", "extensions"})
_BESIDE_THE_LAYER = frozenset({"tests", "test", "docs", "examples", "scripts", "src"})
_HANDLERS = frozenset({"app.py", "lambda_function.py", "index.py", "handler.py", "main.py"})
"""Names that AWS's own examples give to a function's code."""

Misplaced = dict[str, tuple[str, list[str]]]
"""By the folder they lie in, with a slash: the folder they belong in, and the files."""


def check_python(tree: Tree) -> Iterator[Finding]:
    """Yield what is wrong with where Python code lies."""
    yield from _check_root(tree)
    yield from _check_sites(tree)
    yield from _check_environment(tree)
    yield from _check_archives(tree)
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
    found = dict.fromkeys(_VENV_OWN, "") | {m.name: m.path for m in find_modules(tree.files)}
    for folder, (wanted, paths) in misplaced.items():
        lost = _first_lost(folder, wanted, paths, found, tree)
        is_error = lost and not (is_by_the_way and folder.startswith("lib/"))
        example = lost or paths[0]
        yield codes.PYTHON_MISPLACED.found(
            f"Python packages lie in {folder!r}, which is not on Python's path",
            example,
            fix=f"Move them, so that {example!r} becomes '{wanted}{example.removeprefix(folder)}'",
            severity=Severity.ERROR if is_error else Severity.WARNING,
        )


def _misplaced(tree: Tree) -> Misplaced:
    misplaced: Misplaced = {}
    for path in _candidates(tree):
        match = _SITE.match(path) or _INTERPRETER_FOLDER.match(path)
        if match is None or _has_its_own_python(tree, match["folder"]):
            continue
        minor = _MINOR.match(match["version"] or "")
        wanted = _VERSIONED.format(minor[0]) if minor else ROOT
        misplaced.setdefault(match["folder"], (wanted, []))[1].append(path)
    return misplaced


def _candidates(tree: Tree) -> Iterator[str]:
    """Yield the files of folders that need a look, which the many of a package do not."""
    for top, inside in tree.folders.items():
        for second, paths in inside.items():
            if (
                _needs_a_look(top, second)
                or "-packages/" in paths[0][:_FOLDER_LENGTH]
                or f"{top}/{second}/pyvenv.cfg" in tree.present
            ):
                yield from (path for path in paths if site_of(path) in (None, ROOT))


def _needs_a_look(top: str, second: str) -> bool:
    if top == "python":
        return second in _LIBRARIES or second.startswith("python")
    is_python = top.startswith("python") or second.startswith("python")
    return is_python or (second in _LIBRARIES and top not in KNOWN_FOLDERS)


def _has_its_own_python(tree: Tree, folder: str) -> bool:
    """Say whether what lies in ``folder`` is for a package or program that knows where it is."""
    top, _, rest = folder.partition("/")
    if top in _NOT_FOR_PYTHON:
        return True
    if top == "python":
        has_owner = f"python/{rest.partition('/')[0]}/__init__.py" in tree.present
    else:
        # A program in a folder of its own, started by its path, may bring its own packages.
        is_program = "bin" in tree.folders[top] and not _ENVIRONMENT.search(top)
        has_owner = tree.starts_itself or is_program
    library = re.sub(r"(?:site|dist)-packages/$", "", folder)
    return has_owner or f"{library}os.py" in tree.present


def _first_lost(
    folder: str, wanted: str, paths: Iterable[str], found: Mapping[str, str], tree: Tree
) -> str | None:
    """Return a file of a module that nothing else brings; None if all can be imported.

    ``found`` are the modules that can be, with their paths. A namespace package, whose path is a
    folder, may lack a part.
    """
    for path in paths:
        inside = path.removeprefix(folder)
        if tree.present.isdisjoint((f"{wanted}{inside}", f"{ROOT}{inside}")):
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


def _check_archives(tree: Tree) -> Iterator[Finding]:
    """Yield the worst of what was not unpacked: an error if nothing else brings it."""
    inside = tree.folders.get("python", {})
    names = [*tree.names_at_root, *(f"{top}/" for top in tree.folders)]
    names += [name if name in tree.present else f"{name}/" for name in map(ROOT.__add__, inside)]
    archives = [name for name in names if _kind_of_archive(name)]
    if archives:
        installed = _installed(tree)
        is_installed, name = min((_distribution_in(name) in installed, name) for name in archives)
        yield codes.PYTHON_UNBUILT.found(
            f"{name!r} is {_kind_of_archive(name)} that was not installed",
            next(path for path in tree.files if path.startswith(name)),
            severity=Severity.WARNING if is_installed else None,
        )


def _kind_of_archive(name: str) -> str:
    bare = name.removesuffix("/")
    if name.endswith(".whl"):
        return "a wheel"
    if bare.endswith(".egg"):
        return "an egg"
    is_source = name.startswith(ROOT) and name.endswith(_SOURCES) and _VERSION.search(name)
    return "a source distribution" if is_source else ""


def _distribution_in(archive: str) -> str:
    return normalised(archive.removeprefix(ROOT).partition("-")[0])


def _installed(tree: Tree) -> set[str]:
    """Return the distributions whose metadata lie in python/."""
    metadata = (path for path in tree.in_folder("python") if "-info/" in path)
    return {normalised(match[1]) for path in metadata if (match := _DIST_INFO.match(path))}


def _check_editable(tree: Tree) -> Iterator[Finding]:
    inside = tree.folders.get("python", {})
    for path in (*(f"{ROOT}{name}" for name in inside), *inside.get("lib", ())):
        site = site_of(path)
        if site and _EDITABLE.fullmatch(path, len(site)):
            yield codes.PYTHON_EDITABLE.found(
                f"{path!r} points to a folder outside of the layer", path
            )
            return
