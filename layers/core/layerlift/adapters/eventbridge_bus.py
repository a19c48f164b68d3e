"""The event bus in EventBridge."""

from collections.abc import Iterable

from layerlift.adapters.clients import AwsClients, aws_errors
from layerlift.domain.events import SOURCE, Event


class EventBridgeBus:
    """The :class:`~layerlift.ports.aws.Bus` that events are put on."""

    def __init__(self, clients: AwsClients, name: str) -> None:
        self._clients = clients
        self._name = name

    def put(self, events: Iterable[Event]) -> tuple[str, ...]:
        listed = tuple(events)
        entries = [
            {
                "EventBusName": self._name,
                "Source": SOURCE,
                "DetailType": event.type.value,
                "Detail": event.detail.model_dump_json(exclude_none=True),
                "Time": event.detail.time,
                "Resources": _resources(event),
            }
            for event in listed
        ]
        with aws_errors("putting events on the bus"):
            answer = self._clients.client("events").put_events(Entries=entries)
        return tuple(
            event.detail.id
            for event, entry in zip(listed, answer["Entries"], strict=True)
            if entry.get("ErrorCode")
        )


def _resources(event: Event) -> list[str]:
    return [] if event.detail.layer_arn is None else [event.detail.layer_arn]
