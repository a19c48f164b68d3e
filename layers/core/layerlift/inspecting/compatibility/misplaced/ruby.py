"""Ruby gems that ``require`` will not find.

GEM_PATH and RUBYLIB: https://docs.aws.amazon.com/lambda/latest/dg/ruby-layers.html
"""

import re
from collections.abc import Iterator

from layerlift.domain.report import Finding
from layerlift.inspecting.compatibility.misplaced import codes
from layerlift.inspecting.compatibility.misplaced.spelling import is_misspelt
from layerlift.inspecting.compatibility.misplaced.tree import Tree

GEMS = re.compile(r"ruby/gems/(\d{1,3})\.(\d{1,3})\.0/", re.ASCII)
"""A folder on GEM_PATH, for one version of Ruby."""

_HOME = re.compile(
    r"(?P<folder>(?:[^/]+/){0,5}?(?:\d+\.\d+(?:\.\d+)?/)?)"
    r"(?:specifications/[^/]+\.gemspec$|gems/(?!ruby/)(?P<gem>[A-Za-z][^/]*)/)"
)
"""A folder that RubyGems installs into: it holds ``gems/NAME-VERSION/`` and ``specifications/``.
Bundler puts one for each Ruby into ``ruby/`` of its path, which may itself be called ``gems``."""

_VERSIONED_NAME = re.compile(r"[a-z].*?-\d+\.\d", re.IGNORECASE)
"""The folder of a gem, such as ``nokogiri-1.15.0-x86_64-linux``."""

_VERSION = re.compile(r"(\d+\.\d+)(?:\.\d+)?")


def check_ruby(tree: Tree) -> Iterator[Finding]:
    """Yield what is wrong with where gems lie, one finding a folder."""
    seen = set()
    for top in ("ruby", "vendor", "gems", "specifications"):
        for path in tree.in_folder(top):
            folder = _folder_off_the_path(path)
            if folder is not None and folder not in seen:
                seen.add(folder)
                yield _misplaced(path, folder)


def _folder_off_the_path(path: str) -> str | None:
    """Return the folder that gems are installed into, with a slash; None if it is on GEM_PATH."""
    if GEMS.match(path) or is_misspelt(path):
        return None
    match = _HOME.match(path)
    if match and match["folder"] != "ruby/" and _is_gem(match["gem"]):
        return match["folder"]
    if match and match["gem"] is None:
        return match["folder"]
    return _folder_of_bare_gem(path)


def _is_gem(name: str | None) -> bool:
    return name is not None and _VERSIONED_NAME.match(name) is not None


def _folder_of_bare_gem(path: str) -> str | None:
    for folder in ("ruby/gems/", "ruby/"):
        name, _, inside = path.removeprefix(folder).partition("/")
        if path.startswith(folder) and _is_gem(name) and inside.startswith(("lib/", "ext/")):
            return folder
    return None


def _misplaced(path: str, folder: str) -> Finding:
    version = _VERSION.fullmatch(folder.rstrip("/").rpartition("/")[2])
    wanted = f"ruby/gems/{version[1] if version else 'X.Y'}.0/"
    is_bare = _folder_of_bare_gem(path) == folder
    target = f"{wanted}gems/" if is_bare else wanted
    return codes.RUBY_MISPLACED.found(
        f"Gems lie in {folder or 'the root of the zip'!r}, which is not on GEM_PATH",
        path,
        fix=f"Move them, so that {path!r} becomes {target + path.removeprefix(folder)!r}",
    )
