"""What an inspection found: findings, and the facts that later steps need."""

from enum import StrEnum

from pydantic import Field

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


class Report(Value):
    """The result of an inspection, kept as JSON beside the artifact.

    ``size`` and ``unzipped_size`` are bytes; ``sha256`` is hexadecimal and ``code_sha256`` the same
    digest as Lambda spells it (base64). Both digests are None for an object that is gone.
    """

    accepted: bool
    layer: str | None
    version: str | None
    sha256: str | None
    code_sha256: str | None
    size: int
    unzipped_size: int
    entries: int
    modules: tuple[Module, ...] = ()
    runtimes: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def reason(self) -> str:
        """The first errors in one paragraph, each with how to mend it; empty if there is none."""
        errors = [found for found in self.findings if found.severity is Severity.ERROR]
        text = " ".join(f"{found.message}. {found.fix}." for found in errors[:_SHOWN_ERRORS])
        more = len(errors) - _SHOWN_ERRORS
        return f"{text} And {more} more: see the report." if more > 0 else text
