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

STATE = LocalState(ProcessIdentity(4711, "boot:99"), port=4566, deployed="abc")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_state(tmp_path, STATE)
    assert read_state(tmp_path) == STATE


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
