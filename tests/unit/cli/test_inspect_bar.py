"""A bar appears on a terminal for what takes its time, and nowhere else."""

import io

import pytest
from rich.console import Console

from layerlift_cli import late_bar as module
from layerlift_cli.late_bar import late_bar


class Clock:
    """A monotonic clock that stands still until it is told to go on."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def terminal() -> tuple[io.StringIO, Console]:
    output = io.StringIO()
    return output, Console(file=output, force_terminal=True, width=80, legacy_windows=False)


def test_without_a_terminal_nobody_is_told() -> None:
    output = io.StringIO()
    with late_bar("Inspecting", Console(file=output, force_terminal=False)) as tell:
        assert tell is None
    assert output.getvalue() == ""


def test_what_is_over_soon_shows_no_bar(clock: Clock) -> None:
    output, console = terminal()
    with late_bar("Inspecting", console) as tell:
        assert tell is not None
        tell(1, 10)
        clock.now += 1.9
        tell(10, 10)
    assert output.getvalue() == ""


def test_what_takes_longer_shows_one_and_leaves_nothing_behind(clock: Clock) -> None:
    output, console = terminal()
    with late_bar("Inspecting", console) as tell:
        assert tell is not None
        clock.now += 2.0
        tell(5_000_000, 10_000_000)
        tell(7_000_000, 10_000_000)
    assert "Inspecting" in output.getvalue()
    assert "50 %" in output.getvalue()
    # Erased: the last thing sent is "clear this line", not a finished bar.
    assert output.getvalue().rstrip("\r").endswith("\x1b[2K")


def test_the_bar_is_gone_also_when_the_inspection_fails(clock: Clock) -> None:
    output, console = terminal()

    def fail() -> None:
        with late_bar("Inspecting", console) as tell:
            assert tell is not None
            clock.now += 2.0
            tell(1, 10)
            raise OSError("unreadable")

    with pytest.raises(OSError, match="unreadable"):
        fail()
    assert output.getvalue().rstrip("\r").endswith("\x1b[2K")
