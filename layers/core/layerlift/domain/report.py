"""What an inspection found: findings, and the facts that later steps need."""

from enum import StrEnum

from pydantic import Field

from layerlift.domain.limits import MAX_COMPATIBLE_RUNTIMES
from layerlift.domain.model import Value

_SHOWN_ERRORS = 5
"""Errors that a reason names: it travels through state machines, events and chat."""


class Severity(StrEnum):
    """How much a finding weighs: only an error rejects a zip."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Finding(Value):
    """One thing that is wrong or worth knowing, where it is, and how to mend it."""

    code: str = Field(description="What is wrong, in words that scripts can match.")
    severity: Severity = Field(description="Only an error rejects the zip.")
    entry: str | None = Field(default=None, description="The entry of the archive, if it is one.")
    message: str = Field(description="What is wrong, for a person, without a full stop.")
    fix: str = Field(description="How to mend it, for a person, without a full stop.")


class Module(Value):
    """A top-level Python module that the layer brings."""

    name: str
    path: str
    """The file that proves it, as named in the zip: where it must be imported from."""


class Package(Value):
    """A distribution that the layer brings. ``version`` and ``license`` are None if not said."""

    name: str
    version: str | None = None
    license: str | None = None
    ecosystem: str
    """The type of its package URL: pypi, npm, maven or gem (https://github.com/package-url)."""
    path: str
    """The metadata file that proves it, as named in the zip."""


class LayerFile(Value):
    """A file that a canary looks for. ``size`` is in bytes."""

    path: str
    size: int
    is_executable: bool


class LayerCheck(Value):
    """What the layer's manifest asks of its canary.

    ``handler`` is ``module.function`` in the layer, None if there is none to call. ``payload`` and
    ``expect`` are JSON; ``expect`` is what its answer has to contain, None if any will do.
    ``commands`` are run, each with its arguments; the first word is a path in the zip.
    """

    handler: str | None = None
    payload: str = "null"
    expect: str | None = None
    seconds: int | None = None
    """How long an invocation may take; None leaves it to the policy."""
    commands: tuple[tuple[str, ...], ...] = ()


class NativeCode(Value):
    """A file of native code. ``needs`` is the newest symbol version, like ``GLIBC_2.34``."""

    path: str
    architecture: str | None
    needs: str | None = None


class Declaration(Value):
    """What a manifest, or its stand-in on the command line, says the layer serves."""

    runtimes: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ()


class Space(Value):
    """How much of the unzipped layer lies under ``path``, in bytes and in files."""

    path: str
    size: int
    files: int


class PackageChange(Value):
    """A distribution whose version is another than in the release before."""

    name: str
    before: str | None
    after: str | None


class Changes(Value):
    """What differs from the release ``since``. Sizes are bytes, of the unzipped layer."""

    since: str
    added: tuple[Package, ...] = ()
    removed: tuple[Package, ...] = ()
    changed: tuple[PackageChange, ...] = ()
    modules_added: tuple[str, ...] = ()
    modules_removed: tuple[str, ...] = ()
    native_added: tuple[str, ...] = ()
    native_removed: tuple[str, ...] = ()
    size_before: int
    size_after: int


class Report(Value):
    """The result of an inspection, kept as JSON beside the artifact.

    ``size`` and ``unzipped_size`` are bytes; ``sha256`` is hexadecimal and ``code_sha256`` the same
    digest as Lambda spells it (base64). Both are None for a zip of which only the directory was
    read, because that refused it already. ``runtimes`` is empty for what serves every runtime.
    """

    accepted: bool
    layer: str | None
    version: str | None
    sha256: str | None
    code_sha256: str | None
    size: int
    unzipped_size: int
    entries: int
    kind: str | None = None
    """What it is, joined by ``+`` if several: python, nodejs, java, ruby, extension,
    custom-runtime, binaries, data. None if the archive could not be read."""
    runtimes: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ()
    packages: tuple[Package, ...] = ()
    findings: tuple[Finding, ...] = ()
    declared: Declaration = Declaration()
    modules: tuple[Module, ...] = ()
    native: tuple[NativeCode, ...] = ()
    files: tuple[LayerFile, ...] = ()
    """What a canary looks for outside the folders of Python and Node.js: what is executed first."""
    files_left_out: int = 0
    """How many more such files there are."""
    check: LayerCheck | None = None
    """What the manifest asks of the canary."""
    space: tuple[Space, ...] = ()
    """The folders that take the most, largest first."""
    changes: Changes | None = None

    @property
    def published_runtimes(self) -> tuple[str, ...]:
        """What PublishLayerVersion is told: what is declared, or else was inferred.

        Nothing, if it is more than Lambda takes: a list that leaves some out would be wrong.
        """
        runtimes = self.declared.runtimes or self.runtimes
        return runtimes if len(runtimes) <= MAX_COMPATIBLE_RUNTIMES else ()

    @property
    def published_architectures(self) -> tuple[str, ...]:
        """The same for architectures."""
        return self.declared.architectures or self.architectures

    @property
    def reason(self) -> str:
        """The first errors in one paragraph, each with how to mend it; empty if there is none."""
        errors = [found for found in self.findings if found.severity is Severity.ERROR]
        text = " ".join(f"{found.message}. {found.fix}." for found in errors[:_SHOWN_ERRORS])
        more = len(errors) - _SHOWN_ERRORS
        return f"{text} And {more} more: see the report." if more > 0 else text
