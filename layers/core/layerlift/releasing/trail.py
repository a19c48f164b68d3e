"""The audit trail: every change is committed together with the event that tells of it.

The event's entry is part of the same transaction as the change, and its key is the event's id,
which is the same when the step is repeated. So a change and its event exist both or not at all,
and once. The table's stream hands new entries to :mod:`layerlift.releasing.notify`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from layerlift.domain.errors import Unavailable
from layerlift.domain.events import AUDIT_KIND, Detail, Event, EventType, event_id
from layerlift.domain.names import StageName
from layerlift.domain.release import ReleaseRef
from layerlift.domain.targets import Target
from layerlift.ports.registry import Key, Registry, Write

Clock = Callable[[], datetime]

_TRIES = 10


def release_event(
    kind: EventType,
    ref: ReleaseRef,
    now: datetime,
    *,
    stage: StageName | None = None,
    target: Target | None = None,
    occasion: str = "",
    **fields: Any,
) -> Event:
    """Return an event about a release.

    ``occasion`` tells apart events that are alike in all else, as one check of many. ``fields``
    are further ones of :class:`~layerlift.domain.events.Detail`.
    """
    identity = event_id(
        kind, ref.layer, ref.version, ref.digest, ref.attempt, stage, target, occasion
    )
    detail = Detail(
        id=identity,
        time=now,
        layer=ref.layer,
        version=ref.version,
        digest=ref.digest,
        attempt=ref.attempt,
        stage=stage,
        target=target,
        report_url=ref.report_url,
        **fields,
    )
    return Event(type=kind, detail=detail)


def audit_partition(event: Event) -> str:
    """Return the partition of the trail that an event belongs to."""
    detail = event.detail
    if detail.layer is None or detail.version is None:
        return f"AUDIT#{detail.object_key}"
    return release_trail(detail.layer, detail.version)


def release_trail(layer: str, version: str) -> str:
    """Return the partition of the trail of one release."""
    return f"AUDIT#{layer}#{version}"


def audit_entry(event: Event) -> Write:
    """Return the write that appends ``event`` to the trail, once."""
    return Write(
        key=Key(audit_partition(event), event.detail.id),
        body=event.model_dump(mode="json", exclude_none=True),
        expected=0,
        kind=AUDIT_KIND,
    )


def commit_with_event(
    registry: Registry,
    event: Event | Callable[[], Event],
    changes: Callable[[], Sequence[Write]],
) -> bool:
    """Commit what ``changes`` returns together with the event's entry in the trail.

    ``changes`` is called anew on every try, and reads what it builds on; the first try may build on
    what the step has read before (:mod:`layerlift.releasing.recollection`). An ``event`` that is to
    be later than all it builds on is made anew as well, after that. Returns False if the entry is
    there already, which means that this very step has been done before: the entry's own condition
    says so, and it is only read once a commit was refused.

    :raises Unavailable: if others kept changing the same records.
    """
    for _ in range(_TRIES):
        writes = changes()
        told = event() if callable(event) else event
        entry = audit_entry(told)
        if registry.commit(*writes, entry):
            return True
        if registry.get(entry.key) is not None:
            return False
    raise Unavailable("the registry is busy: an event could not be recorded")


def read_trail(registry: Registry, partition: str) -> tuple[Event, ...]:
    """Return the events of a partition in the order they happened."""
    events = (Event.model_validate(stored.body) for stored in registry.query(partition))
    return tuple(sorted(events, key=lambda event: event.detail.time))
