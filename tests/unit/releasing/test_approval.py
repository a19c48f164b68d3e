"""A promotion waits until somebody decides, once."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import ReleaseRef, StageState
from tests.fakes.interleaving import interleave
from tests.fakes.wire import Died, Moment
from tests.fakes.world import ADA, BOB, World


def waiting() -> tuple[World, ReleaseRef]:
    world = World()
    ref = world.release()
    world.lock(ref, "p1")
    world.request(ref)
    world.wire.forget()
    return world, ref


def moments_of_a_request() -> list[Moment]:
    world = World()
    ref = world.release()
    world.wire.forget()
    world.request(ref)
    return list(world.wire.moments)


def moments_of_a_decision() -> list[Moment]:
    world, ref = waiting()
    proof = world.sign(ref)
    world.wire.forget()
    world.hand_in(ref, "approved", proof)
    return list(world.wire.moments)


REQUEST_MOMENTS, DECISION_MOMENTS = moments_of_a_request(), moments_of_a_decision()
DECISION_EVENTS = (
    EventType.APPROVAL_GRANTED,
    EventType.APPROVAL_DENIED,
    EventType.APPROVAL_EXPIRED,
)


def test_a_request_makes_the_stage_wait_tells_it_and_plans_its_end() -> None:
    world, ref = waiting()
    assert world.stage(ref).state is StageState.WAITING
    (event,) = world.events(EventType.APPROVAL_REQUESTED)
    assert event.detail.expires_at == world.clock.now + timedelta(hours=2)
    ((at, decision),) = world.schedules.planned.values()
    assert at == event.detail.expires_at
    assert (decision["outcome"], decision["attempt"]) == ("expired", 1)


def test_the_token_is_in_no_event_no_schedule_and_no_record_that_people_read() -> None:
    world, ref = waiting()
    world.decide(ref)
    told = "".join(event.model_dump_json() for event in world.events())
    kept = str(world.registry.records)
    assert "token-1" not in told + kept + str(world.schedules.planned)


@pytest.mark.parametrize(
    ("outcome", "event_type", "reason"),
    [
        ("approved", EventType.APPROVAL_GRANTED, f"Approved by {ADA.arn}: fine"),
        ("denied", EventType.APPROVAL_DENIED, f"Rejected by {ADA.arn}: fine"),
        ("expired", EventType.APPROVAL_EXPIRED, "Expired: fine"),
    ],
)
def test_a_decision_lets_the_promotion_go_on_and_is_told_once(
    outcome: str, event_type: EventType, reason: str
) -> None:
    world, ref = waiting()
    world.clock.advance(hours=2)
    for _ in range(2):
        assert world.decide(ref, outcome, comment="fine").outcome == outcome
    ((token, answer),) = world.promotions.resumed
    assert (token, answer) == ("token-1", {"outcome": outcome, "reason": reason})
    (event,) = world.events(*DECISION_EVENTS)
    actor = "layerlift" if outcome == "expired" else ADA.arn
    assert (event.type, event.detail.actor, event.detail.comment) == (event_type, actor, "fine")
    assert world.stage(ref).state is StageState.RUNNING


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [("approved", "denied", "approved"), ("denied", "approved", "rejected")],
)
def test_the_opposite_decision_is_answered_with_the_one_that_stands(
    first: str, second: str, said: str
) -> None:
    world, ref = waiting()
    world.decide(ref, first, by=ADA)
    answer = world.decide(ref, second, by=BOB)
    assert answer.outcome is Outcome.ALREADY_DECIDED
    assert answer.reason == f"http-client 1.0.0 was already {said} by {ADA.arn} in prod."
    assert len(world.events(*DECISION_EVENTS)) == 1


def test_a_decision_after_the_time_is_up_changes_nothing() -> None:
    world, ref = waiting()
    ((_, expired),) = world.schedules.planned.values()
    world.clock.advance(hours=2)
    world.decide(ref, expired["outcome"], attempt=expired["attempt"])
    late = world.decide(ref, "approved")
    assert late.outcome is Outcome.ALREADY_DECIDED
    assert late.reason == "http-client 1.0.0 was already expired by layerlift in prod."


def test_the_schedule_of_a_request_that_was_decided_changes_nothing() -> None:
    world, ref = waiting()
    world.decide(ref, "approved")
    assert world.decide(ref, "expired").outcome is Outcome.ALREADY_DECIDED
    assert [answer["outcome"] for _, answer in world.promotions.resumed] == ["approved"]


def test_nothing_waits_before_the_request() -> None:
    world = World()
    answer = world.decide(world.release())
    assert answer.outcome is Outcome.NOT_WAITING
    assert answer.reason == "http-client 1.0.0 does not wait for an approval in prod."


def test_a_decision_for_another_attempt_is_for_nobody() -> None:
    world, ref = waiting()
    assert world.decide(ref, "expired", attempt=2).outcome is Outcome.NOT_WAITING
    assert world.promotions.resumed == []
    assert world.decide(ref, "approved", attempt=1).outcome is Outcome.APPROVED


def test_a_new_attempt_asks_anew() -> None:
    world, ref = waiting()
    world.decide(ref, "denied")
    second = ref.model_copy(update={"attempt": 2})
    world.request(second, "token-2")
    assert world.decide(second, "approved").outcome is Outcome.APPROVED
    assert [token for token, _ in world.promotions.resumed] == ["token-1", "token-2"]
    assert len(world.events(EventType.APPROVAL_REQUESTED)) == 2
    assert len(world.schedules.planned) == 2


def test_a_repeated_request_hands_over_its_new_token_and_is_told_once() -> None:
    world, ref = waiting()
    world.promotions.waiting.clear()
    world.request(ref, "token-2")
    assert len(world.events(EventType.APPROVAL_REQUESTED)) == 1
    assert len(world.schedules.planned) == 1
    world.decide(ref)
    assert [token for token, _ in world.promotions.resumed] == ["token-2"]


def test_a_request_repeated_after_the_decision_passes_it_on_at_once() -> None:
    world, ref = waiting()
    world.promotions.waiting.clear()  # The first try timed out just before.
    world.decide(ref, "denied", comment="not today")
    world.request(ref, "token-2")
    assert world.promotions.resumed == [
        ("token-2", {"outcome": "denied", "reason": f"Rejected by {ADA.arn}: not today"})
    ]


def test_a_decision_on_a_promotion_that_failed_meanwhile_says_so() -> None:
    world, ref = waiting()
    world.promotions.waiting.clear()
    world.end(ref, "p1", StageState.FAILED)
    answer = world.decide(ref, "approved")
    assert answer.outcome is Outcome.EXPIRED
    assert answer.reason == "http-client 1.0.0 no longer waits in prod."
    assert world.stage(ref).state is StageState.FAILED
    assert world.events(*DECISION_EVENTS) == []


@given(plan=st.lists(st.integers(0, 1), max_size=40))
def test_a_promotion_that_fails_while_somebody_decides_stays_failed(plan: list[int]) -> None:
    world, ref = waiting()
    world.promotions.waiting.clear()
    proof = world.sign(ref)
    interleave(
        world.wire,
        plan,
        lambda: world.hand_in(ref, "approved", proof),
        lambda: world.end(ref, "p1", StageState.FAILED),
    )
    assert world.stage(ref).state is StageState.FAILED


def test_an_overlong_comment_is_cut() -> None:
    world, ref = waiting()
    world.decide(ref, comment="x" * 5000)
    (event,) = world.events(EventType.APPROVAL_GRANTED)
    assert event.detail.comment == "x" * 1000


@pytest.mark.parametrize("moment", REQUEST_MOMENTS, ids=str)
def test_a_request_that_dies_anywhere_is_open_once_when_repeated(moment: Moment) -> None:
    world = World()
    ref = world.release()
    world.wire.die(moment)
    with pytest.raises(Died):
        world.request(ref, "token-1")
    world.request(ref, "token-2")
    assert len(world.events(EventType.APPROVAL_REQUESTED)) == 1
    assert len(world.schedules.planned) == 1
    world.decide(ref)
    assert [token for token, _ in world.promotions.resumed] == ["token-2"]


@pytest.mark.parametrize("moment", DECISION_MOMENTS, ids=str)
def test_a_decision_that_dies_anywhere_is_made_once_when_repeated(moment: Moment) -> None:
    world, ref = waiting()
    proof = world.sign(ref)
    world.wire.die(moment)
    with pytest.raises(Died):
        world.hand_in(ref, "approved", proof)
    assert world.hand_in(ref, "approved", proof).outcome is Outcome.APPROVED
    assert len(world.events(EventType.APPROVAL_GRANTED)) == 1
    assert [token for token, _ in world.promotions.resumed] == ["token-1"]


@given(plan=st.lists(st.integers(0, 2), max_size=60))
def test_of_decisions_at_the_same_time_one_stands(plan: list[int]) -> None:
    world, ref = waiting()
    world.clock.advance(hours=2)
    outcomes = ("approved", "denied", "expired")
    proofs = {o: world.sign(ref, o) for o in outcomes[:2]}
    world.wire.forget()
    jobs = [lambda o=o: world.hand_in(ref, o, proofs.get(o)).outcome for o in outcomes]
    results = interleave(world.wire, plan, *jobs)
    (event,) = world.events(*DECISION_EVENTS)
    stands = event.detail.outcome
    expected = [o if o == stands else Outcome.ALREADY_DECIDED for o in outcomes]
    assert results == expected
    assert [answer["outcome"] for _, answer in world.promotions.resumed] == [stands]


@given(plan=st.lists(st.integers(0, 1), max_size=60))
def test_a_request_repeated_while_somebody_decides_loses_no_decision(plan: list[int]) -> None:
    world, ref = waiting()
    world.promotions.waiting.clear()
    proof = world.sign(ref, "denied")
    interleave(
        world.wire,
        plan,
        lambda: world.request(ref, "token-2"),
        lambda: world.hand_in(ref, "denied", proof),
    )
    assert [answer["outcome"] for _, answer in world.promotions.resumed] == ["denied"]


def test_a_request_that_is_always_overtaken_says_unavailable() -> None:
    world = World()
    ref = world.release()
    world.registry.fail_before()
    with pytest.raises(Unavailable):
        world.request(ref)


def test_a_release_the_registry_does_not_know_is_a_fault() -> None:
    world = World()
    ref = world.release().model_copy(update={"version": "9.9.9"})
    with pytest.raises(Fault, match="is not in the registry"):
        world.request(ref)
