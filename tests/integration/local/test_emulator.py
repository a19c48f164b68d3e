"""The life of the emulator's process, with a small stand-in for the emulator itself."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from layerlift_cli.errors import OutOfReach
from layerlift_cli.local import emulator
from layerlift_cli.local.checkout import Checkout
from layerlift_cli.local.process import identify
from layerlift_cli.local.state import read_state

# What launch.py imports as `ministack.app`.
STAND_IN = """
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Ready(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
        self.wfile.write("\\n".join(f"{k}={v}" for k, v in os.environ.items()).encode())
def main():
    if os.environ.get("FAIL"):
        sys.exit(os.environ["FAIL"])
    HTTPServer((os.environ["BIND_HOST"], int(os.environ["GATEWAY_PORT"])), Ready).serve_forever()
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    environment = tmp_path / "checkout/.tools/emulator"
    (environment / "bin").mkdir(parents=True)
    stand_in = tmp_path / "site/ministack"
    (stand_in / "core").mkdir(parents=True)
    for package in (stand_in, stand_in / "core"):
        (package / "__init__.py").touch()
    (stand_in / "core/lambda_runtime.py").write_text('_PYTHON_WORKER_SCRIPT = ""')
    (stand_in / "app.py").write_text(STAND_IN)
    python = environment / "bin/python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={stand_in.parent} exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return Checkout(tmp_path / "checkout")


@pytest.fixture
def state_dir(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "state"
    yield place
    emulator.stop(place)


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while identify(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return identify(pid) is None


def test_it_answers_when_start_returns_and_is_gone_when_stop_does(
    checkout: Checkout, state_dir: Path
) -> None:
    state, child = emulator.start(checkout, state_dir, attached=False)
    assert emulator.healthy(state_dir) == state
    assert emulator.stop(state_dir)
    assert gone(state.process.pid)
    child.wait()
    assert not emulator.stop(state_dir)
    assert sorted(path.name for path in state_dir.iterdir()) == ["emulator.log"]


def test_starting_again_ends_what_was_recorded(checkout: Checkout, state_dir: Path) -> None:
    first, child = emulator.start(checkout, state_dir, attached=False)
    second, _ = emulator.start(checkout, state_dir, attached=False)
    assert gone(first.process.pid)
    child.wait()
    assert read_state(state_dir) == second


def test_functions_inherit_nothing_of_the_callers_environment(
    checkout: Checkout, state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "prod")
    monkeypatch.setenv("DATABASE_PASSWORD", "x")
    state, _ = emulator.start(checkout, state_dir, attached=False, extra={"LOG_LEVEL": "DEBUG"})
    seen = emulator_environment(state.process.pid)
    assert not {"AWS_PROFILE", "DATABASE_PASSWORD"} & set(seen)
    assert seen["AUTH"] == "true"  # IAM is enforced
    assert seen["BIND_HOST"] == "127.0.0.1"
    assert seen["LOG_LEVEL"] == "DEBUG"
    assert seen["HOME"].startswith(str(state_dir))


def emulator_environment(pid: int) -> dict[str, str]:
    raw = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return dict(item.split("=", 1) for item in raw if item)


def test_one_that_does_not_start_says_why_and_leaves_nothing(
    checkout: Checkout, state_dir: Path
) -> None:
    with pytest.raises(OutOfReach, match="out of memory"):
        emulator.start(checkout, state_dir, attached=False, extra={"FAIL": "out of memory"})
    assert read_state(state_dir) is None


def test_a_port_that_was_taken_meanwhile_is_replaced(
    checkout: Checkout, state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spawn, taken = emulator._spawn, [True]

    def spawn_too_late(
        checkout: Checkout, state_dir: Path, port: int, *, attached: bool, extra: dict[str, str]
    ) -> subprocess.Popen[bytes]:
        failing = {"FAIL": f"ERROR: 127.0.0.1:{port} is already in use."} if taken.pop() else {}
        taken.append(False)
        return spawn(checkout, state_dir, port, attached=attached, extra=failing)

    monkeypatch.setattr(emulator, "_spawn", spawn_too_late)
    state, _ = emulator.start(checkout, state_dir, attached=False)
    assert emulator.healthy(state_dir) == state


ATTACH = """
import os, sys, time
from pathlib import Path
from layerlift_cli.local.checkout import Checkout
from layerlift_cli.local.emulator import running_emulator
with running_emulator(Checkout(Path(sys.argv[1])), Path(sys.argv[2])) as state:
    print(state.process.pid, flush=True)
    time.sleep(60)
"""


def test_an_attached_one_does_not_survive_its_owners_sudden_death(
    checkout: Checkout, state_dir: Path
) -> None:
    command = [sys.executable, "-c", ATTACH, str(checkout.root), str(state_dir)]
    owner = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert owner.stdout
    pid = int(owner.stdout.readline())
    assert identify(pid)
    os.kill(owner.pid, signal.SIGKILL)
    owner.communicate()
    assert gone(pid)


def test_a_block_that_fails_ends_its_emulator(checkout: Checkout, state_dir: Path) -> None:
    seen = SimpleNamespace(pid=0)

    def fail_inside() -> None:
        with emulator.running_emulator(checkout, state_dir) as state:
            seen.pid = state.process.pid
            raise LookupError

    with pytest.raises(LookupError):
        fail_inside()
    assert gone(seen.pid)
