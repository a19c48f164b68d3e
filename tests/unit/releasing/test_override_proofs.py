"""Who overrides what holds a stage, and what their proof of identity is worth."""

from typing import Any

import pytest
from pydantic import ValidationError

from layerlift.domain.commands import OverrideCommand
from layerlift.domain.errors import Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.identity import Identity
from layerlift.domain.names import parse_stage_name
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.releasing.identification import ControlPlaneName
from tests.fakes.approvals import person
from tests.fakes.wire import Died
from tests.fakes.world import ACCOUNT, ADA, CONTROL_PLANE, World
from tests.unit.releasing.test_alarms import check
from tests.unit.releasing.test_override import REASON, held_by_alarms, say, waiver

STRANGER = person("mallory", account="999988887777")
OUTSIDER = person("carol", role="developers")
MANAGERS = f"arn:aws:iam::{ACCOUNT}:role/release-managers"


def assert_refused(world: World, answer: StepResult, reason: str, actor: str | None) -> None:
    """Hold a refusal to what it has to leave behind: its reason in the trail, and no override."""
    assert answer.outcome is Outcome.REFUSED
    assert reason in answer.reason
    event = world.events(EventType.OVERRIDE_REFUSED)[-1]
    assert (event.detail.outcome, event.detail.reason) == ("refused", answer.reason)
    assert (event.detail.actor, event.detail.stage) == (actor, "prod")
    assert world.events(EventType.HOLD_OVERRIDDEN) == []


def test_an_override_without_a_proof_of_who_says_so_is_none() -> None:
    world, ref = held_by_alarms()
    said = world.sign_override(ref, waiver(alarms=["a"])).model_dump(mode="json", exclude={"proof"})
    with pytest.raises(ValidationError, match="proof"):
        OverrideCommand.model_validate(said)


@pytest.mark.parametrize("wrong", [{"alarms": []}, {"reason": " "}])
def test_what_is_wrong_with_an_override_is_told_without_its_proof(wrong: dict[str, Any]) -> None:
    world, ref = held_by_alarms()
    said = world.sign_override(ref, waiver(alarms=["a"])).model_dump(mode="json")
    said["waiver"] |= wrong
    with pytest.raises(ValidationError) as raised:
        OverrideCommand.model_validate(said)
    assert said["proof"]["authorization"] not in str(raised.value)


@pytest.mark.parametrize(
    ("approvers", "who", "reason"),
    [
        ([MANAGERS], OUTSIDER, "is not among the approvers of prod"),
        ([MANAGERS], STRANGER, "is not among the approvers of prod"),
        ([], STRANGER, "is not of the control plane's account"),
    ],
)
def test_who_may_not_approve_the_stage_may_not_override_what_holds_it(
    approvers: list[str], who: Identity, reason: str
) -> None:
    world, ref = held_by_alarms(approvers=approvers)
    answer = say(world, ref, alarms=["a"], by=who)
    assert_refused(world, answer, reason, who.arn)
    assert "'a'" in check(world, ref).reason


@pytest.mark.parametrize(
    ("approvers", "who"),
    [([MANAGERS], ADA), (["arn:aws:iam::999988887777:role/release-*"], STRANGER), ([], OUTSIDER)],
)
def test_who_may_approve_the_stage_may_override_what_holds_it(
    approvers: list[str], who: Identity
) -> None:
    world, ref = held_by_alarms(approvers=approvers)
    assert say(world, ref, alarms=["a"], by=who).outcome is Outcome.OVERRIDDEN
    (event,) = world.events(EventType.HOLD_OVERRIDDEN)
    assert event.detail.actor == who.arn


@pytest.mark.parametrize(
    "other",
    [
        {"alarms": ["a", "b"]},
        {"alarms": ["b"]},
        {"alarms": ["a"], "freeze": True},
        {"alarms": ["a"], "reason": "other words"},
    ],
    ids=str,
)
def test_a_proof_is_for_the_override_that_was_signed_and_no_other(other: dict[str, Any]) -> None:
    world, ref = held_by_alarms()
    signed = world.sign_override(ref, waiver(alarms=["a"]))
    answer = world.override(signed.model_copy(update={"waiver": waiver(**other)}))
    assert_refused(world, answer, "STS does not vouch for the proof: SignatureDoesNotMatch", None)


@pytest.mark.parametrize(
    "other", [{"digest": "0" * 64}, {"version": "2.0.0"}, {"layer": "other"}, {"attempt": 2}]
)
def test_a_proof_for_another_release_is_refused(other: dict[str, Any]) -> None:
    world, ref = held_by_alarms()
    elsewhere = world.sign_override(ref.model_copy(update=other), waiver(alarms=["a"]))
    here = world.sign_override(ref, waiver(alarms=["a"]))
    answer = world.override(here.model_copy(update={"proof": elsewhere.proof}))
    assert_refused(world, answer, "SignatureDoesNotMatch", None)


def test_a_proof_for_another_stage_is_refused() -> None:
    world, ref = held_by_alarms()
    elsewhere = world.sign_override(ref, waiver(alarms=["a"]), stage=parse_stage_name("dev"))
    here = world.sign_override(ref, waiver(alarms=["a"]))
    answer = world.override(here.model_copy(update={"proof": elsewhere.proof}))
    assert_refused(world, answer, "SignatureDoesNotMatch", None)


@pytest.mark.parametrize(
    "plane", [ControlPlaneName("999988887777", CONTROL_PLANE), ControlPlaneName(ACCOUNT, "other")]
)
def test_a_proof_for_another_control_plane_is_refused(plane: ControlPlaneName) -> None:
    world, ref = held_by_alarms()
    answer = world.override(world.sign_override(ref, waiver(alarms=["a"]), plane=plane))
    assert_refused(world, answer, "SignatureDoesNotMatch", None)


def test_an_approval_of_the_same_release_is_no_override() -> None:
    world, ref = held_by_alarms(required=1)
    world.request(ref)
    approved = world.sign(ref, comment=REASON)
    command = world.sign_override(ref, waiver(alarms=["a"]))
    answer = world.override(command.model_copy(update={"proof": approved}))
    assert_refused(world, answer, "SignatureDoesNotMatch", None)


def test_a_proof_that_let_a_release_be_approved_is_good_for_no_override() -> None:
    world, ref = held_by_alarms(required=1)
    world.request(ref)
    approved = world.sign(ref)
    assert world.hand_in(ref, "approved", approved).outcome is Outcome.APPROVED
    command = world.sign_override(ref, waiver(alarms=["a"]))
    answer = world.override(command.model_copy(update={"proof": approved}))
    assert_refused(world, answer, "has been used before, for something else", None)
    assert world.proofs.asked == 1


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_proof_that_was_not_signed_just_now_overrides_nothing(minutes: int) -> None:
    world, ref = held_by_alarms()
    command = world.sign_override(ref, waiver(alarms=["a"]))
    world.clock.advance(minutes=minutes)
    assert_refused(world, world.override(command), "is good for 5 minutes", None)
    assert world.proofs.asked == 0


def test_a_proof_that_was_used_overrides_nothing_else() -> None:
    world, ref = held_by_alarms()
    command = world.sign_override(ref, waiver(alarms=["a"]))
    assert world.override(command).outcome is Outcome.OVERRIDDEN
    answer = world.override(command.model_copy(update={"waiver": waiver(alarms=["b"])}))
    assert answer.outcome is Outcome.REFUSED
    assert "has been used before, for something else" in answer.reason
    assert len(world.events(EventType.HOLD_OVERRIDDEN)) == 1
    assert "'b'" in check(world, ref).reason


def test_an_override_that_is_repeated_with_its_proof_is_confirmed_and_made_once() -> None:
    world, ref = held_by_alarms()
    command = world.sign_override(ref, waiver(alarms=["a"]))
    answers = [world.override(command).outcome for _ in range(3)]
    assert answers == [Outcome.OVERRIDDEN] * 3
    assert len(world.events(EventType.HOLD_OVERRIDDEN)) == 1


def test_the_same_refused_override_is_told_once() -> None:
    world, ref = held_by_alarms(approvers=[MANAGERS])
    command = world.sign_override(ref, waiver(alarms=["a"]), by=OUTSIDER)
    for _ in range(3):
        world.override(command)
    assert len(world.events(EventType.OVERRIDE_REFUSED)) == 1


def test_an_override_of_an_attempt_that_is_over_is_told_so() -> None:
    world, ref = held_by_alarms()
    late = ref.model_copy(update={"attempt": 2})
    answer = world.override(world.sign_override(late, waiver(alarms=["a"])))
    assert answer.outcome is Outcome.NOT_WAITING
    assert answer.reason == "http-client 1.0.0 is at attempt 1, and attempt 2 was meant."


def test_while_sts_cannot_be_asked_nothing_is_overridden_and_the_proof_stays_good() -> None:
    world, ref = held_by_alarms()
    command = world.sign_override(ref, waiver(alarms=["a"]))
    world.proofs.is_reachable = False
    with pytest.raises(Unavailable):
        world.override(command)
    assert world.events(EventType.HOLD_OVERRIDDEN, EventType.OVERRIDE_REFUSED) == []
    world.proofs.is_reachable = True
    assert world.override(command).outcome is Outcome.OVERRIDDEN


def test_what_is_kept_of_an_override_cannot_be_sent_to_sts() -> None:
    world, ref = held_by_alarms()
    command = world.sign_override(ref, waiver(alarms=["a"]))
    world.override(command)
    assert command.proof.authorization not in str(world.registry.records)


def moments_of_an_override() -> list[object]:
    world, ref = held_by_alarms()
    command = world.sign_override(ref, waiver(alarms=["a"]))
    world.wire.forget()
    world.override(command)
    return list(world.wire.moments)


@pytest.mark.parametrize("moment", moments_of_an_override(), ids=str)
def test_an_override_that_dies_anywhere_is_made_once_when_repeated(moment: object) -> None:
    world, ref = held_by_alarms()
    command = world.sign_override(ref, waiver(alarms=["a"]))
    world.wire.die(moment)  # type: ignore[arg-type]
    with pytest.raises(Died):
        world.override(command)
    assert world.override(command).outcome is Outcome.OVERRIDDEN
    assert len(world.events(EventType.HOLD_OVERRIDDEN)) == 1
