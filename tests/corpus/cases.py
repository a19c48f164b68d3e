"""What a case of the corpus is: how it is built, and the exact result of its inspection."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from layerlift.domain.report import Declaration, Finding, Report, Severity
from layerlift.inspecting.compatibility.runtimes import runtimes
from layerlift.inspecting.inspection import Expectations
from tests.corpus.writer import Ending, Member, archive

Build = Callable[[], bytes]
Found = tuple[str, str | None]
"""A code and the entry that it names, None for the whole zip."""

NO_EXPECTATIONS = Expectations()

BOTH = ("x86_64", "arm64")


@dataclass(frozen=True)
class Accepted:
    """A good layer. ``findings`` are its warnings and infos, ``runtimes`` AWS's names."""

    build: Build
    kind: str
    runtimes: tuple[str, ...]
    architectures: tuple[str, ...] = BOTH
    findings: tuple[Found, ...] = ()
    expectations: Expectations = NO_EXPECTATIONS
    modules: Mapping[str, str] | None = None
    """The Python modules by name, with the paths that prove them; None where they are no matter."""
    is_readable_by_unzip: bool = True
    """Whether Info-ZIP's unzip 6.0 can unpack it, too."""


@dataclass(frozen=True)
class Rejected:
    """A bad layer. ``errors`` are all of its errors, ``others`` its warnings and infos.

    ``by_directory`` says that its last bytes alone tell that it is bad.
    """

    build: Build
    errors: tuple[Found, ...]
    others: tuple[Found, ...] = ()
    by_directory: bool = False
    expectations: Expectations = NO_EXPECTATIONS


Accepts = dict[str, Accepted]
Rejects = dict[str, Rejected]


def creatable(*families: str, since: tuple[int, ...] = ()) -> tuple[str, ...]:
    """Return the runtimes of the families on which functions can be created, in AWS's order."""
    return tuple(
        runtime.name
        for runtime in runtimes().values()
        if runtime.family in families and runtime.is_creatable and runtime.version >= since
    )


PYTHONS = creatable("python")


def zipped(*members: Member, prefix: bytes = b"", ending: Ending | None = None) -> Build:
    """Return what builds a zip of the members."""
    return partial(archive, *members, prefix=prefix, ending=ending)


def python(*members: Member, ending: Ending | None = None, **expected: object) -> Accepted:
    """Return a case of sound Python modules that serve every Python."""
    return Accepted(zipped(*members, ending=ending), "python", PYTHONS, **expected)  # type: ignore[arg-type]


def declared(*names: str) -> Expectations:
    """Return what expects the runtimes and architectures among ``names``."""
    return Expectations(
        declared=Declaration(
            runtimes=tuple(name for name in names if name not in (*BOTH, "amd64")),
            architectures=tuple(name for name in names if name in (*BOTH, "amd64")),
        )
    )


def errors_of(report: Report) -> tuple[Found, ...]:
    """Return the errors of a report."""
    return tuple(_found(each) for each in report.findings if each.severity is Severity.ERROR)


def others_of(report: Report) -> tuple[Found, ...]:
    """Return the warnings and infos of a report."""
    return tuple(_found(each) for each in report.findings if each.severity is not Severity.ERROR)


def _found(finding: Finding) -> Found:
    return finding.code, finding.entry
