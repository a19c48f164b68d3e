"""Shows a release that is being watched: a live table on a terminal, plain lines without one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.console import Console
from rich.live import Live

from layerlift.releasing.status import ReleaseStatus
from layerlift_cli.event_lines import event_line
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
    with Live(console=console, auto_refresh=False, transient=True) as live:
        for sight in sights:
            last = sight.status
            for event in sight.events:
                console.print(event_line(event), soft_wrap=not console.is_terminal)
            if console.is_terminal:
                live.update(release_view(last), refresh=True)
            waiting = _newly_waiting(last, asked)
            if waiting and on_waiting is not None:
                live.stop()
                on_waiting(last)
                live.start()
    if last is None:
        raise ValueError("there was nothing to show")
    return last


def _newly_waiting(status: ReleaseStatus, asked: set[str]) -> bool:
    new = {stage.stage for stage in status.stages if stage.state == "waiting"} - asked
    asked |= new
    return bool(new)
