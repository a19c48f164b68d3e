"""One promotion of a layer at a time into a stage; the newest release goes last."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.domain.errors import Fault
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome
from layerlift.domain.release import ReleaseRef, StageState
from tests.fakes.interleaving import interleave
from tests.fakes.wire import Died, Moment
from tests.fakes.world import POLICY, World, execution


def two_releases() -> tuple[World, ReleaseRef, ReleaseRef]:
    world = World()
    older = world.release(b"one", "1.0.0", "run-1")
    newer = world.release(b"two", "1.1.0", "run-2")
    world.wire.forget()
    return world, older, newer


def moments_of_a_lock() -> list[Moment]:
    world, older, _ = two_releases()
    world.lock(older, "p1")
    return list(world.wire.moments)


MOMENTS = moments_of_a_lock()


def test_a_free_stage_is_locked_and_the_promotion_starts() -> None:
    world, older, _ = two_releases()
    assert world.lock(older, "p1").outcome is Outcome.LOCKED
    assert world.stage(older).state is StageState.RUNNING
    assert len(world.events(EventType.PROMOTION_STARTED)) == 1


def test_the_holder_asking_again_is_told_locked_again() -> None:
    world, older, _ = two_releases()
    world.lock(older, "p1")
    assert world.lock(older, "p1").outcome is Outcome.LOCKED
    assert len(world.events(EventType.PROMOTION_STARTED)) == 1


def test_a_newer_release_waits_while_the_stage_is_held() -> None:
    world, older, newer = two_releases()
    world.lock(older, "p1")
    busy = world.lock(newer, "p2")
    assert busy.outcome is Outcome.BUSY
    assert busy.reason == "http-client 1.0.0 is on its way through prod."
    world.end(older, "p1", StageState.ACTIVE)
    assert world.lock(newer, "p2").outcome is Outcome.LOCKED


def test_stages_and_layers_do_not_wait_for_each_other() -> None:
    world, older, newer = two_releases()
    world.lock(older, "p1", "prod")
    assert world.lock(newer, "p2", "dev").outcome is Outcome.LOCKED


def test_an_older_release_that_waited_is_superseded_by_the_newer_one_that_asked() -> None:
    world, older, newer = two_releases()
    third = world.release(b"three", "1.2.0", "run-3")
    world.lock(older, "p1")
    assert world.lock(newer, "p2").outcome is Outcome.BUSY
    assert world.lock(third, "p3").outcome is Outcome.BUSY
    superseded = world.lock(newer, "p2")
    assert superseded.outcome is Outcome.SUPERSEDED
    assert superseded.reason == (
        "http-client 1.2.0 was dropped later and takes the place of 1.1.0 in prod."
    )


def test_an_older_release_cannot_go_after_a_newer_one_has_gone() -> None:
    world, older, newer = two_releases()
    world.lock(newer, "p2")
    world.end(newer, "p2", StageState.ACTIVE)
    assert world.lock(older, "p1").outcome is Outcome.SUPERSEDED


def test_newer_goes_by_the_time_of_the_claim_not_by_the_version() -> None:
    world = World(POLICY.model_copy(update={"hotfixes": True}))
    world.release(b"line", "1.9.0", "run-0")
    higher = world.release(b"one", "2.0.0", "run-1")
    hotfix = world.release(b"two", "1.9.1", "run-2")
    world.lock(hotfix, "p2")
    world.end(hotfix, "p2", StageState.ACTIVE)
    assert world.lock(higher, "p1").outcome is Outcome.SUPERSEDED


def test_the_lock_of_an_execution_that_died_is_taken_once_what_it_left_is_put_back() -> None:
    world, older, newer = two_releases()
    world.lock(older, "p1")
    world.promotions.running.discard(execution("p1", "promotion"))
    abandoned = world.lock(newer, "p2")
    assert abandoned.outcome is Outcome.ABANDONED
    assert abandoned.reason == "http-client 1.0.0 has left prod half done."
    assert world.recover().outcome is Outcome.RECOVERED
    assert world.lock(newer, "p2").outcome is Outcome.LOCKED


def test_a_second_execution_of_the_same_attempt_takes_over_without_telling_twice() -> None:
    world, older, _ = two_releases()
    world.lock(older, "p1")
    world.promotions.running.discard(execution("p1", "promotion"))
    assert world.lock(older, "p1-again").outcome is Outcome.LOCKED
    assert len(world.events(EventType.PROMOTION_STARTED)) == 1


def test_a_newer_release_ends_the_wait_for_an_approval() -> None:
    world, older, newer = two_releases()
    world.lock(older, "p1")
    world.request(older, "token-1")
    assert world.lock(newer, "p2").outcome is Outcome.BUSY
    ((token, answer),) = world.promotions.resumed
    assert (token, answer["outcome"]) == ("token-1", "superseded")
    assert answer["reason"] == "A newer release of http-client waits for prod."
    late = world.decide(older, "approved")
    assert late.outcome is Outcome.ALREADY_DECIDED
    assert late.reason == "http-client 1.0.0 was already superseded in prod."


def test_a_supersession_whose_resume_was_lost_is_passed_on_by_the_next_ask() -> None:
    world, older, newer = two_releases()
    world.lock(older, "p1")
    world.request(older, "token-1")

    def die() -> None:
        raise Died

    world.wire.next("promotions.resume", "before", die)
    with pytest.raises(Died):
        world.lock(newer, "p2")
    assert world.promotions.resumed == []
    world.lock(newer, "p2")
    assert [token for token, _ in world.promotions.resumed] == ["token-1"]


def test_an_approval_that_was_given_is_not_superseded() -> None:
    world, older, newer = two_releases()
    world.lock(older, "p1")
    world.request(older, "token-1")
    world.decide(older, "approved")
    assert world.lock(newer, "p2").outcome is Outcome.BUSY
    assert [answer["outcome"] for _, answer in world.promotions.resumed] == ["approved"]


def test_a_second_execution_of_the_release_that_waits_does_not_supersede_it() -> None:
    # StartExecution is repeated if its answer was lost, so there may be two for a while.
    world, older, _ = two_releases()
    world.lock(older, "p1")
    world.request(older, "token-1")
    assert world.lock(older, "p1-again").outcome is Outcome.BUSY
    assert world.promotions.resumed == []
    assert world.decide(older, "approved").outcome is Outcome.APPROVED


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_a_lock_that_dies_anywhere_is_taken_once_when_repeated(moment: Moment) -> None:
    world, older, _ = two_releases()
    world.wire.die(moment)
    with pytest.raises(Died):
        world.lock(older, "p1")
    assert world.lock(older, "p1").outcome is Outcome.LOCKED
    assert len(world.events(EventType.PROMOTION_STARTED)) == 1


@given(plan=st.lists(st.integers(0, 2), max_size=60))
def test_of_promotions_at_the_same_time_one_holds_the_lock(plan: list[int]) -> None:
    world, older, newer = two_releases()
    third = world.release(b"three", "1.2.0", "run-3")
    refs = (older, newer, third)
    jobs = [lambda n=n, ref=ref: world.lock(ref, f"p{n}") for n, ref in enumerate(refs)]
    results = [result.outcome for result in interleave(world.wire, plan, *jobs)]
    assert results.count(Outcome.LOCKED) == 1
    assert results[2] is not Outcome.SUPERSEDED


def test_a_commit_whose_answer_was_lost_has_taken_the_lock() -> None:
    world, older, _ = two_releases()
    world.registry.lose_answer()
    assert world.lock(older, "p1").outcome is Outcome.LOCKED


def test_a_release_the_registry_does_not_know_is_a_fault() -> None:
    world, older, _ = two_releases()
    with pytest.raises(Fault, match="is not in the registry"):
        world.lock(older.model_copy(update={"version": "9.9.9"}), "p1")


def test_only_its_owner_lets_go_of_a_lock() -> None:
    world, older, newer = two_releases()
    world.lock(older, "p1")
    world.promotions.running.discard(execution("p1", "promotion"))
    world.recover()
    world.lock(newer, "p2")
    world.end(older, "p1", StageState.FAILED)
    (lock,) = world.registry.kinds("lock")
    assert lock["owner"] == execution("p2", "promotion")
    world.end(newer, "p2", StageState.ACTIVE)
    (lock,) = world.registry.kinds("lock")
    assert lock["owner"] is None
