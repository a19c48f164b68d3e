"""Watching shows every event once, ends with the release, and asks when it waits."""

import io
import re

import pytest
from rich.console import Console

from layerlift.domain.release import ReleaseRef, ReleaseState, StageState
from layerlift.releasing.record import record_release
from layerlift.releasing.status import ReleaseStatus
from layerlift_cli.errors import OutOfReach
from layerlift_cli.live import show
from layerlift_cli.watch import await_release, watch_release
from tests.fakes.world import LAYER, World


def end(world: World, ref: ReleaseRef, state: ReleaseState) -> None:
    world.clock.advance(seconds=1)
    record_release(ref, state, "", registry=world.registry, clock=world.clock)


def test_every_event_is_shown_once_and_the_last_sight_is_the_end() -> None:
    world = World()
    ref = world.release(b"zip", "1.0.0", "run-1")
    steps = iter(
        [
            lambda: world.lock(ref, "run-1-dev", "dev"),
            lambda: None,
            lambda: world.end(ref, "run-1-dev", StageState.ACTIVE, "dev"),
            lambda: end(world, ref, ReleaseState.SUCCEEDED),
        ]
    )
    sights = list(
        watch_release(world.registry, LAYER, ref.version, wait=lambda _: next(steps)())  # type: ignore[no-untyped-call]
    )
    ids = [event.detail.id for sight in sights for event in sight.events]
    assert len(ids) == len(set(ids)) == 4
    assert sights[-1].status.state == "succeeded"
    assert [sight.status.state for sight in sights[:-1]] == ["promoting"] * 3


def test_an_earlier_attempt_is_not_shown_again() -> None:
    world = World()
    first = world.release(b"zip", "1.0.0", "run-1")
    end(world, first, ReleaseState.FAILED)
    again = world.release(b"zip", "1.0.0", "run-2")
    end(world, again, ReleaseState.SUCCEEDED)
    (sight,) = watch_release(world.registry, LAYER, again.version)
    assert {event.detail.attempt for event in sight.events} == {2}


def test_without_a_terminal_each_event_is_a_plain_line() -> None:
    world = World()
    ref = world.release(b"zip", "1.0.0", "run-1")
    end(world, ref, ReleaseState.SUCCEEDED)
    output = io.StringIO()
    last = show(watch_release(world.registry, LAYER, ref.version), Console(file=output, width=80))
    assert last.state == "succeeded"
    lines = output.getvalue().splitlines()
    assert [line.split("✓")[1].strip().split(":")[0] for line in lines] == [
        "inspected and claimed",
        "release succeeded",
    ]


def test_a_release_that_is_gone_is_told_of() -> None:
    world = World()
    ref = world.release(b"zip", "1.0.0", "run-1")
    world.registry.records = {
        key: record
        for key, record in world.registry.records.items()
        if not key.sort.startswith("RELEASE#")
    }
    with pytest.raises(OutOfReach, match="not in the registry"):
        next(watch_release(world.registry, LAYER, ref.version))


def test_a_terminal_keeps_every_line_when_somebody_is_asked_in_between() -> None:
    world = World()
    ref = world.release(b"zip", "1.0.0", "run-1")
    world.lock(ref, "run-1-dev", "dev")
    world.request(ref, "token")
    output = io.StringIO()
    console = Console(file=output, width=80, force_terminal=True, no_color=True)
    asked: list[str] = []

    def answer(status: ReleaseStatus) -> None:
        asked.append(status.version)
        end(world, ref, ReleaseState.SUCCEEDED)

    sights = watch_release(world.registry, LAYER, ref.version, wait=lambda _: None)
    show(sights, console, on_waiting=answer)
    assert asked == ["1.0.0"]
    screen = screen_after(output.getvalue())
    for part in ("inspected and claimed", "promotion started", "approval requested"):
        assert any(part in line for line in screen)


def screen_after(text: str) -> list[str]:
    """Play what a terminal plays of rich's output: new lines, cursor up, and erasing a line."""
    lines, row = [""], 0
    for part in re.split(r"(\x1b\[1A|\x1b\[2K|\r|\n)", text):
        if part == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif part == "\x1b[1A":
            row = max(0, row - 1)
        elif part == "\x1b[2K":
            lines[row] = ""
        elif part != "\r":
            lines[row] += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", part)
    return lines


def test_without_a_release_it_says_once_that_it_waits_for_one() -> None:
    world = World()
    told: list[str] = []
    waits = iter([lambda: None, lambda: world.release(b"zip", "1.0.0", "run-1")])
    found = await_release(
        world.registry,
        LAYER,
        lambda: told.append("waiting"),
        wait=lambda _: (next(waits)(), None)[1],
    )
    assert (found.version, told) == ("1.0.0", ["waiting"])
