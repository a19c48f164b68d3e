"""What a finding is made of: each kind is declared once, with its meaning, example and fix.

A module that finds something declares its kinds as constants and calls :meth:`FindingKind.found`.
``catalogue.py`` gathers them all; ``docs/reference/findings.md`` is generated from there.
"""

from dataclasses import dataclass

from layerlift.domain.report import Finding, Severity

_MAX_TEXT = 500
"""A name in a zip may have 65,535 bytes (APPNOTE 4.4.10); a message that quotes it must not."""


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One thing an inspection can find. Sentences come without their full stop.

    ``meaning`` says what it is and why it matters; ``example`` is a message as it is shown;
    ``fix`` is what to do about it, unless the place that finds it knows better.
    """

    code: str
    severity: Severity
    meaning: str
    example: str
    fix: str

    def found(
        self,
        message: str,
        entry: str | None = None,
        *,
        fix: str | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """Return a finding of this kind at ``entry``, a path in the zip (None: the whole zip)."""
        return Finding(
            code=self.code,
            severity=severity or self.severity,
            entry=None if entry is None else printable(entry),
            message=printable(message),
            fix=printable(fix or self.fix),
        )


def counted(number: int, noun: str) -> str:
    """Return "1 byte", "1,024 bytes"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def printable(text: str) -> str:
    r"""Return ``text`` without what could move a cursor or break a line, cut to 500 characters.

    Every text of a finding may quote a zip: control characters, lone surrogates and marks that
    reorder text become ``\x1b``-like escapes.
    """
    if text.isprintable() and len(text) <= _MAX_TEXT:
        return text
    # Cut before it is escaped, too: a text of a hundred thousand characters takes its time.
    start = text[: _MAX_TEXT + 1]
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in start)
    return safe if len(safe) <= _MAX_TEXT else f"{safe[: _MAX_TEXT - 1]}…"
