"""A target that is out of reach does not hold the others, and gets the release in its turn."""

import pytest

from layerlift.domain.debts import DebtState
from layerlift.domain.errors import Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome, StepResult
from layerlift.domain.policy import Policy
from layerlift.domain.release import ReleaseRef, ReleaseState, StageState
from layerlift.releasing.debts import outstanding
from layerlift.releasing.record import record_release
from layerlift.releasing.status import read_status
from tests.fakes.wire import Died, Moment
from tests.fakes.world import DUBLIN, FRANKFURT, LAYER, PROD, VIRGINIA, World

UNREACHABLE = Outcome.UNREACHABLE.value
ALLOWS_ONE = Policy.model_validate(
    {
        "version": 1,
        "stages": [
            {
                "name": "prod",
                "waves": [["eu-central-1", "us-east-1", "eu-west-1"]],
                "debts": {"allowed": 1, "after": "10m"},
            }
        ],
    }
)


def away() -> StepResult:
    raise Unavailable("it does not answer")


def owing(target: str = "us-east-1") -> tuple[World, ReleaseRef]:
    """A release that is live in prod, but for Virginia, which is owed it."""
    world = World(ALLOWS_ONE)
    ref = world.release()
    world.lock(ref, "p1")
    for reached in (FRANKFURT, DUBLIN):
        world.prove(world.place(ref, "prod", reached))
        world.activate(world.place(ref, "prod", reached))
    world.settle(ref, {FRANKFURT: "passed", VIRGINIA: UNREACHABLE, DUBLIN: "passed"})
    world.end(ref, "p1", StageState.ACTIVE)
    return world, ref


def states(world: World) -> list[str]:
    return [debt["state"] for debt in world.registry.kinds("debt")]


def owed_versions(world: World) -> list[str]:
    return [debt.release.version for debt in outstanding(world.registry, LAYER, PROD)]


def test_a_target_is_given_up_once_it_is_out_of_reach_for_as_long_as_the_policy_says() -> None:
    world = World(ALLOWS_ONE)
    place = world.place(world.release(), "prod")
    assert world.patiently(place, away).outcome is Outcome.UNAVAILABLE
    world.clock.advance(minutes=9, seconds=59)
    assert world.patiently(place, away).outcome is Outcome.UNAVAILABLE
    world.clock.advance(seconds=1)
    given_up = world.patiently(place, away)
    assert given_up.outcome is Outcome.UNREACHABLE
    assert given_up.reason == (
        "111122223333/eu-central-1 is out of reach since 2026-07-01 12:00:01 UTC: "
        "it does not answer"
    )


def test_a_step_that_works_in_between_starts_the_time_anew() -> None:
    world = World(ALLOWS_ONE)
    place = world.place(world.release(), "prod")
    world.patiently(place, away)
    world.clock.advance(minutes=9)
    assert world.patiently(place, lambda: world.publish(place)).outcome is Outcome.PUBLISHED
    world.patiently(place, away)
    world.clock.advance(minutes=9)
    assert world.patiently(place, away).outcome is Outcome.UNAVAILABLE


def test_targets_do_not_share_their_time() -> None:
    world = World(ALLOWS_ONE)
    ref = world.release()
    world.patiently(world.place(ref, "prod", FRANKFURT), away)
    world.clock.advance(minutes=10)
    other = world.patiently(world.place(ref, "prod", VIRGINIA), away)
    assert other.outcome is Outcome.UNAVAILABLE


def test_a_wave_goes_on_with_the_targets_that_are_there() -> None:
    world = World(ALLOWS_ONE)
    ref = world.release()
    settled = world.settle(ref, {FRANKFURT: "passed", VIRGINIA: UNREACHABLE, DUBLIN: "passed"})
    assert settled.outcome is Outcome.SETTLED
    assert settled.targets == (FRANKFURT, DUBLIN)
    (event,) = world.events(EventType.DEBT_INCURRED)
    assert (event.detail.target, event.detail.reason) == (VIRGINIA, "It is away")


def test_one_target_more_than_the_policy_allows_is_too_many() -> None:
    world = World(ALLOWS_ONE)
    ref = world.release()
    answer = world.settle(ref, {FRANKFURT: "passed", VIRGINIA: UNREACHABLE, DUBLIN: UNREACHABLE})
    assert answer.outcome is Outcome.OVERDRAWN
    assert "2 of the targets of prod cannot be reached" in answer.reason
    assert "us-east-1" in answer.reason
    assert states(world) == []


def test_what_earlier_waves_and_releases_left_owed_counts_by_target() -> None:
    world, _ = owing()
    newer = world.release(b"two", "1.1.0", "run-2")
    assert world.settle(newer, {VIRGINIA: UNREACHABLE}).outcome is Outcome.SETTLED
    assert world.settle(newer, {DUBLIN: UNREACHABLE}).outcome is Outcome.OVERDRAWN


def test_a_policy_that_allows_no_debt_has_none() -> None:
    world = World()
    ref = world.release()
    assert world.settle(ref, {FRANKFURT: UNREACHABLE}).outcome is Outcome.OVERDRAWN


def moments() -> list[Moment]:
    world = World(ALLOWS_ONE)
    ref = world.release()
    world.wire.forget()
    world.settle(ref, {VIRGINIA: UNREACHABLE})
    return list(world.wire.moments)


@pytest.mark.parametrize("moment", moments(), ids=str)
def test_a_settlement_that_dies_anywhere_makes_one_debt_when_repeated(moment: Moment) -> None:
    world = World(ALLOWS_ONE)
    ref = world.release()
    world.wire.die(moment)
    with pytest.raises(Died):
        world.settle(ref, {VIRGINIA: UNREACHABLE})
    assert world.settle(ref, {VIRGINIA: UNREACHABLE}).outcome is Outcome.SETTLED
    assert states(world) == ["open"]
    assert len(world.events(EventType.DEBT_INCURRED)) == 1


def test_every_later_notification_and_the_status_name_what_is_owed() -> None:
    world, ref = owing()
    record_release(ref, ReleaseState.SUCCEEDED, "", registry=world.registry, clock=world.clock)
    told = world.events(EventType.PROMOTION_SUCCEEDED, EventType.RELEASE_SUCCEEDED)
    assert [event.detail.debts for event in told] == [(VIRGINIA,), (VIRGINIA,)]
    (release,) = read_status(world.registry).releases
    (stage,) = release.stages
    shown = {target.region: (target.state, target.reason) for target in stage.targets}
    assert shown["us-east-1"] == (
        "owed",
        "Owed 1.0.0 since 2026-07-01 12:00 UTC. It is away",
    )
    assert shown["eu-central-1"] == ("active", "")


def test_a_debt_that_is_paid_is_told_once_and_owed_no_more() -> None:
    world, ref = owing()
    place = world.place(ref, "prod", VIRGINIA)
    world.prove(place)
    world.activate(place)
    for _ in range(2):
        assert world.pay(place).outcome is Outcome.PAID
    assert states(world) == [DebtState.PAID]
    assert len(world.events(EventType.DEBT_PAID)) == 1
    assert read_status(world.registry).releases[0].stages[0].targets[1].state == "active"


@pytest.mark.parametrize("outcome", ["unavailable", "unreachable", "broken"])
def test_a_target_that_is_still_away_stays_owed(outcome: str) -> None:
    world, ref = owing()
    assert world.pay(world.place(ref, "prod", VIRGINIA), outcome).outcome is Outcome.OWED
    assert states(world) == [DebtState.OPEN]


@pytest.mark.parametrize("outcome", ["canary_failed", "digest_mismatch"])
def test_a_release_that_does_not_work_there_is_not_tried_again_but_still_named(
    outcome: str,
) -> None:
    world, ref = owing()
    assert world.pay(world.place(ref, "prod", VIRGINIA), outcome).outcome is Outcome.DEFAULTED
    assert owed_versions(world) == ["1.0.0"]
    assert world.reconcile().debts == 0
    assert len(world.events(EventType.DEBT_DEFAULTED)) == 1


def test_a_newer_release_that_reaches_the_target_strikes_what_it_was_owed() -> None:
    world, _ = owing()
    world.go_into(world.release(b"two", "1.1.0", "run-2"))
    assert states(world) == [DebtState.STRUCK]
    (event,) = world.events(EventType.DEBT_STRUCK)
    assert event.detail.reason == "1.1.0 is there."


def test_a_target_that_is_owed_two_releases_keeps_both_in_order() -> None:
    world, _ = owing()
    newer = world.release(b"two", "1.1.0", "run-2")
    world.settle(newer, {VIRGINIA: UNREACHABLE})
    world.go_into(newer, targets=(FRANKFURT, DUBLIN))
    assert owed_versions(world) == ["1.0.0", "1.1.0"]


def test_a_stage_that_fails_owes_nothing_of_what_it_took_back() -> None:
    world = World(ALLOWS_ONE)
    ref = world.release()
    world.lock(ref, "p1")
    world.settle(ref, {VIRGINIA: UNREACHABLE})
    world.end(ref, "p1", StageState.FAILED)
    assert states(world) == [DebtState.STRUCK]
    assert world.events(EventType.PROMOTION_FAILED)[0].detail.debts is None
