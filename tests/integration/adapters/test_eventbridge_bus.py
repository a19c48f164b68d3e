"""Events on their way to EventBridge."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from layerlift.adapters.eventbridge_bus import EventBridgeBus
from layerlift.domain.errors import Unavailable
from layerlift.domain.events import Detail, Event, EventType


def event(identity: str, **fields: Any) -> Event:
    detail = Detail(id=identity, time=datetime(2026, 7, 1, tzinfo=UTC), layer="a", **fields)
    return Event(type=EventType.VERSION_PUBLISHED, detail=detail)


def test_an_event_goes_out_in_plain_words_with_a_versioned_detail(stubbed: Any) -> None:
    clients, stubber = stubbed("events")
    stubber.add_response(
        "put_events",
        {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]},
        {
            "Entries": [
                {
                    "EventBusName": "layerlift",
                    "Source": "layerlift",
                    "DetailType": "Layer Version Published",
                    "Detail": json.dumps(
                        {
                            "schema_version": "1",
                            "id": "e1",
                            "time": "2026-07-01T00:00:00Z",
                            "layer": "a",
                            "layer_arn": "arn:1",
                        },
                        separators=(",", ":"),
                    ),
                    "Time": datetime(2026, 7, 1, tzinfo=UTC),
                    "Resources": ["arn:1"],
                }
            ]
        },
    )
    assert EventBridgeBus(clients, "layerlift").put([event("e1", layer_arn="arn:1")]) == ()


def test_what_the_bus_did_not_take_is_named(stubbed: Any) -> None:
    clients, stubber = stubbed("events")
    entries = [{"EventId": "1"}, {"ErrorCode": "ThrottlingException"}, {"EventId": "3"}]
    stubber.add_response("put_events", {"FailedEntryCount": 1, "Entries": entries})
    sent = [event(identity) for identity in ("e1", "e2", "e3")]
    assert EventBridgeBus(clients, "layerlift").put(sent) == ("e2",)


def test_a_bus_that_cannot_be_reached_is_unavailable(stubbed: Any) -> None:
    clients, stubber = stubbed("events")
    stubber.add_client_error("put_events", "InternalException", http_status_code=500)
    with pytest.raises(Unavailable):
        EventBridgeBus(clients, "layerlift").put([event("e1")])
