"""A stage's alarms are quiet in all its targets, or the promotion stops."""

import pytest

from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import ReleaseRef
from layerlift.releasing.alarms import check_alarms
from tests.fakes.world import DEV, PROD, World


def released() -> tuple[World, ReleaseRef]:
    world = World()
    return world, world.release()


def check(world: World, ref: ReleaseRef, moment: str = "before the first wave") -> StepResult:
    return check_alarms(
        ref, PROD, moment, registry=world.registry, alarms=world.alarms, clock=world.clock
    )


@pytest.mark.parametrize(
    ("states", "reason"),
    [
        ({"eu-central-1": {"errors": False}}, ""),
        ({"eu-central-1": {"errors": False}, "us-east-1": {"http-client-5xx": False}}, ""),
        (
            {"eu-central-1": {"errors": False}, "eu-west-1": {"errors": True}},
            "The alarm 'errors' is firing in 111122223333/eu-west-1.",
        ),
        (
            {"us-east-1": {"errors": False, "http-client-b": True, "http-client-a": True}},
            "The alarm 'http-client-a' is firing in 111122223333/us-east-1; "
            "the alarm 'http-client-b' is firing in 111122223333/us-east-1.",
        ),
        (
            {"eu-central-1": {"http-client-5xx": False}},
            "The alarm 'errors', which the policy names, exists in no target of the stage.",
        ),
        ({"ap-south-1": {"errors": True}, "eu-west-1": {"errors": False}}, ""),
        ({"eu-central-1": {"errors": False, "unrelated": True}}, ""),
    ],
)
def test_what_fires_in_a_target_of_the_stage_is_named(
    states: dict[str, dict[str, bool]], reason: str
) -> None:
    world, ref = released()
    world.alarms.states.update(states)
    result = check(world, ref)
    assert (result.outcome, result.reason) == ("alarm" if reason else "quiet", reason)
    (event,) = world.events(EventType.ALARMS_CHECKED)
    assert event.detail.reason == (reason or "All alarms were quiet before the first wave.")


def test_a_stage_without_alarms_is_quiet_and_asks_nobody() -> None:
    world, ref = released()
    world.wire.forget()
    result = check_alarms(
        ref, DEV, "now", registry=world.registry, alarms=world.alarms, clock=world.clock
    )
    assert (result.outcome, result.reason) == (Outcome.QUIET, "The policy names no alarm.")
    assert "alarms.read" not in {moment.name for moment in world.wire.moments}


def test_each_moment_is_told_and_a_repetition_is_not() -> None:
    world, ref = released()
    world.alarms.states["eu-central-1"]["errors"] = False
    for moment in ("before the first wave", "before the first wave", "after wave 1"):
        check(world, ref, moment)
    assert len(world.events(EventType.ALARMS_CHECKED)) == 2


def test_an_alarm_that_begins_to_fire_before_a_repetition_is_told_too() -> None:
    world, ref = released()
    world.alarms.states["eu-central-1"]["errors"] = False
    check(world, ref)
    world.alarms.states["eu-central-1"]["errors"] = True
    assert check(world, ref).outcome is Outcome.ALARM
    assert len(world.events(EventType.ALARMS_CHECKED)) == 2


def test_a_region_that_cannot_be_asked_is_not_taken_for_quiet() -> None:
    world, ref = released()

    def unavailable() -> None:
        raise Unavailable("CloudWatch is not there")

    world.wire.next("alarms.read", "before", unavailable)
    with pytest.raises(Unavailable):
        check(world, ref)
    assert world.events(EventType.ALARMS_CHECKED) == []


def test_a_release_the_registry_does_not_know_is_a_fault() -> None:
    world, ref = released()
    with pytest.raises(Fault, match="is not in the registry"):
        check(world, ref.model_copy(update={"version": "9.9.9"}))
