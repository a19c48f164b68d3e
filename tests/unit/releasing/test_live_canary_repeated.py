"""A look at what is live may be repeated, overlap with itself, and die anywhere."""

import pytest

from layerlift.domain.live_canary import FAILING_METRIC
from layerlift.domain.outcomes import Outcome
from tests.fakes.interleaving import interleave
from tests.fakes.wire import Died, Moment
from tests.unit.releasing.test_live_canary import BROKEN, failing_in_region, live, shown, told


def moments_of_a_look() -> list[Moment]:
    world = live()
    world.canaries.reading = BROKEN
    world.wire.forget()
    world.look()
    return list(world.wire.moments)


@pytest.mark.parametrize("moment", moments_of_a_look(), ids=str)
def test_a_look_that_is_killed_anywhere_and_repeated_tells_once_and_shows_the_truth(
    moment: Moment,
) -> None:
    world = live()
    world.canaries.reading = BROKEN
    world.wire.die(moment)
    with pytest.raises(Died):
        world.look()
    world.wire.forget()
    assert world.look().outcome is Outcome.CANARY_FAILED
    assert told(world) == ["Failed"]
    assert (shown(world, FAILING_METRIC), failing_in_region(world)) == (1, 1)
    assert world.gauges.alarms == {world.live_place()}


def test_a_record_whose_answer_was_lost_is_told_once() -> None:
    world = live()
    world.canaries.reading = BROKEN
    world.registry.lose_answer()
    assert world.look().outcome is Outcome.CANARY_FAILED
    assert told(world) == ["Failed"]


@pytest.mark.parametrize("turns", [(0, 1) * 20, (0,) * 12 + (1,) * 30, (1, 0, 0) * 12])
def test_two_looks_at_the_same_time_tell_once(turns: tuple[int, ...]) -> None:
    world = live()
    world.canaries.reading = BROKEN
    results = interleave(world.wire, turns, world.look, world.look)
    assert {result.outcome for result in results} <= {Outcome.CANARY_FAILED, Outcome.SKIPPED}
    assert told(world) == ["Failed"]
    assert shown(world, FAILING_METRIC) == 1
