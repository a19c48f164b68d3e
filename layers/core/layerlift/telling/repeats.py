"""What says again what was told: a rejection also fails its promotion, and that its release."""

from collections.abc import Iterable, Sequence

from layerlift.domain.events import Event, EventType

_REFUSALS = frozenset({EventType.APPROVAL_DENIED, EventType.APPROVAL_EXPIRED})
_ENDS = frozenset({EventType.PROMOTION_FAILED, EventType.RELEASE_FAILED})


def refused_attempts(events: Iterable[Event]) -> tuple[int, ...]:
    """Return the attempts that ``events`` tell to have ended without an approval."""
    refusals = (event.detail.attempt for event in events if event.type in _REFUSALS)
    return tuple(attempt for attempt in refusals if attempt is not None)


def stuck_pointers(events: Iterable[Event]) -> tuple[str, ...]:
    """Return the names of the pointers that ``events`` tell to be stuck."""
    return tuple(_pointer(event) for event in events if event.type is EventType.POINTER_STUCK)


def without_repeats(events: Sequence[Event], refused: Iterable[int]) -> tuple[Event, ...]:
    """Return the events without ends of attempts that nobody let go on: there, nothing was moved.

    ``refused`` are the attempts of which that was told before.
    """
    known = {*refused, *refused_attempts(events)}
    return tuple(
        event for event in events if event.type not in _ENDS or event.detail.attempt not in known
    )


def frees_one_of(event: Event, stuck: Iterable[str]) -> bool:
    """Say whether a pointer went back of which was told that it could not."""
    return event.type is EventType.POINTER_RESTORED and _pointer(event) in stuck


def _pointer(event: Event) -> str:
    return f"{event.detail.attempt} {event.detail.stage} {event.detail.target}"
