"""The trail's entries reach the bus, in order; what it did not take comes again."""

import pytest

from layerlift.domain.events import Detail, Event, EventType
from layerlift.domain.limits import MAX_PUT_EVENTS
from layerlift.releasing.notify import notify
from tests.fakes.aws import MemoryBus
from tests.fakes.world import World


def events(number: int) -> list[Event]:
    now = World().clock()
    return [
        Event(type=EventType.RELEASE_CLAIMED, detail=Detail(id=f"e{n}", time=now))
        for n in range(number)
    ]


@pytest.mark.parametrize(
    ("number", "sizes"), [(0, []), (1, [1]), (10, [10]), (11, [10, 1]), (100, [10] * 10)]
)
def test_events_go_in_batches_the_bus_takes_and_in_order(number: int, sizes: list[int]) -> None:
    bus, sent = MemoryBus(), events(number)
    assert notify(sent, bus) == ()
    assert [len(batch) for batch in bus.batches] == sizes
    assert [event for batch in bus.batches for event in batch] == sent
    assert all(size <= MAX_PUT_EVENTS for size in sizes)


def test_what_the_bus_did_not_take_is_named_and_the_rest_is_sent() -> None:
    bus = MemoryBus()
    bus.refuses = {"e3", "e17"}
    assert notify(events(25), bus) == ("e3", "e17")
    assert len(bus.batches) == 3
