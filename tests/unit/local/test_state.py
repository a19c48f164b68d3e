import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from layerlift_cli.local.process import ProcessIdentity, identify
from layerlift_cli.local.state import (
    LocalState,
    forget_state,
    read_state,
    running_state,
    write_state,
)

STATE = LocalState(ProcessIdentity(4711, "boot:99"), port=4566, deployed="abc", chat=True)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_state(tmp_path, STATE)
    assert read_state(tmp_path) == STATE


def test_what_was_written_before_chat_could_be_off_is_read(tmp_path: Path) -> None:
    """Or its emulator would run on, and nothing knew of it."""
    write_state(tmp_path, STATE)
    older = json.loads((tmp_path / "state.json").read_text())
    del older["chat"]
    (tmp_path / "state.json").write_text(json.dumps(older))
    assert read_state(tmp_path) == replace(STATE, chat=False)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", '{"process": {"pid": "x"}}', '{"process": 1, "port": 2}'],
)
def test_a_file_that_makes_no_sense_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "state.json").write_text(text)
    assert read_state(tmp_path) is None


def test_only_a_living_process_is_running(tmp_path: Path) -> None:
    me = identify(os.getpid())
    assert me is not None
    alive = replace(STATE, process=me)
    write_state(tmp_path, alive)
    assert running_state(tmp_path) == alive
    write_state(tmp_path, replace(STATE, process=replace(me, started="boot:1")))
    assert running_state(tmp_path) is None


def test_writing_leaves_nothing_else_behind(tmp_path: Path) -> None:
    write_state(tmp_path, STATE)
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


def test_forgetting_twice_is_no_error(tmp_path: Path) -> None:
    write_state(tmp_path, STATE)
    forget_state(tmp_path)
    forget_state(tmp_path)
    assert read_state(tmp_path) is None
