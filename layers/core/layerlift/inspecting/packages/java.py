"""Java archives: which Maven artifacts a jar holds, and for which JVM its classes were compiled."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from layerlift.inspecting.packages.jar import BrokenJar, JarEntry, jar_entries, read_head
from layerlift.inspecting.packages.reading import Fields, UnreadableMetadata, header_fields, said

_MANIFEST = "META-INF/MANIFEST.MF"
_POM = re.compile(r"META-INF/maven/[^/]+/[^/]+/pom\.properties")
_FILE_NAME = re.compile(r"(.+)-(\d+\..*)|(.+)-(\d[^-]*)", re.DOTALL)
"""``artifact-version[-classifier]`` of Maven's repository layout; a version may have no dot."""

_MANIFEST_FIELDS = frozenset(
    {
        *("bundle-symbolicname", "bundle-version", "bundle-license"),
        *("implementation-title", "implementation-version"),
    }
)

_MAX_FILE_NAME = 255
_MAX_MANIFEST_BYTES = 256 << 10
"""Bytes that are read: the largest seen has 232,316, most of it behind the main section."""

_MAX_POM_BYTES = 4096
"""Bytes of a ``pom.properties``: three short lines and a comment."""

_MAX_POMS = 1000
"""Artifacts that are named, many times what a shaded jar bundles."""

_MAX_CLASSES = 512
"""Classes whose version is read, spread evenly over the jar."""

_CLASS_MAGIC = b"\xca\xfe\xba\xbe"
_CLASS_VERSIONS = range(45, 256)
"""From Java 1.0 on (Java Virtual Machine Specification, table 4.1-A)."""

_FEW = 10
"""A tenth: fewer classes are picked at run time, on newer JVMs only, as some of JLine's are."""


@dataclass(frozen=True, slots=True)
class MavenArtifact:
    """A library by Maven's coordinates: ``name`` is ``group:artifact``, or less if unknown."""

    name: str
    version: str | None


@dataclass(frozen=True, slots=True)
class JavaArchive:
    """A jar. ``bundled`` are the other artifacts that were shaded into it.

    ``class_version`` is the highest class file major version (52 is Java 8, 65 is Java 21) that at
    least a tenth of its classes have, None without classes. ``has_native`` says whether it carries
    shared libraries for Linux.
    """

    path: str
    name: str
    version: str | None
    license: str | None
    class_version: int | None = None
    has_native: bool = False
    bundled: tuple[MavenArtifact, ...] = ()


@dataclass(slots=True)
class _Contents:
    """The entries of a jar that say something."""

    manifest: JarEntry | None = None
    poms: list[JarEntry] = field(default_factory=list)
    classes: list[JarEntry] = field(default_factory=list)
    has_native: bool = False

    def add(self, name: str, entry: JarEntry) -> None:
        if name.endswith(".class"):
            if not name.startswith("META-INF/") and name != "module-info.class":
                self.classes.append(entry)
        elif name.endswith(".so"):
            self.has_native = True
        elif self.manifest is None and name.upper() == _MANIFEST:
            self.manifest = entry
        elif len(self.poms) < _MAX_POMS and _POM.fullmatch(name):
            self.poms.append(entry)


def is_jar(path: str) -> bool:
    """Whether ``path`` is a jar by its name."""
    return path.endswith(".jar") and not path.endswith("/.jar")


def read_jar(path: str, content: bytes) -> JavaArchive | UnreadableMetadata:
    """Read what a jar says in ``META-INF/maven``, its manifest, its classes and its name.

    (JAR file specification, "JAR Manifest"; OSGi Core 3.2.1 for ``Bundle-*``.)
    """
    contents = _Contents()
    try:
        for name, entry in jar_entries(content):
            contents.add(name, entry)
    except BrokenJar:
        return UnreadableMetadata(path, "it is not a zip archive, as a jar must be")
    head = read_head(content, contents.manifest, _MAX_MANIFEST_BYTES) if contents.manifest else b""
    manifest = header_fields(head, joint="", wanted=_MANIFEST_FIELDS)
    poms = [a for pom in contents.poms if (a := _artifact(read_head(content, pom, _MAX_POM_BYTES)))]
    own = _own(path, poms)
    named = named_jar(path)
    return JavaArchive(
        path=path,
        name=own.name if own else _manifest_name(manifest) or named.name,
        version=(own and own.version) or named.version or _manifest_version(manifest),
        license=_license(manifest),
        class_version=_class_version(content, contents.classes),
        has_native=contents.has_native,
        bundled=tuple(
            sorted({a for a in poms if a != own}, key=lambda a: (a.name, a.version or ""))
        ),
    )


def named_jar(path: str) -> JavaArchive:
    """Return what the name of a jar tells by itself, for one that is too large to be read."""
    stem = path.rpartition("/")[2].removesuffix(".jar")
    found = _FILE_NAME.fullmatch(stem) if len(stem) <= _MAX_FILE_NAME else None
    name, version = (found[1] or found[3], found[2] or found[4]) if found else (stem, None)
    return JavaArchive(path, said(name) or path, said(version), license=None)


def _artifact(properties: bytes) -> MavenArtifact | None:
    """Return what a ``pom.properties`` names (Maven Archiver, "pom.properties content")."""
    lines = (line.partition("=") for line in properties.decode("utf-8", "replace").splitlines())
    values = {key.strip(): said(value) for key, _, value in lines}
    group, artifact = values.get("groupId"), values.get("artifactId")
    if group is None or artifact is None:
        return None
    return MavenArtifact(f"{group}:{artifact}", values.get("version"))


def _own(path: str, artifacts: Sequence[MavenArtifact]) -> MavenArtifact | None:
    """Return the artifact that the jar itself is: its file is called after it, or it is alone."""
    stem = path.rpartition("/")[2].removesuffix(".jar")
    called = [a for a in artifacts if f"{stem}-".startswith(f"{a.name.rpartition(':')[2]}-")]
    if called:
        return max(called, key=lambda a: len(a.name.rpartition(":")[2]))
    return artifacts[0] if len(artifacts) == 1 else None


def _manifest_name(manifest: Fields) -> str | None:
    """Return an identifier: titles for people, which have blanks, would not be found anywhere."""
    symbolic = _first(manifest, ["bundle-symbolicname"])
    title = _first(manifest, ["implementation-title"])
    if symbolic:
        return said(symbolic.partition(";")[0])
    return title if title and " " not in title else None


def _manifest_version(manifest: Fields) -> str | None:
    return _first(manifest, ["implementation-version", "bundle-version"])


def _license(manifest: Fields) -> str | None:
    """Return the names or addresses of ``Bundle-License``, without attributes (OSGi Core 3.2.1)."""
    clauses = (_first(manifest, ["bundle-license"]) or "").replace('"', "").split(",")
    names = (clause.partition(";")[0].strip() for clause in clauses)
    return said(", ".join(name for name in names if name and name != "<<EXTERNAL>>"))


def _first(fields: Fields, names: Iterable[str]) -> str | None:
    return next(
        (text for name in names for value in fields.get(name, ()) if (text := said(value))), None
    )


def _class_version(content: bytes, classes: Sequence[JarEntry]) -> int | None:
    step = -(-len(classes) // _MAX_CLASSES) or 1
    heads = (read_head(content, entry, 8) for entry in classes[::step])
    versions = sorted(
        version
        for head in heads
        if head.startswith(_CLASS_MAGIC)
        and (version := int.from_bytes(head[6:8], "big")) in _CLASS_VERSIONS
    )
    return versions[-1 - (len(versions) - 1) // _FEW] if versions else None
