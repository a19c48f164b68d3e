"""The top-level Python modules of a layer: what ``import`` finds in its folders.

Lambda puts ``/opt/python`` and ``/opt/python/lib/python3.X/site-packages`` on the path
(https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html).
"""

import re
from collections.abc import Iterable

from layerlift.domain.report import Module

ROOT = "python/"
VERSIONED_SITE = re.compile(r"python/lib/python(\d)\.(\d{1,3})/site-packages/", re.ASCII)
"""A folder that one version of Python looks in."""

LIBRARIES = "python/lib/python"
"""How the path of everything begins that is for one version of Python."""

_CODE = (".py", ".so", ".pyc")
"""The endings of ``importlib.machinery``'s loaders; an extension module's begins at its first
dot (PEP 3149)."""

_NO_MODULES = frozenset({"__pycache__", "bin", "__init__", "__main__"})
"""Bytecode caches, scripts, and what is a module only inside a package."""

_REGULAR, _FILE, _NAMESPACE = range(3)
"""What Python prefers, first to last
(https://docs.python.org/3/reference/import.html#namespace-packages, PEP 420)."""


def site_of(path: str) -> str | None:
    """Return the folder on Python's path that ``path`` lies in, with a slash; None if in none."""
    if not path.startswith(ROOT):
        return None
    if not path.startswith(LIBRARIES):
        return ROOT
    match = VERSIONED_SITE.match(path)
    return match[0] if match else None


def find_modules(paths: Iterable[str]) -> tuple[Module, ...]:
    """Return the top-level Python modules among files in a zip, in order of their names.

    Of a module that comes twice, the path that Python would import is shown; for a namespace
    package, which has no file of its own, it is the folder, with a slash.
    """
    found: dict[str, tuple[int, str]] = {}
    for path in paths:
        if not path.endswith(_CODE):
            continue
        site = site_of(path)
        if site is None:
            continue
        first, inside, rest = path[len(site) :].partition("/")
        name = first if inside else first.partition(".")[0]
        rank = _rank(inside, rest)
        if name in found and found[name][0] <= rank:
            continue
        if name.isidentifier() and name not in _NO_MODULES:
            found[name] = (rank, f"{site}{first}/" if rank == _NAMESPACE else path)
    return tuple(Module(name=name, path=found[name][1]) for name in sorted(found))


def _rank(inside: str, rest: str) -> int:
    if not inside:
        return _FILE
    return _REGULAR if rest in ("__init__.py", "__init__.pyc") else _NAMESPACE
