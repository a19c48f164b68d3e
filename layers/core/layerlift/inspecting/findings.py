"""Makes findings: a code that scripts can match, and sentences for people."""

from layerlift.domain.report import Finding, Severity

_MAX_MESSAGE = 500
"""A name in a zip may have 65,535 bytes (APPNOTE 4.4.10); a message that quotes it must not."""


def error(code: str, entry: str | None, message: str, fix: str) -> Finding:
    """Return a finding that rejects the zip. Sentences come without their full stop."""
    return _finding(Severity.ERROR, code, entry, message, fix)


def warning(code: str, entry: str | None, message: str, fix: str) -> Finding:
    """Return a finding that lets the zip pass but is worth a look."""
    return _finding(Severity.WARNING, code, entry, message, fix)


def _finding(severity: Severity, code: str, entry: str | None, message: str, fix: str) -> Finding:
    shown, where = _cut(message), None if entry is None else _cut(entry)
    return Finding(code=code, severity=severity, entry=where, message=shown, fix=_cut(fix))


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_MESSAGE else f"{text[: _MAX_MESSAGE - 1]}…"
