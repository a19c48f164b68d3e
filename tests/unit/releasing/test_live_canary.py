"""What is live is tried again: what is told, shown and kept, and what is left alone."""

import pytest

from layerlift.domain.errors import Fault, Unavailable
from layerlift.domain.events import EventType
from layerlift.domain.gates.canary import Canary
from layerlift.domain.live_canary import (
    COUNT_METRIC,
    DURATION_METRIC,
    FAILING_METRIC,
    STARTUP_METRIC,
    live_alarm,
)
from layerlift.domain.names import parse_layer_name, parse_stage_name
from layerlift.domain.outcomes import Outcome
from layerlift.domain.pointers import Pointer
from layerlift.domain.release import LivePointer, StageState
from layerlift.ports.aws import CanaryReading, Failure
from layerlift.releasing.policies import apply_policy
from layerlift.releasing.records import live_key, load, revision, write_live
from layerlift.releasing.status import TargetStatus, read_status
from tests.fakes.canaries import trial
from tests.fakes.watching import WatchedWorld, watched_policy
from tests.fakes.wire import Moment
from tests.fakes.world import DEV, FRANKFURT, LAYER, VIRGINIA

WORKS = CanaryReading((trial(), trial(is_cold=False, startup_ms=0, duration_ms=3)))
BROKEN = CanaryReading((trial(failures=(Failure("httpx", "ImportError: no anyio"),)),))
TOLD = (EventType.LIVE_CANARY_FAILED, EventType.LIVE_CANARY_RECOVERED)


def live(version: str = "1.0.0") -> WatchedWorld:
    world = WatchedWorld()
    world.make_live(version)
    world.canaries.reading = WORKS
    return world


def told(world: WatchedWorld) -> list[str]:
    return [event.type.rpartition(" ")[2] for event in world.events(*TOLD)]


def target_status(world: WatchedWorld) -> TargetStatus:
    return read_status(world.registry, LAYER).releases[0].stages[0].targets[0]


def shown(world: WatchedWorld, name: str) -> int | None:
    return world.gauges.shown.get((FRANKFURT, name, world.live_place()))


def failing_in_region(world: WatchedWorld) -> int:
    return world.gauges.shown[FRANKFURT, COUNT_METRIC, None]


def set_live(world: WatchedWorld, pointer: Pointer | None) -> None:
    """Have the registry say that something else is live."""
    held = load(world.registry, LivePointer, live_key(LAYER, DEV, FRANKFURT))
    assert held is not None
    change = held.value.model_copy(update={"pointer": pointer})
    assert world.registry.commit(write_live(change, revision(held)))


def test_what_works_is_shown_with_its_numbers_and_told_to_nobody() -> None:
    world = live()
    assert world.look().outcome is Outcome.PASSED
    numbers = [shown(world, m) for m in (FAILING_METRIC, STARTUP_METRIC, DURATION_METRIC)]
    assert numbers == [0, 200, 3]
    assert failing_in_region(world) == 0
    assert told(world) == []
    assert target_status(world).live_canary == world.found().result


def test_what_fails_is_told_once_and_shown_until_it_works_again() -> None:
    world = live()
    world.look()
    world.canaries.reading = BROKEN
    for _ in range(3):
        world.clock.advance(hours=1)
        assert world.look().outcome is Outcome.CANARY_FAILED
        assert (shown(world, FAILING_METRIC), failing_in_region(world)) == (1, 1)
    assert told(world) == ["Failed"]
    world.canaries.reading = WORKS
    for _ in range(3):
        world.clock.advance(hours=1)
        assert world.look().outcome is Outcome.PASSED
        assert (shown(world, FAILING_METRIC), failing_in_region(world)) == (0, 0)
    assert told(world) == ["Failed", "Recovered"]
    world.canaries.reading = BROKEN
    world.look()
    assert told(world) == ["Failed", "Recovered", "Failed"]


def test_the_event_and_the_status_say_what_where_since_when_and_what_next() -> None:
    world = live()
    world.canaries.reading = BROKEN
    world.look()
    (event,) = world.events(EventType.LIVE_CANARY_FAILED)
    assert event.detail.reason == (
        "What is live in 111122223333/eu-central-1 does not work. On python3.13 arm64 something "
        "does not work: httpx: ImportError: no anyio. "
        "Take it back with: layerlift rollback http-client dev"
    )
    assert event.detail.canary == world.found().result.variants
    status = target_status(world)
    assert status.state == "active"
    assert status.reason.startswith("Does not work since 2026-07-01 12:00 UTC. On python3.13")
    assert status.reason.endswith("layerlift rollback http-client dev")


def test_no_pointer_is_moved_because_of_it() -> None:
    world = live()
    before = dict(world.pointers.parameters)
    world.canaries.reading = BROKEN
    world.look()
    assert world.pointers.parameters == before


def test_a_layer_version_that_was_deleted_has_failed() -> None:
    world = live()
    world.look()
    world.aws.regions[FRANKFURT].versions.clear()
    refuse(world, Fault("InvalidParameterValueException: no such layer version"))
    result = world.look()
    assert result.outcome is Outcome.CANARY_FAILED
    assert "somebody has deleted it" in result.reason
    assert told(world) == ["Failed"]


def refuse(world: WatchedWorld, problem: Fault) -> None:
    def fail() -> None:
        raise problem

    world.wire.next("canaries.run", "before", fail)


@pytest.mark.parametrize("problem", [Unavailable("throttled"), Fault("PassRole is missing")])
def test_what_keeps_a_canary_from_running_is_not_a_failure_of_the_layer(problem: Fault) -> None:
    world = live()
    world.look()
    before = world.found()
    refuse(world, problem)
    with pytest.raises(type(problem)):
        world.look()
    assert (world.found(), told(world)) == (before, [])


def test_a_policy_that_is_strict_about_releases_does_not_make_what_is_live_fail() -> None:
    world = live()
    world.canaries.reading = CanaryReading(not_offered="python3.13 is not supported")
    assert world.look().outcome is Outcome.NOT_EXERCISED
    assert (shown(world, FAILING_METRIC), told(world)) == (0, [])


def test_an_alarm_is_there_from_the_first_look_and_not_made_with_each() -> None:
    world = live()
    made: list[Moment] = []
    world.wire.hooks.append(lambda m: made.append(m) if m.name == "gauges.watch" else None)
    for _ in range(3):
        world.look()
    assert world.gauges.alarms == {world.live_place()}
    assert len(made) == 2  # before and after one call
    world.make_live("2.0.0")
    world.look()
    assert len(made) == 4


def test_while_pointers_are_being_moved_nobody_looks() -> None:
    world = live()
    world.lock(world.release(b"2", "2.0.0", run="run-2"), "p2", "dev")
    runs = len(world.canaries.runs)
    result = world.look()
    assert (result.outcome, result.reason) == (
        Outcome.SKIPPED,
        "http-client is being moved in dev.",
    )
    assert len(world.canaries.runs) == runs


@pytest.mark.parametrize("state", [StageState.WAITING, StageState.HELD, StageState.BAKING])
def test_while_a_promotion_waits_is_held_or_bakes_what_is_live_is_watched(
    state: StageState,
) -> None:
    world = live()
    ref = world.release(b"2", "2.0.0", run="run-2")
    world.lock(ref, "p2", "dev")
    world.set_stage(ref, state)
    assert world.look().outcome is Outcome.PASSED


def test_a_lock_that_a_repayment_left_when_it_ended_holds_nobody_up() -> None:
    world = live()
    world.reserve("repay", "dev")
    assert world.look().outcome is Outcome.SKIPPED
    world.promotions.running.clear()
    assert world.look().outcome is Outcome.PASSED


def test_a_look_during_which_the_pointer_moved_is_dropped() -> None:
    world = live()
    world.look()
    world.canaries.reading = BROKEN
    world.wire.next(
        "canaries.run", "after", lambda: set_live(world, Pointer(arn="x:1", version="2.0.0"))
    )
    result = world.look()
    assert result.outcome is Outcome.SKIPPED
    assert "was moved in the meantime" in result.reason
    assert told(world) == []


def test_what_was_rolled_back_to_and_works_has_recovered() -> None:
    world = live()
    world.make_live("2.0.0")
    world.canaries.reading = BROKEN
    world.look()
    world.roll_back("2.0.0", stage="dev", to_nothing=True)
    world.canaries.reading = WORKS
    world.look()
    (recovered,) = world.events(EventType.LIVE_CANARY_RECOVERED)
    assert recovered.detail.version == "1.0.0"


def test_another_release_that_does_not_work_either_is_told() -> None:
    world = live()
    world.canaries.reading = BROKEN
    world.look()
    world.canaries.reading = WORKS
    world.make_live("2.0.0")
    world.canaries.reading = BROKEN
    world.look()
    failed = world.events(EventType.LIVE_CANARY_FAILED)
    assert [event.detail.version for event in failed] == ["1.0.0", "2.0.0"]


def test_where_nothing_is_live_any_more_the_watch_ends_and_a_failure_with_it() -> None:
    world = live()
    world.canaries.reading = BROKEN
    world.look()
    world.roll_back("1.0.0", stage="dev", to_nothing=True)
    assert world.look().outcome is Outcome.ENDED
    assert (world.gauges.alarms, failing_in_region(world)) == (set(), 0)
    assert told(world) == ["Failed", "Recovered"]
    assert world.look().outcome is Outcome.ENDED
    assert told(world) == ["Failed", "Recovered"]


def test_a_stage_that_the_policy_watches_no_more_keeps_no_alarm() -> None:
    world = live()
    world.canaries.reading = BROKEN
    world.look()
    apply_policy(world.registry, watched_policy(watch="off"))
    assert world.look().outcome is Outcome.ENDED
    assert world.gauges.alarms == set()
    assert target_status(world).reason == ""
    apply_policy(world.registry, watched_policy(watch="1h"))
    world.look()
    assert world.gauges.alarms == {world.live_place()}
    assert told(world) == ["Failed", "Recovered", "Failed"]


@pytest.mark.parametrize("version", ["mine", "7.7.7"])
def test_what_others_have_put_there_is_left_alone(version: str) -> None:
    world = live()
    set_live(world, Pointer(arn="arn:aws:lambda:eu-central-1:1:layer:x:1", version=version))
    assert world.look().outcome is Outcome.SKIPPED
    assert world.gauges.alarms == set()


def test_the_number_of_a_region_counts_what_fails_there_and_nowhere_else() -> None:
    world = WatchedWorld(watched_policy("eu-central-1", "us-east-1"))
    world.make_live("1.0.0", (FRANKFURT, VIRGINIA))
    world.canaries.reading = BROKEN
    world.look()
    world.canaries.reading = WORKS
    world.look(world.live_place(VIRGINIA))
    assert failing_in_region(world) == 1
    assert world.gauges.shown[VIRGINIA, COUNT_METRIC, None] == 0


def test_a_watch_is_off_unless_the_policy_says_otherwise() -> None:
    assert Canary().watch_seconds is None
    assert Canary(watch="6h").watch_seconds == 6 * 3600


@pytest.mark.parametrize("watch", ["never", "0s", "10m", "on"])
def test_a_watch_is_off_or_a_time_of_a_quarter_of_an_hour_or_more(watch: str) -> None:
    with pytest.raises(ValueError, match=r"duration|too often"):
        Canary(watch=watch)


def test_no_two_layers_share_an_alarm() -> None:
    alarms = {
        live_alarm("layerlift", parse_layer_name(layer), parse_stage_name(stage))
        for stage, layer in (("prod", "eu-client"), ("prod-eu", "client"))
    }
    assert len(alarms) == 2
