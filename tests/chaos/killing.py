"""Kills the function that is talking on a connection, as Lambda's host does when it dies.

The emulator runs each function in a process of its own, a child of the emulator's. Whose end of a
connection is whose is in ``/proc/net/tcp``, see proc(5); no other process is ever touched.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_PROC = Path("/proc")
_LOOPBACK = "0100007F"
_SECRETS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


@dataclass
class Functions:
    """The processes of the functions of one emulator, whose process id is ``emulator``."""

    emulator: int = 0
    spared: tuple[str, ...] = ()
    """Logical ids of functions that are not killed."""
    killed: list[str] = field(default_factory=list)
    """The names of those that were killed, in order."""

    def kill(self, port: int) -> bool:
        """Kill the function that calls from a port of this machine; False if none does."""
        inode = _socket(port)
        for pid in self._workers():
            if inode is not None and _holds(pid, inode):
                name = _environment(pid).get("AWS_LAMBDA_FUNCTION_NAME", "?")
                return not any(spared in name for spared in self.spared) and self._kill(pid, name)
        return False

    def _kill(self, pid: int, name: str) -> bool:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.killed.append(name)
            return True
        return False

    def secrets(self) -> frozenset[str]:
        """Return the secrets that the functions have been given, which nothing may show."""
        given = (_environment(pid).get(name, "") for pid in self._workers() for name in _SECRETS)
        # The emulator's own key is a word, which would be found anywhere.
        return frozenset(secret for secret in given if len(secret) >= 16)

    def _workers(self) -> Iterator[int]:
        for entry in _PROC.iterdir():
            if entry.name.isdigit() and _parent(int(entry.name)) == self.emulator:
                yield int(entry.name)


def _socket(port: int) -> str | None:
    """Return the inode of the socket that is bound to a port of the loopback interface."""
    for line in (_PROC / "net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        # One that has been closed waits a while without an inode, and its port may be used again.
        if fields[1] == f"{_LOOPBACK}:{port:04X}" and fields[9] != "0":
            return fields[9]
    return None


def _holds(pid: int, inode: str) -> bool:
    try:
        files = list((_PROC / str(pid) / "fd").iterdir())
    except OSError:
        return False
    wanted = f"socket:[{inode}]"
    return any(_target(file) == wanted for file in files)


def _target(file: Path) -> str:
    try:
        return str(file.readlink())
    except OSError:
        return ""


def _parent(pid: int) -> int | None:
    try:
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    # The second field is the command in brackets and may hold anything, even brackets.
    return int(text.rpartition(")")[2].split()[1])


def _environment(pid: int) -> dict[str, str]:
    try:
        raw = (_PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return {}
    pairs = (part.decode(errors="replace").partition("=") for part in raw.split(b"\0"))
    return {name: value for name, _, value in pairs}
