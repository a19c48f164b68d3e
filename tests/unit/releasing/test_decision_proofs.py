"""What a proof of identity is worth, and who may decide."""

import pytest

from layerlift.domain.errors import Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome
from layerlift.domain.policy import Policy
from layerlift.releasing.identification import ControlPlaneName
from tests.fakes.world import ACCOUNT, ADA, BOB, CONTROL_PLANE, World
from tests.unit.releasing.waiting_requests import (
    MANAGERS,
    OUTSIDER,
    SETTLED,
    STRANGER,
    assert_refused,
    waiting,
)

# ── what a proof is worth ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_proof_that_was_not_signed_just_now_is_refused_without_asking(minutes: int) -> None:
    world, ref = waiting()
    proof = world.sign(ref)
    world.clock.advance(minutes=minutes)
    answer = world.hand_in(ref, "approved", proof)
    assert_refused(world, answer, "is good for 5 minutes", None)
    assert world.proofs.asked == 0


@pytest.mark.parametrize(
    ("outcome", "comment"), [("denied", "fine"), ("approved", "other words")], ids=str
)
def test_a_proof_is_for_the_decision_that_was_signed_and_no_other(
    outcome: str, comment: str
) -> None:
    world, ref = waiting()
    proof = world.sign(ref, "approved", comment="fine")
    answer = world.hand_in(ref, outcome, proof, comment=comment)
    assert_refused(world, answer, "STS does not vouch for the proof: SignatureDoesNotMatch", None)


def test_a_proof_for_another_release_is_refused() -> None:
    world, ref = waiting()
    other = world.release(b"other", "2.0.0", run="run-2")
    world.request(other, "token-2")
    answer = world.hand_in(ref, "approved", world.sign(other))
    assert_refused(world, answer, "SignatureDoesNotMatch", None)


def test_a_proof_for_another_attempt_is_refused() -> None:
    world, ref = waiting()
    proof = world.sign(ref)
    second = ref.model_copy(update={"attempt": 2})
    world.request(second, "token-2")
    answer = world.hand_in(second, "approved", proof)
    assert_refused(world, answer, "SignatureDoesNotMatch", None)


@pytest.mark.parametrize(
    "plane", [ControlPlaneName("999988887777", CONTROL_PLANE), ControlPlaneName(ACCOUNT, "other")]
)
def test_a_proof_for_another_control_plane_is_refused(plane: ControlPlaneName) -> None:
    world, ref = waiting()
    answer = world.hand_in(ref, "approved", world.sign(ref, plane=plane))
    assert_refused(world, answer, "SignatureDoesNotMatch", None)


def test_a_proof_with_another_signature_is_refused() -> None:
    world, ref = waiting()
    proof = world.sign(ref)
    forged = proof.model_copy(update={"authorization": proof.authorization[:-4] + "0000"})
    assert_refused(world, world.hand_in(ref, "approved", forged), "SignatureDoesNotMatch", None)


def test_a_proof_that_was_used_is_refused_for_all_else_without_asking() -> None:
    world, ref = waiting(required=2)
    proof = world.sign(ref)
    assert world.hand_in(ref, "approved", proof).outcome is Outcome.COUNTED
    answer = world.hand_in(ref, "denied", proof)
    assert_refused(world, answer, "has been used before, for something else", None)
    assert world.proofs.asked == 1


def test_a_decision_that_is_repeated_with_its_proof_is_answered_alike_and_counts_once() -> None:
    world, ref = waiting(required=2)
    proof = world.sign(ref)
    answers = [world.hand_in(ref, "approved", proof) for _ in range(3)]
    assert [answer.outcome for answer in answers] == [Outcome.COUNTED] * 3
    assert len(world.approval(ref).votes) == 1
    assert len(world.events(EventType.APPROVAL_COUNTED)) == 1


def test_the_same_refused_proof_is_told_once() -> None:
    world, ref = waiting(approvers=[MANAGERS])
    proof = world.sign(ref, by=OUTSIDER)
    for _ in range(3):
        world.hand_in(ref, "approved", proof)
    assert len(world.events(EventType.APPROVAL_REFUSED)) == 1


def test_while_sts_cannot_be_asked_nothing_is_decided_and_the_proof_stays_good() -> None:
    world, ref = waiting()
    proof = world.sign(ref)
    world.proofs.is_reachable = False
    with pytest.raises(Unavailable):
        world.hand_in(ref, "approved", proof)
    assert world.events(*SETTLED, EventType.APPROVAL_REFUSED) == []
    world.proofs.is_reachable = True
    assert world.hand_in(ref, "approved", proof).outcome is Outcome.APPROVED


def test_what_is_kept_of_a_proof_cannot_be_sent_to_sts() -> None:
    world, ref = waiting()
    proof = world.sign(ref)
    world.hand_in(ref, "approved", proof)
    assert proof.authorization not in str(world.registry.records)


# ── who may decide ──────────────────────────────────────────────────────────────────────────────


def test_a_session_of_a_role_that_is_an_approver_may_decide() -> None:
    world, ref = waiting(approvers=[MANAGERS])
    assert world.decide(ref, by=ADA).outcome is Outcome.APPROVED


@pytest.mark.parametrize("outcome", ["approved", "denied"])
def test_who_is_not_on_the_list_decides_nothing(outcome: str) -> None:
    world, ref = waiting(approvers=[MANAGERS])
    answer = world.decide(ref, outcome, by=OUTSIDER)
    assert_refused(world, answer, "is not among the approvers of prod", OUTSIDER.arn)


def test_without_a_list_who_is_of_another_account_decides_nothing() -> None:
    world, ref = waiting()
    answer = world.decide(ref, by=STRANGER)
    assert_refused(world, answer, "is not of the control plane's account", STRANGER.arn)


def test_the_same_role_of_another_account_is_not_the_one_on_the_list() -> None:
    world, ref = waiting(approvers=[MANAGERS])
    answer = world.decide(ref, by=STRANGER)
    assert_refused(world, answer, "is not among the approvers", STRANGER.arn)


def test_an_approver_of_another_account_decides_if_the_list_names_that_account() -> None:
    world, ref = waiting(approvers=["arn:aws:iam::999988887777:role/release-*"])
    assert world.decide(ref, by=STRANGER).outcome is Outcome.APPROVED


def test_who_dropped_the_release_does_not_approve_it_if_the_policy_asks_for_another() -> None:
    world, ref = waiting(not_requester=True)
    assert_refused(world, world.decide(ref, by=ADA), "has dropped this release", ADA.arn)
    assert world.decide(ref, by=BOB).outcome is Outcome.APPROVED


def test_who_dropped_the_release_may_still_end_it() -> None:
    world, ref = waiting(not_requester=True)
    assert world.decide(ref, "denied", by=ADA).outcome is Outcome.DENIED


def test_a_drop_that_does_not_say_whose_it_is_is_approved_by_nobody_if_that_matters() -> None:
    world = World(
        Policy.model_validate(
            {
                "version": 1,
                "stages": [
                    {
                        "name": "prod",
                        "waves": [["eu-central-1"]],
                        "approvals": {"required": 1, "not_requester": True},
                    }
                ],
            }
        )
    )
    ref = world.release()
    world.request(ref)
    answer = world.decide(ref, by=BOB)
    assert_refused(world, answer, "Release it with: layerlift push", BOB.arn)
