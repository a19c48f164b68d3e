"""Every check and every test, one after the other, up to the first that fails.

What each of them is lies in the Makefile's sibling modules or in its own tool; this only
runs them, says which one is on, and ends what it has started.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from types import FrameType

# How long a check gets to clean up after itself (the e2e suite ends its emulator).
GRACE_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Check:
    """One heading, one command."""

    title: str
    command: tuple[str, ...]


def python(module: str, *arguments: str) -> tuple[str, ...]:
    """A module, run by the environment that runs this."""
    return (sys.executable, "-m", module, *arguments)


CHECKS = (
    Check("format", python("ruff", "format", "--check")),
    Check("lint", python("ruff", "check")),
    Check("types", python("tools.strict_types")),
    Check("build", python("tools.build")),
    Check("templates", python("tools.validate")),
    Check("unit tests", python("pytest", "tests/unit")),
    Check("integration tests", python("pytest", "tests/integration")),
    Check("real layers", python("pytest", "tests/real")),
    Check("e2e tests", python("pytest", "tests/e2e")),
)


def main(checks: tuple[Check, ...] = CHECKS) -> int:
    """Run them; 0 if all is well, else 1."""
    signal.signal(signal.SIGTERM, _leave)
    began = time.monotonic()
    for number, check in enumerate(checks, start=1):
        print(f"\n━━ {number}/{len(checks)} {check.title} ━━", flush=True)
        code = run(check)
        if code:
            left = len(checks) - number
            not_run = f", {left} after it not run" if left else ""
            print(f"\nmake test: {check.title} failed (exit code {code}){not_run}", flush=True)
            return 1
    print(f"\nmake test: all {len(checks)} checks are good, {time.monotonic() - began:.0f} s")
    return 0


def run(check: Check) -> int:
    """Run one, and see to it that it is gone afterwards."""
    child = subprocess.Popen(check.command, stdin=subprocess.DEVNULL)
    try:
        return child.wait()
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
