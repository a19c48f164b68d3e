"""A step outlives its execution by a minute: others have gone on, and it must not undo that."""

import pytest

from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import StageProgress, StageState, TargetState
from layerlift.releasing.patience import patiently
from layerlift.releasing.progress import Place
from layerlift.releasing.records import load, stage_key, write_stage
from tests.fakes.world import DUBLIN, FRANKFURT, LAYER, PROD, VIRGINIA, World

TARGETS = (FRANKFURT, VIRGINIA, DUBLIN)


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


@pytest.mark.parametrize("state", [StageState.ACTIVE, StageState.FAILED])
def test_an_end_that_is_recorded_late_does_not_undo_a_rollback(state: StageState) -> None:
    world = World()
    older, newer = (world.release(v.encode(), v, f"run-{v}") for v in ("1.0.0", "1.1.0"))
    world.go_into(older)
    world.lock(newer, "run-1.1.0")
    for target in TARGETS:
        place = world.place(newer, "prod", target)
        world.prove(place)
        world.activate(place)

    def roll_back() -> None:
        assert world.roll_back("1.1.0").outcome is Outcome.ROLLED_BACK

    # The execution that records it is stopped by the rollback, and its function goes on.
    world.wire.next("registry.commit", "before", roll_back)
    world.end(newer, "run-1.1.0", state)
    stage = load(world.registry, StageProgress, stage_key(newer, PROD))
    assert stage is not None
    assert stage.value.state is StageState.ROLLED_BACK
    assert not world.events(EventType.PROMOTION_FAILED)
    assert [e.detail.version for e in world.events(EventType.PROMOTION_SUCCEEDED)] == ["1.0.0"]


def test_a_promotion_that_was_recovered_is_not_live_for_being_recorded_late() -> None:
    world = World()
    ref = world.release()
    world.lock(ref, "run-1")
    world.end(ref, "run-1", StageState.FAILED)
    world.end(ref, "run-1", StageState.ACTIVE)
    stage = load(world.registry, StageProgress, stage_key(ref, PROD))
    assert stage is not None
    assert stage.value.state is StageState.FAILED


def test_an_end_of_an_earlier_attempt_says_nothing_of_the_newer_one() -> None:
    world = World()
    first = world.release()
    second = first.model_copy(update={"attempt": 2})
    running = StageProgress(
        layer=LAYER,
        version=first.version,
        attempt=2,
        stage=PROD,
        state=StageState.RUNNING,
        changed_at=world.clock(),
    )
    assert world.registry.commit(write_stage(running, second, 0))
    world.end(first, "run-1", StageState.FAILED)
    stage = load(world.registry, StageProgress, stage_key(second, PROD))
    assert stage is not None
    assert (stage.value.attempt, stage.value.state) == (2, StageState.RUNNING)
