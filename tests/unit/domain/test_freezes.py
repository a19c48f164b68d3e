"""Freeze windows begin and end when the clock on some wall says so, whatever was done to it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.domain.gates.freezes import Freeze, frozen

BERLIN = "Europe/Berlin"
WEEKEND = Freeze(weekly="Fri 16:00 - Mon 08:00", timezone=BERLIN, reason="Weekend.")
ZONES = (BERLIN, "UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

START = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 2 * 365 * 86400).map(lambda seconds: START + timedelta(seconds=seconds))
minutes_of_a_week = st.integers(0, 7 * 24 * 60 - 1)


def at(text: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def weekly(begins: int, ends: int, zone: str) -> Freeze:
    first, last = (f"{DAYS[m // 1440]} {m // 60 % 24:02}:{m % 60:02}" for m in (begins, ends))
    return Freeze(weekly=f"{first} - {last}", timezone=zone, reason="Why")


def by_date(since: str, until: str) -> Freeze:
    return Freeze.model_validate(
        {"since": since, "until": until, "timezone": BERLIN, "reason": "Holidays"}
    )


def clocks_change_near(moment: datetime, zone: str) -> bool:
    offsets = {
        (moment + timedelta(hours=hours)).astimezone(ZoneInfo(zone)).utcoffset()
        for hours in (-3, 0, 3)
    }
    return len(offsets) > 1


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-11-20T15:59", None),
        ("2026-11-20T16:00", "2026-11-23T08:00"),
        ("2026-11-22T23:59", "2026-11-23T08:00"),
        ("2026-11-23T07:59", "2026-11-23T08:00"),
        ("2026-11-23T08:00", None),
        ("2026-11-25T12:00", None),
    ],
)
def test_a_weekly_window_holds_from_its_first_minute_until_its_last(
    moment: str, until: str | None
) -> None:
    found = frozen((WEEKEND,), at(moment))
    assert (None if found is None else found.until) == (None if until is None else at(until))


def test_what_people_read_says_until_when_on_their_clock_and_why() -> None:
    found = frozen((WEEKEND,), at("2026-11-21T12:00"))
    assert found is not None
    assert found.reason == "Frozen until Mon 2026-11-23 08:00 Europe/Berlin: Weekend."


def test_a_window_by_date_holds_once() -> None:
    holidays = by_date("2026-12-18T12:00", "2027-01-04T08:00")
    assert frozen((holidays,), at("2026-12-18T11:59")) is None
    found = frozen((holidays,), at("2026-12-24T20:00"))
    assert found is not None
    assert found.until == at("2027-01-04T08:00")
    assert frozen((holidays,), at("2027-01-04T08:00")) is None


def test_windows_that_touch_are_waited_for_to_the_end_of_the_last() -> None:
    morning = Freeze(weekly="Mon 08:00 - Mon 12:00", timezone=BERLIN, reason="Maintenance")
    found = frozen((morning, WEEKEND), at("2026-11-22T12:00"))
    assert found is not None
    assert (found.until, found.freeze) == (at("2026-11-23T12:00"), WEEKEND)


def test_windows_that_never_end_are_looked_at_for_a_year() -> None:
    halves = (
        Freeze(weekly="Mon 00:00 - Thu 00:00", reason="x"),
        Freeze(weekly="Thu 00:00 - Mon 00:00", reason="x"),
    )
    now = at("2026-11-22T12:00")
    found = frozen(halves, now)
    assert found is not None
    assert timedelta(days=366) <= found.until - now < timedelta(days=380)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        # The clock goes from 02:00 to 03:00: 02:30 is never. The window still has its length.
        ("2027-03-28T00:30+00:00", "2027-03-28T01:30+00:00"),
        # It goes from 03:00 back to 02:00: 02:30 is twice. From the first until the second.
        ("2027-10-31T00:30+00:00", "2027-10-31T01:30+00:00"),
    ],
)
def test_an_hour_that_is_not_or_is_twice_makes_the_window_longer(begins: str, ends: str) -> None:
    first, last = datetime.fromisoformat(begins), datetime.fromisoformat(ends)
    late = Freeze(weekly="Sun 02:30 - Sun 12:00", timezone=BERLIN, reason="x")
    early = Freeze(weekly="Sat 12:00 - Sun 02:30", timezone=BERLIN, reason="x")
    second = timedelta(seconds=1)
    assert frozen((late,), first - second) is None
    assert frozen((late,), first) is not None
    assert frozen((early,), last - second) is not None
    assert frozen((early,), last) is None


@given(moments, minutes_of_a_week, minutes_of_a_week, st.sampled_from(ZONES))
def test_a_moment_is_frozen_exactly_if_the_wall_clock_says_so(
    moment: datetime, begins: int, ends: int, zone: str
) -> None:
    if begins == ends or clocks_change_near(moment, zone):
        return
    wall = moment.astimezone(ZoneInfo(zone))
    now = wall.weekday() * 1440 + wall.hour * 60 + wall.minute
    is_inside = begins <= now < ends if begins < ends else now >= begins or now < ends
    assert (frozen((weekly(begins, ends, zone),), moment) is not None) == is_inside


@given(moments, minutes_of_a_week, minutes_of_a_week, st.sampled_from(ZONES))
def test_a_freeze_ends_later_than_now_at_the_time_on_the_wall_and_is_over_then(
    moment: datetime, begins: int, ends: int, zone: str
) -> None:
    if begins == ends:
        return
    freeze = weekly(begins, ends, zone)
    found = frozen((freeze,), moment)
    if found is None:
        return
    assert moment < found.until <= moment + timedelta(days=7, hours=2)
    assert frozen((freeze,), found.until) is None
    if not clocks_change_near(found.until, zone):
        wall = found.until.astimezone(ZoneInfo(zone))
        assert wall.weekday() * 1440 + wall.hour * 60 + wall.minute == ends


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({}, "either 'weekly', or both 'since' and 'until'"),
        ({"since": "2026-01-01T00:00"}, "either 'weekly', or both"),
        (
            {"weekly": "Fri 16:00 - Mon 08:00", "since": "2026-01-01", "until": "2026-01-02"},
            "either 'weekly', or both",
        ),
        ({"weekly": "Fri 16:00"}, "write it like Fri 16:00 - Mon 08:00"),
        ({"weekly": "Fry 16:00 - Mon 08:00"}, "write it like"),
        ({"weekly": "Fri 24:00 - Mon 08:00"}, "write it like"),
        ({"weekly": "Fri 16:00 - Fri 16:00"}, "every moment would be frozen"),
        ({"weekly": "Fri 16:00 - Mon 08:00", "timezone": "Berlin"}, "is not a time zone"),
        ({"weekly": "Fri 16:00 - Mon 08:00", "timezone": "../etc/passwd"}, "is not a time zone"),
        ({"since": "2026-01-02T00:00", "until": "2026-01-01T00:00"}, "has to be after"),
        ({"since": "2026-01-01T00:00Z", "until": "2026-01-02T00:00Z"}, "have no offset"),
    ],
)
def test_a_window_that_cannot_be_meant_is_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Freeze.model_validate({"reason": "x"} | wrong)


def test_a_freeze_says_why() -> None:
    with pytest.raises(ValueError, match="reason"):
        Freeze.model_validate({"weekly": "Fri 16:00 - Mon 08:00"})


def test_a_freeze_is_kept_in_the_registry_as_it_was_written() -> None:
    holidays = by_date("2026-12-18", "2027-01-04")
    assert Freeze.model_validate(holidays.model_dump(mode="json")) == holidays


def test_a_date_without_a_time_is_its_first_moment() -> None:
    # As YAML reads 2026-12-18 without quotes.
    freeze = Freeze.model_validate(
        {"since": date(2026, 12, 18), "until": date(2027, 1, 4), "reason": "x"}
    )
    assert frozen((freeze,), at("2026-12-18T00:00", "UTC")) is not None
    assert frozen((freeze,), at("2027-01-04T00:00", "UTC")) is None
