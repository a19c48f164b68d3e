"""A wave bakes under its alarms for as long as the policy says."""

import pytest

from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import ReleaseRef, StageState
from tests.fakes.world import World
from tests.unit.releasing.test_alarms import check, killed_anywhere, with_alarms

ERRORS = {"names": ["errors"]}
TOLD = (EventType.BAKE_STARTED, EventType.BAKE_PASSED)


def test_a_wave_bakes_for_as_long_as_the_policy_says_and_is_looked_at_on_the_way() -> None:
    world, ref = with_alarms(alarms=ERRORS, bake="30m")
    world.alarms.states["us-east-1"]["errors"] = False
    began, looks = world.clock.now, 0
    while (result := check(world, ref, 1)).outcome is Outcome.BAKING:
        assert world.stage(ref).state is StageState.BAKING
        world.clock.advance(seconds=result.wait_seconds)
        looks += 1
    assert result.outcome is Outcome.QUIET
    assert (world.clock.now - began).total_seconds() == 1800
    assert looks == 20
    assert world.stage(ref).state is StageState.RUNNING
    assert [(e.type, e.detail.reason) for e in world.events(*TOLD)] == [
        (EventType.BAKE_STARTED, "Wave 1 bakes for 30m."),
        (EventType.BAKE_PASSED, "Wave 1 has baked for 30m."),
    ]


def test_an_alarm_that_fires_during_the_bake_ends_it() -> None:
    world, ref = with_alarms(alarms=ERRORS, bake="30m")
    world.alarms.states["us-east-1"]["errors"] = False
    assert check(world, ref, 1).outcome is Outcome.BAKING
    world.alarms.states["us-east-1"]["errors"] = True
    assert check(world, ref, 1).outcome is Outcome.ALARM
    assert world.events(EventType.BAKE_PASSED) == []


def test_an_alarm_that_fires_at_the_very_end_counts() -> None:
    world, ref = with_alarms(alarms=ERRORS, bake="30m")
    world.alarms.states["us-east-1"]["errors"] = False
    check(world, ref, 1)
    world.clock.advance(minutes=30)
    world.alarms.states["us-east-1"]["errors"] = True
    assert check(world, ref, 1).outcome is Outcome.ALARM


def test_nothing_bakes_before_the_first_wave() -> None:
    world, ref = with_alarms(alarms=ERRORS, bake="30m")
    world.alarms.states["us-east-1"]["errors"] = False
    assert check(world, ref, 0).outcome is Outcome.QUIET
    assert world.events(*TOLD) == []


def test_every_wave_bakes_and_the_last_one_too() -> None:
    world, ref = with_alarms(bake="10m")
    for wave in (1, 2):
        assert check(world, ref, wave).outcome is Outcome.BAKING
        world.clock.advance(minutes=10)
        assert check(world, ref, wave).outcome is Outcome.QUIET
    assert len(world.events(EventType.BAKE_PASSED)) == 2


def test_a_bake_without_alarms_is_waited_for_in_one_piece() -> None:
    world, ref = with_alarms(bake="24h")
    assert check(world, ref, 1).wait_seconds == 24 * 3600


def test_a_wave_that_has_baked_does_not_bake_again_while_the_next_is_frozen() -> None:
    frozen = [{"weekly": "Wed 12:30 - Wed 18:00", "reason": "A fair"}]
    world, ref = with_alarms(bake="1h", freezes=frozen)
    check(world, ref, 1)
    world.clock.advance(hours=1)
    assert check(world, ref, 1).outcome is Outcome.HELD
    world.clock.advance(hours=6)
    assert check(world, ref, 1).outcome is Outcome.QUIET
    assert len(world.events(EventType.BAKE_STARTED)) == 1


@pytest.mark.parametrize("at_end", [False, True])
def test_a_look_that_is_killed_anywhere_neither_shortens_nor_repeats_a_bake(at_end: bool) -> None:
    def setting() -> tuple[World, ReleaseRef]:
        world, ref = with_alarms(bake="10m")
        if at_end:
            check(world, ref, 1)
            world.clock.advance(minutes=10)
        return world, ref

    for world, ref in killed_anywhere(setting, 1):
        result = check(world, ref, 1)
        assert result.outcome is (Outcome.QUIET if at_end else Outcome.BAKING)
        assert result.wait_seconds == (0 if at_end else 600)
        assert len(world.events(EventType.BAKE_STARTED)) == 1
        assert len(world.events(EventType.BAKE_PASSED)) == int(at_end)
