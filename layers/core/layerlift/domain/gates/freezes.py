"""Freeze windows: times in which no wave starts, weekly or by date, on a wall clock somewhere.

A window begins and ends when the clock on that wall says so. Where clocks are put back or forward,
the times that happen twice or never are taken so that the window is the longer one: it begins at
the first moment that may be meant, and ends at the last.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from layerlift.domain.errors import InvalidText
from layerlift.domain.model import Value

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MOMENT = r"([A-Za-z]{3}) ([01]\d|2[0-3]):([0-5]\d)"
_WEEKLY = re.compile(rf"{_MOMENT} - {_MOMENT}")
_WEEK = timedelta(days=7)

_FARTHEST = timedelta(days=366)
"""How far ahead the end of windows that touch each other is looked for. Weekly ones that cover the
whole week together have no end."""


def _checked_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InvalidText(f"{name!r} is not a time zone: use a name like Europe/Berlin") from None
    return name


def _checked_week(text: str) -> str:
    if text:
        _parse_week(text)
    return text


class Freeze(Value):
    """One freeze window: ``weekly``, or from ``since`` until ``until``."""

    weekly: Annotated[str, AfterValidator(_checked_week)] = Field(
        default="",
        description="From when to when each week, with three letters of the day.",
        examples=["Fri 16:00 - Mon 08:00"],
    )
    since: datetime | None = Field(
        default=None,
        description="When it begins, for a window by date.",
        examples=["2026-12-18T12:00"],
    )
    until: datetime | None = Field(
        default=None,
        description="When it ends, for a window by date.",
        examples=["2027-01-04T08:00"],
    )
    timezone: Annotated[str, AfterValidator(_checked_zone)] = Field(
        default="UTC",
        description="Whose clocks are meant, by the name in the tz database.",
        examples=["Europe/Berlin"],
    )
    reason: str = Field(
        min_length=1,
        description="Why, for those who have to wait.",
        examples=["Nobody is there to help at the weekend"],
    )

    @model_validator(mode="after")
    def _is_one_of_both(self) -> "Freeze":
        has_dates = self.since is not None and self.until is not None
        is_half = (self.since is None) != (self.until is None)
        if is_half or bool(self.weekly) == has_dates:
            raise InvalidText("a freeze has either 'weekly', or both 'since' and 'until'")
        if self.since is not None and self.until is not None:
            if self.since.tzinfo is not None or self.until.tzinfo is not None:
                raise InvalidText("'since' and 'until' have no offset: 'timezone' says whose clock")
            if self.since >= self.until:
                raise InvalidText("'until' has to be after 'since'")
        return self

    def windows(self, at: datetime) -> Iterator["Window"]:
        """Yield the windows around a moment: all that may contain it."""
        if self.since is not None and self.until is not None:
            yield self._window(self.since, self.until)
            return
        begins, ends = _parse_week(self.weekly)
        today = at.astimezone(ZoneInfo(self.timezone)).date()
        monday = _midnight(today - timedelta(days=today.weekday()))
        for week in (monday - _WEEK, monday, monday + _WEEK):
            yield self._window(week + begins, week + ends)

    def _window(self, since: datetime, until: datetime) -> "Window":
        zone = ZoneInfo(self.timezone)
        return Window(min(_moments(since, zone)), max(_moments(until, zone)), self)


@dataclass(frozen=True)
class Window:
    """One occurrence of a freeze: from ``since``, until just before ``until``, both UTC."""

    since: datetime
    until: datetime
    freeze: Freeze

    def __contains__(self, at: datetime) -> bool:
        return self.since <= at < self.until


@dataclass(frozen=True)
class Frozen:
    """That no wave may start now. ``until`` is when all windows that touch each other are over."""

    until: datetime
    freeze: Freeze

    @property
    def reason(self) -> str:
        """What people read: why, and until when on their own clock."""
        local = self.until.astimezone(ZoneInfo(self.freeze.timezone))
        why = self.freeze.reason.rstrip(".")
        return f"Frozen until {local:%a %Y-%m-%d %H:%M} {self.freeze.timezone}: {why}."


def frozen(freezes: Sequence[Freeze], at: datetime) -> Frozen | None:
    """Return what freezes the moment ``at`` (with an offset), None if nothing does.

    The reason is that of the window that ends last of those that contain ``at``.
    """
    first = _last_window(freezes, at)
    if first is None:
        return None
    until, following = first.until, _last_window(freezes, first.until)
    while following is not None and until - at < _FARTHEST:
        until, following = following.until, _last_window(freezes, following.until)
    return Frozen(until, first.freeze)


def _last_window(freezes: Iterable[Freeze], at: datetime) -> Window | None:
    found = (window for freeze in freezes for window in freeze.windows(at) if at in window)
    return max(found, key=lambda window: window.until, default=None)


def _moments(wall: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the moments that a time on the wall may mean, see PEP 495; mostly they are one."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a time on the wall


def _parse_week(text: str) -> tuple[timedelta, timedelta]:
    """Return how long after Monday 00:00 a weekly window begins and ends.

    :raises InvalidText: if it is none.
    """
    match = _WEEKLY.fullmatch(text)
    names = (match[1].lower(), match[4].lower()) if match else ("", "")
    if match is None or not set(names) <= set(_DAYS):
        raise InvalidText(f"{text!r} is not a weekly window: write it like Fri 16:00 - Mon 08:00")
    begins, ends = (
        timedelta(days=_DAYS.index(day), hours=int(hour), minutes=int(minute))
        for day, hour, minute in ((names[0], match[2], match[3]), (names[1], match[5], match[6]))
    )
    if begins == ends:
        raise InvalidText(f"{text!r} ends when it begins: every moment would be frozen")
    return begins, ends if ends > begins else ends + _WEEK
