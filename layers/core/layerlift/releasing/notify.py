"""Notify: hand new entries of the audit trail to the bus.

The trail is an outbox: a change and its entry were committed together, and the table's stream
delivers each entry at least once, so no step can forget to tell, and none is told of that did
not happen. Links into the console are added here: the trail keeps what happened, and an address is
no part of that, nor of an event's id.
"""

from collections.abc import Callable, Sequence

from layerlift.domain.events import Detail, Event, Links
from layerlift.domain.limits import MAX_PUT_EVENTS
from layerlift.ports.aws import Bus

LinksOf = Callable[[Detail], Links]
"""Gives where the console shows more of what a detail tells."""


def notify(events: Sequence[Event], bus: Bus, links_of: LinksOf) -> tuple[str, ...]:
    """Put the events on the bus, in order; return the ids of those it did not take."""
    linked = tuple(_with_links(event, links_of) for event in events)
    refused: list[str] = []
    for start in range(0, len(linked), MAX_PUT_EVENTS):
        refused.extend(bus.put(linked[start : start + MAX_PUT_EVENTS]))
    return tuple(refused)


def _with_links(event: Event, links_of: LinksOf) -> Event:
    detail = event.detail.model_copy(update={"links": links_of(event.detail)})
    return event.model_copy(update={"detail": detail})
