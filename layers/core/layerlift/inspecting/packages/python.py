"""Python distributions: ``*.dist-info`` (PEP 376) and the older ``*.egg-info``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from layerlift.inspecting.packages.reading import Fields, UnreadableMetadata, header_fields, said

_METADATA = re.compile(
    r"(?:^|/)[^/]+(?:\.dist-info/METADATA|\.egg-info/PKG-INFO|\.egg-info)$|(?:^|/)EGG-INFO/PKG-INFO$"
)
_WHEEL = re.compile(r"(?:^|/)[^/]+\.dist-info/WHEEL$")

_METADATA_FIELDS = frozenset(
    {"name", "version", "license-expression", "license", "classifier", "requires-python"}
)
_WHEEL_FIELDS = frozenset({"tag"})

_MAX_LICENSE_NAME = 100
"""Characters of a ``License`` field that is a name; what is longer is the licence's own text."""

_MAX_TAGS = 256
"""Tags that are kept: a wheel expands to one for each platform of its name, a handful."""

_TROVE_LICENSE = "License :: "


@dataclass(frozen=True, slots=True)
class PythonDistribution:
    """``requires_python`` is a version specifier as it is written (PEP 440), not checked."""

    path: str
    name: str
    version: str | None
    license: str | None
    requires_python: str | None


@dataclass(frozen=True, slots=True)
class WheelTags:
    """What a distribution is for; ``tags`` are like ``cp313-cp313-manylinux_2_28_x86_64``."""

    path: str
    tags: tuple[str, ...]


def is_distribution(path: str) -> bool:
    """Whether ``path`` names the core metadata of an installed distribution.

    Also inside ``_vendor`` folders: that is code which the layer brings all the same, and the path
    tells whose it is.
    """
    return _METADATA.search(path) is not None


def is_wheel(path: str) -> bool:
    """Whether ``path`` names the ``WHEEL`` file of an installed distribution."""
    return _WHEEL.search(path) is not None


def read_distribution(path: str, content: bytes) -> PythonDistribution | UnreadableMetadata:
    """Read core metadata (https://packaging.python.org/specifications/core-metadata/).

    Only the fields above the description are read, by a reader of its own:
    ``packaging.metadata.parse_email`` takes several times as long and holds the description, too.
    """
    fields = header_fields(content, joint="\n", wanted=_METADATA_FIELDS)
    name = said(_first(fields, "name"))
    if name is None:
        return UnreadableMetadata(path, "it has no Name, which core metadata requires")
    return PythonDistribution(
        path=path,
        name=name,
        version=said(_first(fields, "version")),
        license=_license(fields),
        requires_python=said(_first(fields, "requires-python")),
    )


def read_wheel(path: str, content: bytes) -> WheelTags:
    """Read the tags of a ``WHEEL`` file (PEP 427, "The .dist-info directory")."""
    fields = header_fields(content, joint="\n", wanted=_WHEEL_FIELDS)
    tags = (said(tag) for tag in fields.get("tag", ())[:_MAX_TAGS])
    return WheelTags(path, tuple(tag for tag in tags if tag))


def _first(fields: Fields, name: str) -> str | None:
    return next(iter(fields.get(name, ())), None)


def _license(fields: Fields) -> str | None:
    """Return what is said best: an expression (PEP 639), a short name, or the Trove classifiers."""
    expression = said(_first(fields, "license-expression"))
    return expression or _short_license(fields) or _classified_license(fields)


def _short_license(fields: Fields) -> str | None:
    text = _first(fields, "license") or ""
    is_name = len(text) <= _MAX_LICENSE_NAME and "\n" not in text
    is_notice = text.lower().startswith("copyright")
    return said(text) if is_name and not is_notice and text.upper() != "UNKNOWN" else None


def _classified_license(fields: Fields) -> str | None:
    classifiers: Sequence[str] = fields.get("classifier", ())
    names = [c.rsplit(" :: ", 1)[-1] for c in classifiers if c.startswith(_TROVE_LICENSE)]
    return said(", ".join(dict.fromkeys(name for name in names if name != "OSI Approved")))
