"""Packages by their own metadata: which files have it, who reads them, and what comes of it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from layerlift.domain.report import Finding, Package
from layerlift.inspecting.packages.codes import PACKAGE_METADATA_UNREADABLE, PACKAGE_TWICE
from layerlift.inspecting.packages.java import (
    JavaArchive,
    MavenArtifact,
    is_jar,
    named_jar,
    read_jar,
)
from layerlift.inspecting.packages.node import NodePackage, is_package, read_package
from layerlift.inspecting.packages.python import (
    PythonDistribution,
    WheelTags,
    is_distribution,
    is_wheel,
    read_distribution,
    read_wheel,
)
from layerlift.inspecting.packages.reading import UnreadableMetadata
from layerlift.inspecting.packages.ruby import RubyGem, is_gem, read_gem

__all__ = [
    "MAX_METADATA_BYTES",
    "JavaArchive",
    "MavenArtifact",
    "MetadataReader",
    "NodePackage",
    "PackageMetadata",
    "PythonDistribution",
    "RubyGem",
    "UnreadableMetadata",
    "WheelTags",
    "check_metadata",
    "normalised",
    "packages_of",
    "reader_for",
    "unread_metadata",
]

MAX_METADATA_BYTES = 16 << 20
"""Bytes of a file that its reader is given. Only jars come near: few libraries are larger, and
what is larger is described by its name alone, so that memory stays within its budget."""

PackageMetadata: TypeAlias = (
    PythonDistribution | WheelTags | NodePackage | JavaArchive | RubyGem | UnreadableMetadata
)
MetadataReader: TypeAlias = Callable[[str, bytes], PackageMetadata | None]

_READERS: tuple[tuple[str, Callable[[str], bool], MetadataReader], ...] = (
    ("/METADATA", is_distribution, read_distribution),
    ("/PKG-INFO", is_distribution, read_distribution),
    (".egg-info", is_distribution, read_distribution),
    ("/WHEEL", is_wheel, read_wheel),
    ("/package.json", is_package, read_package),
    (".jar", is_jar, read_jar),
    (".gemspec", is_gem, read_gem),
)
_SEPARATORS = re.compile(r"[-_.]+")
_ENDINGS = tuple(ending for ending, _, _ in _READERS)

_MAX_FINDINGS = 20
"""Findings of one kind: what is wrong with more files than that has one cause."""


def reader_for(path: str) -> MetadataReader | None:
    """Return who reads the file at ``path``, a normalised path in the zip; None for other files.

    The reader takes the path and the whole content, up to :data:`MAX_METADATA_BYTES`, and raises
    nothing, whatever the content is.
    """
    if not path.endswith(_ENDINGS):
        return None
    matching = (read for end, wants, read in _READERS if path.endswith(end) and wants(path))
    return next(matching, None)


def unread_metadata(path: str, size: int) -> PackageMetadata:
    """Return what is known of a file that has a reader but is too large for it, ``size`` in bytes.

    A large jar is nothing wrong: it is described by its name.
    """
    if is_jar(path):
        return named_jar(path)
    return UnreadableMetadata(path, f"it has {size:,} bytes, which no metadata needs")


def packages_of(metadata: Iterable[PackageMetadata]) -> tuple[Package, ...]:
    """Return each package once, by ecosystem and name; what lies in several folders by the first.

    Names are as their metadata writes them: ``zope.interface``, ``@aws-sdk/client-s3``,
    ``org.slf4j:slf4j-api``.
    """
    found: dict[tuple[str, str, str], Package] = {}
    listed = (package for each in metadata for package in _packages(each))
    for package in sorted(listed, key=lambda p: (*_identity(p), p.path, p.name)):
        found.setdefault(_identity(package), package)
    return tuple(found.values())


def check_metadata(metadata: Sequence[PackageMetadata]) -> Iterator[Finding]:
    """Yield what is wrong with the metadata itself, at most 20 findings of each kind."""
    yield from islice(_unreadable(metadata), _MAX_FINDINGS)
    yield from islice(_twice(metadata), _MAX_FINDINGS)


def normalised(name: str) -> str:
    """Return a Python distribution's name as it is compared (PEP 503, "Normalized Names")."""
    return _SEPARATORS.sub("-", name).lower()


def _identity(package: Package) -> tuple[str, str, str]:
    name = normalised(package.name) if package.ecosystem == "pypi" else package.name
    return package.ecosystem, name, package.version or ""


def _packages(each: PackageMetadata) -> Iterator[Package]:
    match each:
        case PythonDistribution():
            yield _package("pypi", each)
        case NodePackage():
            yield _package("npm", each)
        case RubyGem():
            yield _package("gem", each)
        case JavaArchive():
            yield _package("maven", each)
            for artifact in each.bundled:
                yield Package(
                    name=artifact.name, version=artifact.version, ecosystem="maven", path=each.path
                )


def _package(
    ecosystem: str, of: PythonDistribution | NodePackage | RubyGem | JavaArchive
) -> Package:
    return Package(
        name=of.name, version=of.version, license=of.license, ecosystem=ecosystem, path=of.path
    )


def _unreadable(metadata: Iterable[PackageMetadata]) -> Iterator[Finding]:
    for each in metadata:
        if isinstance(each, UnreadableMetadata):
            message = f"{each.path} cannot be read: {each.problem}"
            yield PACKAGE_METADATA_UNREADABLE.found(message, each.path)


def _twice(metadata: Iterable[PackageMetadata]) -> Iterator[Finding]:
    """Yield packages of which one folder has several versions, where the last one found wins."""
    found: dict[tuple[str, str], dict[str, PythonDistribution | JavaArchive]] = defaultdict(dict)
    for each in metadata:
        place = _place(each)
        if place and isinstance(each, PythonDistribution | JavaArchive) and each.version:
            found[place].setdefault(each.version, each)
    for (folder, _), versions in found.items():
        if len(versions) > 1:
            first = next(iter(versions.values()))
            listed = " and ".join(sorted(versions))
            where = f"{folder}/" if folder else "The root of the zip"
            yield PACKAGE_TWICE.found(
                f"{where} has {first.name} in the versions {listed}", first.path
            )


def _place(each: PackageMetadata) -> tuple[str, str] | None:
    """Return the folder and the name that only one version may have, None where several may.

    Node.js and Ruby keep versions apart by themselves. A jar counts if its file is called after
    it: others may merely contain a library.
    """
    folder, _, file = each.path.rpartition("/")
    if isinstance(each, PythonDistribution):
        site = folder.rpartition("/")[0] if file in {"METADATA", "PKG-INFO"} else folder
        return site, normalised(each.name)
    if isinstance(each, JavaArchive) and file.startswith(f"{each.name.rpartition(':')[2]}-"):
        return folder, each.name
    return None
