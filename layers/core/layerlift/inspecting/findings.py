"""Makes findings: a code that scripts can match, and sentences for people."""

from layerlift.domain.report import Finding, Severity


def error(code: str, entry: str | None, message: str, fix: str) -> Finding:
    """Return a finding that rejects the zip. Sentences come without their full stop."""
    return Finding(code=code, severity=Severity.ERROR, entry=entry, message=message, fix=fix)


def warning(code: str, entry: str | None, message: str, fix: str) -> Finding:
    """Return a finding that lets the zip pass but is worth a look."""
    return Finding(code=code, severity=Severity.WARNING, entry=entry, message=message, fix=fix)
