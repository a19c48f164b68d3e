"""Read a log: its end, or all of it as it grows."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

TAIL_LINES = 15
FOLLOW_SECONDS = 0.2


def tail(path: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a log; nothing if there is none."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def follow(path: Path, is_growing: Callable[[], bool]) -> Iterator[str]:
    """The log's lines, and those that are added, for as long as it grows."""
    with path.open(errors="replace") as log:
        part = ""
        while True:
            growing = is_growing()  # asked before reading: otherwise the last lines get lost
            while text := log.readline():
                part += text
                if part.endswith("\n"):
                    yield part.rstrip("\n")
                    part = ""
            if not growing:
                break
            time.sleep(FOLLOW_SECONDS)
    if part:
        yield part
