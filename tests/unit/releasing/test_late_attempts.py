"""A step outlives its execution by a minute at most: a newer attempt may be under way by then."""

import pytest

from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.outcomes import StepResult
from layerlift.domain.release import TargetState
from layerlift.releasing.patience import patiently
from layerlift.releasing.progress import Place
from tests.fakes.world import World


def two_attempts() -> tuple[World, Place, Place]:
    """A release in one target, and its next attempt there."""
    world = World()
    first = world.place(world.release())
    second = Place(first.ref.model_copy(update={"attempt": 2}), first.stage, first.target)
    return world, first, second


def activated(world: World, place: Place) -> None:
    for step in (world.publish, world.canary, world.activate):
        step(place)


def test_a_publish_that_comes_late_forgets_nothing_of_the_newer_attempt() -> None:
    world, first, second = two_attempts()
    world.wire.next("layers.publish", "after", lambda: activated_later(world, second))
    with pytest.raises(Fault, match="has a newer attempt than 1 in"):
        world.publish(first)
    progress = world.progress(second)
    assert progress is not None
    assert (progress.state, progress.snapshot_taken) == (TargetState.ACTIVE, True)


def activated_later(world: World, place: Place) -> None:
    # The first attempt's lease holds until what it asked for has certainly come true.
    world.clock.advance(seconds=120)
    activated(world, place)


def test_a_step_that_finds_its_target_out_of_reach_late_says_nothing_of_the_newer_attempt() -> None:
    world, first, second = two_attempts()
    activated(world, second)
    before = world.progress(second)

    def fail() -> StepResult:
        raise Unavailable("throttled")

    with pytest.raises(Fault, match="has a newer attempt than 1 in"):
        patiently(first, fail, registry=world.registry, clock=world.clock)
    assert world.progress(second) == before
