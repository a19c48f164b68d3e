"""Make everything that a checkout needs: `.venv` and the emulator's environment.

Standard library only, for it is what runs before anything is installed. Safe to run twice, at
the same time as itself, and after it was killed: a lock is held by whoever works (children
included), and a stamp with a hash of all inputs is taken away first and written last.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tools.interpreters import WANTED, WANTED_TEXT, Interpreter, choose

ROOT = Path(__file__).resolve().parents[1]

# What decides the content of the environments.
INPUTS = (
    "pyproject.toml",
    "requirements/dev.txt",
    "requirements/emulator.txt",
    "requirements/uv.txt",
    "tools/setup.py",
    "tools/interpreters.py",
)

# Enough of a failed tool's output to hold its error.
TAIL_LINES = 20


class SetupError(Exception):
    """Something is missing or failed; the message is the one line that the user reads."""


class Checkout:
    """The places in a checkout that set-up writes to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.tools = root / ".tools"
        self.emulator = self.tools / "emulator"
        self.bootstrap = self.tools / "bootstrap"
        self.stamp = self.tools / "setup.stamp"
        self.log = self.tools / "setup.log"

    @property
    def uv(self) -> Path:
        """The pinned installer."""
        return self.bootstrap / "bin" / "uv"


def main(root: Path = ROOT) -> int:
    """Set the checkout up, or say in one line why that cannot be."""
    checkout = Checkout(root)
    try:
        require_platform(sys.platform)
        if not is_current(checkout):
            with exclusive(checkout.tools / "setup.lock") as lock:
                if not is_current(checkout):  # another run may just have done it
                    install(checkout, lock)
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def require_platform(platform: str) -> None:
    """Functions are built as manylinux and the emulator runs them right here."""
    if platform != "linux":
        raise SetupError(
            "functions are built for Linux and run right here;"
            " use a Linux container, or WSL on Windows"
        )


def fingerprint(root: Path) -> str:
    """A hash of all inputs; and of the place, for environments hold absolute paths."""
    digest = hashlib.sha256(str(root).encode())
    for name in INPUTS:
        path = root / name
        if not path.is_file():
            raise SetupError(f"{name} is missing: this is not a whole checkout")
        digest.update(f"\0{name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def is_current(checkout: Checkout) -> bool:
    """Whether the last set-up was of exactly these inputs, and is still there."""
    try:
        stamped = checkout.stamp.read_text()
    except OSError:
        return False
    # exists() follows links: an interpreter that was uninstalled since counts as gone.
    pythons = (checkout.venv / "bin/python", checkout.emulator / "bin/python")
    return stamped == fingerprint(checkout.root) and all(python.exists() for python in pythons)


@contextmanager
def exclusive(path: Path) -> Iterator[IO[str]]:
    """Hold the lock file `path`; wait for whoever has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up of this checkout")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


def install(checkout: Checkout, lock: IO[str]) -> None:
    """Make both environments from the locks, and stamp them."""
    started = time.monotonic()
    inputs = fingerprint(checkout.root)
    interrupted = not checkout.stamp.exists()
    checkout.stamp.unlink(missing_ok=True)
    checkout.log.write_text("")
    step = Steps(checkout, lock)

    step.bootstrap()
    python = choose(checkout.uv, checkout.tools)
    if python.version[:2] != WANTED:
        say(f"no Python {WANTED_TEXT} to be had: going on with {python.text}")
    say(f"tools and libraries into .venv (Python {python.text})")
    step.environment(checkout.venv, python, "requirements/dev.txt", fresh=interrupted)
    step.project()
    say("the emulator into .tools/emulator")
    step.environment(checkout.emulator, python, "requirements/emulator.txt", fresh=interrupted)

    write_atomically(checkout.stamp, inputs)
    say(f"done in {time.monotonic() - started:.0f} s")


class Steps:
    """What set-up runs. Each child holds the lock too, so a killed set-up's child is waited for."""

    def __init__(self, checkout: Checkout, lock: IO[str]) -> None:
        self._checkout = checkout
        self._lock = lock

    def bootstrap(self) -> None:
        """The installer, in an environment of its own, so that it can replace all others."""
        checkout = self._checkout
        stamp = checkout.bootstrap / "installed.stamp"
        wanted = (checkout.root / "requirements/uv.txt").read_text()
        if stamp.exists() and stamp.read_text() == wanted and checkout.uv.exists():
            return
        say("the installer into .tools/bootstrap")
        shutil.rmtree(checkout.bootstrap, ignore_errors=True)
        self._run(
            [sys.executable, "-m", "venv", checkout.bootstrap],
            "this Python cannot make virtual environments; install its venv module"
            " (Debian, Ubuntu: apt-get install python3-venv)",
        )
        python = checkout.bootstrap / "bin/python"
        pip: list[str | Path] = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        self._run(
            [*pip, "--require-hashes", "-r", checkout.root / "requirements/uv.txt"],
            "pip could not install uv",
        )
        write_atomically(stamp, wanted)

    def environment(self, path: Path, python: Interpreter, lock: str, *, fresh: bool) -> None:
        """An environment with exactly what the lock names."""
        uv = self._checkout.uv
        if fresh or _version_of(path) != python.text:
            # --clear: after a set-up that was killed half-way nothing in there can be trusted.
            self._run(
                [uv, "venv", "--quiet", "--clear", "--python", python.path, path],
                f"uv could not make {path.name}",
            )
        sync: list[str | Path] = [
            uv,
            "pip",
            "sync",
            "--quiet",
            "--require-hashes",
            "--python",
            path / "bin/python",
        ]
        self._run([*sync, self._checkout.root / lock], f"uv could not install {lock}")

    def project(self) -> None:
        """The `layerlift` command; editable, so the checkout is what runs."""
        checkout = self._checkout
        command: list[str | Path] = [
            checkout.uv,
            "pip",
            "install",
            "--quiet",
            "--python",
            checkout.venv / "bin/python",
        ]
        # No isolation: the build backend comes from the lock like everything else.
        self._run(
            [*command, "--no-deps", "--no-build-isolation", "--editable", checkout.root],
            "uv could not install this project",
        )

    def _run(self, command: Sequence[str | Path], sorry: str) -> None:
        with self._checkout.log.open("a") as log:
            done = subprocess.run(
                [str(part) for part in command],
                env=clean_environment(),
                cwd=self._checkout.root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[self._lock.fileno()],
                check=False,
            )
        if done.returncode:
            tail = self._checkout.log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
            print("\n".join(tail), file=sys.stderr)
            raise SetupError(f"{sorry}; the whole output is in {self._checkout.log}")


def _version_of(environment: Path) -> str | None:
    """The Python version an environment was made with; None if it is not (or no longer) one."""
    if not (environment / "bin/python").exists():
        return None
    try:
        lines = (environment / "pyvenv.cfg").read_text().splitlines()
    except OSError:
        return None
    return dict(line.split(" = ", 1) for line in lines if " = " in line).get("version_info")


def clean_environment() -> dict[str, str]:
    """The user's environment (proxies, package indexes) without other Pythons in it."""
    alien = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX"}
    return {name: value for name, value in os.environ.items() if name not in alien}


def write_atomically(path: Path, text: str) -> None:
    """Write so that a reader, or a kill, finds either the old text or the whole new one."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.write_text(text)
    partial.replace(path)


def say(text: str) -> None:
    """One line of progress."""
    print(f"setup: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
