"""The canary as a step: where it runs, what it records, and that a repetition changes nothing."""

from typing import Any

import pytest

from layerlift.domain.canary import CanaryRecord
from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.outcomes import Outcome
from layerlift.domain.policy import Policy
from layerlift.domain.release import TargetState
from layerlift.ports.aws import CanaryReading, Failure
from layerlift.releasing.progress import Place
from layerlift.releasing.records import canary_history
from layerlift.releasing.status import read_status
from tests.fakes.canaries import trial
from tests.fakes.interleaving import interleave
from tests.fakes.wire import Died
from tests.fakes.world import DEV, FRANKFURT, LAYER, World

BROKEN = CanaryReading((trial(failures=(Failure("httpx", "ImportError: no anyio"),)),))


def published(**gate: Any) -> tuple[World, Place]:
    stage = {"name": "dev", "waves": [["eu-central-1"]], "canary": gate}
    world = World(Policy.model_validate({"version": 1, "stages": [stage]}))
    return world, next_place(world, "1.0.0")


def next_place(world: World, version: str) -> Place:
    place = world.place(world.release(version.encode(), version, run=f"run-{version}"))
    assert world.publish(place).outcome is Outcome.PUBLISHED
    return place


def history(world: World) -> list[CanaryRecord]:
    stored = world.registry.query_index(canary_history(LAYER, DEV, FRANKFURT), limit=10)
    return [CanaryRecord.model_validate(each.body) for each in stored]


def taking(milliseconds: int) -> CanaryReading:
    cold = trial(startup_ms=milliseconds, duration_ms=milliseconds + 10)
    return CanaryReading((cold, trial(is_cold=False, startup_ms=0, duration_ms=2)))


def test_what_works_is_recorded_with_its_numbers() -> None:
    world, place = published()
    world.canaries.reading = taking(200)
    result = world.canary(place)
    assert result.outcome is Outcome.PASSED
    assert result.reason == "Imported 1 module on python3.13 arm64."
    (target,) = read_status(world.registry, LAYER).releases[0].stages[0].targets
    assert target.canary is not None
    (variant,) = target.canary.variants
    assert variant.startup is not None
    assert variant.warm is not None
    assert (variant.startup.median_ms, variant.warm.median_ms) == (200, 2)
    assert (variant.invocations, variant.errors, variant.timeouts) == (2, 0, 0)
    (event,) = world.events(EventType.CANARY_PASSED)
    assert event.detail.canary == target.canary.variants


def test_what_does_not_work_fails_the_target() -> None:
    world, place = published()
    world.canaries.reading = BROKEN
    result = world.canary(place)
    assert result.outcome is Outcome.CANARY_FAILED
    assert result.reason == (
        "The canary in 111122223333/eu-central-1 failed. "
        "On python3.13 arm64 something does not work: httpx: ImportError: no anyio."
    )
    progress = world.progress(place)
    assert progress is not None
    assert (progress.state, progress.reason) == (TargetState.FAILED, result.reason)


def test_what_could_not_be_tried_is_not_called_passed_and_goes_on() -> None:
    world, place = published()
    world.canaries.reading = CanaryReading(not_offered="python3.13 is not supported")
    result = world.canary(place)
    assert result.outcome is Outcome.NOT_EXERCISED
    assert "python3.13 is not supported" in result.reason
    assert not world.events(EventType.CANARY_PASSED)
    assert world.activate(place).outcome is Outcome.ACTIVE


def test_the_policy_may_want_that_something_is_tried() -> None:
    world, place = published(unexercised="fail")
    world.canaries.reading = CanaryReading(not_offered="python3.13 is not supported")
    result = world.canary(place)
    assert result.outcome is Outcome.CANARY_FAILED
    assert "canary.unexercised" in result.reason


def test_a_release_that_starts_slower_than_the_live_one_fails_with_both_numbers() -> None:
    world, first = published(slower_percent=50, slower_floor_ms=100)
    world.canaries.reading = taking(200)
    world.canary(first)
    world.activate(first)
    second = next_place(world, "2.0.0")
    world.canaries.reading = taking(320)
    result = world.canary(second)
    assert result.outcome is Outcome.CANARY_FAILED
    assert "took 320 ms (median of 1), and 200 ms (of 1) in 1.0.0" in result.reason


def test_it_is_compared_with_what_is_live_and_not_with_what_was_rolled_back() -> None:
    world, first = published(slower_percent=50, slower_floor_ms=100)
    world.canaries.reading = taking(200)
    world.canary(first)
    world.activate(first)
    world.restore(first)
    second = next_place(world, "2.0.0")
    world.canaries.reading = taking(900)
    assert world.canary(second).outcome is Outcome.PASSED


def test_the_history_of_a_layer_in_a_target_is_a_query_newest_first() -> None:
    world, first = published()
    world.canary(first)
    world.canary(next_place(world, "2.0.0"))
    assert [record.version for record in history(world)] == ["2.0.0", "1.0.0"]


def test_a_verdict_whose_record_was_interrupted_is_told_once() -> None:
    world, place = published()

    def die() -> None:
        raise Died

    world.wire.next("registry.commit", "after", die)
    with pytest.raises(Died):
        world.canary(place)
    assert world.canary(place).outcome is Outcome.PASSED
    assert len(world.events(EventType.CANARY_PASSED)) == 1


def test_a_verdict_that_was_recorded_stands_when_the_step_is_repeated() -> None:
    world, place = published()
    world.canaries.reading = BROKEN
    first = world.canary(place)
    world.canaries.reading = taking(200)
    assert world.canary(place) == first
    assert len(world.canaries.runs) == 1


@pytest.mark.parametrize("turns", [(0, 1), (0, 0, 0, 0, 1, 1, 1, 1), (1, 0, 1, 0, 1, 0)])
def test_two_runs_at_the_same_time_agree_on_one_verdict(turns: tuple[int, ...]) -> None:
    world, place = published()
    readings = iter((BROKEN, taking(200)))

    def run() -> Any:
        world.canaries.reading = next(readings)
        return world.canary(place)

    results = interleave(world.wire, turns, run, run)
    assert len({result.outcome for result in results}) == 1
    assert len(world.events(EventType.CANARY_PASSED, EventType.CANARY_FAILED)) == 1


@pytest.mark.parametrize("calls", range(7))
def test_who_comes_second_is_answered_with_the_reason_that_was_recorded(calls: int) -> None:
    world, place = published()
    errors = iter(("no anyio", "no h11"))

    def run() -> Any:
        failure = Failure("httpx", next(errors))
        world.canaries.reading = CanaryReading((trial(failures=(failure,)),))
        return world.canary(place)

    results = interleave(world.wire, (0,) * calls + (1,) * 20, run, run)
    (recorded,) = history(world)
    assert {result.reason for result in results} == {recorded.result.reason}


def test_a_verdict_that_comes_after_a_newer_attempt_has_begun_is_left_out() -> None:
    world, place = published()
    later = Place(place.ref.model_copy(update={"attempt": 2}), place.stage, place.target)

    world.wire.next("canaries.run", "after", lambda: (world.publish(later), None)[1])
    with pytest.raises(Fault, match="is not published"):
        world.canary(place)
    assert world.progress(later) is not None
    assert not history(world)


def test_a_canary_that_is_repeated_does_not_set_back_a_target_that_is_active() -> None:
    world, place = published()
    world.canary(place)
    world.activate(place)
    world.canary(place)
    progress = world.progress(place)
    assert progress is not None
    assert progress.state is TargetState.ACTIVE


def test_a_target_that_cannot_be_reached_decides_nothing() -> None:
    world, place = published()

    def fail() -> None:
        raise Unavailable("throttled")

    world.wire.next("canaries.run", "before", fail)
    with pytest.raises(Unavailable):
        world.canary(place)
    assert not history(world)
    assert world.canary(place).outcome is Outcome.PASSED
