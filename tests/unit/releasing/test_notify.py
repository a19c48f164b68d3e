"""The trail's entries reach the bus, in order; what it did not take comes again."""

import pytest

from layerlift.adapters.console_links import HomeConsole
from layerlift.domain.events import Detail, Event, EventType
from layerlift.domain.limits import MAX_PUT_EVENTS
from layerlift.releasing.notify import notify
from tests.fakes.aws import MemoryBus
from tests.fakes.world import World

CONSOLE = HomeConsole("aws", "eu-central-1", "layerlift")
DASHBOARD = (
    "https://console.aws.amazon.com/cloudwatch/home?region=eu-central-1"
    "#dashboards/dashboard/Layerlift-layerlift"
)


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
    assert notify(sent, bus, CONSOLE.links) == ()
    assert [len(batch) for batch in bus.batches] == sizes
    arrived = [event.detail.id for batch in bus.batches for event in batch]
    assert arrived == [event.detail.id for event in sent]
    assert all(size <= MAX_PUT_EVENTS for size in sizes)


def test_what_the_bus_did_not_take_is_named_and_the_rest_is_sent() -> None:
    bus = MemoryBus()
    bus.refuses = {"e3", "e17"}
    assert notify(events(25), bus, CONSOLE.links) == ("e3", "e17")
    assert len(bus.batches) == 3


def test_every_event_leaves_with_links_that_the_trail_does_not_keep() -> None:
    bus, sent = MemoryBus(), events(1)
    notify(sent, bus, CONSOLE.links)
    ((event,),) = bus.batches
    assert event.detail.links is not None
    assert event.detail.links.model_dump(exclude_none=True) == {"dashboard": DASHBOARD}
    assert sent[0].detail.links is None
    assert event.detail.model_copy(update={"links": None}) == sent[0].detail


def test_an_event_links_to_its_report_and_its_layer_version() -> None:
    detail = Detail(
        id="e",
        time=World().clock(),
        report_url="s3://artifacts/reports/http-client/1.4.0/a_b.json",
        layer_arn="arn:aws-cn:lambda:cn-north-1:111122223333:layer:http-client-prod:7",
    )
    links = HomeConsole("aws-cn", "cn-north-1", "layers").links(detail)
    assert links.report == (
        "https://console.amazonaws.cn/s3/object/artifacts?region=cn-north-1"
        "&prefix=reports%2Fhttp-client%2F1.4.0%2Fa_b.json"
    )
    assert links.layer_version == (
        "https://console.amazonaws.cn/lambda/home?region=cn-north-1"
        "#/layers/http-client-prod/versions/7"
    )
    assert links.dashboard.endswith("#dashboards/dashboard/Layerlift-layers")


def test_a_partition_that_is_not_known_gets_the_host_of_the_largest() -> None:
    console = HomeConsole("aws-moon", "moon-1", "layers")
    assert console.dashboard.startswith("https://console.aws.amazon.com/cloudwatch/")
