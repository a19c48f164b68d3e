"""The options that every command shares may stand anywhere."""

import pytest

from layerlift_cli.shared_options import shared_first


@pytest.mark.parametrize(
    ("given", "parsed"),
    [
        (["status", "--stack", "x"], ["--stack", "x", "status"]),
        (["status", "--stack=x", "--json"], ["--stack=x", "status", "--json"]),
        (["--region", "r", "status"], ["--region", "r", "status"]),
        (["push", "a.zip", "--profile", "p", "-w"], ["--profile", "p", "push", "a.zip", "-w"]),
        (["arn", "l", "--region", "r"], ["arn", "l", "--region", "r"]),
        (
            ["--region", "h", "arn", "l", "--region", "r"],
            ["--region", "h", "arn", "l", "--region", "r"],
        ),
        (["status", "--", "--stack"], ["status", "--", "--stack"]),
        (["status", "--stack"], ["--stack", "status"]),
    ],
)
def test_shared_options_come_first(given: list[str], parsed: list[str]) -> None:
    assert shared_first(given) == parsed
