import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from tools import interpreters, setup
from tools.interpreters import Interpreter, choose, probe
from tools.setup import Checkout, SetupError, fingerprint, is_current, require_platform

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    for name in setup.INPUTS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    return Checkout(tmp_path)


def pretend_installed(checkout: Checkout) -> None:
    for environment in (checkout.venv, checkout.emulator):
        (environment / "bin").mkdir(parents=True, exist_ok=True)
        (environment / "bin/python").touch()
    checkout.stamp.write_text(fingerprint(checkout.root))


@pytest.fixture
def installs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replaces the real work by what it leaves behind, and counts it."""
    done: list[str] = []

    def install(checkout: Checkout, lock: object) -> None:
        done.append("install")
        pretend_installed(checkout)

    monkeypatch.setattr(setup, "install", install)
    return done


def test_the_second_run_has_nothing_to_do(checkout: Checkout, installs: list[str]) -> None:
    assert setup.main(checkout.root) == setup.main(checkout.root) == 0
    assert installs == ["install"]


@pytest.mark.parametrize("name", setup.INPUTS)
def test_a_change_of_any_input_installs_again(
    checkout: Checkout, installs: list[str], name: str
) -> None:
    setup.main(checkout.root)
    (checkout.root / name).write_text("changed")
    setup.main(checkout.root)
    assert installs == ["install", "install"]


def test_an_interpreter_that_is_gone_counts_as_nothing_installed(checkout: Checkout) -> None:
    checkout.tools.mkdir()
    pretend_installed(checkout)
    assert is_current(checkout)
    (checkout.venv / "bin/python").unlink()
    (checkout.venv / "bin/python").symlink_to("/no/such/python")
    assert not is_current(checkout)


def test_a_checkout_that_was_moved_is_installed_again(checkout: Checkout, tmp_path: Path) -> None:
    assert fingerprint(checkout.root) != fingerprint(ROOT)


def test_a_set_up_that_waited_for_another_does_not_repeat_it(
    checkout: Checkout, installs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(lock: object, mode: int) -> None:
        if mode & fcntl.LOCK_NB:
            raise BlockingIOError
        pretend_installed(checkout)  # what the other one did while we waited

    monkeypatch.setattr(setup.fcntl, "flock", flock)
    assert setup.main(checkout.root) == 0
    assert installs == []


def test_a_failed_step_leaves_no_stamp_and_shows_the_reason(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    checkout.tools.mkdir()
    pretend_installed(checkout)
    (checkout.root / "pyproject.toml").write_text("changed")
    failing = [sys.executable, "-c", "raise SystemExit('no space left')"]
    monkeypatch.setattr(
        setup.Steps, "bootstrap", lambda self: self._run(failing, "pip could not install uv")
    )
    assert setup.main(checkout.root) == 2
    printed = capfd.readouterr().err
    assert "no space left" in printed
    assert printed.splitlines()[-1].startswith("setup: pip could not install uv")
    assert not checkout.stamp.exists()


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_another_platform_gets_one_line_that_says_what_to_do(platform: str) -> None:
    with pytest.raises(SetupError, match="Linux container, or WSL"):
        require_platform(platform)


def test_half_a_checkout_is_named_as_such(checkout: Checkout) -> None:
    (checkout.root / "requirements/dev.txt").unlink()
    with pytest.raises(SetupError, match=r"requirements/dev\.txt is missing"):
        fingerprint(checkout.root)


def test_a_shim_that_only_says_what_is_missing_is_no_python(tmp_path: Path) -> None:
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\necho 'python3.13: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    assert probe(shim) is None


def test_a_python_tells_its_version_and_its_own_place() -> None:
    found = probe(sys.executable)
    assert found is not None
    assert found.version == tuple(sys.version_info[:3])
    assert probe(found.path) == found  # and not that of an environment that may go away


def test_without_a_313_the_python_at_hand_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interpreters, "WANTED", (3, 99))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    chosen = choose(tmp_path / "no-uv", tmp_path)
    assert chosen == Interpreter(Path(sys.executable), tuple(sys.version_info[:3]))


def test_the_newest_patch_release_of_pyenv_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("3.13.2", "3.13.10", "3.12.9"):
        (tmp_path / "versions" / version / "bin").mkdir(parents=True)
        (tmp_path / "versions" / version / "bin/python").touch()
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert [path.parts[-3] for path in interpreters._pyenv()] == ["3.13.10", "3.13.2"]


def find_python(path: Path) -> subprocess.CompletedProcess[str]:
    # The shell itself is named by its path: there is nothing on PATH but what the test put there.
    command = ["/bin/sh", str(ROOT / "tools/find-python")]
    return subprocess.run(command, env={"PATH": str(path)}, capture_output=True, text=True)


def test_a_working_python_is_found_behind_a_broken_one(tmp_path: Path) -> None:
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 127\n")
    (tmp_path / "python3").chmod(0o755)
    (tmp_path / "python3.12").symlink_to(sys.executable)
    found = find_python(tmp_path)
    assert found.returncode == 0
    assert Path(found.stdout.strip()).exists()


def test_no_python_at_all_gets_one_line_that_says_what_to_install(tmp_path: Path) -> None:
    found = find_python(tmp_path)
    assert found.returncode == 1
    assert found.stdout == ""
    assert found.stderr.count("\n") == 1
    assert "apt-get install python3" in found.stderr
