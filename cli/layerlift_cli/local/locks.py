"""Mutual exclusion between processes, that the kernel undoes when a process dies."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def exclusive(path: Path, on_wait: Callable[[], None]) -> Iterator[IO[str]]:
    """Hold `path` alone; `on_wait` is called once if somebody else has it."""
    with _held(path, fcntl.LOCK_EX, on_wait) as lock:
        yield lock


@contextmanager
def shared(path: Path, on_wait: Callable[[], None]) -> Iterator[IO[str]]:
    """Hold `path` with others who only read."""
    with _held(path, fcntl.LOCK_SH, on_wait) as lock:
        yield lock


@contextmanager
def _held(path: Path, mode: int, on_wait: Callable[[], None]) -> Iterator[IO[str]]:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Appending neither truncates nor replaces: a lock belongs to one file for good.
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(lock, mode)
        yield lock
