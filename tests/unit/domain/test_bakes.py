"""Alarms are looked at often enough to notice, and not so often that an execution ends of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.domain.gates.bakes import bake_interval, hold_interval

MINUTE, HOUR, DAY = 60, 3600, 86400
EVENTS_A_LOOK = 9
MOST_EVENTS = 25_000


@pytest.mark.parametrize(
    ("bake", "waves", "interval"),
    [
        (MINUTE, 1, 15),
        (30 * MINUTE, 1, 90),
        (HOUR, 3, 180),
        (DAY, 1, 300),
        (DAY, 3, 300),
        (7 * DAY, 1, 605),
    ],
)
def test_the_interval_of_a_bake_goes_by_its_length(bake: int, waves: int, interval: int) -> None:
    assert bake_interval(bake, waves) == interval


@given(st.integers(1, 365 * DAY), st.integers(1, 30))
def test_no_bake_fills_the_history_of_its_execution(bake: int, waves: int) -> None:
    looks = waves * (bake // bake_interval(bake, waves) + 1)
    assert looks * EVENTS_A_LOOK < MOST_EVENTS / 2


@given(st.integers(1, 365 * DAY))
def test_no_hold_fills_the_history_of_its_execution(whole: int) -> None:
    held, looks = 0.0, 0
    while held < whole:
        held += hold_interval(held, whole)
        looks += 1
    assert looks * EVENTS_A_LOOK < MOST_EVENTS / 2


def test_a_hold_is_looked_at_soon_and_then_less_often() -> None:
    intervals = [hold_interval(held, DAY) for held in (0, 5 * MINUTE, 20 * MINUTE, HOUR, 20 * HOUR)]
    assert intervals == [15, 30, 120, 300, 300]
