"""What is said of a credential, whoever issued it."""

from dataclasses import dataclass

from layerlift.domain.report import Severity
from layerlift.inspecting.findings import FindingKind


@dataclass(frozen=True, slots=True)
class CredentialKind(FindingKind):
    """A kind of credential. ``thing`` is a noun phrase with its article, for messages."""

    thing: str


def credential(
    code: str, thing: str, shown: str, revoke: str, severity: Severity = Severity.ERROR
) -> CredentialKind:
    """Return the kind for ``thing``, which in an example is shown as ``shown``."""
    return CredentialKind(
        thing=thing,
        code=f"secret-{code}",
        severity=severity,
        meaning=(
            f"The file holds {thing}. Whoever may read a function or a layer that has it can use "
            "it, in every account and Region to which the layer goes"
        ),
        example=f"python/settings.py holds {thing} ({shown})",
        fix=(
            f"{revoke}, for the zip has been copied already; take it out of the file and read it "
            "at run time, from Secrets Manager or Parameter Store"
        ),
    )
