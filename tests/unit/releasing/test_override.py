"""An approver lets a held stage go on, by name, with a reason, and for this release only."""

from typing import Any

import pytest
from pydantic import ValidationError

from layerlift.domain.events import EventType
from layerlift.domain.identity import Identity, Waiver
from layerlift.domain.names import parse_stage_name, parse_version
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.release import ReleaseRef
from tests.fakes.interleaving import interleave
from tests.fakes.world import ADA, BOB, World
from tests.unit.releasing.test_alarms import check, with_alarms

REASON = "1.0.0 mends what it fires for"
TODAY = {"weekly": "Wed 08:00 - Wed 18:00", "reason": "A fair"}


def waiver(**given: Any) -> Waiver:
    return Waiver.model_validate({"reason": REASON} | given)


def say(world: World, ref: ReleaseRef, *, by: Identity = ADA, **given: Any) -> StepResult:
    return world.override(world.sign_override(ref, waiver(**given), by=by))


def held_by_alarms(**approvals: Any) -> tuple[World, ReleaseRef]:
    gates = {"alarms": {"names": ["a", "b"]}, "bake": "10m", "approvals": approvals}
    world, ref = with_alarms(**gates)
    world.alarms.states["us-east-1"] |= {"a": True, "b": True}
    assert check(world, ref).outcome is Outcome.HELD
    return world, ref


def test_a_stage_goes_on_in_spite_of_the_alarms_that_are_named() -> None:
    world, ref = held_by_alarms()
    assert say(world, ref, alarms=["a"]) == StepResult(
        outcome=Outcome.OVERRIDDEN, reason="The alarm 'a' is overridden."
    )
    assert "'a'" not in check(world, ref).reason
    assert say(world, ref, alarms=["b"]).outcome is Outcome.OVERRIDDEN
    assert check(world, ref).outcome is Outcome.QUIET


def test_an_override_is_in_the_audit_trail_with_who_and_why() -> None:
    world, ref = held_by_alarms()
    say(world, ref, alarms=["b", "a"])
    (event,) = world.events(EventType.HOLD_OVERRIDDEN)
    detail = event.detail
    assert (detail.actor, detail.comment) == (ADA.arn, REASON)
    assert detail.reason == "The alarm 'a' and the alarm 'b' are overridden."
    assert detail.stage == "prod"


def test_an_overridden_alarm_does_not_end_the_bake_and_another_does() -> None:
    world, ref = held_by_alarms()
    world.alarms.states["us-east-1"]["b"] = False
    check(world, ref)
    say(world, ref, alarms=["a"])
    assert check(world, ref, 1).outcome is Outcome.BAKING
    world.alarms.states["us-east-1"]["b"] = True
    assert check(world, ref, 1).outcome is Outcome.ALARM


def test_a_freeze_is_broken_by_name() -> None:
    world, ref = with_alarms(freezes=[TODAY])
    check(world, ref)
    assert say(world, ref, freeze=True).reason == "The freeze is overridden."
    assert check(world, ref).outcome is Outcome.QUIET


def test_an_override_of_an_alarm_breaks_no_freeze_and_the_other_way_round() -> None:
    world, ref = with_alarms(alarms={"names": ["a"]}, freezes=[TODAY])
    world.alarms.states["us-east-1"]["a"] = True
    check(world, ref)
    say(world, ref, alarms=["a"])
    assert "Frozen" in check(world, ref).reason
    world, ref = with_alarms(alarms={"names": ["a"]}, freezes=[TODAY])
    world.alarms.states["us-east-1"]["a"] = True
    check(world, ref)
    say(world, ref, freeze=True)
    assert check(world, ref).reason.startswith("The alarm 'a'")


def test_a_freeze_between_waves_is_broken_as_well() -> None:
    world, ref = with_alarms(freezes=[TODAY])
    assert check(world, ref, 1).outcome is Outcome.HELD
    assert say(world, ref, freeze=True).outcome is Outcome.OVERRIDDEN
    assert check(world, ref, 1).outcome is Outcome.QUIET


def test_what_does_not_hold_cannot_be_overridden() -> None:
    world, ref = held_by_alarms()
    stranger = say(world, ref, alarms=["a", "typo"])
    assert stranger.outcome is Outcome.NOT_WAITING
    assert stranger.reason.startswith("http-client 1.0.0 is not held by 'typo'. What holds it: ")
    assert say(world, ref, freeze=True).reason.startswith("http-client 1.0.0 is not frozen.")
    assert world.events(EventType.HOLD_OVERRIDDEN) == []


@pytest.mark.parametrize(
    ("version", "stage", "reason"),
    [
        ("1.0.0", "prod", "http-client 1.0.0 is not held in prod."),
        ("2.0.0", "prod", "http-client 2.0.0 is not on its way to prod."),
        ("1.0.0", "dev", "http-client 1.0.0 is not on its way to dev."),
    ],
)
def test_what_is_not_held_cannot_be_overridden(version: str, stage: str, reason: str) -> None:
    world, ref = with_alarms(alarms={"names": ["a"]})
    meant = ref.model_copy(update={"version": parse_version(version)})
    command = world.sign_override(meant, waiver(alarms=["a"]), stage=parse_stage_name(stage))
    result = world.override(command)
    assert (result.outcome, result.reason) == (Outcome.NOT_WAITING, reason)


def test_an_override_does_not_outlive_the_attempt() -> None:
    world, ref = held_by_alarms()
    say(world, ref, alarms=["a", "b"])
    assert check(world, ref.model_copy(update={"attempt": 2})).outcome is Outcome.HELD
    assert check(world, ref.model_copy(update={"digest": "0" * 64})).outcome is Outcome.HELD


def test_the_same_said_twice_is_recorded_once_and_confirmed() -> None:
    world, ref = held_by_alarms()
    say(world, ref, alarms=["a", "b"])
    check(world, ref)
    again = say(world, ref, alarms=["b"])
    assert (again.outcome, again.reason) == (
        Outcome.OVERRIDDEN,
        "The alarm 'b' was overridden before.",
    )
    assert len(world.events(EventType.HOLD_OVERRIDDEN)) == 1


def test_an_override_whose_answer_is_lost_is_not_made_twice() -> None:
    world, ref = held_by_alarms()
    world.registry.lose_answer()
    assert say(world, ref, alarms=["a"]).outcome is Outcome.OVERRIDDEN
    assert len(world.events(EventType.HOLD_OVERRIDDEN)) == 1


@pytest.mark.parametrize("plan", [(0, 1) * 12, (0, 0, 1, 1) * 6])
def test_two_people_override_at_the_same_time_and_both_count(plan: tuple[int, ...]) -> None:
    world, ref = held_by_alarms()
    both = [
        lambda name=name, who=who: say(world, ref, alarms=[name], by=who)
        for name, who in (("a", ADA), ("b", BOB))
    ]
    results = interleave(world.wire, plan, *both)
    assert [result.outcome for result in results] == [Outcome.OVERRIDDEN] * 2
    assert check(world, ref).outcome is Outcome.QUIET


@pytest.mark.parametrize(
    "wrong",
    [{}, {"alarms": ["a"], "reason": " "}, {"alarms": ["a"], "reason": "x" * 1001}],
)
def test_an_override_names_something_and_says_why(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        waiver(**wrong)
