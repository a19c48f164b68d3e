"""What is told: what happened, why, and what next, in that order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_CUT = "…"

NAMED = 4
"""How many regions, reasons, packages or functions are named before the rest is counted."""


class Severity(StrEnum):
    """How much it matters to somebody who has other things to do."""

    INFO = "info"
    """Something goes its way."""
    GOOD = "good"
    """Something has worked."""
    ATTENTION = "attention"
    """Somebody should look, or is waited for."""
    BAD = "bad"
    """Something has failed."""


@dataclass(frozen=True)
class Fact:
    """Something to know beside the sentences, like who decided."""

    name: str
    value: str


@dataclass(frozen=True)
class Link:
    """A place to go; ``url`` begins with ``https://`` or ``http://``."""

    text: str
    url: str


@dataclass(frozen=True)
class Message:
    """Plain text for people, whatever face shows it; no part of it is markup.

    ``headline`` has no full stop. ``what``, ``why`` and ``next_step`` are sentences; the last two
    may be empty. ``thread`` is the same for all that is told of one release.
    """

    headline: str
    what: str
    why: str
    next_step: str
    severity: Severity
    thread: str
    time: datetime
    facts: tuple[Fact, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def line(self) -> str:
        """The message where there is room for one line."""
        return f"{self.headline}: {self.why}" if self.why else self.headline


def shortened(text: str, limit: int) -> str:
    """Return ``text``, cut to ``limit`` characters; what is cut ends with an ellipsis."""
    return text if len(text) <= limit else text[: limit - len(_CUT)].rstrip() + _CUT


def listed(names: Sequence[str]) -> str:
    """Return some names, and how many there are beside them."""
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {rest} more" if rest > 0 else "")
