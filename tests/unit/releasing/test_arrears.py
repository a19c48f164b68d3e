"""When a stage goes back, every target has what it has gone back to, or is owed it."""

import pytest

from layerlift.domain.debts import DebtState
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome
from layerlift.domain.pointers import pointer_names
from layerlift.domain.policy import Policy
from layerlift.domain.release import ReleaseRef, ReleaseState, StageState
from layerlift.releasing.debts import outstanding
from layerlift.releasing.policies import apply_policy
from layerlift.releasing.record import record_release
from layerlift.releasing.reserving import LEASE
from layerlift.releasing.status import read_status
from tests.fakes.reconciling import tick
from tests.fakes.wire import Died, Moment
from tests.fakes.world import DUBLIN, FRANKFURT, LAYER, PROD, VIRGINIA, World, execution

ALL = (FRANKFURT, VIRGINIA, DUBLIN)
THERE = (FRANKFURT, DUBLIN)
NAMES = pointer_names(PROD, LAYER)
BEARS_ONE = Policy.model_validate(
    {
        "version": 1,
        "stages": [
            {
                "name": "prod",
                "waves": [["eu-central-1", "us-east-1", "eu-west-1"]],
                "debts": {"allowed": 1},
            }
        ],
    }
)


def bring(world: World, version: str, *, away: bool = False) -> ReleaseRef:
    """Bring a release into prod; ``away`` leaves Virginia behind, which is owed it."""
    ref = world.release(version.encode(), version, f"run-{version}")
    if away:
        world.settle(ref, {VIRGINIA: Outcome.UNREACHABLE.value})
    world.go_into(ref, targets=THERE if away else ALL)
    record_release(ref, ReleaseState.SUCCEEDED, "", registry=world.registry, clock=world.clock)
    world.promotions.running.discard(execution(f"run-{version}"))
    world.clock.advance(seconds=1)
    return ref


def said(world: World) -> list[str | None]:
    found = [world.pointers.read(target, NAMES) for target in ALL]
    return [None if pointer is None else pointer.version for pointer in found]


def owed(world: World) -> list[tuple[str, str]]:
    debts = outstanding(world.registry, LAYER, PROD)
    return [(debt.release.version, debt.target.region) for debt in debts]


def indebted() -> World:
    """1.0.0 everywhere, and 1.1.0 everywhere but in Virginia, which is owed it."""
    world = World(BEARS_ONE)
    bring(world, "1.0.0")
    bring(world, "1.1.0", away=True)
    return world


def test_a_debt_that_a_newer_release_struck_is_owed_again_when_that_is_taken_back() -> None:
    world = indebted()
    bring(world, "1.2.0")
    assert owed(world) == []
    assert world.roll_back("1.2.0").outcome is Outcome.ROLLED_BACK
    assert said(world) == ["1.1.0", "1.0.0", "1.1.0"]
    assert owed(world) == [("1.1.0", "us-east-1")]
    assert world.events(EventType.DEBT_INCURRED)[-1].detail.reason == (
        "The others went back to 1.1.0 when 1.2.0 was taken back, and it was never here."
    )
    stage = next(one for one in read_status(world.registry).releases if one.version == "1.1.0")
    assert [target.state for target in stage.stages[0].targets] == ["active", "owed", "active"]
    tick(world)
    assert said(world) == ["1.1.0"] * 3
    assert owed(world) == []


def test_a_debt_that_a_newer_release_left_standing_is_still_paid() -> None:
    world = indebted()
    bring(world, "1.2.0", away=True)
    assert world.roll_back("1.2.0").outcome is Outcome.ROLLED_BACK
    assert owed(world) == [("1.1.0", "us-east-1")]
    assert len(world.events(EventType.DEBT_INCURRED)) == 2
    tick(world)
    assert said(world) == ["1.1.0"] * 3


def test_a_debt_that_was_paid_before_is_not_owed_again() -> None:
    world = indebted()
    tick(world)
    bring(world, "1.2.0")
    world.roll_back("1.2.0")
    assert said(world) == ["1.1.0"] * 3
    assert owed(world) == []


def test_what_is_taken_back_is_owed_to_nobody_any_more() -> None:
    world = indebted()
    world.roll_back("1.1.0")
    assert said(world) == ["1.0.0"] * 3
    assert owed(world) == []
    tick(world)
    assert said(world) == ["1.0.0"] * 3


@pytest.mark.parametrize("is_there", [True, False], ids=["1.2.0 came to it", "1.2.0 is owed, too"])
def test_who_names_the_release_to_go_to_goes_there_in_every_target_in_the_end(
    is_there: bool,
) -> None:
    world = indebted()
    bring(world, "1.2.0", away=not is_there)
    bring(world, "1.3.0")
    assert world.roll_back("1.3.0", "1.1.0").outcome is Outcome.ROLLED_BACK
    # Not to 1.2.0, which was left out on purpose, although that was there.
    assert said(world) == ["1.1.0", "1.0.0", "1.1.0"]
    assert owed(world) == [("1.1.0", "us-east-1")]
    tick(world)
    assert said(world) == ["1.1.0"] * 3


def test_what_is_newer_than_the_release_to_go_to_is_owed_to_nobody() -> None:
    world = World(BEARS_ONE)
    for version in ("1.0.0", "1.1.0"):
        bring(world, version)
    for version in ("1.2.0", "1.3.0"):
        bring(world, version, away=True)
    world.roll_back("1.3.0", "1.1.0")
    assert owed(world) == []
    tick(world)
    assert said(world) == ["1.1.0"] * 3


def test_a_release_is_not_pointed_to_where_its_canary_has_failed() -> None:
    world = indebted()
    place = world.place(outstanding(world.registry, LAYER, PROD)[0].release, "prod", VIRGINIA)
    world.publish(place)
    world.pay(place, "canary_failed")
    bring(world, "1.2.0")
    world.roll_back("1.2.0", "1.1.0")
    assert said(world) == ["1.1.0", "1.0.0", "1.1.0"]
    assert owed(world) == [("1.1.0", "us-east-1")]


def test_a_debt_is_struck_again_by_the_next_release_and_owed_again_by_the_next_rollback() -> None:
    world = indebted()
    bring(world, "1.2.0")
    world.roll_back("1.2.0")
    bring(world, "1.3.0")
    assert owed(world) == []
    world.roll_back("1.3.0", owner="request-2")
    assert owed(world) == [("1.1.0", "us-east-1")]
    (debt,) = [d for d in world.registry.kinds("debt") if d["release"]["version"] == "1.1.0"]
    assert debt["state"] == DebtState.OPEN
    tick(world)
    assert said(world) == ["1.1.0"] * 3


def test_a_stage_that_fails_after_it_was_recorded_as_live_owes_what_it_had_struck() -> None:
    world = indebted()
    ref = world.release(b"1.2.0", "1.2.0", "run-1.2.0")
    world.lock(ref, "p2")
    for target in ALL:
        world.prove(world.place(ref, "prod", target))
        world.activate(world.place(ref, "prod", target))
    # Recording it dies between striking the debts and saying that the stage is live.
    world.wire.next("registry.commit", "after", _die)
    with pytest.raises(Died):
        world.end(ref, "p2", StageState.ACTIVE)
    assert owed(world) == []
    world.promotions.running -= {execution("p2", "promotion"), execution("run-1.2.0")}
    world.recover()
    assert said(world) == ["1.1.0", "1.0.0", "1.1.0"]
    assert owed(world) == [("1.1.0", "us-east-1")]


def _die() -> None:
    raise Died("while recording")


def test_a_stage_without_a_known_release_before_owes_nothing() -> None:
    world = World(BEARS_ONE)
    bring(world, "1.0.0")
    world.roll_back("1.0.0", to_nothing=True)
    assert said(world) == [None] * 3
    assert owed(world) == []


def test_a_target_that_the_goal_was_never_meant_for_is_not_owed_it() -> None:
    narrow = Policy.model_validate(
        {"version": 1, "stages": [{"name": "prod", "waves": [["eu-central-1", "eu-west-1"]]}]}
    )
    world = World(narrow)
    first = world.release(b"1.0.0", "1.0.0", "run-1.0.0")
    world.go_into(first, targets=THERE)
    apply_policy(world.registry, BEARS_ONE)
    bring(world, "1.1.0")
    world.roll_back("1.1.0", to_nothing=True)
    assert said(world) == ["1.0.0", None, "1.0.0"]
    assert owed(world) == []


def test_a_pointer_that_is_stuck_counts_as_what_it_should_say() -> None:
    world = indebted()
    bring(world, "1.2.0")
    world.pointers.away = {VIRGINIA}
    assert world.roll_back("1.2.0").outcome is Outcome.INCOMPLETE
    assert owed(world) == [("1.1.0", "us-east-1")]
    world.pointers.away = set()
    tick(world)
    assert said(world) == ["1.1.0"] * 3


def test_a_rollback_that_is_repeated_late_leaves_a_newer_promotion_alone() -> None:
    world = indebted()
    bring(world, "1.2.0")
    command = world.sign_rollback("1.2.0")
    world.take_back(command)
    tick(world)
    newer = world.release(b"1.3.0", "1.3.0", "run-1.3.0")
    world.lock(newer, "p3")
    world.settle(newer, {VIRGINIA: Outcome.UNREACHABLE.value})
    place = world.place(newer, "prod", FRANKFURT)
    world.prove(place)
    world.activate(place)
    world.clock.advance(minutes=-4)
    assert world.take_back(command, "request-2").outcome is Outcome.ROLLED_BACK
    assert said(world) == ["1.3.0", "1.1.0", "1.1.0"]
    assert owed(world) == [("1.3.0", "us-east-1")]


def taken_back() -> World:
    world = indebted()
    bring(world, "1.2.0")
    world.wire.forget()
    return world


def moments() -> list[Moment]:
    world = taken_back()
    world.roll_back("1.2.0")
    # Threads put the pointers back, so that only what comes before and after has an order.
    return [m for m in world.wire.moments if m.name == "registry.commit"]


@pytest.mark.parametrize("moment", moments(), ids=str)
def test_a_rollback_that_dies_anywhere_leaves_no_target_behind_in_the_end(moment: Moment) -> None:
    world = taken_back()
    world.wire.die(moment)
    with pytest.raises(Died):
        world.roll_back("1.2.0")
    world.wire.forget()
    world.clock.advance(seconds=LEASE.total_seconds())
    tick(world)
    tick(world)
    begun = bool(world.events(EventType.ROLLBACK_STARTED))
    assert said(world) == [("1.1.0" if begun else "1.2.0")] * 3
    assert owed(world) == []
