import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from layerlift_cli.local.commands import local_app
from layerlift_cli.local.log import follow, tail
from layerlift_cli.local.process import identify
from layerlift_cli.local.state import LocalState, write_state
from layerlift_cli.main import app

runner = CliRunner()


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LAYERLIFT_LOCAL_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def up(place: Path) -> LocalState:
    """This very process stands for the emulator: it runs, and nothing here ends it."""
    me = identify(os.getpid())
    assert me is not None
    state = LocalState(me, port=4566)
    write_state(place, state)
    return state


@pytest.mark.parametrize("command", ["env", "logs"])
def test_with_nothing_up_the_next_step_is_told(command: str) -> None:
    result = runner.invoke(app, ["local", command])
    assert result.exit_code == 3
    assert result.stderr == "No emulator is up. Start one: layerlift local up\n"
    assert result.stdout == ""  # what `eval` would run


def test_down_with_nothing_up_is_done(place: Path) -> None:
    result = runner.invoke(local_app, ["down", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"ended": False}


def test_env_exports_the_endpoint(up: LocalState) -> None:
    assert f"export AWS_ENDPOINT_URL={up.endpoint}\n" in runner.invoke(local_app, ["env"]).stdout


def test_env_as_json_says_what_to_unset(up: LocalState) -> None:
    printed = json.loads(runner.invoke(local_app, ["env", "--json"]).stdout)
    assert printed["AWS_ENDPOINT_URL"] == up.endpoint
    assert printed["AWS_PROFILE"] is None


def test_logs_are_printed(place: Path) -> None:
    (place / "emulator.log").write_text("one\ntwo\n")
    assert runner.invoke(local_app, ["logs"]).stdout == "one\ntwo\n"
    as_json = runner.invoke(local_app, ["logs", "--json"]).stdout.splitlines()
    assert [json.loads(line) for line in as_json] == [{"line": "one"}, {"line": "two"}]


def test_following_yields_what_was_written_just_before_the_end(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("one\nhal")
    looks = iter([True, False])

    def is_growing() -> bool:
        growing = next(looks)
        if not growing:
            log.write_text("one\nhalf\nlast")
        return growing

    assert list(follow(log, is_growing)) == ["one", "half", "last"]


def test_the_tail_of_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert tail(tmp_path / "none") == ""
