"""Shows a release that is being watched: its track on a terminal, plain lines without one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console, RenderableType
from rich.live import Live

from layerlift.domain.events import Event
from layerlift.domain.track import Track
from layerlift.releasing.status import ReleaseStatus
from layerlift_cli.errors import Stopped
from layerlift_cli.event_lines import event_line, event_row
from layerlift_cli.screen import in_its_signs
from layerlift_cli.track_view import track_view
from layerlift_cli.watch import Sight

Waiting = Callable[[ReleaseStatus], None]
"""Called once for each stage that comes to wait for an approval."""

_PER_SECOND = 2.0
"""How often times and bars are drawn anew."""


def show(
    sights: Iterable[Sight], console: Console, *, on_waiting: Waiting | None = None
) -> ReleaseStatus:
    """Show every sight and return the last status."""
    asked: set[str] = set()
    last: ReleaseStatus | None = None
    live = _LiveTrack(console)
    try:
        for sight in sights:
            last = sight.status
            for event in sight.events:
                _print_event(event, console)
            live.update(sight.track)
            if _newly_waiting(last, asked) and on_waiting is not None:
                live.stop()
                on_waiting(last)
    finally:
        live.stop()
    if last is None:
        raise ValueError("there was nothing to show")
    return last


@contextmanager
def until_stopped(name: str, come_back: str) -> Iterator[None]:
    """Have Ctrl-C end the watching of ``name`` only, and say how to come back to it.

    :raises Stopped: if it was pressed.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise Stopped(
            f"You have stopped watching {name}, which goes on by itself.",
            next_step=f"Watch it again: {come_back}",
        ) from None


def is_drawable(console: Console) -> bool:
    """Say whether a view can be drawn over itself there."""
    return console.is_terminal and not console.is_dumb_terminal


class _LiveTrack:
    """The live view; stopped, it is gone, and the next update starts another below.

    One `Live` cannot be started twice: it would erase as many lines as it had when it stopped.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: Live | None = None
        self._track: Track | None = None

    def update(self, track: Track) -> None:
        if not is_drawable(self._console):
            return
        self._track = track
        if self._live is None:
            self._live = Live(
                console=self._console,
                get_renderable=self._view,
                refresh_per_second=_PER_SECOND,
                transient=True,
            )
            self._live.start()
        self._live.refresh()

    def stop(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _view(self) -> RenderableType:
        if self._track is None:
            return ""
        return in_its_signs(self._console, track_view(self._track, datetime.now(UTC)))


def _print_event(event: Event, console: Console) -> None:
    # A log keeps one line an event, however long; a terminal wraps below the words.
    if is_drawable(console):
        console.print(event_row(event))
    else:
        console.print(event_line(event), soft_wrap=True)


def _newly_waiting(status: ReleaseStatus, asked: set[str]) -> bool:
    new = {stage.stage for stage in status.stages if stage.state == "waiting"} - asked
    asked |= new
    return bool(new)
