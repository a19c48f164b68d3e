"""What the schedule and the execution that it starts do together, in memory."""

from typing import Any

from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import ReleaseRef
from layerlift.domain.targets import Target
from layerlift.releasing.progress import Place
from tests.fakes.world import World, execution


def tick(world: World, *, minutes: float = 5) -> None:
    """Let that time pass and the reconciler run, and put back and pay what it finds."""
    world.clock.advance(minutes=minutes)
    for name in world.reconcile().started:
        (stage,) = {name.rsplit("-", 2)[0]}
        assert world.reserve(name, stage).outcome is Outcome.RESERVED
        given = world.repayments.started[name]
        for task in given["stuck"]:
            world.restore(_place(world, task, stage))
        for task in given["debts"]:
            place = _place(world, task, stage)
            world.prove(place)
            world.activate(place)
            world.pay(place)
        world.promotions.running.discard(execution(name, "repayment"))


def _place(world: World, task: dict[str, Any], stage: str) -> Place:
    ref = ReleaseRef.model_validate(task["release"])
    return world.place(ref, stage, Target.model_validate(task["target"]))
