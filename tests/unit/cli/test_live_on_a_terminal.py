"""What a person at a real terminal sees of `--watch`, and what Ctrl-C leaves behind."""

import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fcntl import ioctl

import pytest

from tools.reference.sources import ROOT

PATIENCE_SECONDS = 60.0
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


@dataclass
class Terminal:
    """A program at the other end of a terminal of 80 columns."""

    child: subprocess.Popen[bytes]
    screen: int
    text: str = field(default="")

    def read_until(self, wanted: str) -> str:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while wanted not in self.plain and time.monotonic() < deadline:
            if not self.read():
                break
        return self.plain

    def end(self) -> int:
        while self.read():
            pass
        return self.child.wait(PATIENCE_SECONDS)

    @property
    def plain(self) -> str:
        """What was written, without what moves the cursor or colours."""
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self.text)

    def read(self) -> bool:
        ready, _, _ = select.select([self.screen], [], [], PATIENCE_SECONDS)
        if not ready:
            return False
        try:
            said = os.read(self.screen, 65_536)
        except OSError:  # the other end is closed
            return False
        self.text += said.decode(errors="replace")
        return bool(said)


@contextmanager
def terminal(*words: str, **settings: str) -> Iterator[Terminal]:
    screen, other = pty.openpty()
    ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
    fixed = {"TERM": "xterm-256color", "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}
    hidden = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CI")
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.cli.watching", *words],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k not in hidden} | fixed | settings,
        stdin=other,
        stdout=other,
        stderr=other,
        start_new_session=True,
    )
    os.close(other)
    try:
        yield Terminal(child, screen)
    finally:
        child.kill()
        child.wait()
        os.close(screen)


def test_the_track_is_drawn_with_the_commands_and_ctrl_c_leaves_the_terminal_whole() -> None:
    with terminal("waiting") as watched:
        seen = watched.read_until("layerlift reject http-client 1.0.0 prod")
        assert " dev ──▶ … prod" in seen
        assert "prod waits: 0 of 1 approvals." in seen
        assert "layerlift approve http-client 1.0.0 prod" in seen
        assert HIDE in watched.text
        watched.child.send_signal(signal.SIGINT)
        assert watched.end() == 130
    assert watched.text.rindex(SHOW) > watched.text.rindex(HIDE)
    last = " ".join(watched.plain.split())
    assert last.endswith(
        "You have stopped watching http-client 1.0.0, which goes on by itself. "
        "Watch it again: layerlift status http-client --watch"
    )
    assert "Traceback" not in watched.plain


def test_times_are_drawn_anew_while_nothing_happens() -> None:
    with terminal("waiting") as watched:
        watched.read_until("layerlift reject")
        drawn = watched.text.count("──▶")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while watched.text.count("──▶") < drawn + 2 and time.monotonic() < deadline:
            watched.read()
        assert watched.text.count("──▶") >= drawn + 2


def test_a_release_that_ends_leaves_its_table_and_exits_by_its_outcome() -> None:
    with terminal("succeeding") as watched:
        assert watched.end() == 0
    assert watched.text.rindex(SHOW) > watched.text.rindex(HIDE)
    assert "http-client 1.0.0  succeeded" in watched.plain


def test_a_dumb_terminal_gets_a_line_for_each_event_and_no_cursor_is_moved() -> None:
    with terminal("succeeding", TERM="dumb") as watched:
        assert watched.end() == 0
    assert "\x1b" not in watched.text
    assert "release succeeded" in watched.plain


def test_no_color_draws_the_same_without_colours() -> None:
    with terminal("succeeding", NO_COLOR="1") as watched:
        assert watched.end() == 0
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", watched.text)
    assert "http-client 1.0.0  succeeded" in watched.plain


@pytest.mark.parametrize("encoding", ["ascii", "iso8859-1"])
def test_a_terminal_without_unicode_is_drawn_in_ascii(encoding: str) -> None:
    with terminal("succeeding", PYTHONUTF8="0", PYTHONIOENCODING=encoding) as watched:
        assert watched.end() == 0
    assert watched.text.isascii()
    assert "+ http-client 1.0.0  succeeded" in watched.plain


def test_without_a_terminal_there_are_lines_and_json_alone_on_stdout() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.cli.watching", "succeeding", "--json"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["releases"][0]["state"] == "succeeded"
    assert "release succeeded" in done.stderr
    assert "\x1b" not in done.stderr
