"""Drift: what a pointer says is compared with what the registry says it should.

Only a pointer that nobody is at can have drifted. The registry is read before the parameters, and
once more if they do not agree: a move that ends in between is then known, since the step that moves
a pointer writes so down before (:mod:`layerlift.releasing.moves`) and has the lock of the stage.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from layerlift.domain.errors import Fault
from layerlift.domain.names import LayerName, StageName
from layerlift.domain.pointers import Pointer, pointer_names
from layerlift.domain.release import (
    LivePointer,
    PromotionLock,
    Release,
    TargetProgress,
    TargetState,
)
from layerlift.domain.targets import Target
from layerlift.ports.aws import PointerSight
from layerlift.ports.registry import Registry
from layerlift.releasing.progress import Place
from layerlift.releasing.records import (
    MOVES_INDEX,
    STUCK_INDEX,
    layer_partition,
    live_key,
    live_prefix,
    load,
    load_all,
    lock_key,
    release_key,
)
from layerlift.releasing.trail import Clock

TARGETS = 30
"""Targets that are asked at once: as long as one takes, which is 10 seconds, all may take."""

_AT_MOST = 200
"""How many pointers that Layerlift is at outside of a promotion are looked through."""

_ON_ITS_WAY = (TargetState.PENDING, TargetState.PUBLISHED, TargetState.CANARIED)


class Agreement(StrEnum):
    """How what a pointer says compares with the registry."""

    AGREES = "agrees"
    DRIFT = "drift"
    MOVING = "moving"
    """It differs, and Layerlift is about to move it."""
    FOREIGN = "foreign"
    """It says something, and Layerlift has never had it say anything."""
    UNASKED = "unasked"
    """It could not be asked."""


@dataclass(frozen=True)
class Spot:
    """A layer in a target of a stage."""

    layer: LayerName
    stage: StageName
    target: Target

    @property
    def names(self) -> tuple[str, str]:
        """The names of the ``arn`` and the ``version`` parameter."""
        return pointer_names(self.stage, self.layer)


@dataclass(frozen=True)
class PointerCheck:
    """What was found. ``live`` is what the registry says, None if it says nothing of the spot.

    ``said`` is what the ``arn`` and the ``version`` parameter say, None for one that is not there
    or was not asked; ``problem`` is why it could not be.
    """

    spot: Spot
    agreement: Agreement
    live: LivePointer | None
    said: tuple[str | None, str | None] = (None, None)
    problem: str = ""

    @property
    def wanted(self) -> tuple[str | None, str | None]:
        """What the parameters should say, None for one that should not be there."""
        return _values(None if self.live is None else self.live.pointer)


def check_pointer(
    spot: Spot, *, registry: Registry, sight: PointerSight, clock: Clock
) -> PointerCheck:
    """Compare what a pointer says now with what the registry says. Nothing is changed."""
    before = _live(spot, registry)
    try:
        said = sight.look(spot.target, spot.names)
    except Fault as problem:
        return PointerCheck(spot, Agreement.UNASKED, before, problem=str(problem))
    found = PointerCheck(spot, Agreement.AGREES, before, said)
    if said == found.wanted:
        return found
    is_moving = _is_moving(spot, registry, clock())
    live = _live(spot, registry)
    found = PointerCheck(spot, Agreement.AGREES, live, said)
    if said == found.wanted:
        return found
    return PointerCheck(spot, _difference(live, is_moving or live != before), live, said)


def check_pointers(
    layer: LayerName, stage: StageName, *, registry: Registry, sight: PointerSight, clock: Clock
) -> tuple[PointerCheck, ...]:
    """Compare the pointers of a layer in all targets of a stage, up to :data:`TARGETS`, at once."""
    prefix = live_prefix(stage)
    known = load_all(registry, LivePointer, layer_partition(layer), prefix)

    def check(live: LivePointer) -> PointerCheck:
        spot = Spot(layer, stage, live.target)
        return check_pointer(spot, registry=registry, sight=sight, clock=clock)

    with ThreadPoolExecutor(TARGETS) as pool:
        return tuple(pool.map(check, known[:TARGETS]))


def _difference(live: LivePointer | None, is_moving: bool) -> Agreement:
    if is_moving:
        return Agreement.MOVING
    return Agreement.FOREIGN if live is None else Agreement.DRIFT


def _live(spot: Spot, registry: Registry) -> LivePointer | None:
    held = load(registry, LivePointer, live_key(spot.layer, spot.stage, spot.target))
    return None if held is None else held.value


def _values(pointer: Pointer | None) -> tuple[str | None, str | None]:
    return (None, None) if pointer is None else (pointer.arn, pointer.version)


def _is_moving(spot: Spot, registry: Registry, now: datetime) -> bool:
    """Say whether Layerlift is at the pointer, or will be without being asked to."""
    held = load(registry, PromotionLock, lock_key(spot.layer, spot.stage))
    is_owned = held is not None and held.value.owner is not None
    if held is not None and is_owned and _is_moved_by_owner(spot, held.value, registry, now):
        return True
    stored = (
        *registry.page_index(MOVES_INDEX, limit=_AT_MOST),
        *registry.page_index(STUCK_INDEX, limit=_AT_MOST),
    )
    others = (TargetProgress.model_validate(record.body) for record in stored)
    return any(
        Spot(each.layer, each.stage, each.target) == spot and _is_being_put_back(each, now)
        for each in others
    )


def _is_moved_by_owner(spot: Spot, lock: PromotionLock, registry: Registry, now: datetime) -> bool:
    """Say whether who holds the stage is about to move the pointer, or may be at it."""
    if lock.owner_version is None or lock.until is not None:
        # A repayment, a rollback or a recovery: they do nothing but move pointers.
        return True
    held = load(registry, Release, release_key(spot.layer, lock.owner_version))
    if held is None:
        return False
    if spot.target not in held.value.stage(spot.stage).targets:
        return False
    progress = Place(held.value.ref, spot.stage, spot.target).progress(registry)
    if progress is None or progress.value.state in _ON_ITS_WAY:
        return True
    return _may_move(progress.value, now)


def _is_being_put_back(progress: TargetProgress, now: datetime) -> bool:
    """Say whether a step may still be at it, or the reconciler looks at it without being asked."""
    has_ended = progress.state in (TargetState.STUCK, TargetState.INACTIVE)
    return has_ended or _may_move(progress, now)


def _may_move(progress: TargetProgress, now: datetime) -> bool:
    return progress.moving_until is not None and progress.moving_until > now
