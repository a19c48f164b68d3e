"""Know a process again, and end it with all that it started.

A pid alone is no identity: it is given away again. A pid with the time it started at, in the
boot it started in, is. See proc_pid_stat(5).
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")

# The emulator keeps all in memory, so nothing is lost by not waiting long for a clean end.
GRACE_SECONDS = 2.0
POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """One process, told apart from any later one with the same pid."""

    pid: int
    started: str


@dataclass(frozen=True, slots=True)
class _Stat:
    state: str
    session: int
    start_ticks: str


def identify(pid: int) -> ProcessIdentity | None:
    """Who `pid` is now; None if nobody, or a zombie."""
    stat = _stat(pid)
    if stat is None or stat.state in "ZX":
        return None
    boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
    return ProcessIdentity(pid, f"{boot}:{stat.start_ticks}")


def is_alive(identity: ProcessIdentity) -> bool:
    """Whether exactly that process still runs."""
    return identify(identity.pid) == identity


def end_session(leader: ProcessIdentity, marker: str) -> bool:
    """End the session that `leader` leads: politely, then for sure. True if anything ran.

    `marker` is a NAME=value of the session's environment. It decides about orphans, whose leader
    is gone: while any of them lives its id is not given away, but afterwards it may be.
    """
    ran = is_alive(leader)
    if ran:
        _signal(leader.pid, signal.SIGTERM)
        _wait_until_gone(leader)
    for pid in _orphans(leader, marker):
        _signal(pid, signal.SIGKILL)
        ran = True
    return ran


def _wait_until_gone(leader: ProcessIdentity) -> None:
    deadline = time.monotonic() + GRACE_SECONDS
    while is_alive(leader) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _orphans(leader: ProcessIdentity, marker: str) -> Iterator[int]:
    """What is left of the session, the leader included if it did not listen."""
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        pid = int(entry.name)
        stat = _stat(pid)
        if stat and stat.session == leader.pid and stat.state not in "ZX" and _has(pid, marker):
            yield pid


def _has(pid: int, marker: str) -> bool:
    try:
        return marker.encode() in (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _stat(pid: int) -> _Stat | None:
    try:
        text = (PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    # The second field is the command in brackets and may hold anything, even brackets.
    fields = text.rpartition(")")[2].split()
    return _Stat(state=fields[0], session=int(fields[3]), start_ticks=fields[19])


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # it was faster
        os.kill(pid, number)
