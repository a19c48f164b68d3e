"""Find a Python 3.13: the version that the functions run on in AWS.

Everything here is a guess until the interpreter was run: a shim on PATH may stand for a
version that is not installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WANTED = (3, 13)
WANTED_TEXT = "3.13"

# A healthy interpreter answers in milliseconds; a shim may go looking over the network.
PROBE_SECONDS = 10

# uv fetches an interpreter of some 30 MB. Where there is no way out, the first connection
# fails within UV_HTTP_TIMEOUT and is not tried again.
INSTALL_SECONDS = 120
CONNECT_SECONDS = "5"

# The interpreter itself, past shims and virtual environments, which may go away.
_VERSION = (
    "import sys; print(*sys.version_info[:3], sep='.');"
    " print(getattr(sys, '_base_executable', sys.executable))"
)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that has been run and has told its own version and path."""

    path: Path
    version: tuple[int, ...]

    @property
    def text(self) -> str:
        """The version as people write it."""
        return ".".join(map(str, self.version))


def probe(candidate: str | Path) -> Interpreter | None:
    """Run `candidate` and ask what it is; None if it does not answer like a Python."""
    try:
        answer = subprocess.run(
            [str(candidate), "-I", "-c", _VERSION],
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            check=True,
            stdin=subprocess.DEVNULL,
        ).stdout.splitlines()
        version = tuple(int(part) for part in answer[0].split("."))
        return Interpreter(Path(answer[1]), version)
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None


def choose(uv: Path, tools: Path) -> Interpreter:
    """A Python 3.13 if one is here or can be had, else the one that runs this script."""
    for candidate in _candidates(uv, tools):
        found = probe(candidate)
        if found and found.version[:2] == WANTED:
            return found
    return Interpreter(Path(sys.executable), tuple(sys.version_info[:3]))


def _candidates(uv: Path, tools: Path) -> Iterator[str | Path]:
    """Where a 3.13 may be, cheapest first; lazily, for the last steps cost seconds."""
    yield sys.executable
    if on_path := shutil.which(f"python{WANTED_TEXT}"):
        yield on_path
    yield from _pyenv()
    yield from _uv(uv, tools, "find")
    if _install(uv, tools):
        yield from _uv(uv, tools, "find")


def _pyenv() -> Iterator[Path]:
    home = os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv"
    found = Path(home, "versions").glob(f"{WANTED_TEXT}.*/bin/python")
    return iter(sorted(found, key=_patch, reverse=True))


def _patch(python: Path) -> tuple[int, ...]:
    parts = python.parents[1].name.split(".")
    return tuple(int(part) if part.isdigit() else -1 for part in parts)


def _uv(uv: Path, tools: Path, verb: str) -> Iterator[str]:
    answer = _run_uv(uv, tools, verb, "--no-project", WANTED_TEXT, seconds=PROBE_SECONDS)
    if answer:
        yield answer


def _install(uv: Path, tools: Path) -> bool:
    """Fetch a 3.13 into the checkout itself: nothing of the user's home is touched."""
    return _run_uv(uv, tools, "install", WANTED_TEXT, seconds=INSTALL_SECONDS) is not None


def _run_uv(uv: Path, tools: Path, *arguments: str, seconds: float) -> str | None:
    environment = os.environ | {
        "UV_PYTHON_INSTALL_DIR": str(tools / "python"),
        "UV_PYTHON_INSTALL_BIN": "0",
        "UV_HTTP_TIMEOUT": CONNECT_SECONDS,
        "UV_HTTP_RETRIES": "0",
    }
    try:
        return subprocess.run(
            [str(uv), "python", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=True,
            stdin=subprocess.DEVNULL,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
