import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from layerlift_cli.local import process
from layerlift_cli.local.process import ProcessIdentity, end_session, identify, is_alive

MARKER = "LAYERLIFT_TEST=process"

# Starts a child of its own, says both pids, and ignores polite requests.
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""

Spawn = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def spawn() -> Iterator[Spawn]:
    started: list[subprocess.Popen[str]] = []

    def _spawn(code: str, marker: str = MARKER) -> subprocess.Popen[str]:
        name, value = marker.split("=")
        child = subprocess.Popen(
            [sys.executable, "-c", code],
            env=os.environ | {name: value},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(child)
        return child

    yield _spawn
    for child in started:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.communicate()


def identity_of(pid: int) -> ProcessIdentity:
    identity = identify(pid)
    assert identity is not None
    return identity


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while identify(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return identify(pid) is None


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.2)


def test_a_running_process_is_alive() -> None:
    assert is_alive(identity_of(os.getpid()))


def test_a_later_process_with_the_same_pid_is_another_one() -> None:
    mine = identity_of(os.getpid())
    assert not is_alive(replace(mine, started="an-earlier-boot:1"))


def test_a_zombie_is_not_alive(spawn: Spawn) -> None:
    child = spawn("pass")
    assert gone(child.pid)  # and nobody has waited for it


def test_a_process_and_its_children_end_even_if_they_do_not_listen(spawn: Spawn) -> None:
    leader = spawn(STUBBORN)
    assert leader.stdout
    child = int(leader.stdout.readline())
    assert end_session(identity_of(leader.pid), MARKER)
    assert gone(leader.pid)
    assert gone(child)


def test_children_of_a_leader_that_was_killed_are_found(spawn: Spawn) -> None:
    leader = spawn(STUBBORN)
    assert leader.stdout
    child = int(leader.stdout.readline())
    identity = identity_of(leader.pid)
    leader.kill()
    leader.wait()
    assert end_session(identity, MARKER)
    assert gone(child)


def test_a_process_that_got_the_pid_later_is_left_alone(spawn: Spawn) -> None:
    stranger = spawn("import time; time.sleep(60)", "LAYERLIFT_TEST=somebody-else")
    recorded = replace(identity_of(stranger.pid), started="an-earlier-boot:1")
    assert not end_session(recorded, MARKER)
    assert stranger.poll() is None


def test_ending_what_has_ended_is_no_error(spawn: Spawn) -> None:
    child = spawn("import time; time.sleep(60)")
    identity = identity_of(child.pid)
    assert end_session(identity, MARKER)
    child.wait()
    assert not end_session(identity, MARKER)
