"""A step that dies, or comes too late, after it has moved a pointer leaves none wrong for long."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from layerlift.domain.errors import Fault
from layerlift.domain.outcomes import Outcome
from layerlift.domain.pointers import pointer_names
from layerlift.domain.policy import Policy
from layerlift.domain.release import ReleaseRef, StageState, TargetState
from layerlift.releasing.records import MOVES_INDEX
from tests.fakes.reconciling import tick
from tests.fakes.wire import Died, Moment, Wire
from tests.fakes.world import FRANKFURT, LAYER, PROD, World, execution

NAMES = pointer_names(PROD, LAYER)
ONE_TARGET = Policy.model_validate(
    {"version": 1, "stages": [{"name": "prod", "waves": [["eu-central-1"]]}]}
)


def said(world: World) -> list[str | None]:
    """Return the versions that both parameters name, and what the registry says is live."""
    arn, version = (world.pointers.parameters.get((FRANKFURT, name)) for name in NAMES)
    numbers = {
        layer.arn: layer.description.split()[0].removeprefix("v")
        for layer in world.aws.regions[FRANKFURT].versions["http-client-prod"]  # type: ignore[index]
    }
    (live,) = world.registry.kinds("live")
    pointer = live["pointer"]
    return [numbers.get(arn or ""), version, None if pointer is None else pointer["version"]]


def on_its_way() -> tuple[World, ReleaseRef]:
    """1.0.0 is live, and a promotion of 1.1.0 is just before it moves the pointer."""
    world = World(ONE_TARGET)
    world.go_into(world.release(b"1.0.0", "1.0.0", "run-1"), targets=(FRANKFURT,))
    world.promotions.running.discard(execution("run-1"))
    world.clock.advance(seconds=1)
    ref = world.release(b"1.1.0", "1.1.0", "run-2")
    world.lock(ref, "p2")
    world.prove(world.place(ref, "prod"))
    world.wire.forget()
    return world, ref


def stop(world: World) -> None:
    """Stop the promotion, and its release, as one does in the console."""
    world.promotions.running -= {execution("p2", "promotion"), execution("run-2")}


def take_back(world: World, ref: ReleaseRef) -> None:
    """Have a person roll the stage back; refused if the release has touched nothing yet."""
    world.roll_back(ref.version, owner="by hand")


def recover(world: World, ref: ReleaseRef) -> None:
    stop(world)
    world.recover("the next one")


def fail(world: World, ref: ReleaseRef) -> None:
    """End the promotion as its state machine does that has given the step up."""
    world.restore(world.place(ref, "prod"))
    world.end(ref, "p2", StageState.FAILED)


ENDS: dict[str, Callable[[World, ReleaseRef], None]] = {
    "rolled back": take_back,
    "recovered": recover,
    "failed": fail,
}


def moments(step: str) -> list[Moment]:
    world, ref = on_its_way()
    place = world.place(ref, "prod")
    if step == "restore":
        world.activate(place)
        world.wire.forget()
    getattr(world, step)(place)
    return list(world.wire.moments)


ACTIVATION, RESTORATION = moments("activate"), moments("restore")


def both(first: Moment, act: Callable[[], None], death: Moment | None, wire: Wire) -> None:
    """Have something happen at one moment of a step, and have the step die at another."""
    wire.forget()
    mine: list[Moment] = []
    busy = False

    def hook(now: Moment) -> None:
        nonlocal busy
        if busy:
            return
        # What the other does passes the same wire, and does not count.
        here = Moment(len({m.number for m in mine} | {now.number}) - 1, now.when, now.name)
        mine.append(now)
        if (here.number, here.when) == (first.number, first.when):
            busy = True
            act()
            busy = False
        if death is not None and (here.number, here.when) == (death.number, death.when):
            raise Died(str(death))

    wire.hooks.append(hook)


def pairs(listed: list[Moment]) -> Iterator[tuple[Moment, Moment | None]]:
    """Return when the other comes in, and when the step dies, None for never.

    After a call is the same moment as before the next one. A step that dies before it moves
    anything leaves nothing, which the deaths one by one show.
    """
    distinct = [moment for moment in listed if moment.when == "before"] + listed[-1:]
    moves = next(n for n, moment in enumerate(distinct) if moment.name == "pointers.write")
    for number, first in enumerate(distinct):
        yield first, None
        for death in distinct[max(number, moves + 1) :]:
            yield first, death


@pytest.mark.parametrize("end", ENDS)
def test_an_activation_whose_promotion_ends_while_it_is_at_work_and_dies_leaves_the_old(
    end: str,
) -> None:
    for first, death in pairs(ACTIVATION):
        world, ref = on_its_way()
        both(first, lambda w=world, r=ref: ENDS[end](w, r), death, world.wire)  # type: ignore[misc]
        with suppress(Died, Fault):
            world.activate(world.place(ref, "prod"))
        world.wire.forget()
        stop(world)
        for _ in range(2):
            tick(world)
        what = f"{end} {first}, died {death}"
        state = world.stage(ref).state
        assert state in (StageState.FAILED, StageState.ROLLED_BACK), what
        assert said(world) == ["1.0.0"] * 3, what
        assert world.registry.query_index(MOVES_INDEX, limit=10) == (), what


@pytest.mark.parametrize("moment", ACTIVATION, ids=str)
def test_an_activation_that_dies_and_is_tried_again_is_done_and_leaves_nothing_to_look_at(
    moment: Moment,
) -> None:
    world, ref = on_its_way()
    place = world.place(ref, "prod")
    world.wire.die(moment)
    with pytest.raises(Died):
        world.activate(place)
    world.wire.forget()
    world.clock.advance(seconds=2)
    assert world.activate(place).outcome is Outcome.ACTIVE
    world.end(ref, "p2", StageState.ACTIVE)
    assert said(world) == ["1.1.0"] * 3
    assert world.registry.query_index(MOVES_INDEX, limit=10) == ()
    tick(world)
    assert world.repayments.started == {}


@pytest.mark.parametrize("moment", ACTIVATION, ids=str)
def test_an_activation_that_dies_with_its_execution_is_put_back_by_the_reconciler(
    moment: Moment,
) -> None:
    world, ref = on_its_way()
    world.wire.die(moment)
    with pytest.raises(Died):
        world.activate(world.place(ref, "prod"))
    world.wire.forget()
    stop(world)
    for _ in range(2):
        tick(world)
    assert world.stage(ref).state is StageState.FAILED
    assert said(world) == ["1.0.0"] * 3
    assert world.registry.query_index(MOVES_INDEX, limit=10) == ()


def newer(world: World) -> None:
    """Somebody stops the promotion that is putting back, and the next release goes through."""
    stop(world)
    world.recover("the next one")
    world.go_into(world.release(b"1.2.0", "1.2.0", "run-3"), targets=(FRANKFURT,), run="p3")


def test_a_step_that_puts_back_late_and_dies_leaves_what_has_been_activated_since() -> None:
    for first, death in pairs(RESTORATION):
        world, ref = on_its_way()
        place = world.place(ref, "prod")
        world.activate(place)
        both(first, lambda w=world: newer(w), death, world.wire)  # type: ignore[misc]
        with suppress(Died, Fault):
            world.restore(place)
        world.wire.forget()
        for _ in range(2):
            tick(world)
        what = f"overtaken {first}, died {death}"
        assert said(world) == ["1.2.0"] * 3, what
        assert world.registry.query_index(MOVES_INDEX, limit=10) == (), what


def test_a_pointer_is_not_looked_at_while_the_step_that_moves_it_may_be_at_work() -> None:
    world, ref = on_its_way()
    place = world.place(ref, "prod")
    world.wire.next("pointers.write", "before", lambda: take_back(world, ref))
    world.activate(place)
    assert said(world) == ["1.0.0"] * 3
    assert world.reconcile().stuck == 0
    tick(world)
    assert said(world) == ["1.0.0"] * 3


def test_a_target_whose_last_move_ended_well_is_not_looked_at_again() -> None:
    world, ref = on_its_way()
    place = world.place(ref, "prod")
    world.activate(place)
    world.end(ref, "p2", StageState.ACTIVE)
    world.roll_back("1.1.0")
    progress = world.progress(place)
    assert progress is not None
    assert (progress.state, progress.moving_until) == (TargetState.INACTIVE, None)
    tick(world)
    assert world.repayments.started == {}
