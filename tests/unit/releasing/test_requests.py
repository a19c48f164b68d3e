"""What a step asks for in a target, counted: with thirty targets each request counts thirty times.

A number that has to grow is a decision; one that grows unnoticed is a slower release.
"""

from collections import Counter
from collections.abc import Callable

import pytest

from layerlift.domain.outcomes import StepResult
from layerlift.releasing.progress import Place
from tests.fakes.world import World

STEPS = {
    # The release, whether it was published before, and how far the target is. A lease and a result.
    "publish": {
        "registry.get": 3,
        "layers.versions": 1,
        "artifacts.copy": 1,
        "registry.commit": 2,
        "layers.publish": 1,
    },
    # How far the target is, an earlier verdict, the release, and what is live.
    "canary": {"registry.get": 4, "canaries.run": 1, "registry.commit": 1},
    # How far the target is; that the stage has not ended, and what is live, at the last moment.
    # What the pointer says is looked at once, and both its parameters are written.
    "activate": {
        "registry.get": 3,
        "pointers.read": 1,
        "registry.commit": 2,
        "pointers.write": 2,
    },
}


def asked(world: World, step: Callable[[Place], StepResult], place: Place) -> Counter[str]:
    world.wire.forget()
    step(place)
    return Counter(moment.name for moment in world.wire.moments if moment.when == "before")


def going(world: World, version: str) -> dict[str, Counter[str]]:
    """Bring a release into a target, and count what each step asks for."""
    place = world.place(world.release(version.encode(), version, run=version))
    return {name: asked(world, getattr(world, name), place) for name in STEPS}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_asks_for_no_more_than_it_needs(step: str) -> None:
    assert going(World(), "1.0.0")[step] == STEPS[step]


@pytest.mark.parametrize("step", STEPS)
def test_where_another_release_is_live_one_record_of_it_is_read_in_addition(step: str) -> None:
    world = World()
    going(world, "1.0.0")
    # How fast its canary was, and whether the pointer is stuck at it.
    more = {"canary": {"registry.get": 1}, "activate": {"registry.get": 1}}
    assert going(world, "1.1.0")[step] == Counter(STEPS[step]) + Counter(more.get(step, {}))


def test_a_step_that_was_overtaken_reads_anew() -> None:
    world = World()
    place = world.place(world.release())
    world.prove(place)
    world.wire.forget()
    world.registry.lose_answer()
    again = asked(world, world.activate, place)
    assert again["registry.get"] > STEPS["activate"]["registry.get"]
    # Whether the pointer moved in the meantime is looked at, too.
    assert again["pointers.look"] == 1
