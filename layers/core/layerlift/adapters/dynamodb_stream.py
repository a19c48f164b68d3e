"""The audit trail's new entries as the table's stream delivers them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layerlift.adapters.dynamodb_registry import body_of
from layerlift.domain.events import AUDIT_KIND, Event


@dataclass(frozen=True)
class Arrival:
    """An event, and the stream's own number of the record that carried it."""

    event: Event
    sequence_number: str


def read_events(batch: Mapping[str, Any]) -> tuple[Arrival, ...]:
    """Return the events of a batch, in the stream's order.

    The event source mapping filters already; what is no entry of the trail is left out all the
    same, since a filter is easily lost in a template.
    """
    return tuple(
        Arrival(
            event=Event.model_validate(body_of(record["dynamodb"]["NewImage"])),
            sequence_number=record["dynamodb"]["SequenceNumber"],
        )
        for record in batch["Records"]
        if record["eventName"] == "INSERT"
        and record["dynamodb"]["NewImage"]["kind"]["S"] == AUDIT_KIND
    )
