"""Versions go up, but for hotfixes where the policy has them."""

import pytest

from layerlift.domain.outcomes import Outcome
from tests.fakes.world import FRANKFURT, POLICY, World, execution

WITH_HOTFIXES = POLICY.model_copy(update={"hotfixes": True})


def with_two_lines(world: World) -> World:
    """1.4.0 was there, and 2.0.0 is live."""
    for version in ("1.4.0", "2.0.0"):
        ref = world.release(version.encode(), version, f"run-{version}")
        world.go_into(ref, "dev", (FRANKFURT,))
    return world


def test_a_version_below_the_one_that_is_live_is_rejected_and_it_is_said_what_to_do() -> None:
    answer = with_two_lines(World()).claim(b"fix", "1.4.1", run="run-3")
    assert answer.outcome is Outcome.REJECTED
    assert answer.reason == (
        "http-client 2.0.0 is live or on its way, and 1.4.1 is below it: consumers would go back. "
        "Drop the bytes as a version above it, or allow hotfixes in the policy (hotfixes: true)."
    )


@pytest.mark.parametrize(("version", "outcome"), [("1.4.1", "claimed"), ("1.3.1", "rejected")])
def test_a_hotfix_mends_a_line_that_was_released(version: str, outcome: str) -> None:
    answer = with_two_lines(World(WITH_HOTFIXES)).claim(b"fix", version, run="run-3")
    assert answer.outcome == outcome
    if outcome == "rejected":
        assert "there is no http-client 1.3.x" in answer.reason


def test_a_pre_release_is_below_its_release() -> None:
    answer = with_two_lines(World()).claim(b"rc", "2.0.0-rc.1", run="run-3")
    assert answer.outcome is Outcome.REJECTED


@pytest.mark.parametrize("version", ["2.0.1", "2.1.0-rc.1", "10.0.0"])
def test_a_version_above_is_a_release_as_ever(version: str) -> None:
    answer = with_two_lines(World()).claim(b"new", version, run="run-3")
    assert answer.outcome is Outcome.CLAIMED


def test_a_release_on_its_way_counts_as_one_that_is_live() -> None:
    world = World()
    world.release(b"two", "2.0.0", "run-1")
    assert world.claim(b"one", "1.0.0", run="run-2").outcome is Outcome.REJECTED


def test_a_release_that_was_rolled_back_everywhere_does_not_count() -> None:
    world = with_two_lines(World())
    world.promotions.running.discard(execution("run-2.0.0"))
    world.roll_back("2.0.0", stage="dev")
    assert world.claim(b"fix", "1.4.1", run="run-3").outcome is Outcome.CLAIMED


def test_a_release_below_the_one_that_is_live_is_not_told_to_be_dropped_as_another() -> None:
    world = with_two_lines(World())
    world.promotions.running.discard(execution("run-1.4.0"))
    reason = world.claim(b"1.4.0", "1.4.0", run="run-3").reason
    assert "change the layer and drop it as a version above 2.0.0" in reason
    assert "Drop the bytes" not in reason
