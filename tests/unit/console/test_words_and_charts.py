"""How times, sizes and numbers are said and drawn."""

import pytest

from layerlift.console.charts import Series, chart
from layerlift.console.words import duration, say, size_change
from layerlift.domain.release import ReleaseState, StageState, TargetState


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (150, "2 min 30 s"),
        (599, "9 min 59 s"),
        (1199, "19 min"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (86400, "1 d"),
        (200000, "2 d 7 h"),
    ],
)
def test_a_span_of_time_has_two_units_at_most(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_a_change_of_size_says_how_much_of_it() -> None:
    assert size_change(2048, 4096) == "2 KB to 4 KB, 100 % more"
    assert size_change(4096, 4096) == "4 KB, as before"
    assert size_change(0, 4096) == "0 bytes to 4 KB"


@pytest.mark.parametrize("state", [*ReleaseState, *StageState, *TargetState], ids=str)
def test_every_state_has_a_word_and_a_sign(state: str) -> None:
    word = say(state)
    assert word.text
    assert "_" not in word.text
    assert len(word.sign) == 1


def test_axes_are_in_round_steps_that_hold_every_value() -> None:
    drawn = chart("x", "X", "ms", ["1.0.0", "1.1.0"], [Series("a", [130, 470])])
    assert drawn is not None
    assert [tick.label for tick in drawn.y_ticks] == ["0", "200", "400", "600"]
    assert all(drawn.top <= point.y <= drawn.bottom for point in drawn.lines[0].points)
    assert all(drawn.left <= point.x <= drawn.right for point in drawn.lines[0].points)


def test_a_release_without_a_number_leaves_a_gap() -> None:
    labels = ["1", "2", "3", "4", "5"]
    drawn = chart("x", "X", "ms", labels, [Series("a", [1, 2, None, 4, 5])])
    assert drawn is not None
    assert len(drawn.lines[0].pieces) == 2
    assert len(drawn.lines[0].points) == 4


@pytest.mark.parametrize("values", [[], [None, None]])
def test_nothing_measured_is_no_chart(values: list[float | None]) -> None:
    assert (
        chart("x", "X", "ms", [str(n) for n in range(len(values))], [Series("a", values)]) is None
    )


def test_one_release_and_none_of_any_size_can_be_drawn() -> None:
    for value in (0.0, 0.004, 7.0, 10.0**9):
        drawn = chart("x", "X", "ms", ["1.0.0"], [Series("a", [value])])
        assert drawn is not None
        assert len(drawn.y_ticks) <= 6


def test_many_releases_keep_the_newest_label_and_leave_others_out() -> None:
    labels = [f"1.{n}.0" for n in range(20)]
    drawn = chart("x", "X", "ms", labels, [Series("a", list(range(20)))])
    assert drawn is not None
    assert [tick.label for tick in drawn.x_ticks][-1] == "1.19.0"
    assert len(drawn.x_ticks) <= 5
