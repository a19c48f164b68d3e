"""What was decided last is listed first, however long it had waited."""

from layerlift.releasing.history import read_decided
from tests.fakes.world import ADA, World, execution


def test_decisions_are_listed_by_when_they_were_made_and_not_by_when_they_were_asked_for() -> None:
    world = World()
    old = world.release(b"one", "1.0.0", "run-1")
    world.request(old, "token-1")
    world.promotions.running.discard(execution("run-1"))
    world.clock.advance(seconds=60)
    new = world.release(b"two", "1.1.0", "run-2")
    world.request(new, "token-2")
    for ref in (new, old):
        world.clock.advance(seconds=60)
        world.decide(ref, by=ADA)
    assert [approval.version for approval in read_decided(world.registry)] == ["1.0.0", "1.1.0"]
