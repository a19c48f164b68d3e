import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.check import Check, main
from tools.strict_types import function_folders

ROOT = Path(__file__).resolve().parents[3]


def says(text: str, code: int = 0) -> Check:
    script = f"import sys; print({text!r}); sys.exit({code})"
    return Check(text, (sys.executable, "-c", script))


@pytest.fixture(autouse=True)
def keep_signal_handler() -> object:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_all_good_is_good(capfd: pytest.CaptureFixture[str]) -> None:
    assert main((says("lint"), says("types"))) == 0
    printed = capfd.readouterr().out
    assert "━━ 1/2 lint ━━" in printed
    assert "all 2 checks are good" in printed


def test_the_first_failure_ends_the_run_and_says_what_was_not_run(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert main((says("lint"), says("types", 5), says("unit"), says("e2e"))) == 1
    printed = capfd.readouterr().out
    assert "types failed (exit code 5), 2 after it not run" in printed
    assert "unit" not in printed


def test_what_runs_is_ended_when_the_run_is(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    child = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)"
    run = (
        "import sys; from tools.check import Check, main;"
        f"main((Check('slow', (sys.executable, '-c', {child!r}, {str(noted)!r})),))"
    )
    running = subprocess.Popen([sys.executable, "-c", run], cwd=ROOT, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while not (noted.exists() and noted.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    running.terminate()
    assert running.wait(10) == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(int(noted.read_text()), 0)


def test_only_folders_with_a_handler_are_functions(tmp_path: Path) -> None:
    for name in ("claim/handler.py", "inspect/handler.py", "Makefile", "notes/README.md"):
        (tmp_path / "functions" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "functions" / name).touch()
    assert [folder.name for folder in function_folders(tmp_path)] == ["claim", "inspect"]
