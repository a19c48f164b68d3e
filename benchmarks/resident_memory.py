"""The most memory a process ever had resident, its libraries included."""

from __future__ import annotations

import re
from pathlib import Path

_PEAK = re.compile(r"^VmHWM:\s*(\d+) kB$", re.MULTILINE)
"""The high-water mark since the program was started, see proc_pid_status(5). What getrusage tells
includes the parent's before that."""


def peak_megabytes(pid: int | str) -> float:
    """Return the high-water mark of a running process (``self``: of this one) in 10^6 bytes."""
    found = _PEAK.search(Path(f"/proc/{pid}/status").read_text())
    if found is None:
        raise RuntimeError(f"/proc/{pid}/status tells no VmHWM")
    return int(found[1]) * 1024 / 1e6
