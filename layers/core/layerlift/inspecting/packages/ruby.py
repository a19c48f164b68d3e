"""Ruby gems: the ``*.gemspec`` that RubyGems writes for an installed gem. Never evaluated."""

import re
from dataclasses import dataclass

from layerlift.inspecting.packages.reading import UnreadableMetadata, said

_GEMSPEC = re.compile(r"(?:^|/)gems/\d[^/]*/specifications/(?:default/)?([^/]+)\.gemspec$")

_STUB = re.compile(r"^# stub: (\S{1,200}) (\d[0-9A-Za-z.]{0,100}) ", re.MULTILINE)
"""The line from which RubyGems itself lists gems without evaluating their specifications
(``Gem::StubSpecification``)."""

_FILE_NAME = re.compile(r"(.+)-(\d+(?:\.[0-9A-Za-z]+)*)(?:-[0-9A-Za-z_]+(?:-[0-9A-Za-z_.]+)*)?")
"""``name-version[-platform]`` (``Gem::Specification#full_name``)."""

_LICENSE = re.compile(
    r"^ {0,20}s\.licenses? {0,5}= {0,5}(\[[^\]\n]{0,500}\]|[\"'][^\n]{0,200})", re.MULTILINE
)
_QUOTED = re.compile(r"\"([^\"\\\n]{1,100})\"|'([^'\\\n]{1,100})'")

_MAX_GEMSPEC_BYTES = 1 << 20
"""Bytes that are read, many times what the longest list of files takes."""

_MAX_FILE_NAME = 255


@dataclass(frozen=True, slots=True)
class RubyGem:
    """A gem as it is installed under ``gems/X.Y.0``."""

    path: str
    name: str
    version: str | None
    license: str | None


def is_gem(path: str) -> bool:
    """Whether ``path`` is the specification of an installed gem."""
    return _GEMSPEC.search(path) is not None


def read_gem(path: str, content: bytes) -> RubyGem | UnreadableMetadata:
    """Read a specification: name and version from its stub line, else from its file name.

    The licence is what is assigned as a literal; what would have to be evaluated says nothing.
    """
    text = content[:_MAX_GEMSPEC_BYTES].decode("utf-8", "replace")
    found = _STUB.search(text) or _named_by_file(path)
    if found is None:
        return UnreadableMetadata(path, "neither its name nor its stub line names a version")
    name = said(found.group(1))
    return RubyGem(path, name or path, said(found.group(2)), _license(text))


def _named_by_file(path: str) -> re.Match[str] | None:
    stem = path.rpartition("/")[2].removesuffix(".gemspec")
    return _FILE_NAME.fullmatch(stem) if len(stem) <= _MAX_FILE_NAME else None


def _license(text: str) -> str | None:
    found = _LICENSE.search(text)
    if found is None:
        return None
    value = found.group(1)
    quoted = [a or b for a, b in _QUOTED.findall(value)]
    return said(", ".join(quoted if value.startswith("[") else quoted[:1]))
