"""How states, times and sizes are said: one way in all widgets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from layerlift.domain.sizes import shown_size

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_SOON = 5


@dataclass(frozen=True)
class Word:
    """A state in a word, with the tone of its colour and the sign that stands for it.

    Tones are ``good``, ``bad``, ``warn``, ``move`` and ``idle``; no tone goes without its sign.
    """

    text: str
    tone: str
    sign: str


_SIGNS = {"good": "✓", "bad": "✕", "warn": "!", "move": "▸", "idle": "·"}

_TONES: Mapping[str, str] = {
    "active": "good",
    "succeeded": "good",
    "approved": "good",
    "passed": "good",
    "paid": "good",
    "running": "move",
    "promoting": "move",
    "baking": "move",
    "published": "move",
    "canaried": "move",
    "granted": "move",
    "waiting": "warn",
    "held": "warn",
    "owed": "warn",
    "settled": "warn",
    "superseded": "warn",
    "rolled_back": "warn",
    "warning": "warn",
    "not_exercised": "warn",
    "defaulted": "bad",
    "stuck": "bad",
    "failed": "bad",
    "rejected": "bad",
    "denied": "bad",
    "expired": "bad",
    "error": "bad",
    "canary_failed": "bad",
}

_TEXTS: Mapping[str, str] = {
    "active": "live",
    "canaried": "canary passed",
    "inactive": "put back",
    "settled": "live, some owed",
    "promoting": "on its way",
    "waiting": "waits for approval",
    "canary_failed": "canary failed",
    "denied": "rejected",
}


def say(state: str) -> Word:
    """Return how a state is said; one that is not known is said as it is."""
    tone = _TONES.get(state, "idle")
    return Word(_TEXTS.get(state, state.replace("_", " ")), tone, _SIGNS[tone])


def word(text: str, tone: str) -> Word:
    """Return a word of one's own, with the sign of its tone."""
    return Word(text, tone, _SIGNS[tone])


@dataclass(frozen=True)
class Stamp:
    """A moment: for machines, on the reader's clock, and how far it is from now."""

    iso: str
    text: str
    away: str


@dataclass(frozen=True)
class Times:
    """The reader's clock: ``now``, and the zone that times are shown in."""

    now: datetime
    zone: tzinfo

    def stamp(self, at: datetime) -> Stamp:
        """Return how a moment is said."""
        local = at.astimezone(self.zone)
        return Stamp(
            iso=at.isoformat(timespec="seconds"),
            text=f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()}",
            away=_away((at - self.now).total_seconds()),
        )


def _away(seconds: float) -> str:
    if abs(seconds) < _SOON:
        return "now"
    span = duration(abs(seconds))
    return f"in {span}" if seconds > 0 else f"{span} ago"


def duration(seconds: float) -> str:
    """Return a span of time in its two largest units at most, like "3 min" or "2 h 5 min"."""
    whole = timedelta(seconds=round(seconds))
    total = int(whole.total_seconds())
    if total < _MINUTE:
        return f"{total} s"
    if total < _HOUR:
        return _two(total, _MINUTE, "min", 1, "s") if total < 10 * _MINUTE else f"{total // 60} min"
    if total < _DAY:
        return _two(total, _HOUR, "h", _MINUTE, "min")
    return _two(total, _DAY, "d", _HOUR, "h")


def _two(total: int, large: int, of_large: str, small: int, of_small: str) -> str:
    first, rest = divmod(total, large)
    second = rest // small
    return f"{first} {of_large} {second} {of_small}" if second else f"{first} {of_large}"


def size_change(before: int, after: int) -> str:
    """Return what became of a size: "1.2 MB to 1.4 MB, 17 % more"."""
    if before == after:
        return f"{shown_size(after)}, as before"
    said = f"{shown_size(before)} to {shown_size(after)}"
    if not before:
        return said
    percent = round(abs(after - before) * 100 / before)
    return f"{said}, {percent} % {'more' if after > before else 'less'}" if percent else said


def counted(number: int, noun: str) -> str:
    """Return "1 package", "12 packages"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
