"""A stage is held while alarms fire or it is frozen, says so, and goes on by itself."""

from datetime import datetime
from functools import partial
from typing import Any

import pytest

from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import ReleaseRef, StageState
from layerlift.releasing.alarms import check_alarms
from tests.fakes.interleaving import interleave
from tests.fakes.world import LAYER, PROD, World
from tests.unit.releasing.test_alarms import check, firing, killed_anywhere, with_alarms

ERRORS: dict[str, Any] = {"names": ["errors"]}
# The clock of these tests says Wednesday, 2026-07-01, 12:00 UTC.
TODAY = {"weekly": "Wed 08:00 - Wed 18:00", "reason": "A fair"}
TOLD = (EventType.STAGE_HELD, EventType.STAGE_RESUMED)


def told(world: World) -> list[tuple[str, str | None]]:
    return [(event.type.value, event.detail.reason) for event in world.events(*TOLD)]


def test_an_alarm_that_fires_before_the_first_wave_holds_the_stage_and_says_which() -> None:
    world, ref = with_alarms(alarms=ERRORS)
    world.alarms.states["us-east-1"]["errors"] = True
    result = check(world, ref)
    reason = f"T{firing('errors', 'us-east-1')}."
    assert (result.outcome, result.reason, result.wait_seconds) == (Outcome.HELD, reason, 15)
    stage = world.stage(ref)
    assert (stage.state, stage.reason) == (StageState.HELD, reason)
    (event,) = world.events(EventType.STAGE_HELD)
    assert event.detail.reason == reason
    assert event.detail.expires_at is not None
    assert (event.detail.expires_at - world.clock.now).total_seconds() == 24 * 3600


def test_a_stage_goes_on_when_the_alarm_is_quiet_and_says_so() -> None:
    world, ref = with_alarms(alarms=ERRORS)
    world.alarms.states["us-east-1"]["errors"] = True
    held = check(world, ref)
    world.alarms.states["us-east-1"]["errors"] = False
    assert check(world, ref).outcome is Outcome.QUIET
    assert (world.stage(ref).state, world.stage(ref).reason) == (StageState.RUNNING, "")
    assert told(world) == [
        ("Layer Stage Held", held.reason),
        ("Layer Stage Resumed", f"This no longer holds the stage: {held.reason}"),
    ]


def test_a_reason_is_told_once_and_again_when_it_changes() -> None:
    world, ref = with_alarms(alarms={"names": ["a", "b"]})
    states = world.alarms.states["us-east-1"]
    for a, b in ((1, 0), (1, 0), (1, 1), (1, 0), (0, 0), (1, 0)):
        states |= {"a": bool(a), "b": bool(b)}
        check(world, ref)
        world.clock.advance(seconds=15)
    assert [kind for kind, _ in told(world)] == [
        *["Layer Stage Held"] * 3,
        "Layer Stage Resumed",
        "Layer Stage Held",
    ]


def test_the_policy_may_have_a_stage_fail_at_once() -> None:
    world, ref = with_alarms(alarms=ERRORS | {"firing_before": "fail"})
    world.alarms.states["us-east-1"]["errors"] = True
    assert check(world, ref).outcome is Outcome.ALARM
    assert told(world) == []


def test_a_hold_by_alarms_ends_in_a_failure() -> None:
    world, ref = with_alarms(alarms=ERRORS | {"hold_for": "1h"})
    world.alarms.states["us-east-1"]["errors"] = True
    check(world, ref)
    (event,) = world.events(EventType.STAGE_HELD)
    assert (event.detail.held_by, event.detail.is_frozen) == (("errors",), False)
    world.clock.advance(seconds=3599)
    assert (check(world, ref).outcome, check(world, ref).wait_seconds) == (Outcome.HELD, 1)
    world.clock.advance(seconds=1)
    result = check(world, ref)
    assert result.outcome is Outcome.ALARM
    assert result.reason.endswith(
        "That has held the stage for 1h, the longest that the policy allows."
    )


def test_the_time_of_a_hold_begins_anew_when_the_alarm_was_quiet() -> None:
    world, ref = with_alarms(alarms=ERRORS | {"hold_for": "1h"})
    for _ in range(3):
        world.alarms.states["us-east-1"]["errors"] = True
        assert check(world, ref).outcome is Outcome.HELD
        world.clock.advance(minutes=40)
        world.alarms.states["us-east-1"]["errors"] = False
        assert check(world, ref).outcome is Outcome.QUIET


def test_a_frozen_stage_waits_until_the_window_is_over() -> None:
    world, ref = with_alarms(freezes=[TODAY])
    result = check(world, ref)
    assert result.outcome is Outcome.HELD
    assert result.reason == "Frozen until Wed 2026-07-01 18:00 UTC: A fair."
    (event,) = world.events(EventType.STAGE_HELD)
    assert f"{event.detail.expires_at:%H:%M}" == "18:00"
    assert (event.detail.held_by, event.detail.is_frozen) == ((), True)
    world.clock.advance(hours=5, minutes=58)
    waits = check(world, ref).wait_seconds
    assert 0 < waits <= 120
    world.clock.advance(seconds=waits)
    assert check(world, ref).outcome is Outcome.QUIET
    assert world.stage(ref).state is StageState.RUNNING


@pytest.mark.parametrize("seconds", [0.5, 1, 2, 3])
def test_a_window_that_ends_while_it_is_looked_at_fails_nothing(seconds: float) -> None:
    world, ref = with_alarms(freezes=[TODAY])
    world.clock.advance(hours=6, seconds=-2)

    def ticking() -> datetime:
        world.clock.advance(seconds=seconds)
        return world.clock.now

    look = partial(check_alarms, ref, PROD, 0, registry=world.registry, alarms=world.alarms)
    assert look(clock=ticking).outcome in (Outcome.HELD, Outcome.QUIET)
    world.clock.advance(seconds=3)
    assert look(clock=world.clock).outcome is Outcome.QUIET


def test_what_a_freeze_and_an_alarm_hold_together_says_both_and_alarms_wait_their_turn() -> None:
    world, ref = with_alarms(alarms=ERRORS | {"hold_for": "1h"}, freezes=[TODAY])
    world.alarms.states["us-east-1"]["errors"] = True
    result = check(world, ref)
    assert "Frozen until" in result.reason
    assert firing("errors", "us-east-1") in result.reason
    world.clock.advance(hours=6)
    assert check(world, ref).outcome is Outcome.HELD, "the hour of the alarm begins now"
    world.clock.advance(hours=1)
    assert check(world, ref).outcome is Outcome.ALARM


def test_a_window_keeps_a_further_wave_from_starting_but_lets_the_last_one_end() -> None:
    world, ref = with_alarms(freezes=[TODAY])
    assert check(world, ref, 1).outcome is Outcome.HELD
    assert check(world, ref, 2).outcome is Outcome.QUIET


def test_an_alarm_that_fires_while_a_live_wave_is_frozen_takes_the_stage_back() -> None:
    world, ref = with_alarms(alarms=ERRORS, freezes=[TODAY])
    world.alarms.states["us-east-1"]["errors"] = False
    assert check(world, ref, 1).outcome is Outcome.HELD
    world.alarms.states["us-east-1"]["errors"] = True
    assert check(world, ref, 1).outcome is Outcome.ALARM


def test_a_newer_release_takes_the_place_of_one_that_is_held() -> None:
    world, ref = with_alarms(alarms=ERRORS)
    world.alarms.states["us-east-1"]["errors"] = True
    world.lock(ref, "p1")
    assert check(world, ref).outcome is Outcome.HELD
    newer = world.release(b"mended", "1.0.1", "run-2")
    assert world.lock(newer, "p2").outcome is Outcome.BUSY
    result = check(world, ref)
    assert (result.outcome, result.reason) == (
        Outcome.SUPERSEDED,
        f"{LAYER} 1.0.1 was dropped later and takes the place of 1.0.0, which was held in prod.",
    )


def test_a_newer_release_waits_for_one_whose_first_wave_is_live() -> None:
    world, ref = with_alarms(freezes=[TODAY])
    world.lock(ref, "p1")
    world.lock(world.release(b"mended", "1.0.1", "run-2"), "p2")
    assert check(world, ref, 1).outcome is Outcome.HELD


def test_another_attempt_is_not_held_by_what_held_the_one_before() -> None:
    world, ref = with_alarms(alarms=ERRORS | {"hold_for": "1h"})
    world.alarms.states["us-east-1"]["errors"] = True
    check(world, ref)
    world.clock.advance(hours=2)
    again = ref.model_copy(update={"attempt": 2})
    assert check(world, again).outcome is Outcome.HELD
    assert len(world.events(EventType.STAGE_HELD)) == 2


def test_a_look_that_comes_too_late_does_not_wake_a_stage_that_has_ended() -> None:
    world, ref = with_alarms(alarms=ERRORS)
    world.alarms.states["us-east-1"]["errors"] = True
    world.lock(ref, "p1")
    world.end(ref, "p1", StageState.FAILED)
    check(world, ref)
    assert world.stage(ref).state is StageState.FAILED


def test_a_look_that_is_killed_anywhere_is_repeated_to_the_same_end() -> None:
    def setting() -> tuple[World, ReleaseRef]:
        return with_alarms(freezes=[TODAY], alarms={"names": ["errors"]})

    for world, ref in killed_anywhere(setting, 0):
        assert check(world, ref).outcome is Outcome.HELD
        assert len(world.events(EventType.STAGE_HELD)) == 1
        assert world.stage(ref).state is StageState.HELD


@pytest.mark.parametrize("plan", [(0, 1) * 20, (0, 0, 0, 1, 1, 1) * 7, (1, 0, 0) * 13])
def test_two_looks_at_once_tell_of_one_hold(plan: tuple[int, ...]) -> None:
    world, ref = with_alarms(freezes=[TODAY])
    results = interleave(world.wire, plan, *[lambda: check(world, ref)] * 2)
    assert {result.outcome for result in results} == {Outcome.HELD}
    assert world.events(EventType.STAGE_HELD)[0].detail.reason == results[0].reason
    assert len(world.events(EventType.STAGE_HELD)) == 1
