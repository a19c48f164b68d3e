"""Tell a person what is going on; on stderr, so that stdout stays for results.

With a terminal a step is a spinner that leaves one line behind; without one it is a plain line
when it starts and, if it took long, another when it ends.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console

# What is over sooner needs no second line in a log.
WORTH_TELLING_SECONDS = 2.0


class Step(Protocol):
    """A step on its way."""

    def update(self, detail: str) -> None:
        """Say how far it is."""


class Progress(Protocol):
    """Where use cases report what they do."""

    def step(self, title: str) -> AbstractContextManager[Step]:
        """Something that may take a while."""

    def note(self, text: str) -> None:
        """One line that stays."""


class ConsoleProgress:
    """Progress for people, on whatever stderr is."""

    def __init__(self, console: Console | None = None) -> None:
        from rich.console import Console

        self._console = console or Console(stderr=True)

    def note(self, text: str) -> None:
        """Print one line."""
        self._console.print(text, markup=False, highlight=False)

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Show `title` until the block ends, then what it took."""
        from rich.markup import escape

        started = time.monotonic()
        plain = not self._console.is_terminal
        if plain:
            self.note(title)
        spinner = nullcontext(None) if plain else self._console.status(escape(title))
        with spinner as status:
            yield _Shown(title, status)
        seconds = time.monotonic() - started
        if not plain:
            self._console.print(f"[green]✓[/] {escape(title)} [dim]{seconds:.1f} s[/]")
        elif seconds >= WORTH_TELLING_SECONDS:
            self.note(f"  {seconds:.1f} s")


class Spinner(Protocol):
    """The one method of rich's Status that is used here."""

    def update(self, status: str) -> None:
        """Replace the text beside the spinner."""


class _Shown:
    def __init__(self, title: str, spinner: Spinner | None) -> None:
        self._title = title
        self._spinner = spinner

    def update(self, detail: str) -> None:
        from rich.markup import escape

        if self._spinner:
            self._spinner.update(escape(f"{self._title}: {detail}"))


class Silent:
    """Progress for tests and for callers that have their own."""

    def note(self, text: str) -> None:
        """Say nothing."""

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Show nothing."""
        yield _Shown(title, None)
