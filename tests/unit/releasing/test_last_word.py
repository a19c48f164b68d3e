"""Whatever a release's own execution and a rollback record last is also what is told last."""

import pytest

from layerlift.domain.events import EventType
from layerlift.domain.release import ReleaseState
from layerlift.releasing.record import record_release
from tests.fakes.interleaving import interleave
from tests.fakes.wire import Moment
from tests.fakes.world import World

LAST_WORDS = {
    EventType.RELEASE_FAILED: ReleaseState.FAILED,
    EventType.ROLLBACK_SUCCEEDED: ReleaseState.ROLLED_BACK,
}


@pytest.mark.parametrize("of_the_record", range(1, 6))
@pytest.mark.parametrize("of_the_rollback", range(9, 60, 3))
def test_the_last_word_is_the_state_whoever_is_faster(
    of_the_rollback: int, of_the_record: int
) -> None:
    world = World()
    ref = world.release(b"1.0.0", "1.0.0", "run-1")
    world.go_into(ref)
    command = world.sign_rollback("1.0.0")

    def time_goes_on(_: Moment) -> None:
        world.clock.advance(seconds=0.01)

    world.wire.hooks.append(time_goes_on)
    interleave(
        world.wire,
        [0] * of_the_rollback + [1] * of_the_record,
        lambda: world.take_back(command),
        lambda: record_release(
            ref, ReleaseState.FAILED, "", registry=world.registry, clock=world.clock
        ),
    )
    last = max(world.events(*LAST_WORDS), key=lambda event: event.detail.time)
    assert world.stored_release(ref).state is LAST_WORDS[last.type]
