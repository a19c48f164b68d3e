"""A bar for what takes its time; what is over soon shows none, and neither does a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from layerlift_cli.progress import WORTH_TELLING_SECONDS

_ONLY_TASK = TaskID(0)

Told = Callable[[int, int], None]
"""Called with the bytes done and the bytes there are."""


@contextmanager
def late_bar(title: str, console: Console | None = None) -> Iterator[Told | None]:
    """Yield what to call as the bytes go by; None where nobody looks, so that nobody is called.

    The bar appears on stderr after two seconds, and is gone in the end.
    """
    shown_on = console or Console(stderr=True)
    if not shown_on.is_terminal:
        yield None
        return
    bar = _LateBar(title, shown_on)
    try:
        yield bar.show
    finally:
        bar.stop()


class _LateBar:
    def __init__(self, title: str, console: Console) -> None:
        self._title = title
        self._console = console
        self._due = time.monotonic() + WORTH_TELLING_SECONDS
        self._progress: Progress | None = None

    def show(self, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress.update(_ONLY_TASK, completed=done, total=total)
        elif time.monotonic() >= self._due:
            self._progress = Progress(*_columns(), console=self._console, transient=True)
            self._progress.add_task(self._title, completed=done, total=total)
            self._progress.start()

    def stop(self) -> None:
        if self._progress is not None:
            self._progress.stop()


def _columns() -> tuple[ProgressColumn, ...]:
    percentage = TextColumn("{task.percentage:>3.0f} %")
    return TextColumn("{task.description}"), BarColumn(), percentage, TimeRemainingColumn()
