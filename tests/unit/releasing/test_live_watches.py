"""Which live layers a tick has looked at, and that it starts each of them once."""

from datetime import timedelta

import pytest

from layerlift.releasing.live_watches import watch_name
from layerlift.releasing.policies import apply_policy
from tests.fakes.watching import WatchedWorld, watched_policy
from tests.fakes.wire import Died
from tests.fakes.world import DEV, FRANKFURT, LAYER, POLICY, VIRGINIA


def live(watch: str = "1h") -> WatchedWorld:
    world = WatchedWorld(watched_policy("eu-central-1", "us-east-1", watch=watch))
    world.make_live("1.0.0", (FRANKFURT, VIRGINIA))
    return world


def look_everywhere(world: WatchedWorld) -> None:
    for target in (FRANKFURT, VIRGINIA):
        world.look(world.live_place(target))


def test_what_has_gone_live_is_looked_at_with_the_next_tick() -> None:
    world = live()
    (name,) = world.tick().started
    assert world.watches.started[name] == {
        "layer": LAYER,
        "stage": "dev",
        "targets": [t.model_dump() for t in (VIRGINIA, FRANKFURT)],
        "wait_seconds": 1,
    }


def test_it_is_looked_at_again_when_the_time_of_the_policy_has_passed() -> None:
    world = live()
    look_everywhere(world)
    world.clock.advance(minutes=45)
    assert world.tick().started == ()
    world.clock.advance(minutes=15)
    assert len(world.tick().started) == 1


def test_a_look_that_was_done_a_little_after_its_tick_does_not_miss_the_next() -> None:
    world = live()
    tick = world.clock.now
    world.clock.advance(minutes=4)
    look_everywhere(world)
    world.clock.now = tick + timedelta(hours=1)
    assert len(world.tick().started) == 1


def test_where_the_target_was_away_it_is_tried_again_with_the_next_tick() -> None:
    world = live()
    world.look(world.live_place(FRANKFURT))
    world.tick()
    assert world.looked_at() == ["us-east-1"]


def test_another_release_does_not_wait_for_its_turn() -> None:
    world = live()
    look_everywhere(world)
    world.make_live("2.0.0", (FRANKFURT,))
    world.tick()
    assert world.looked_at() == ["eu-central-1"]


def test_the_same_tick_again_starts_nothing_twice() -> None:
    world = live()
    assert len(world.tick().started) == 1
    assert world.tick().started == ()
    assert len(world.watches.started) == 1


def test_a_tick_that_is_killed_and_repeated_starts_everything_once() -> None:
    world = live()

    def die() -> None:
        raise Died

    world.wire.next("watches.start", "after", die)
    with pytest.raises(Died):
        world.tick()
    world.tick()
    assert len(world.watches.started) == 1


@pytest.mark.parametrize("policy", [POLICY, watched_policy(watch="off")])
def test_nothing_is_looked_at_that_the_policy_does_not_name(policy: object) -> None:
    world = live()
    apply_policy(world.registry, policy)  # type: ignore[arg-type]
    assert world.tick().started == ()


def test_what_is_watched_no_more_is_gone_to_once_to_end_it() -> None:
    world = live()
    look_everywhere(world)
    apply_policy(world.registry, watched_policy("eu-central-1", "us-east-1", watch="off"))
    world.tick()
    assert sorted(world.looked_at()) == ["eu-central-1", "us-east-1"]
    look_everywhere(world)
    world.clock.advance(hours=2)
    assert world.tick().started == ()


def test_what_was_rolled_back_to_nothing_is_gone_to_once_to_end_it() -> None:
    world = live()
    look_everywhere(world)
    world.roll_back("1.0.0", stage="dev", to_nothing=True)
    world.clock.advance(minutes=15)
    assert len(world.tick().started) == 1
    look_everywhere(world)
    world.clock.advance(hours=2)
    assert world.tick().started == ()


def test_without_a_policy_nothing_is_watched() -> None:
    world = WatchedWorld()
    world.registry.records.clear()
    assert world.tick().started == ()


def test_the_name_of_an_execution_is_one_for_the_longest_of_names() -> None:
    world = WatchedWorld()
    name = watch_name(LAYER, DEV, world.clock.now)
    assert name == f"dev-{name.split('-')[1]}-20260701T120000"
    assert len(name) - len("dev") + 20 <= 80
