"""Notify: hand new entries of the audit trail to the bus.

The trail is an outbox: a change and its entry were committed together, and the table's stream
delivers each entry at least once, so no step can forget to tell, and none is told of that did
not happen.
"""

from collections.abc import Sequence

from layerlift.domain.events import Event
from layerlift.domain.limits import MAX_PUT_EVENTS
from layerlift.ports.aws import Bus


def notify(events: Sequence[Event], bus: Bus) -> tuple[str, ...]:
    """Put the events on the bus, in order; return the ids of those it did not take."""
    refused: list[str] = []
    for start in range(0, len(events), MAX_PUT_EVENTS):
        refused.extend(bus.put(events[start : start + MAX_PUT_EVENTS]))
    return tuple(refused)
