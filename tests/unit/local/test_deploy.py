"""How the application is deployed to an emulator."""

from __future__ import annotations

import pytest

from layerlift_cli.local.deploy import MOST_AT_A_TIME, targets_at_a_time


@pytest.mark.parametrize(("cores", "targets"), [(1, 2), (2, 3), (8, 9), (64, MOST_AT_A_TIME)])
def test_a_target_for_each_core_and_one_more_are_worked_on_up_to_what_a_map_takes(
    cores: int, targets: int
) -> None:
    assert targets_at_a_time(cores) == targets
