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


def test_what_mostly_waits_is_begun_beside_another_and_shown_in_its_turn(
    capfd: pytest.CaptureFixture[str],
) -> None:
    nap = "import time; time.sleep(1); print('rested')"
    waits = Check("e2e", (sys.executable, "-c", nap), beside="unit")
    began = time.monotonic()
    busy = Check("unit", (sys.executable, "-c", "import time; time.sleep(1); print('worked')"))
    assert main((says("lint"), busy, says("real"), waits)) == 0
    assert time.monotonic() - began < 1.9
    printed = capfd.readouterr().out
    assert printed.index("worked") < printed.index("━━ 4/4 e2e ━━") < printed.index("rested")


@pytest.mark.parametrize("code", [0, 4])
def test_what_is_begun_early_is_ended_or_waited_for(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], code: int
) -> None:
    noted = tmp_path / "pid"
    child = f"import os, time; open({str(noted)!r}, 'w').write(str(os.getpid())); time.sleep(1)"
    waits = Check("e2e", (sys.executable, "-c", f"{child}; raise SystemExit(3)"), beside="unit")
    busy = f"import time; time.sleep(0.5); raise SystemExit({code})"
    assert main((Check("unit", (sys.executable, "-c", busy)), waits)) == 1
    failed = "unit failed (exit code 4)" if code else "e2e failed (exit code 3)"
    assert failed in capfd.readouterr().out
    with pytest.raises(ProcessLookupError):
        os.kill(int(noted.read_text()), 0)


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
