"""How the application is deployed to an emulator."""

from __future__ import annotations

import pytest

from layerlift_cli.local.deploy import MOST_AT_A_TIME, targets_at_a_time


@pytest.mark.parametrize(("cores", "targets"), [(1, 2), (2, 4), (8, 16), (64, MOST_AT_A_TIME)])
def test_two_targets_are_worked_on_for_each_core_up_to_what_a_map_does(
    cores: int, targets: int
) -> None:
    assert targets_at_a_time(cores) == targets
