"""Lists of dependencies that were zipped instead of the dependencies."""

from collections.abc import Iterator

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.compatibility.misplaced import codes
from layerlift.inspecting.compatibility.misplaced.tree import Tree

_PYTHON_LISTS = ("requirements.txt", "constraints.txt", "pyproject.toml")
_PYTHON_LOCKS = ("Pipfile", "Pipfile.lock", "poetry.lock", "uv.lock")
_NODE_LISTS = ("package.json", "package-lock.json", "npm-shrinkwrap.json")
_NODE_LOCKS = ("yarn.lock", "pnpm-lock.yaml", "bun.lock")
LISTS = {
    "python": frozenset(_PYTHON_LISTS + _PYTHON_LOCKS),
    "nodejs": frozenset(_NODE_LISTS + _NODE_LOCKS),
    "ruby": frozenset({"Gemfile", "Gemfile.lock"}),
}
"""Files that say what to install, by the folder that it is to be installed into."""

_NODE = "so that there are 'nodejs/node_modules/PACKAGE/package.json' and the like"
_PYTHON = "so that there are 'python/PACKAGE/__init__.py' and the like"
_RUBY = "and move 'ruby/gems/ruby/X.Y.0/' to 'ruby/gems/X.Y.0/'"
_HOW = {
    "python": f"with pip install --target python, {_PYTHON}",
    "nodejs": f"with npm install --prefix nodejs, {_NODE}",
    "ruby": f"with BUNDLE_PATH=ruby/gems bundle install, {_RUBY}",
}
"""https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html and its pages by language"""


def check_dependencies(tree: Tree) -> Iterator[Finding]:
    """Yield a finding for each folder that has nothing but a list of what to install."""
    for top, lists in LISTS.items():
        inside = tree.folders.get(top, {})
        if inside and lists.issuperset(inside):
            is_all = len(tree.folders) == 1 and not tree.starts_itself
            severity = Severity.ERROR if is_all else Severity.WARNING
            yield _not_installed(f"{top}/{next(iter(inside))}", top, severity)
    if tree.files and frozenset[str]().union(*LISTS.values()).issuperset(tree.files):
        path = tree.files[0]
        top = next(top for top, lists in LISTS.items() if path in lists)
        yield _not_installed(path, top, Severity.ERROR)


def _not_installed(path: str, top: str, severity: Severity) -> Finding:
    install = f"pip install -r {path} " if path.endswith(".txt") else "pip install "
    how = _HOW[top].replace("pip install ", install)
    return codes.DEPENDENCIES_NOT_INSTALLED.found(
        f"{path!r} lists what to install, but nothing is installed beside it",
        path,
        fix=f"Install the dependencies before zipping, {how}",
        severity=severity,
    )
