"""A pointer that somebody has changed is told from one that Layerlift moves, at every moment."""

from collections.abc import Callable

import pytest

from layerlift.domain.errors import AccessRefused, Fault
from layerlift.domain.pointers import pointer_names
from layerlift.domain.release import ReleaseRef, StageState
from layerlift.domain.targets import Target
from layerlift.releasing.drift import Agreement, PointerCheck, Spot, check_pointer
from tests.fakes.wire import Moment
from tests.fakes.world import DUBLIN, FRANKFURT, LAYER, PROD, World, execution

ARN, VERSION = pointer_names(PROD, LAYER)
SPOT = Spot(LAYER, PROD, FRANKFURT)


def check(world: World, spot: Spot = SPOT) -> PointerCheck:
    return check_pointer(spot, registry=world.registry, sight=world.pointers, clock=world.clock)


def live() -> tuple[World, ReleaseRef]:
    """1.0.0 is live in prod, and nobody is at it."""
    world = World()
    ref = world.release(b"1.0.0", "1.0.0", "run-1")
    world.go_into(ref)
    world.promotions.running.discard(execution("run-1"))
    world.clock.advance(seconds=1)
    return world, ref


def on_its_way() -> tuple[World, ReleaseRef]:
    """A promotion of 1.1.0 is just before it moves the pointer."""
    world, _ = live()
    ref = world.release(b"1.1.0", "1.1.0", "run-2")
    world.lock(ref, "p2")
    world.prove(world.place(ref, "prod"))
    world.wire.forget()
    return world, ref


def change(world: World, name: str, value: str | None, target: Target = FRANKFURT) -> None:
    """Change a parameter by hand; None removes it."""
    if value is None:
        del world.pointers.parameters[target, name]
    else:
        world.pointers.parameters[target, name] = value


def test_what_nobody_has_touched_agrees() -> None:
    world, _ = live()
    found = check(world)
    assert found.agreement is Agreement.AGREES
    assert found.said == found.wanted != (None, None)


@pytest.mark.parametrize("name", [ARN, VERSION])
@pytest.mark.parametrize("value", ["another", "", None])
def test_one_parameter_that_was_changed_or_removed_is_drift(name: str, value: str | None) -> None:
    world, _ = live()
    change(world, name, value)
    found = check(world)
    assert found.agreement is Agreement.DRIFT
    assert value in found.said
    assert check(world, Spot(LAYER, PROD, DUBLIN)).agreement is Agreement.AGREES


def test_a_pair_that_was_removed_is_drift_and_so_is_one_that_came_back() -> None:
    world, _ = live()
    arn = world.pointers.parameters[FRANKFURT, ARN]
    for name in (ARN, VERSION):
        change(world, name, None)
    assert check(world).agreement is Agreement.DRIFT
    world.go_into(world.release(b"1.1.0", "1.1.0", "run-2"))
    assert check(world).agreement is Agreement.AGREES
    world.roll_back("1.1.0", to_nothing=True)
    # It found nothing, and that is what came back.
    assert (check(world).agreement, check(world).said) == (Agreement.AGREES, (None, None))
    change(world, ARN, arn)
    assert check(world).agreement is Agreement.DRIFT


def test_what_layerlift_has_never_touched_is_not_its_own_to_call_drift() -> None:
    world = World()
    assert check(world).agreement is Agreement.AGREES
    change(world, VERSION, "by hand")
    found = check(world)
    assert (found.agreement, found.live) == (Agreement.FOREIGN, None)


@pytest.mark.parametrize("error", [AccessRefused, Fault])
def test_what_could_not_be_asked_is_no_drift_and_says_why(error: type[Fault]) -> None:
    world, _ = live()

    def refuse() -> None:
        raise error("not authorized to perform ssm:GetParameter")

    world.wire.next("pointers.look", "before", refuse)
    found = check(world)
    assert found.agreement is Agreement.UNASKED
    assert found.problem == "not authorized to perform ssm:GetParameter"
    assert found.live is not None


def test_a_region_that_is_away_is_no_drift() -> None:
    world, _ = live()
    world.pointers.away.add(FRANKFURT)
    assert check(world).agreement is Agreement.UNASKED


def test_a_change_by_hand_before_a_promotion_comes_by_is_the_promotions_to_overwrite() -> None:
    world, _ = on_its_way()
    change(world, VERSION, "by hand")
    assert check(world).agreement is Agreement.MOVING


def test_a_change_by_hand_is_drift_while_the_promotion_bakes() -> None:
    world, ref = on_its_way()
    world.activate(world.place(ref, "prod"))
    assert check(world).agreement is Agreement.AGREES
    change(world, VERSION, "by hand")
    assert check(world).agreement is Agreement.DRIFT


def test_a_change_by_hand_is_drift_where_the_promotion_does_not_go() -> None:
    world, _ = on_its_way()
    elsewhere = Target(account=FRANKFURT.account, region="ap-south-1")
    change(world, VERSION, "by hand", elsewhere)
    assert check(world, Spot(LAYER, PROD, elsewhere)).agreement is Agreement.FOREIGN


def stopped(world: World, ref: ReleaseRef) -> None:
    """Somebody stops the promotion; its function is still at work."""
    world.promotions.running -= {execution("p2", "promotion"), execution("run-2")}
    world.recover("the next one")


STEPS: dict[str, Callable[[World, ReleaseRef], object]] = {
    "activated": lambda world, ref: world.activate(world.place(ref, "prod")),
    "activated and put back": lambda world, ref: (
        world.activate(world.place(ref, "prod")),
        world.restore(world.place(ref, "prod")),
    ),
    "rolled back": lambda world, ref: (
        world.activate(world.place(ref, "prod")),
        world.roll_back("1.1.0", owner="by hand"),
    ),
    "recovered": lambda world, ref: (
        world.activate(world.place(ref, "prod")),
        stopped(world, ref),
    ),
}


def moments(step: str) -> list[Moment]:
    world, ref = on_its_way()
    STEPS[step](world, ref)
    return list(world.wire.moments)


EVERY = [(step, moment) for step in STEPS for moment in moments(step)]


@pytest.mark.parametrize(("step", "moment"), EVERY, ids=lambda each: str(each))
def test_no_step_looks_like_drift_at_any_moment(step: str, moment: Moment) -> None:
    world, ref = on_its_way()
    found: list[Agreement] = []
    world.wire.once(moment, lambda: found.append(check(world).agreement))
    STEPS[step](world, ref)
    assert len(found) == 1
    assert found[0] in (Agreement.AGREES, Agreement.MOVING)


def looks() -> list[Moment]:
    world, _ = on_its_way()
    change(world, VERSION, "by hand")
    check(world)
    return list(world.wire.moments)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("moment", looks(), ids=str)
def test_a_step_that_is_done_while_somebody_looks_is_not_drift(step: str, moment: Moment) -> None:
    world, ref = on_its_way()
    done: list[object] = []
    world.wire.once(moment, lambda: done.append(STEPS[step](world, ref)))
    assert check(world).agreement in (Agreement.AGREES, Agreement.MOVING)


def test_a_release_and_its_rollback_that_both_pass_while_somebody_looks_are_not_drift() -> None:
    world, ref = on_its_way()

    def promote() -> None:
        world.activate(world.place(ref, "prod"))
        world.end(ref, "p2", StageState.ACTIVE)
        world.clock.advance(seconds=1)
        # What says that nobody is at it is read last before the registry is read again.
        world.wire.next("registry.page_index", "after", count)

    pages: list[int] = []

    def count() -> None:
        # The second page is the last thing read before the registry is asked again what is live.
        pages.append(1)
        if len(pages) == 1:
            world.wire.next("registry.page_index", "after", count)
        else:
            world.roll_back("1.1.0", owner="by hand")

    world.wire.next("pointers.look", "before", promote)
    assert check(world).agreement is Agreement.MOVING
    assert len(pages) == 2
