"""Packages and layers that lie in the zip as archives, which no runtime looks inside of."""

import re
from collections.abc import Iterator

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.compatibility.misplaced import codes
from layerlift.inspecting.compatibility.misplaced.dependencies import LISTS
from layerlift.inspecting.compatibility.misplaced.tree import Tree, is_paper
from layerlift.inspecting.compatibility.modules import LIBRARIES, ROOT, VERSIONED_SITE
from layerlift.inspecting.packages.metadata import normalised

_PACKED_LAYER = re.compile(
    r"[^/]*(layer|lambda|function|python|nodejs|package|deploy|build|dist|artifact|code)[^/]*",
    re.IGNORECASE,
)
_ARCHIVE = (".zip", ".tar.gz", ".tgz", ".tar")

_SOURCES = (".tar.gz", ".tgz")
_DIST_INFO = re.compile(r"(?:.*/)?([^/-]+)-[^/]*\.(?:dist|egg)-info/")
_VERSION = re.compile(r"-\d")
_PACKED_BY_NPM = re.compile(r"nodejs/(?:node_modules/)?[^/]+-\d[^/]*\.tgz")


def check_archives(tree: Tree) -> Iterator[Finding]:
    """Yield what was to be unpacked or installed, the worst of each kind."""
    yield from _check_archive_alone(tree)
    yield from _check_python(tree)
    yield from _check_gems(tree)
    yield from _check_npm(tree)


def _check_archive_alone(tree: Tree) -> Iterator[Finding]:
    """Yield a finding if all there is is another archive: an error if it is named like code."""
    if len(tree.files) == len(tree.root) == 1 and tree.files[0].lower().endswith(_ARCHIVE):
        path = tree.files[0]
        is_layer = path.lower().endswith(".zip") and _PACKED_LAYER.fullmatch(path)
        yield codes.ARCHIVE_IN_ARCHIVE.found(
            f"The only file is {path!r}, which Lambda will not unpack",
            path,
            fix=f"Upload {path!r} itself instead of a zip that holds it"
            if is_layer
            else f"Unpack {path!r} before zipping, unless functions unpack it; code belongs under "
            "python/, nodejs/, java/lib/, ruby/, bin/ or lib/",
            severity=Severity.ERROR if is_layer else Severity.WARNING,
        )


def _check_python(tree: Tree) -> Iterator[Finding]:
    archives = [name for name in _candidates(tree) if _kind_of_archive(name)]
    if archives:
        installed = _installed(tree)
        is_installed, name = min((_distribution_in(name) in installed, name) for name in archives)
        yield codes.PYTHON_UNBUILT.found(
            f"{name!r} is {_kind_of_archive(name)} that was not installed",
            next(path for path in tree.files if path.startswith(name)),
            fix=f"Install it: pip install --target python {name.removesuffix('/')!r}",
            severity=Severity.WARNING if is_installed else None,
        )


def _candidates(tree: Tree) -> Iterator[str]:
    """Yield what lies where packages do, with a slash if it is a folder; or all, if all is that."""
    papers = frozenset(filter(is_paper, tree.names_at_root))
    if tree.files and all(path in papers or path.endswith(".whl") for path in tree.files):
        yield from tree.files
        return
    yield from tree.names_at_root
    yield from (f"{top}/" for top in tree.folders)
    for second, paths in tree.folders.get("python", {}).items():
        yield paths[0] if paths[0] == f"{ROOT}{second}" else f"{ROOT}{second}/"
    for path in tree.folders.get("python", {}).get("lib", ()):
        # ``endswith`` comes first: a folder of packages has many files, and hardly a wheel.
        if path.endswith((".whl", *_SOURCES)) and path.startswith(LIBRARIES):
            match = VERSIONED_SITE.match(path)
            if match and "/" not in path[match.end() :]:
                yield path


def _kind_of_archive(name: str) -> str:
    bare = name.removesuffix("/")
    if name.endswith(".whl"):
        return "a wheel"
    if bare.endswith(".egg"):
        return "an egg"
    is_source = name.startswith(ROOT) and name.endswith(_SOURCES) and _VERSION.search(name)
    return "a source distribution" if is_source else ""


def _distribution_in(archive: str) -> str:
    return normalised(archive.removesuffix("/").rpartition("/")[2].partition("-")[0])


def _installed(tree: Tree) -> set[str]:
    """Return the distributions whose metadata lie in python/."""
    metadata = (path for path in tree.in_folder("python") if "-info/" in path)
    return {normalised(match[1]) for path in metadata if (match := _DIST_INFO.match(path))}


def _check_gems(tree: Tree) -> Iterator[Finding]:
    """Yield an error for packed gems alone; RubyGems keeps those it installed in ``cache/``."""
    name = _packed_alone(tree, "ruby", ".gem")
    if name:
        yield codes.RUBY_UNBUILT.found(
            f"{name!r} is a gem that was not installed",
            name,
            fix=f"Install it: gem install --install-dir ruby/gems/X.Y.0 {name!r}, where X.Y is the "
            "version of Ruby",
        )


def _check_npm(tree: Tree) -> Iterator[Finding]:
    """Yield an error for packed packages alone; beside others, or in one, they may be data."""
    name = _packed_alone(tree, "nodejs", ".tgz")
    if name and _PACKED_BY_NPM.fullmatch(name):
        yield codes.NODE_UNBUILT.found(
            f"{name!r} is a package of npm that was not installed",
            name,
            fix=f"Install it: npm install --prefix nodejs {name!r}",
        )


def _packed_alone(tree: Tree, top: str, ending: str) -> str | None:
    """Return a packed package of a folder that has nothing else but lists of dependencies."""
    files = tree.in_folder(top)
    lists = {f"{top}/{name}" for name in LISTS[top]}
    if all(path.endswith(ending) or path in lists for path in files):
        return next((path for path in files if path.endswith(ending)), None)
    return None
