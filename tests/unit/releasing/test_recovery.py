"""A stage whose promotion is gone becomes what it was, by the next run or by the reconciler."""

import pytest

from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome
from layerlift.domain.pointers import pointer_names
from layerlift.domain.release import ReleaseRef, ReleaseState, StageState
from layerlift.releasing.reserving import LEASE
from tests.fakes.wire import Died, Moment
from tests.fakes.world import DUBLIN, FRANKFURT, LAYER, PROD, VIRGINIA, World, execution

NAMES = pointer_names(PROD, LAYER)
ALL = (FRANKFURT, VIRGINIA, DUBLIN)


def half_done() -> tuple[World, ReleaseRef]:
    """1.0.0 is live in prod; 1.1.0 has come as far as Frankfurt when it is stopped."""
    world = World()
    world.go_into(world.release(run="run-1"))
    world.promotions.running.discard(execution("run-1"))
    world.clock.advance(seconds=1)
    ref = world.release(b"two", "1.1.0", "run-2")
    world.lock(ref, "p2")
    world.prove(world.place(ref, "prod", FRANKFURT))
    world.activate(world.place(ref, "prod", FRANKFURT))
    world.promotions.running -= {execution("p2", "promotion"), execution("run-2")}
    world.wire.forget()
    return world, ref


def said(world: World) -> list[str | None]:
    found = [world.pointers.read(target, NAMES) for target in ALL]
    return [None if pointer is None else pointer.version for pointer in found]


def lock(world: World) -> dict[str, object]:
    (found,) = world.registry.kinds("lock")
    return found


def test_what_a_stopped_promotion_moved_goes_back_and_it_is_recorded_as_failed() -> None:
    world, ref = half_done()
    assert world.recover().outcome is Outcome.RECOVERED
    assert said(world) == ["1.0.0"] * 3
    assert world.stage(ref).state is StageState.FAILED
    assert world.stage(ref).reason.startswith("The execution was stopped or timed out")
    assert world.stored_release(ref).state is ReleaseState.FAILED
    assert lock(world)["owner"] is None


def test_a_promotion_that_runs_is_left_alone() -> None:
    world, ref = half_done()
    world.promotions.running.add(execution("p2", "promotion"))
    assert world.recover().outcome is Outcome.BUSY
    assert world.reconcile().recovered == ()
    assert world.stage(ref).state is StageState.RUNNING


def test_a_release_whose_own_execution_runs_is_ended_by_that() -> None:
    world, ref = half_done()
    world.promotions.running.add(execution("run-2"))
    world.recover()
    assert world.stage(ref).state is StageState.FAILED
    assert world.stored_release(ref).state is ReleaseState.PROMOTING


def test_the_reconciler_finds_it_by_its_lock() -> None:
    world, _ = half_done()
    assert world.reconcile().recovered == ("http-client in prod",)
    assert said(world) == ["1.0.0"] * 3
    assert world.reconcile().recovered == ()


def test_a_release_that_was_stopped_between_two_stages_is_ended_too() -> None:
    world = World()
    ref = world.release()
    world.go_into(ref, "dev", (FRANKFURT,))
    assert world.reconcile().ended == ()
    world.promotions.running.discard(execution("run-1"))
    assert world.reconcile().ended == ("http-client 1.0.0",)
    assert world.stored_release(ref).state is ReleaseState.FAILED


def test_a_target_that_cannot_be_reached_is_stuck_and_said() -> None:
    world, ref = half_done()
    world.pointers.away = {FRANKFURT}
    world.recover()
    assert "should say 1.0.0 and could not be moved" in world.stage(ref).reason
    assert len(world.events(EventType.POINTER_STUCK)) == 1
    assert world.reconcile().stuck == 1


def moments() -> list[Moment]:
    world, _ = half_done()
    world.recover()
    return list(world.wire.moments)


@pytest.mark.parametrize("moment", moments(), ids=str)
def test_a_recovery_that_dies_anywhere_is_done_by_the_next(moment: Moment) -> None:
    world, ref = half_done()
    world.wire.die(moment)
    with pytest.raises(Died):
        world.recover("request-1")
    world.wire.forget()
    world.clock.advance(seconds=LEASE.total_seconds())
    world.recover("request-2")
    world.reconcile()
    assert said(world) == ["1.0.0"] * 3
    assert world.stage(ref).state is StageState.FAILED
    assert world.stored_release(ref).state is ReleaseState.FAILED
    assert lock(world)["owner"] is None
    assert len(world.events(EventType.PROMOTION_FAILED)) == 1


def test_two_recoveries_do_not_work_on_the_same_stage() -> None:
    world, _ = half_done()
    answers: list[Outcome] = []
    world.wire.next(
        "pointers.write", "before", lambda: answers.append(world.recover("request-2").outcome)
    )
    world.recover("request-1")
    assert answers == [Outcome.BUSY]


def test_a_stage_in_use_is_not_held_for_payments_and_a_hold_ends_with_its_execution() -> None:
    world, _ = half_done()
    assert world.reserve("r1").outcome is Outcome.BUSY, "what was left has to be put back first"
    world.recover()
    assert world.reserve("r1").outcome is Outcome.RESERVED
    assert world.reserve("r1").outcome is Outcome.RESERVED
    assert world.reserve("r2").outcome is Outcome.BUSY
    newer = world.release(b"three", "1.2.0", "run-3")
    assert world.lock(newer, "p3").outcome is Outcome.BUSY
    world.promotions.running.discard(execution("r1", "repayment"))
    assert world.lock(newer, "p3").outcome is Outcome.LOCKED
