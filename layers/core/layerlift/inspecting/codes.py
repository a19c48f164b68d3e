"""What can be wrong with the object that was dropped, before it is read as a zip."""

from layerlift.domain.report import Severity
from layerlift.inspecting.findings import FindingKind

KEY_UNRECOGNISED = FindingKind(
    code="key-unrecognised",
    severity=Severity.ERROR,
    meaning="The object's key does not say which layer and which version it is: the name follows "
    "Lambda's rule for layer names, the version is a semantic version without build metadata "
    "(https://semver.org, 2.0.0)",
    example="The key 'incoming/http-client.zip' names no release: 'http-client' does not end in a "
    "semantic version",
    fix="Use incoming/<layer>/<version>.zip, like incoming/http-client/1.4.0.zip",
)
OBJECT_GONE = FindingKind(
    code="object-gone",
    severity=Severity.ERROR,
    meaning="The object was removed after it was dropped and before it was inspected",
    example="The object 'incoming/http-client/1.4.0.zip' is no longer there",
    fix="Upload it again",
)
