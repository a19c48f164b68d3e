"""Shows a release that is being watched: a live table on a terminal, plain lines without one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.console import Console
from rich.live import Live

from layerlift.domain.events import Event
from layerlift.releasing.status import ReleaseStatus
from layerlift_cli.event_lines import event_line, event_row
from layerlift_cli.status_view import release_view
from layerlift_cli.watch import Sight

Waiting = Callable[[ReleaseStatus], None]
"""Called once for each stage that comes to wait for an approval."""


def show(
    sights: Iterable[Sight], console: Console, *, on_waiting: Waiting | None = None
) -> ReleaseStatus:
    """Show every sight and return the last status."""
    asked: set[str] = set()
    last: ReleaseStatus | None = None
    live = _Table(console)
    try:
        for sight in sights:
            last = sight.status
            for event in sight.events:
                _print_event(event, console)
            live.update(last)
            if _newly_waiting(last, asked) and on_waiting is not None:
                live.stop()
                on_waiting(last)
    finally:
        live.stop()
    if last is None:
        raise ValueError("there was nothing to show")
    return last


class _Table:
    """The live table; stopped, it is gone, and the next update starts another below.

    One `Live` cannot be started twice: it would erase as many lines as it had when it stopped.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: Live | None = None

    def update(self, status: ReleaseStatus) -> None:
        if not self._console.is_terminal:
            return
        if self._live is None:
            self._live = Live(console=self._console, auto_refresh=False, transient=True)
            self._live.start()
        self._live.update(release_view(status), refresh=True)

    def stop(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None


def _print_event(event: Event, console: Console) -> None:
    # A log keeps one line an event, however long; a terminal wraps below the words.
    if console.is_terminal:
        console.print(event_row(event))
    else:
        console.print(event_line(event), soft_wrap=True)


def _newly_waiting(status: ReleaseStatus, asked: set[str]) -> bool:
    new = {stage.stage for stage in status.stages if stage.state == "waiting"} - asked
    asked |= new
    return bool(new)
