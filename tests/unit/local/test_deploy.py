"""How the application is deployed to an emulator."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from layerlift_cli.local import deploy, lifecycle
from layerlift_cli.local.build import Build
from layerlift_cli.local.checkout import Checkout
from layerlift_cli.local.deploy import MOST_AT_A_TIME, targets_at_a_time
from layerlift_cli.local.process import identify
from layerlift_cli.local.state import LocalState, write_state
from layerlift_cli.progress import Progress, Silent


@pytest.mark.parametrize(("cores", "targets"), [(1, 2), (2, 3), (8, 9), (64, MOST_AT_A_TIME)])
def test_a_target_for_each_core_and_one_more_are_worked_on_up_to_what_a_map_takes(
    cores: int, targets: int
) -> None:
    assert targets_at_a_time(cores) == targets


@pytest.fixture
def deployments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each deployment, to an emulator that is up already, brings what tells chats."""
    done: list[bool] = []
    me = identify(os.getpid())
    assert me is not None
    write_state(tmp_path, LocalState(me, port=4566))

    @contextmanager
    def built(checkout: Checkout, progress: Progress) -> Iterator[Build]:
        yield Build("build", lock=0)

    def deployed(*_: object, chat: bool) -> None:
        done.append(chat)

    monkeypatch.setattr(lifecycle.emulator, "healthy", lifecycle.emulator.running_state)
    monkeypatch.setattr(lifecycle, "built", built)
    monkeypatch.setattr(deploy, "deploy", deployed)
    return done


def test_chat_is_off_until_somebody_wants_it_and_then_stays_until_nobody_does(
    deployments: list[bool], tmp_path: Path
) -> None:
    def up(chat: bool | None = None) -> bool:
        return lifecycle.up(Checkout(tmp_path), tmp_path, Silent(), chat=chat).chat

    assert [up(), up(chat=True), up(), up(chat=True), up(chat=False)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert deployments == [False, True, False]
