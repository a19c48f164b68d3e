"""Canary functions that a killed run left are removed, and no others."""

import pytest

from layerlift.domain.errors import Fault
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.releasing.sweep import sweep_everywhere
from tests.fakes.world import ACCOUNT, DUBLIN, FRANKFURT, VIRGINIA, World


def sweep(world: World) -> StepResult:
    return sweep_everywhere(
        ACCOUNT, registry=world.registry, canaries=world.canaries, clock=world.clock
    )


def test_what_is_older_than_an_hour_is_removed_in_every_target() -> None:
    world = World()
    for target in (FRANKFURT, DUBLIN):
        world.canaries.functions[target, "layerlift-canary-old"] = world.clock.now
    world.clock.advance(minutes=61)
    world.canaries.functions[DUBLIN, "layerlift-canary-at-work"] = world.clock.now
    result = sweep(world)
    assert set(world.canaries.functions) == {(DUBLIN, "layerlift-canary-at-work")}
    assert result.outcome is Outcome.SWEPT
    assert f"layerlift-canary-old in {DUBLIN}" in result.reason


def test_a_target_that_cannot_be_reached_holds_up_no_other_and_is_named() -> None:
    world = World()
    world.canaries.functions[DUBLIN, "layerlift-canary-old"] = world.clock.now
    world.canaries.unreachable = {VIRGINIA}
    world.clock.advance(hours=2)
    with pytest.raises(Fault, match="us-east-1 does not answer"):
        sweep(world)
    assert world.canaries.functions == {}


def test_without_a_policy_there_is_nothing_to_sweep() -> None:
    assert sweep(World(policy=None)).reason == "Nothing was left behind."
