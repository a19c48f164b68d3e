"""Moves: a pointer is moved in one place and recorded in another, and a step may die in between.

Before a step moves a pointer it writes down until when it may do so, and takes that back together
with what it records. What stays written down is of a step that died, or that was still at work when
somebody else moved the same pointer. The reconciler waits until that time has passed, and then has
the pointer say what the registry says (:func:`layerlift.releasing.pointers.restore`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from layerlift.domain.errors import Unavailable
from layerlift.domain.release import TargetProgress
from layerlift.ports.registry import Registry
from layerlift.releasing.progress import Place
from layerlift.releasing.records import Held
from layerlift.releasing.reserving import LEASE
from layerlift.releasing.trail import Clock

_TRIES = 5
_A_LITTLE = timedelta(microseconds=1)


@dataclass(frozen=True)
class Move:
    """A pointer that a step is about to move; ``progress`` is the target's before it does.

    ``is_alone`` says whether no other step could be at the same pointer when this one began.
    """

    place: Place
    progress: TargetProgress
    until: datetime
    is_alone: bool

    def taken_back(self, current: TargetProgress) -> dict[str, Any]:
        """Return the fields of the progress that take it back; none if others are at it as well."""
        is_last = current.moving_until == self.until
        return {"moving_until": None} if self.is_alone and is_last else {}

    def end(self, registry: Registry) -> None:
        """Take it back where there is nothing else to record.

        A write that others overtake is left out: the reconciler then looks at the pointer.
        """
        held = self.place.progress(registry)
        fields = {} if held is None else self.taken_back(held.value)
        if held is not None and fields:
            registry.commit(self.place.amend(held, **fields))


def begin_move(
    place: Place,
    find: Callable[[], Held[TargetProgress]],
    registry: Registry,
    clock: Clock,
    fields: Callable[[TargetProgress], dict[str, Any]] = lambda _: {},
) -> Move:
    """Write down that a pointer is about to be moved, together with ``fields`` of its progress.

    ``find`` reads how far the target is, and raises if its pointer is not to be moved.

    :raises Unavailable: if others kept changing the same record.
    """
    for _ in range(_TRIES):
        held = find()
        now, other = clock(), held.value.moving_until
        is_alone = other is None or other <= now
        # Never the same time twice: it tells one move from the next.
        until = now + LEASE if other is None else max(now + LEASE, other + _A_LITTLE)
        write = place.amend(held, moving_until=until, **fields(held.value))
        if registry.commit(write):
            return Move(place, TargetProgress.model_validate(write.body), until, is_alone)
    raise Unavailable(f"the progress of {place.ref.layer} in {place.target} kept changing")
