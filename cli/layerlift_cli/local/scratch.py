"""Where an emulator keeps its files: in memory, if there is plenty of it.

A cold start unpacks hundreds of small files, which takes a file system on disk four times as long
as one in memory. A folder in memory outlives whoever was killed, so the emulator holds a lock in
its own, and whoever makes the next one removes those that nobody holds.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from layerlift_cli.local.locks import exclusive

MEMORY = Path("/dev/shm")  # noqa: S108  what is made in it has a name nobody can guess
"""A file system in memory, on Linux: see tmpfs(5)."""

PLENTY = 6 << 30
"""Bytes that have to be free. The emulators of a whole ``make test`` were seen to hold 2 GB at a
time, as `df /dev/shm` says."""

_PREFIX = f"layerlift-{os.getuid()}-"
_LOCK = "lock"


def make_scratch(place: Path, memory: Path = MEMORY) -> IO[str] | None:
    """Make an empty folder at ``place``, or a link to one in memory.

    Returns the lock of the one in memory, open, for the emulator to inherit; else None.
    """
    remove_scratch(place)
    if not _has_plenty(memory):
        place.mkdir(parents=True)
        return None
    # Alone, so that nobody takes for abandoned what is not locked yet.
    with exclusive(memory / f"{_PREFIX}making", lambda: None):
        for abandoned in _abandoned(memory):
            shutil.rmtree(abandoned, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=memory))
        lock = (folder / _LOCK).open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
    place.symlink_to(folder)
    return lock


def remove_scratch(place: Path) -> None:
    """Remove what is at ``place``, and what it links to."""
    shutil.rmtree(place.resolve(), ignore_errors=True)
    place.unlink(missing_ok=True)


def _has_plenty(memory: Path) -> bool:
    try:
        free = shutil.disk_usage(memory).free
        described = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return False
    # In kB, see proc_meminfo(5): what can be had without swapping.
    known = (line.split() for line in described)
    available = next((int(words[1]) << 10 for words in known if words[0] == "MemAvailable:"), 0)
    return min(free, available) >= PLENTY


def _abandoned(memory: Path) -> Iterator[Path]:
    for folder in memory.glob(f"{_PREFIX}*/"):
        try:
            with (folder / _LOCK).open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        yield folder
