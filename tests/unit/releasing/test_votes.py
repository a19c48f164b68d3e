"""How many people it takes, and what counts without a proof."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.domain.events import EventType
from layerlift.domain.identity import Identity
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import StageState
from layerlift.releasing.approval import list_open
from layerlift.releasing.records import APPROVALS_INDEX
from tests.fakes.interleaving import interleave
from tests.fakes.wire import Died
from tests.fakes.world import ACCOUNT, ADA, BOB
from tests.unit.releasing.waiting_requests import MANAGERS, SETTLED, assert_refused, waiting

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


def test_a_promotion_that_failed_leaves_no_open_request_behind() -> None:
    world, ref = waiting()
    world.end(ref, "p1", StageState.FAILED)
    assert list_open(world.registry) == ()
    assert world.registry.query_index(APPROVALS_INDEX, limit=1) == ()
    assert world.approval(ref).decision == Outcome.EXPIRED
    assert world.decide(ref, by=ADA).outcome is Outcome.EXPIRED
    assert world.events(*SETTLED) == []


def test_somebody_is_known_by_their_arn_and_by_their_role_without_its_path() -> None:
    assert ADA.names == (ADA.arn, MANAGERS)
    user = Identity(arn=f"arn:aws:iam::{ACCOUNT}:user/team/eve", account=ACCOUNT, user_id="AIDA1")
    assert user.names == (user.arn,)
