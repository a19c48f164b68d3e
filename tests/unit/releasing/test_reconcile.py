"""What a stage owes its targets is paid on a schedule, once, and in order."""

from layerlift.domain.outcomes import Outcome
from layerlift.domain.policy import Policy
from layerlift.domain.release import ReleaseRef, StageState
from tests.fakes.world import DUBLIN, FRANKFURT, VIRGINIA, World

POLICY = Policy.model_validate(
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


def owe(world: World, version: str) -> ReleaseRef:
    """Bring a release into prod, and leave Virginia behind."""
    ref = world.release(version.encode(), version, f"run-{version}")
    world.settle(ref, {VIRGINIA: Outcome.UNREACHABLE.value})
    world.go_into(ref, targets=(FRANKFURT, DUBLIN))
    return ref


def given(world: World) -> dict[str, list[tuple[str, str]]]:
    """Return what the execution that was started last is to do."""
    (*_, last) = world.repayments.started.values()
    return {
        kind: [(task["release"]["version"], task["target"]["region"]) for task in last[kind]]
        for kind in ("stuck", "debts")
    }


def test_debts_are_handed_on_in_the_order_of_the_releases() -> None:
    world = World(POLICY)
    for version in ("1.9.0", "1.10.0"):
        owe(world, version)
    done = world.reconcile()
    assert done.debts == 2
    assert given(world) == {
        "stuck": [],
        "debts": [("1.9.0", "us-east-1"), ("1.10.0", "us-east-1")],
    }


def test_the_same_tick_twice_starts_one_execution() -> None:
    world = World(POLICY)
    owe(world, "1.0.0")
    assert len(world.reconcile().started) == 1
    assert world.reconcile().started == ()
    world.clock.advance(minutes=5)
    assert len(world.reconcile().started) == 1


def test_nothing_owed_starts_nothing() -> None:
    world = World(POLICY)
    world.go_into(world.release())
    assert world.reconcile().started == ()


def test_a_stage_that_is_still_on_its_way_is_not_paid() -> None:
    world = World(POLICY)
    ref = world.release()
    world.lock(ref, "p1")
    world.settle(ref, {VIRGINIA: Outcome.UNREACHABLE.value})
    assert world.reconcile().debts == 0
    world.end(ref, "p1", StageState.ACTIVE)
    assert world.reconcile().debts == 1


def test_what_was_rolled_back_is_owed_no_more() -> None:
    world = World(POLICY)
    owe(world, "1.0.0")
    owe(world, "1.1.0")
    world.roll_back("1.1.0")
    world.reconcile()
    assert given(world)["debts"] == [("1.0.0", "us-east-1")]


def test_stuck_pointers_are_handed_on_until_they_are_back() -> None:
    world = World(POLICY)
    world.go_into(world.release())
    world.pointers.away = {VIRGINIA}
    world.roll_back("1.0.0", to_nothing=True)
    assert world.reconcile().stuck == 1
    assert given(world) == {"stuck": [("1.0.0", "us-east-1")], "debts": []}
