"""Node.js packages: ``package.json`` in a folder of ``node_modules``."""

import json
import re
from dataclasses import dataclass
from typing import Any

from layerlift.inspecting.packages.reading import UnreadableMetadata, said

_PACKAGE = re.compile(r"(?:^|/)node_modules/((?:@[^/.][^/]*/)?[^/.@][^/]*)/package\.json$")
"""A package's own, not one deeper inside; ``.bin`` and ``.package-lock.json`` are npm's."""

_MAX_JSON_BYTES = 1 << 20
"""A megabyte of JSON can take 24 MB of memory; the largest seen in packages have some 10 KB."""

_MAX_PLATFORMS = 32
"""Names of ``cpu`` and ``os`` that are kept: Node.js itself knows some ten of each."""


@dataclass(frozen=True, slots=True)
class NodePackage:
    """``engines_node`` is an npm range as it is written, not checked.

    ``cpu`` and ``os`` are as npm spells them (``x64``, ``linux``, ``!win32``), empty for any.
    """

    path: str
    name: str
    version: str | None
    license: str | None
    engines_node: str | None = None
    cpu: tuple[str, ...] = ()
    os: tuple[str, ...] = ()


def is_package(path: str) -> bool:
    """Whether ``path`` is the ``package.json`` of an installed package, nested ones included."""
    return _PACKAGE.search(path) is not None


def read_package(path: str, content: bytes) -> NodePackage | UnreadableMetadata:
    """Read a ``package.json`` (https://docs.npmjs.com/cli/configuring-npm/package-json).

    Fields of an unexpected type say nothing. Without a name the package has the one by which it
    is imported: that of its folder.
    """
    if len(content) > _MAX_JSON_BYTES:
        return UnreadableMetadata(path, f"it is larger than {_MAX_JSON_BYTES:,} bytes")
    try:
        # As Node.js reads it: a byte order mark is skipped, what is no UTF-8 replaced, and a
        # number is a double however many digits it has.
        package = json.loads(content.decode("utf-8-sig", "replace"), parse_int=float)
    except (ValueError, RecursionError):
        return UnreadableMetadata(path, "it is not valid JSON")
    if not isinstance(package, dict):
        return UnreadableMetadata(path, "it is not a JSON object")
    return NodePackage(
        path=path,
        name=said(package.get("name")) or _folder_name(path),
        version=said(package.get("version")),
        license=_license(package),
        engines_node=_engine(package.get("engines")),
        cpu=_names(package.get("cpu")),
        os=_names(package.get("os")),
    )


def _folder_name(path: str) -> str:
    found = _PACKAGE.search(path)
    return (said(found.group(1)) if found else None) or path


def _license(package: dict[str, Any]) -> str | None:
    """Return the licence, also from the two forms that npm has given up but packages still have.

    Several in ``licenses`` are a choice, by npm's documentation of ``license``.
    """
    single = _license_name(package.get("license"))
    several = package.get("licenses")
    if single or not isinstance(several, list):
        return single or _license_name(several)
    names = [name for name in map(_license_name, several[:_MAX_PLATFORMS]) if name]
    return said(f"({' OR '.join(names)})" if len(names) > 1 else "".join(names))


def _license_name(value: object) -> str | None:
    return said(value.get("type") or value.get("name") if isinstance(value, dict) else value)


def _engine(engines: object) -> str | None:
    """Return the range of Node.js versions, also from the old list like ``["node >= 0.6"]``."""
    if isinstance(engines, dict):
        return said(engines.get("node"))
    listed = (said(item) or "" for item in engines) if isinstance(engines, list) else ()
    ranges = (said(item.removeprefix("node")) for item in listed if item.startswith("node"))
    return next(ranges, None)


def _names(value: object) -> tuple[str, ...]:
    values = value[:_MAX_PLATFORMS] if isinstance(value, list) else [value]
    return tuple(name for name in map(said, values) if name)
