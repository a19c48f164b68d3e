"""Who may decide, what a proof of identity is worth, and how many people it takes."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.domain.errors import Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.identity import Identity
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.policy import Policy
from layerlift.domain.release import ReleaseRef, StageState
from layerlift.releasing.approval import list_open
from layerlift.releasing.identification import ControlPlaneName
from tests.fakes.approvals import person
from tests.fakes.interleaving import interleave
from tests.fakes.wire import Died
from tests.fakes.world import ACCOUNT, ADA, BOB, CONTROL_PLANE, World

STRANGER = person("mallory", account="999988887777")
OUTSIDER = person("carol", role="developers")
MANAGERS = f"arn:aws:iam::{ACCOUNT}:role/release-managers"
SETTLED = (EventType.APPROVAL_GRANTED, EventType.APPROVAL_DENIED)


def waiting(**approvals: object) -> tuple[World, ReleaseRef]:
    """Return a world whose prod waits for approval under these rules."""
    rules = {"required": 1, "expires": "2h"} | approvals
    stage = {"name": "prod", "approvals": rules, "waves": [["eu-central-1"]]}
    world = World(Policy.model_validate({"version": 1, "stages": [stage]}))
    world.artifacts.requesters["incoming/http-client/1.0.0.zip"] = ADA.user_id
    ref = world.release()
    world.lock(ref, "p1")
    world.request(ref)
    world.wire.forget()
    return world, ref


def assert_refused(world: World, answer: StepResult, reason: str, actor: str | None) -> None:
    """Hold a refusal to what it has to leave behind: its reason in the trail, and no decision."""
    assert answer.outcome is Outcome.REFUSED
    assert reason in answer.reason
    event = world.events(EventType.APPROVAL_REFUSED)[-1]
    assert (event.detail.outcome, event.detail.reason) == ("refused", answer.reason)
    assert event.detail.actor == actor
    assert world.events(*SETTLED) == []
    assert world.promotions.resumed == []


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


# ── how many it takes ───────────────────────────────────────────────────────────────────────────


def test_as_many_people_approve_as_the_policy_asks_for() -> None:
    world, ref = waiting(required=2)
    first = world.decide(ref, by=ADA, comment="looks good")
    assert first.outcome is Outcome.COUNTED
    assert first.reason == "http-client 1.0.0 has 1 of the 2 approvals it needs for prod."
    assert world.stage(ref).state is StageState.WAITING
    assert world.decide(ref, by=BOB, comment="go").outcome is Outcome.APPROVED
    ((_, answer),) = world.promotions.resumed
    assert answer["reason"] == f"Approved by {ADA.arn} and {BOB.arn}: go"
    (counted,) = world.events(EventType.APPROVAL_COUNTED)
    assert (counted.detail.actor, counted.detail.comment) == (ADA.arn, "looks good")
    (granted,) = world.events(EventType.APPROVAL_GRANTED)
    assert granted.detail.actor == BOB.arn


def test_the_same_person_twice_counts_once() -> None:
    world, ref = waiting(required=2)
    world.decide(ref, by=ADA)
    world.clock.advance(minutes=1)
    again = world.decide(ref, by=ADA, comment="really")
    assert again.outcome is Outcome.COUNTED
    assert again.reason.endswith(f"{ADA.arn} has approved already, and counts once.")
    assert world.promotions.resumed == []


def test_one_who_rejects_ends_it_however_many_have_approved() -> None:
    world, ref = waiting(required=3)
    world.decide(ref, by=ADA)
    assert world.decide(ref, "denied", by=BOB, comment="no").outcome is Outcome.DENIED
    assert [answer["outcome"] for _, answer in world.promotions.resumed] == ["denied"]


def test_who_has_approved_may_think_better_of_it_while_it_waits() -> None:
    world, ref = waiting(required=2)
    world.decide(ref, by=ADA)
    assert world.decide(ref, "denied", by=ADA).outcome is Outcome.DENIED
    assert [vote.outcome for vote in world.approval(ref).votes] == ["denied"]


def test_a_request_repeated_by_the_state_machine_keeps_the_votes() -> None:
    world, ref = waiting(required=2)
    world.decide(ref, by=ADA)
    world.request(ref, "token-2")
    assert world.decide(ref, by=BOB).outcome is Outcome.APPROVED
    assert [token for token, _ in world.promotions.resumed] == ["token-2"]


def test_a_vote_whose_answer_was_lost_is_counted_once() -> None:
    world, ref = waiting(required=2)
    proof = world.sign(ref)
    world.registry.lose_answer()
    assert world.hand_in(ref, "approved", proof).outcome is Outcome.COUNTED
    assert len(world.approval(ref).votes) == 1
    assert len(world.events(EventType.APPROVAL_COUNTED)) == 1


@given(plan=st.lists(st.integers(0, 2), max_size=60))
def test_votes_at_the_same_time_are_all_counted_and_settle_it_once(plan: list[int]) -> None:
    world, ref = waiting(required=2)
    people = (ADA, BOB, ADA)
    proofs = [world.sign(ref, by=who) for who in people]
    interleave(world.wire, plan, *(lambda p=p: world.hand_in(ref, "approved", p) for p in proofs))
    assert {vote.person for vote in world.approval(ref).votes} == {ADA.user_id, BOB.user_id}
    assert len(world.events(EventType.APPROVAL_GRANTED)) == 1
    assert [answer["outcome"] for _, answer in world.promotions.resumed] == ["approved"]


def moments_of_a_first_vote() -> list[object]:
    world, ref = waiting(required=2)
    proof = world.sign(ref)
    world.wire.forget()
    world.hand_in(ref, "approved", proof)
    return list(world.wire.moments)


@pytest.mark.parametrize("moment", moments_of_a_first_vote(), ids=str)
def test_a_vote_that_dies_anywhere_is_counted_once_when_repeated(moment: object) -> None:
    world, ref = waiting(required=2)
    proof = world.sign(ref)
    world.wire.die(moment)  # type: ignore[arg-type]
    with pytest.raises(Died):
        world.hand_in(ref, "approved", proof)
    assert world.hand_in(ref, "approved", proof).outcome is Outcome.COUNTED
    assert len(world.events(EventType.APPROVAL_COUNTED)) == 1
    assert world.decide(ref, by=BOB).outcome is Outcome.APPROVED


# ── without a proof ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("outcome", ["approved", "denied"])
def test_a_click_that_cannot_say_whose_it_is_leaves_its_comment_and_no_more(outcome: str) -> None:
    world, ref = waiting()
    answer = world.hand_in(ref, outcome, None, comment="seen")
    assert answer.outcome is Outcome.COMMENTED
    assert "layerlift" in answer.reason
    (event,) = world.events(EventType.APPROVAL_COMMENTED)
    assert event.detail.comment == "seen"
    assert world.events(*SETTLED) == []
    assert world.stage(ref).state is StageState.WAITING


def test_a_click_counts_where_the_policy_says_so() -> None:
    world, ref = waiting(console="allowed")
    assert world.hand_in(ref, "approved", None).outcome is Outcome.APPROVED
    (event,) = world.events(EventType.APPROVAL_GRANTED)
    assert event.detail.actor == "somebody at the console"


def test_all_clicks_are_the_same_somebodys() -> None:
    world, ref = waiting(console="allowed", required=2)
    for _ in range(3):
        assert world.hand_in(ref, "approved", None).outcome is Outcome.COUNTED
    assert world.decide(ref, by=ADA).outcome is Outcome.APPROVED


def test_nobody_can_say_that_the_time_is_up_before_it_is() -> None:
    world, ref = waiting()
    world.clock.advance(hours=1)
    assert_refused(world, world.hand_in(ref, "expired", None), "cannot expire before", None)
    world.clock.now = world.approval(ref).expires_at - timedelta(seconds=59)
    assert world.hand_in(ref, "expired", None).outcome is Outcome.EXPIRED


# ── the list of what waits ──────────────────────────────────────────────────────────────────────


def test_what_waits_is_listed_until_it_is_decided() -> None:
    world, ref = waiting(required=2)
    world.decide(ref, by=ADA)
    (listed,) = list_open(world.registry)
    assert [vote.name for vote in listed.votes] == [ADA.arn]
    world.decide(ref, by=BOB)
    assert list_open(world.registry) == ()


def test_a_promotion_that_failed_is_not_listed_as_waiting() -> None:
    world, ref = waiting()
    world.end(ref, "p1", StageState.FAILED)
    assert list_open(world.registry) == ()


def test_somebody_is_known_by_their_arn_and_by_their_role_without_its_path() -> None:
    assert ADA.names == (ADA.arn, MANAGERS)
    user = Identity(arn=f"arn:aws:iam::{ACCOUNT}:user/team/eve", account=ACCOUNT, user_id="AIDA1")
    assert user.names == (user.arn,)
