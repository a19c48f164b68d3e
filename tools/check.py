"""Every check and every test, one after the other, up to the first that fails.

What each of them is lies in the Makefile's sibling modules or in its own tool; this only
runs them, says which one is on, and ends what it has started. A check that mostly waits for others
is begun early, beside those that keep the processor busy, and shown in its turn.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

# How long a check gets to clean up after itself (the e2e suite ends its emulator).
GRACE_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Check:
    """One heading, one command. ``beside`` is the title of the check that it is begun with."""

    title: str
    command: tuple[str, ...]
    beside: str | None = None


def python(module: str, *arguments: str) -> tuple[str, ...]:
    """A module, run by the environment that runs this."""
    return (sys.executable, "-m", module, *arguments)


# They wait more than they work, so each worker has an emulator of its own.
E2E = ("tests/e2e", "--numprocesses=3", "--dist=loadfile")
# Two minutes of faults; the seed is drawn anew each time, and printed.
SOME_CHAOS = ("--releases=6", "--layers=2", "--seconds=120")

CHECKS = (
    Check("format", python("ruff", "format", "--check")),
    Check("lint", python("ruff", "check")),
    Check("types", python("tools.strict_types")),
    Check("build", python("tools.build")),
    Check("templates", python("tools.validate")),
    Check("unit tests", python("pytest", "tests/unit")),
    Check("integration tests", python("pytest", "tests/integration"), "unit tests"),
    Check("real layers", python("pytest", "tests/real")),
    Check("browser tests", python("pytest", "tests/browser")),
    Check("e2e tests", python("pytest", *E2E), "types"),
    Check("chaos", python("tests.chaos", *SOME_CHAOS), "real layers"),
)


def main(checks: tuple[Check, ...] = CHECKS) -> int:
    """Run them; 0 if all is well, else 1."""
    signal.signal(signal.SIGTERM, _leave)
    began = time.monotonic()
    with ExitStack() as early:
        running: dict[Check, Running] = {}
        for number, check in enumerate(checks, start=1):
            for other in (each for each in checks if each.beside == check.title):
                running[other] = early.enter_context(begun(other))
            print(f"\n━━ {number}/{len(checks)} {check.title} ━━", flush=True)
            code = running[check].finish() if check in running else run(check)
            if code:
                left = len(checks) - number
                not_run = f", {left} after it not run" if left else ""
                print(f"\nmake test: {check.title} failed (exit code {code}){not_run}", flush=True)
                return 1
    print(f"\nmake test: all {len(checks)} checks are good, {time.monotonic() - began:.0f} s")
    return 0


@dataclass(frozen=True, slots=True)
class Running:
    """A check that runs beside others; what it prints is kept until its turn."""

    child: subprocess.Popen[bytes]
    printed: IO[bytes]

    def finish(self) -> int:
        """Wait for its end, pass on what it prints, and return its exit code."""
        while self.child.poll() is None:
            self._pass_on()
            time.sleep(0.2)
        self._pass_on()
        return self.child.returncode

    def _pass_on(self) -> None:
        sys.stdout.flush()
        shutil.copyfileobj(self.printed, sys.stdout.buffer)
        sys.stdout.flush()


@contextmanager
def begun(check: Check) -> Iterator[Running]:
    """A check that has been started, and is gone afterwards."""
    with tempfile.NamedTemporaryFile() as written, Path(written.name).open("rb") as printed:
        child = subprocess.Popen(
            check.command, stdin=subprocess.DEVNULL, stdout=written, stderr=subprocess.STDOUT
        )
        try:
            yield Running(child, printed)
        finally:
            _end(child)


def run(check: Check) -> int:
    """Run one, and see to it that it is gone afterwards."""
    child = subprocess.Popen(check.command, stdin=subprocess.DEVNULL)
    try:
        return child.wait()
    finally:
        _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
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
