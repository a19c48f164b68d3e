"""What a layer could leave out, and how many megabytes that would save, told by names.

Only caches of bytecode are told by their first bytes as well.

Nothing of this is wrong: each finding is an information, for layers that come near the limit of
262,144,000 bytes or start slowly. No file counts twice.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from layerlift.domain.limits import MEGABYTE
from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.findings import FindingKind
from layerlift.inspecting.secrets.places import package_of

_WORTH_MENTIONING = MEGABYTE
"""Bytes: less is no reason to change how a layer is built. What is nobody's program, as caches of
tools, is mentioned however small it is."""

_PYC_HEAD = 16
"""Bytes that a cache of bytecode begins with, whatever it holds."""


def _ballast(code: str, what: str, why: str, fix: str) -> FindingKind:
    """Return the kind for ``what``, a plural that begins a sentence."""
    return FindingKind(
        code=f"ballast-{code}",
        severity=Severity.INFO,
        meaning=why,
        example=f"{what} take 12.3 MB, in 1,234 files",
        fix=fix,
    )


_BYTECODE = "Bytecode caches that hold a time"
_TESTS = "Tests of packages"
_STATIC = "Static libraries"
_SOURCES = "Sources and headers of native code"
_MAPS = "Source maps"
_STUBS = "Type stubs of Python"
_TYPESCRIPT = "TypeScript sources and declarations"
_MANUALS = "Manuals of packages"
_INSTALLERS = "Installers of packages"
_SDK = "Packages of the AWS SDK"
_TOOLS = "Caches and settings of tools"

BYTECODE = _ballast(
    "bytecode",
    _BYTECODE,
    "These caches hold the time of their source, which a zip rounds and keeps without a time zone. "
    "If it does not match, Python compiles the module once more, and cannot keep the result below "
    "/opt: such a cache only takes space "
    "(https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation). Caches that "
    "hold a hash instead are used, and not counted",
    "Leave __pycache__ out, or make it with python -m compileall --invalidation-mode "
    "unchecked-hash: then it is used, and the function starts sooner",
)
TESTS = _ballast(
    "tests",
    _TESTS,
    "Packages bring their tests; nothing imports them in a function",
    "Delete the folders named tests before zipping",
)
STATIC_LIBRARIES = _ballast(
    "static-libraries",
    _STATIC,
    "Linkers read them when a program is built, nothing reads them when it runs",
    "Delete the files *.a and *.la before zipping",
)
NATIVE_SOURCES = _ballast(
    "native-sources",
    _SOURCES,
    "Compilers read them when a package is built, nothing reads them when it runs",
    "Delete the files *.c, *.cpp, *.h, *.pyx and *.pxd of installed packages before zipping",
)
SOURCE_MAPS = _ballast(
    "source-maps",
    _MAPS,
    "Debuggers read them; Node.js does with --enable-source-maps only",
    "Delete the files *.map before zipping, unless NODE_OPTIONS has --enable-source-maps",
)
STUBS = _ballast(
    "type-stubs",
    _STUBS,
    "Type checkers read them (PEP 561), Python does not",
    "Delete the files *.pyi before zipping",
)
TYPESCRIPT = _ballast(
    "typescript",
    _TYPESCRIPT,
    "Compilers and editors read them; the packages run the JavaScript beside them",
    "Delete the files *.ts of installed packages before zipping",
)
MANUALS = _ballast(
    "manuals",
    _MANUALS,
    "Readmes, changelogs and manuals are for people",
    "Delete the files *.md and *.rst of installed packages before zipping, but not the licences",
)
INSTALLERS = _ballast(
    "installers",
    _INSTALLERS,
    "pip, wheel and npm install packages; in a function nothing does, and it could not write them",
    "Leave pip, setuptools, wheel and npm out, unless a package imports setuptools",
)
SDK = _ballast(
    "aws-sdk",
    _SDK,
    "The runtimes of Python and Node.js bring the AWS SDK "
    "(https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html); one in a layer goes "
    "before it",
    "Leave it out, unless the function needs the very version that the layer brings",
)
TOOLS = _ballast(
    "tools",
    _TOOLS,
    "Test runners, type checkers and editors leave these folders where they work",
    "Build the layer in an empty folder, or leave these out of the zip",
)


@dataclass(slots=True)
class _Sum:
    files: int = 0
    size: int = 0


_SENTENCES = {
    BYTECODE: _BYTECODE,
    TESTS: _TESTS,
    STATIC_LIBRARIES: _STATIC,
    NATIVE_SOURCES: _SOURCES,
    SOURCE_MAPS: _MAPS,
    STUBS: _STUBS,
    TYPESCRIPT: _TYPESCRIPT,
    MANUALS: _MANUALS,
    INSTALLERS: _INSTALLERS,
    SDK: _SDK,
    TOOLS: _TOOLS,
}

_BY_FOLDER = {
    "__pycache__": BYTECODE,
    "tests": TESTS,
    "__tests__": TESTS,
    **dict.fromkeys((".pytest_cache", ".mypy_cache", ".ruff_cache", ".tox", ".nox"), TOOLS),
    **dict.fromkeys((".hypothesis", ".cache", ".idea", ".vscode", ".vs"), TOOLS),
}
"""A folder called ``test`` may be part of what a package offers, as in Django; ``tests`` is not."""

_BY_SUFFIX = {
    **dict.fromkeys(("a", "la"), STATIC_LIBRARIES),
    **dict.fromkeys(("c", "cc", "cpp", "cxx", "h", "hpp", "hh"), NATIVE_SOURCES),
    **dict.fromkeys(("pyx", "pxd", "pxi", "f", "f90"), NATIVE_SOURCES),
    "map": SOURCE_MAPS,
    "pyi": STUBS,
    **dict.fromkeys(("ts", "mts", "cts", "tsx"), TYPESCRIPT),
    **dict.fromkeys(("md", "markdown", "rst"), MANUALS),
}

_BY_PACKAGE = {
    **dict.fromkeys(("pip", "setuptools", "wheel", "npm"), INSTALLERS),
    **dict.fromkeys(("boto3", "botocore", "s3transfer", "@aws-sdk"), SDK),
}


def holds_hash(path: str, head: bytes) -> bool:
    """Say whether a file is a cache of bytecode that holds a hash of its source, and no time.

    ``head`` are its first bytes: a magic number and flags, four bytes each, of which the lowest
    bit says so (https://peps.python.org/pep-0552/#specification).
    """
    return path.endswith(".pyc") and len(head) >= _PYC_HEAD and bool(head[4] & 1)


def check_ballast(
    entries: Sequence[Entry], hashed: Collection[str] = frozenset()
) -> Iterator[Finding]:
    """Yield how much of each sort of ballast there is, the largest first.

    Only what lies inside installed packages is counted, but for the caches of tools; and only
    from a megabyte on. Sizes are unzipped. ``hashed`` are the paths of caches that hold a hash.
    """
    sums: dict[str, _Sum] = {}
    places: dict[str, _Place] = {}
    for entry in entries:
        kind = None if entry.is_directory else _kind_of(entry.path, places)
        if kind is not None and not (kind is BYTECODE and entry.path in hashed):
            total = sums.setdefault(kind.code, _Sum())
            total.files += 1
            total.size += entry.size
    for kind in sorted(_SENTENCES, key=lambda kind: -sums.get(kind.code, _Sum()).size):
        total = sums.get(kind.code, _Sum())
        if total.size >= _WORTH_MENTIONING or (kind is TOOLS and total.files):
            size = f"{total.size / MEGABYTE:,.1f} MB"
            files = "1 file" if total.files == 1 else f"{total.files:,} files"
            yield kind.found(f"{_SENTENCES[kind]} take {size}, in {files}")


@dataclass(frozen=True, slots=True)
class _Place:
    """What a folder makes of the files in it, whatever they are called (None: nothing)."""

    kind: FindingKind | None
    is_in_package: bool


def _kind_of(path: str, places: dict[str, _Place]) -> FindingKind | None:
    """Return the sort of ballast that ``path`` is. ``places`` are folders known so far."""
    folder, _, name = path.rpartition("/")
    place = places.get(folder)
    if place is None:
        place = places[folder] = _place_of(folder)
    if place.kind is not None:
        return place.kind
    return _BY_SUFFIX.get(name.rpartition(".")[2]) if place.is_in_package else None


def _place_of(folder: str) -> _Place:
    """Judge a folder: caches of tools anywhere, the rest in installed packages only."""
    parts = folder.split("/")
    kind = _first_of(_BY_FOLDER, parts)
    if kind is TOOLS:
        return _Place(kind, is_in_package=False)
    package = package_of(f"{folder}/")
    if package is None:
        return _Place(None, is_in_package=False)
    of_package = _first_of(_BY_PACKAGE, package.split("/")[-2:])
    return _Place(of_package or kind, is_in_package=True)


def _first_of(kinds: Mapping[str, FindingKind], parts: Sequence[str]) -> FindingKind | None:
    if kinds.keys().isdisjoint(parts):
        return None
    return next(kinds[part] for part in parts if part in kinds)
