"""Where Lambda's runtimes look inside a layer, and what this one brings there.

Paths: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html and, for Python,
https://docs.aws.amazon.com/lambda/latest/dg/python-layers.html.
"""

import re
from collections.abc import Iterator

from layerlift.domain.report import Finding, Module
from layerlift.inspecting.findings import error, warning

_SEARCHED = ("python/", "nodejs/", "java/lib/", "ruby/", "bin/", "lib/", "extensions/")
_VERSIONED_SITE = re.compile(r"python/lib/(python3\.\d+)/site-packages/")
_ROOT_PACKAGE = re.compile(r"([^/]+\.dist-info|[A-Za-z_]\w*)/(METADATA|__init__\.py)")
_CODE = (".py", ".so")


def check_layout(files: tuple[str, ...]) -> Iterator[Finding]:
    """Yield what is wrong with where the files are."""
    misplaced = next((name for name in files if _ROOT_PACKAGE.fullmatch(name)), None)
    if misplaced is not None:
        yield error(
            "python-packages-at-root",
            misplaced,
            f"Python packages lie at the root of the zip (see {misplaced!r}), "
            "where no runtime looks",
            f"Put them under python/, so that this one becomes 'python/{misplaced}'",
        )
    modules_at_root = next((name for name in files if name.startswith("node_modules/")), None)
    if modules_at_root is not None:
        yield error(
            "node-modules-at-root",
            modules_at_root,
            "node_modules lies at the root of the zip, where no runtime looks",
            "Put it under nodejs/, so that it becomes 'nodejs/node_modules'",
        )
    is_searched = any(name.startswith(_SEARCHED) or name == "bootstrap" for name in files)
    if files and misplaced is None and modules_at_root is None and not is_searched:
        yield warning(
            "nothing-on-a-search-path",
            files[0],
            "No file is where a runtime looks by itself; functions have to open files under /opt",
            "That is right for data; code belongs under python/, nodejs/, java/lib/, ruby/, bin/ "
            "or lib/",
        )


def find_runtimes(files: tuple[str, ...]) -> tuple[str, ...]:
    """Return the runtimes that version-specific folders name; empty if there are none."""
    matches = (_VERSIONED_SITE.match(name) for name in files)
    return tuple(sorted({match[1] for match in matches if match}))


def find_modules(files: tuple[str, ...]) -> tuple[Module, ...]:
    """Return the top-level Python modules that the layer brings, in order of their names."""
    found: dict[str, Module] = {}
    for name in files:
        site = _site_of(name)
        if site is None or not name.endswith(_CODE):
            continue
        module = _module_of(name, site)
        if module is None:
            continue
        if module.name not in found or _rank(module) < _rank(found[module.name]):
            found[module.name] = module
    return tuple(found[name] for name in sorted(found))


def _rank(module: Module) -> int:
    """Return what Python prefers: a regular package, then a file, then a namespace package."""
    if module.path.endswith("/__init__.py"):
        return 0
    return 2 if module.path.endswith("/") else 1


def _site_of(name: str) -> str | None:
    match = _VERSIONED_SITE.match(name)
    if match:
        return match[0]
    if name.startswith("python/") and not name.startswith("python/lib/"):
        return "python/"
    return None


def _module_of(name: str, site: str) -> Module | None:
    first, _, rest = name.removeprefix(site).partition("/")
    module = first if rest else first.split(".")[0]
    if not module.isidentifier() or module in ("__pycache__", "bin", "__init__", "__main__"):
        return None
    if not rest or rest == "__init__.py":
        return Module(name=module, path=name)
    return Module(name=module, path=f"{site}{first}/")
